//! Uploads that come in several requests (tus 1.0.0).

use crate::call::{NO_QUERY, Patience, unbuildable};
use crate::transport::{Body, ByteStream};
use crate::{Client, ClientError, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONTENT_TYPE, LOCATION};
use http::request::Builder;
use http::{HeaderMap, Method, Response, StatusCode};
use yingku_protocol::{Code, ListPage, Page, Problem, ResumableUpload, UploadVideo};

const PATH: &str = "/api/v1/uploads";

/// How far an upload is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Bytes that are on the server's disk.
    pub offset: u64,
    /// The video that it became, or that has its content.
    pub video_id: Option<i64>,
    /// What became of it: `done`, or why it was refused; absent while it is open.
    pub outcome: Option<String>,
}

impl Client {
    /// Lists open uploads.
    pub async fn uploads(&self, query: &ListPage) -> Result<Page<ResumableUpload>> {
        self.get(PATH, query).await
    }

    /// Begins an upload and gives its name.
    pub async fn begin_upload(
        &self,
        about: &UploadVideo,
        fingerprint: &str,
        size_bytes: u64,
    ) -> Result<String> {
        let request = self
            .tus(Method::POST, PATH)?
            .header("upload-length", size_bytes)
            .header("upload-metadata", metadata(about, fingerprint));
        let request = request.body(Body::Empty).map_err(unbuildable)?;
        let answer = self.answer(request, Patience::Ordinary).await?;
        let name = text(answer.headers(), LOCATION.as_str())
            .and_then(|address| address.rsplit('/').next())
            .filter(|name| !name.is_empty());
        name.map(Into::into).ok_or_else(|| strange("POST", "no Location"))
    }

    /// How far an upload is. Whoever else writes it lets go.
    pub async fn upload_standing(&self, name: &str) -> Result<Standing> {
        let request = self.tus(Method::HEAD, &address(name))?.body(Body::Empty);
        let request = request.map_err(unbuildable)?;
        let answer = self.answer_as_it_is(request, Patience::Ordinary).await?;
        if answer.status().is_success() {
            return standing("HEAD", &answer);
        }
        // An answer to HEAD has no document.
        let code = match answer.status() {
            StatusCode::NOT_FOUND | StatusCode::GONE => Code::UploadEnded,
            StatusCode::UNAUTHORIZED => Code::LoginRequired,
            StatusCode::FORBIDDEN => Code::Forbidden,
            StatusCode::LOCKED => Code::UploadBusy,
            StatusCode::SERVICE_UNAVAILABLE => Code::Busy,
            status => return Err(strange("HEAD", status.as_str())),
        };
        let problem = Problem::new(&code.into(), answer.status().as_u16(), self.lang);
        Err(ClientError::Refused(Box::new(problem)))
    }

    /// Goes on with an upload: exactly `size_bytes` bytes from `offset` on.
    pub async fn append_upload(
        &self,
        name: &str,
        offset: u64,
        bytes: ByteStream,
        size_bytes: u64,
    ) -> Result<Standing> {
        let request = self
            .tus(Method::PATCH, &address(name))?
            .header("upload-offset", offset)
            .header(CONTENT_TYPE, "application/offset+octet-stream")
            .body(Body::Stream { bytes, size_bytes })
            .map_err(unbuildable)?;
        standing("PATCH", &self.answer(request, Patience::Endless).await?)
    }

    /// Ends an upload: its bytes go.
    pub async fn end_upload(&self, name: &str) -> Result<()> {
        let request = self.tus(Method::DELETE, &address(name))?.body(Body::Empty);
        self.answer(request.map_err(unbuildable)?, Patience::Ordinary).await.map(drop)
    }

    fn tus(&self, method: Method, path: &str) -> Result<Builder> {
        Ok(self.request(method, path, NO_QUERY)?.header("tus-resumable", "1.0.0"))
    }
}

fn address(name: &str) -> String {
    format!("{PATH}/{}", crate::call::escape(name))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn standing(method: &str, answer: &Response<ByteStream>) -> Result<Standing> {
    let headers = answer.headers();
    let offset = text(headers, "upload-offset").and_then(|offset| offset.parse().ok());
    Ok(Standing {
        offset: offset.ok_or_else(|| strange(method, "no Upload-Offset"))?,
        video_id: text(headers, "yingku-video-id").and_then(|id| id.parse().ok()),
        outcome: text(headers, "yingku-outcome").map(Into::into),
    })
}

fn strange(method: &str, what: &str) -> ClientError {
    ClientError::Protocol(format!("{method} {PATH}: {what}"))
}

/// `Upload-Metadata`: keys and values in Base64; what is absent is left out.
fn metadata(about: &UploadVideo, fingerprint: &str) -> String {
    let number = |value: Option<i64>| value.map(|value| value.to_string());
    let pairs = [
        ("filename", Some(about.file_name.clone())),
        ("title", about.title.clone()),
        ("is_free", about.is_free.map(|is_free| u8::from(is_free).to_string())),
        ("fingerprint", Some(fingerprint.to_owned())),
        ("content_hash", about.content_hash.clone()),
        ("price_minor", number(about.price_minor)),
        ("member_price_minor", number(about.member_price_minor)),
        ("description", about.description.clone()),
        ("category", about.category.clone()),
        ("tags", about.tags.clone()),
    ];
    let sent = pairs.into_iter().filter_map(|(key, value)| Some((key, value?)));
    let sent = sent.filter(|(_, value)| !value.is_empty());
    sent.map(|(key, value)| format!("{key} {}", STANDARD.encode(value)))
        .collect::<Vec<_>>()
        .join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_written() {
        let about = UploadVideo {
            file_name: "电影.mp4".into(),
            is_free: Some(true),
            price_minor: Some(5),
            ..Default::default()
        };
        let sent = metadata(&about, "ab");
        assert_eq!(
            sent,
            "filename 55S15b2xLm1wNA==,is_free MQ==,fingerprint YWI=,price_minor NQ=="
        );
    }
}
