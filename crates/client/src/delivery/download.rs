//! Downloads: tickets, records, and the bytes themselves.

use crate::call::{NO_QUERY, Patience, next_piece, unbuildable};
use crate::transport::{Body, ByteStream};
use crate::{Client, ClientError, Result};
use bytes::Bytes;
use http::header::{CONTENT_RANGE, IF_RANGE, RANGE};
use http::{HeaderMap, Method, StatusCode};
use yingku_protocol::{DownloadRecord, ListPage, ListRecords, Page, Ticket};

/// The bytes of a download, as they come.
pub struct Fetched {
    /// Place of the first byte in the file; 0 where the server sends the whole.
    pub offset: u64,
    bytes: ByteStream,
}

impl Fetched {
    pub(crate) fn new(offset: u64, bytes: ByteStream) -> Fetched {
        Fetched { offset, bytes }
    }

    /// The next piece, `None` at the end.
    ///
    /// # Errors
    /// `Unreachable` where the connection broke; go on with another fetch.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        next_piece(&mut self.bytes).await
    }
}

impl Client {
    /// Asks for the right to fetch a video: a new ticket, or the one that is live.
    pub async fn ask_ticket(&self, video_id: i64) -> Result<Ticket> {
        let path = format!("/api/v1/videos/{video_id}/downloads");
        self.act(Method::POST, &path, NO_QUERY, Patience::Ordinary).await
    }

    /// One record: its owner's, or anybody's for admins.
    pub async fn download(&self, id: i64) -> Result<DownloadRecord> {
        self.get(&format!("/api/v1/downloads/{id}"), NO_QUERY).await
    }

    /// The caller's own records.
    pub async fn downloads(&self, query: &ListPage) -> Result<Page<DownloadRecord>> {
        self.get("/api/v1/downloads", query).await
    }

    /// Everybody's records.
    pub async fn records(&self, query: &ListRecords) -> Result<Page<DownloadRecord>> {
        self.get("/api/v1/records", query).await
    }

    /// Fetches a ticket's file from byte `from` on. The server decides whether the wait is
    /// over, and sends the whole where the part that is here belongs to other content.
    pub async fn fetch(&self, ticket: &Ticket, from: u64) -> Result<Fetched> {
        let range = (from > 0).then(|| format!("bytes={from}-"));
        self.fetch_range(ticket, range).await
    }

    /// Fetches a part of a ticket's file, from byte `from` up to `to` alone.
    pub async fn fetch_part(&self, ticket: &Ticket, from: u64, to: u64) -> Result<Fetched> {
        self.fetch_range(ticket, Some(format!("bytes={from}-{}", to.saturating_sub(1)))).await
    }

    async fn fetch_range(&self, ticket: &Ticket, range: Option<String>) -> Result<Fetched> {
        let mut request = self.request(Method::GET, &ticket.url.to_string(), NO_QUERY)?;
        if let Some(range) = range {
            request = request
                .header(RANGE, range)
                .header(IF_RANGE, format!("\"{}\"", ticket.content_hash));
        }
        let request = request.body(Body::Empty).map_err(unbuildable)?;
        let answer = self.answer(request, Patience::Ordinary).await?;
        let offset = match answer.status() {
            StatusCode::PARTIAL_CONTENT => range_start(answer.headers()).ok_or_else(|| {
                ClientError::Protocol("the server sent a part without saying which".into())
            })?,
            _ => 0,
        };
        Ok(Fetched::new(offset, answer.into_body()))
    }
}

/// The first position of `Content-Range: bytes 5-9/10`.
fn range_start(headers: &HeaderMap) -> Option<u64> {
    let range = headers.get(CONTENT_RANGE)?.to_str().ok()?.strip_prefix("bytes ")?;
    range.split_once('-')?.0.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn range_starts() {
        let cases = [
            ("bytes 5-9/10", Some(5)),
            ("bytes 0-9/*", Some(0)),
            ("bytes */10", None),
            ("items 5-9/10", None),
            ("bytes -9/10", None),
        ];
        for (header, start) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_RANGE, header.parse().unwrap());
            assert_eq!(range_start(&headers), start, "{header}");
        }
        assert_eq!(range_start(&HeaderMap::new()), None);
    }
}
