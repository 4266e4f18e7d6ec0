//! tus 1.0.0 in HTTP's words: its headers read and written, and what pages of other sites
//! need to speak it.

mod metadata;

use super::extract::malformed;
use super::problem::refuse;
use crate::app::{self, Checksum, NewUpload, Piece, UploadAbout};
use crate::blob::Algorithm;
use axum::extract::{FromRequestParts, Request};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use yingku_protocol::{Code, Refusal, ResumableUpload, UploadKind, UploadState};

const PATH: &str = "/api/v1/uploads";
const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
const EXTENSIONS: &str = "creation,creation-with-upload,creation-defer-length,checksum,\
    expiration,termination,concatenation";
const ALGORITHMS: &str = "sha1,md5,sha256,crc32";
/// The type of bytes that go on with an upload.
const OCTETS: &str = "application/offset+octet-stream";
/// What pages of other sites may send and read. Never with cookies: nothing here says that
/// credentials are allowed.
const METHODS: &str = "GET, HEAD, POST, PATCH, DELETE, OPTIONS";
const SENT: &str = "Authorization, Content-Type, Accept-Language, Tus-Resumable, Upload-Length, \
    Upload-Defer-Length, Upload-Offset, Upload-Metadata, Upload-Concat, Upload-Checksum, \
    X-HTTP-Method-Override, X-Requested-With, X-Request-ID";
const READ: &str = "Location, Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size, \
    Tus-Checksum-Algorithm, Upload-Length, Upload-Defer-Length, Upload-Offset, Upload-Metadata, \
    Upload-Concat, Upload-Expires, Yingku-Video-Id, Yingku-Outcome";

/// Stands before the router: a header may name the method, and every answer names
/// the version of the protocol and who may read it.
pub async fn read_method(mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let ours = path.strip_prefix(PATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if !ours {
        return next.run(request).await;
    }
    let method = request.headers().get("x-http-method-override");
    if let Some(Ok(method)) = method.map(|method| Method::from_bytes(method.as_bytes())) {
        *request.method_mut() = method;
    }
    let asked = request.headers().contains_key(header::ORIGIN);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert("tus-resumable", VERSION);
    if asked {
        let any = HeaderValue::from_static("*");
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(READ));
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
    }
    response
}

/// A request that speaks the version that is spoken here.
pub struct Spoken;

impl<S: Send + Sync> FromRequestParts<S> for Spoken {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        if parts.headers.get("tus-resumable") == Some(&VERSION) {
            return Ok(Spoken);
        }
        let mut refusal = refuse(Code::TusVersionUnsupported.into());
        refusal.headers_mut().insert("tus-version", VERSION);
        Err(refusal)
    }
}

/// The answer to `OPTIONS`: what is spoken, and what pages of other sites may ask.
pub fn abilities(max_bytes: u64) -> Response {
    let mut response = empty(StatusCode::NO_CONTENT);
    let headers = response.headers_mut();
    headers.insert("tus-version", VERSION);
    headers.insert("tus-extension", HeaderValue::from_static(EXTENSIONS));
    headers.insert("tus-checksum-algorithm", HeaderValue::from_static(ALGORITHMS));
    headers.insert("tus-max-size", max_bytes.into());
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(SENT));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    response
}

/// What is to begin.
pub fn creation(headers: &HeaderMap) -> Result<NewUpload, app::Error> {
    let sent_metadata = text(headers, "upload-metadata")?.unwrap_or_default();
    let sent_concat = text(headers, "upload-concat")?.unwrap_or_default();
    let (kind, parts) = metadata::concat(sent_concat)?;
    Ok(NewUpload {
        size_bytes: announced_size(headers, kind)?,
        kind,
        about: UploadAbout { parts, ..metadata::about(sent_metadata)? },
        sent_metadata: sent_metadata.to_owned(),
        sent_concat: sent_concat.to_owned(),
    })
}

/// `Upload-Length`, or that it comes later: one of both, where the parts do not decide it.
fn announced_size(headers: &HeaderMap, kind: UploadKind) -> Result<Option<u64>, Refusal> {
    let is_deferred = match text(headers, "upload-defer-length")? {
        None => false,
        Some("1") => true,
        Some(_) => return Err(malformed("Upload-Defer-Length is not 1")),
    };
    match (number(headers, "upload-length")?, is_deferred) {
        _ if kind == UploadKind::Final => Ok(None),
        (Some(_), true) => Err(malformed("Upload-Length and Upload-Defer-Length exclude another")),
        (None, false) => Err(malformed("Upload-Length or Upload-Defer-Length: 1 is missing")),
        (size_bytes, _) => Ok(size_bytes),
    }
}

/// Bytes that come along with a creation, if there are any.
pub fn first_piece(headers: &HeaderMap) -> Result<Option<Piece>, app::Error> {
    let none = super::extract::content_length(headers).unwrap_or(0) == 0
        && !headers.contains_key(header::TRANSFER_ENCODING);
    if none {
        return Ok(None);
    }
    check_type(headers)?;
    Ok(Some(Piece {
        offset: 0,
        total_bytes: None,
        size_bytes: super::extract::content_length(headers),
        checksum: checksum(headers)?,
    }))
}

/// Bytes that go on with an upload.
pub fn piece(headers: &HeaderMap) -> Result<Piece, app::Error> {
    check_type(headers)?;
    let offset = number(headers, "upload-offset")?;
    Ok(Piece {
        offset: offset.ok_or_else(|| malformed("Upload-Offset is missing"))?,
        total_bytes: number(headers, "upload-length")?,
        size_bytes: super::extract::content_length(headers),
        checksum: checksum(headers)?,
    })
}

fn check_type(headers: &HeaderMap) -> Result<(), app::Error> {
    match text(headers, "content-type")? {
        Some(OCTETS) => Ok(()),
        _ => Err(Code::UnsupportedMediaType.into()),
    }
}

fn checksum(headers: &HeaderMap) -> Result<Option<Checksum>, app::Error> {
    let Some(value) = text(headers, "upload-checksum")? else { return Ok(None) };
    let (name, digest) = value.split_once(' ').unwrap_or((value, ""));
    let algorithm = match name {
        "sha1" => Algorithm::Sha1,
        "md5" => Algorithm::Md5,
        "sha256" => Algorithm::Sha256,
        "crc32" => Algorithm::Crc32,
        _ => return Err(malformed("Upload-Checksum has an algorithm that is not known").into()),
    };
    let digest = STANDARD.decode(digest.trim());
    let digest = digest.map_err(|_| malformed("Upload-Checksum is no Base64"))?;
    Ok(Some(Checksum { algorithm, digest }))
}

fn number(headers: &HeaderMap, name: &'static str) -> Result<Option<u64>, Refusal> {
    let Some(value) = text(headers, name)? else { return Ok(None) };
    // Digits alone, no sign.
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    let number = value.parse().ok().filter(|&number: &u64| digits && number <= 1 << 62);
    number.map(Some).ok_or_else(|| malformed(&format!("{name} is no whole number from 0 on")))
}

fn text<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<Option<&'a str>, Refusal> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    value.to_str().map(Some).map_err(|_| malformed(&format!("{name} is no text")))
}

/// Where an upload goes on.
pub fn path(upload: &ResumableUpload) -> String {
    format!("{PATH}/{}", upload.id)
}

/// The answer to a creation. The address is a whole one: some clients take no other.
pub fn created(upload: &ResumableUpload, address: &str) -> Response {
    let mut response = empty(StatusCode::CREATED);
    set(&mut response, "location", address);
    say_offset(&mut response, upload);
    response
}

/// The answer to bytes.
pub fn appended(upload: &ResumableUpload) -> Response {
    let mut response = empty(StatusCode::NO_CONTENT);
    say_offset(&mut response, upload);
    response
}

/// The answer to how far it is.
pub fn standing(upload: &ResumableUpload) -> Response {
    let mut response = empty(StatusCode::OK);
    say_offset(&mut response, upload);
    match upload.size_bytes {
        Some(size) => set(&mut response, "upload-length", &size.to_string()),
        None => set(&mut response, "upload-defer-length", "1"),
    }
    for (name, value) in [("upload-metadata", &upload.metadata), ("upload-concat", &upload.concat)]
    {
        if !value.is_empty() {
            set(&mut response, name, value);
        }
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn say_offset(response: &mut Response, upload: &ResumableUpload) {
    // The offset of one that is put together is known once it is.
    if upload.kind != UploadKind::Final || upload.size_bytes == Some(upload.offset_bytes) {
        set(response, "upload-offset", &upload.offset_bytes.to_string());
    }
    if upload.state == UploadState::Open {
        let at = std::time::SystemTime::from(upload.expires_at);
        set(response, "upload-expires", &httpdate::fmt_http_date(at));
    }
    if let Some(id) = upload.video_id {
        set(response, "yingku-video-id", &id.to_string());
    }
    if upload.state != UploadState::Open {
        let outcome = upload.code.as_deref().unwrap_or(upload.state.as_str());
        set(response, "yingku-outcome", outcome);
    }
}

fn set(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

fn empty(status: StatusCode) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}
