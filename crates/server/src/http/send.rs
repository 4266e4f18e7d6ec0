//! Sending a blob: ranges, conditions and the headers of a download (RFC 9110), and the
//! body that pulls the bytes. Who may have them, and when, is decided before this.

mod range;

use super::content_policy;
use crate::blob::{Blob, Windows};
use crate::http::listen::Cut;
use axum::body::Body;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Response, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use range::Plan;
use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::time::{Duration, UNIX_EPOCH};
use tokio_util::sync::CancellationToken;

/// Ranges of a file that follow each other are read together up to so many bytes. Each read
/// costs about as much as copying this much, and a slow reader holds no more in memory.
const GATHERED_BYTES: u64 = 256 << 10;

/// What a download is, apart from its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// What it is sent for.
    pub purpose: Purpose,
    /// Its media type, for example `video/mp4`.
    pub media_type: String,
    /// Its hash; the entity tag, in quotes.
    pub content_hash: String,
    /// How long it is.
    pub size_bytes: u64,
    /// When it was uploaded, milliseconds since the epoch; sent in whole seconds.
    pub modified_at_ms: i64,
}

/// What content is sent for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be saved under that name, in any script; nothing on the way keeps it.
    Save(String),
    /// To be played; it never changes, and the player may keep it.
    Play,
}

/// What is sent: bytes made here, and ranges of a blob, one after the other.
#[derive(Clone, Debug)]
pub struct Source {
    blob: Blob,
    parts: Vec<Part>,
}

impl Source {
    /// A blob from its beginning to its end.
    pub fn whole(blob: Blob) -> Source {
        let parts = vec![Part::File(0..blob.size_bytes())];
        Source { blob, parts }
    }

    /// Bytes, then ranges of a blob.
    pub fn composed(head: Vec<u8>, blob: Blob, ranges: Vec<Range<u64>>) -> Source {
        let mut parts = vec![Part::Text(head.into())];
        parts.extend(ranges.into_iter().map(Part::File));
        Source { blob, parts }
    }

    /// How long it is.
    pub fn size_bytes(&self) -> u64 {
        self.parts.iter().map(Part::len_bytes).sum()
    }

    /// What a range of it consists of.
    fn cut(&self, range: Range<u64>) -> impl Iterator<Item = Part> {
        let mut from = 0;
        self.parts.iter().filter_map(move |part| {
            let (start, end) = (from, from + part.len_bytes());
            from = end;
            let wanted = range.start.max(start)..range.end.min(end);
            (!wanted.is_empty()).then(|| part.cut(wanted.start - start..wanted.end - start))
        })
    }
}

/// Follows one response. Dropping it means that the response has ended, whether it was
/// finished or broke.
pub trait Watch: Send + 'static {
    /// These bytes of the file (offsets in the file) are handed over for sending now.
    fn sent(&mut self, range: Range<u64>);

    /// Awaited once, after the last `sent` and before those bytes are handed over; whatever
    /// it brings about is true before the client can have them.
    fn before_last(&mut self) -> BoxFuture<'static, ()>;
}

/// Why there is no content in the answer. [`Refused::headers`] go with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// 412: `If-Match` or `If-Unmodified-Since` does not hold (RFC 9110, 13.1).
    PreconditionFailed,
    /// 416: no byte of the requested ranges exists (RFC 9110, 15.5.17).
    RangeNotSatisfiable {
        /// How long the file is.
        size_bytes: u64,
    },
}

impl Refused {
    /// The status of the answer.
    pub fn status(self) -> StatusCode {
        match self {
            Refused::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Refused::RangeNotSatisfiable { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
        }
    }

    /// The headers that belong to it: `Content-Range: bytes */SIZE` with a 416.
    pub fn headers(self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Refused::RangeNotSatisfiable { size_bytes } = self {
            set(&mut headers, header::CONTENT_RANGE, &format!("bytes */{size_bytes}"));
            set(&mut headers, header::ACCEPT_RANGES, "bytes");
        }
        headers
    }
}

/// The lowest offset in the file of which the answer to this request will have a byte: 0
/// for a whole file, the file's size for an answer that has none of it (304, 412, 416).
/// As [`respond`] would answer; the caller decides by it whether this resumes a download.
pub fn planned_start(method: &Method, headers: &HeaderMap, content: &Content) -> u64 {
    match range::plan(method, headers, content) {
        Plan::Whole => 0,
        Plan::Parts(parts) => parts.iter().map(|part| part.start).min().unwrap_or(0),
        Plan::NotModified | Plan::PreconditionFailed | Plan::Unsatisfiable => content.size_bytes,
    }
}

/// Answers a GET or HEAD of a blob: 200, 206 (one part or `multipart/byteranges`) or 304.
/// `watch` follows the bytes. Once `cut` is cancelled no further byte leaves, and the
/// connection is closed short of the announced length.
///
/// # Errors
/// [`Refused`], for the caller to make a problem document of.
pub fn respond(
    method: &Method,
    headers: &HeaderMap,
    content: &Content,
    source: &Source,
    watch: Option<Box<dyn Watch>>,
    cut: CancellationToken,
) -> Result<Response<Body>, Refused> {
    let (status, mut sending) = match range::plan(method, headers, content) {
        Plan::PreconditionFailed => return Err(Refused::PreconditionFailed),
        Plan::Unsatisfiable => {
            return Err(Refused::RangeNotSatisfiable { size_bytes: content.size_bytes });
        }
        Plan::NotModified => return Ok(not_modified(content)),
        Plan::Whole => (StatusCode::OK, Sending::whole(content, source)),
        Plan::Parts(parts) if parts.len() == 1 => {
            (StatusCode::PARTIAL_CONTENT, Sending::single(content, source, parts[0].clone()))
        }
        Plan::Parts(parts) => {
            (StatusCode::PARTIAL_CONTENT, Sending::multipart(content, source, &parts))
        }
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    *response.headers_mut() = content_headers(content);
    response.headers_mut().extend(std::mem::take(&mut sending.headers));
    let len = sending.len_bytes();
    // An empty body of a known length would never be pulled, so nothing would watch its end.
    if len > 0 || watch.is_none() || method == Method::HEAD {
        response.headers_mut().insert(header::CONTENT_LENGTH, len.into());
    }
    if method != Method::HEAD {
        sending.watch = watch;
        response.extensions_mut().insert(Cut(cut.clone()));
        *response.body_mut() = sending.into_body(cut);
    }
    Ok(response)
}

/// The bytes still to be sent.
struct Sending {
    /// Headers of this kind of answer.
    headers: HeaderMap,
    parts: VecDeque<Part>,
    /// The part of the file that is being sent, and the offset that comes next.
    open: Option<(Windows, u64)>,
    /// Bytes of the file that are not handed over yet.
    left_bytes: u64,
    blob: Blob,
    watch: Option<Box<dyn Watch>>,
    /// Whether `before_last` was awaited.
    announced: bool,
}

/// A part of what is sent.
#[derive(Clone, Debug)]
enum Part {
    /// Bytes that were made here.
    Text(Bytes),
    /// A range of the blob.
    File(Range<u64>),
}

impl Sending {
    fn new(blob: &Blob, parts: VecDeque<Part>) -> Sending {
        let mut sending = Sending {
            headers: HeaderMap::new(),
            parts,
            open: None,
            left_bytes: 0,
            blob: blob.clone(),
            watch: None,
            announced: false,
        };
        sending.left_bytes = sending.parts.iter().map(Part::file_bytes).sum();
        sending
    }

    fn whole(content: &Content, source: &Source) -> Sending {
        let mut sending = Sending::new(&source.blob, source.parts.clone().into());
        set(&mut sending.headers, header::CONTENT_TYPE, &content.media_type);
        sending
    }

    /// RFC 9110, 15.3.7.1.
    fn single(content: &Content, source: &Source, range: Range<u64>) -> Sending {
        let field = content_range(&range, content.size_bytes);
        let mut sending = Sending::new(&source.blob, source.cut(range).collect());
        set(&mut sending.headers, header::CONTENT_TYPE, &content.media_type);
        set(&mut sending.headers, header::CONTENT_RANGE, &field);
        sending
    }

    /// RFC 9110, 14.6 and 15.3.7.2: the ranges are named in the parts, not in the head.
    fn multipart(content: &Content, source: &Source, ranges: &[Range<u64>]) -> Sending {
        // Random, since a boundary must not occur in the bytes it parts.
        let mut random = [0u8; 16];
        let _ = getrandom::fill(&mut random);
        let boundary = format!("{:032x}", u128::from_ne_bytes(random));
        let mut parts = VecDeque::new();
        for range in ranges {
            parts.push_back(Part::Text(Bytes::from(format!(
                "\r\n--{boundary}\r\nContent-Type: {}\r\nContent-Range: {}\r\n\r\n",
                content.media_type,
                content_range(range, content.size_bytes)
            ))));
            parts.extend(source.cut(range.clone()));
        }
        parts.push_back(Part::Text(Bytes::from(format!("\r\n--{boundary}--\r\n"))));
        let mut sending = Sending::new(&source.blob, parts);
        let media_type = format!("multipart/byteranges; boundary={boundary}");
        set(&mut sending.headers, header::CONTENT_TYPE, &media_type);
        sending
    }

    fn len_bytes(&self) -> u64 {
        self.parts.iter().map(Part::len_bytes).sum()
    }

    fn into_body(self, cut: CancellationToken) -> Body {
        Body::from_stream(stream::try_unfold((self, cut), |(mut sending, cut)| async move {
            match cut.run_until_cancelled(sending.next()).await {
                Some(Ok(Some(frame))) => Ok(Some((frame, (sending, cut)))),
                Some(Ok(None)) => Ok(None),
                Some(Err(error)) => {
                    tracing::error!(%error, "a download broke: the storage failed");
                    Err(error)
                }
                None => Err(io::Error::from(io::ErrorKind::ConnectionAborted)),
            }
        }))
    }

    /// The next piece of the body.
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            if let Some(frame) = self.next_of_file().await? {
                return Ok(Some(frame));
            }
            let small = self.take_small();
            if !small.is_empty() {
                return self.next_of_small(small).await.map(Some);
            }
            match self.parts.pop_front() {
                Some(Part::Text(text)) => return Ok(Some(text)),
                Some(Part::File(range)) => {
                    self.open = Some((self.blob.windows(range.clone()), range.start));
                }
                None => {
                    self.announce().await;
                    return Ok(None);
                }
            }
        }
    }

    async fn next_of_file(&mut self) -> io::Result<Option<Bytes>> {
        let Some((windows, offset)) = &mut self.open else { return Ok(None) };
        let Some(frame) = windows.next().await.transpose()? else {
            self.open = None;
            return Ok(None);
        };
        let range = *offset..*offset + frame.len() as u64;
        *offset = range.end;
        self.hand_over(range).await;
        Ok(Some(frame))
    }

    /// The ranges of the file that come next and are read together; none where a large one does.
    fn take_small(&mut self) -> Vec<Range<u64>> {
        let mut left_bytes = GATHERED_BYTES;
        let mut small = Vec::new();
        while let Some(Part::File(range)) = self.parts.front() {
            let size_bytes = range.end - range.start;
            if size_bytes == 0 || size_bytes > left_bytes {
                break;
            }
            left_bytes -= size_bytes;
            small.push(range.clone());
            self.parts.pop_front();
        }
        small
    }

    async fn next_of_small(&mut self, ranges: Vec<Range<u64>>) -> io::Result<Bytes> {
        let piece = self.blob.gather(&ranges).await?;
        for range in ranges {
            self.hand_over(range).await;
        }
        Ok(piece)
    }

    /// Accounts for a range that is sent next.
    async fn hand_over(&mut self, range: Range<u64>) {
        self.left_bytes = self.left_bytes.saturating_sub(range.end - range.start);
        if let Some(watch) = &mut self.watch {
            watch.sent(range);
        }
        if self.left_bytes == 0 {
            self.announce().await;
        }
    }

    async fn announce(&mut self) {
        if !std::mem::replace(&mut self.announced, true)
            && let Some(watch) = &mut self.watch
        {
            watch.before_last().await;
        }
    }
}

impl Part {
    fn file_bytes(&self) -> u64 {
        match self {
            Part::File(range) => range.end - range.start,
            Part::Text(_) => 0,
        }
    }

    fn len_bytes(&self) -> u64 {
        match self {
            Part::File(range) => range.end - range.start,
            Part::Text(text) => text.len() as u64,
        }
    }

    /// A range of it, counted from its own beginning.
    fn cut(&self, range: Range<u64>) -> Part {
        match self {
            Part::File(whole) => Part::File(whole.start + range.start..whole.start + range.end),
            Part::Text(text) => Part::Text(text.slice(range.start as usize..range.end as usize)),
        }
    }
}

fn content_range(range: &Range<u64>, size_bytes: u64) -> String {
    format!("bytes {}-{}/{size_bytes}", range.start, range.end - 1)
}

/// RFC 9110, 15.4.5: the validators and what governs caching, no more.
fn not_modified(content: &Content) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    *response.headers_mut() = validators(content);
    response
}

fn validators(content: &Content) -> HeaderMap {
    let mut headers = HeaderMap::new();
    set(&mut headers, header::ETAG, &etag(content));
    set(&mut headers, header::LAST_MODIFIED, &http_date(content.modified_at_ms));
    let caching = match content.purpose {
        Purpose::Save(_) => "private, no-store",
        Purpose::Play => "private, max-age=43200, immutable",
    };
    set(&mut headers, header::CACHE_CONTROL, caching);
    headers
}

/// What every answer with content says about it. Strangers made these files: a browser
/// shall save or play them, and neither guess a type nor run anything in them.
fn content_headers(content: &Content) -> HeaderMap {
    let mut headers = validators(content);
    set(&mut headers, header::ACCEPT_RANGES, "bytes");
    if let Purpose::Save(file_name) = &content.purpose {
        set(&mut headers, header::CONTENT_DISPOSITION, &disposition(file_name));
    }
    set(&mut headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(&mut headers, header::CONTENT_SECURITY_POLICY, content_policy::FILES);
    headers
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    let fallback = HeaderValue::from_static("application/octet-stream");
    headers.insert(name, HeaderValue::from_str(value).unwrap_or(fallback));
}

fn etag(content: &Content) -> String {
    format!("\"{}\"", content.content_hash)
}

/// The moment in whole seconds, as it is sent and compared.
fn whole_seconds(ms: i64) -> u64 {
    // The last second of the year 9999, beyond which the format has no years.
    u64::try_from(ms / 1_000).unwrap_or(0).min(253_402_300_799)
}

fn http_date(ms: i64) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(whole_seconds(ms)))
}

/// `attr-char` of RFC 8187, 3.2.1, is what stands for itself.
const NOT_ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// RFC 6266: the plain name for old readers, the whole one (RFC 8187) for the others. What
/// could name another folder, end the header or turn the writing round becomes `_`.
fn disposition(file_name: &str) -> String {
    let name: String = file_name.chars().map(|c| if is_unsafe(c) { '_' } else { c }).collect();
    let name = if name.trim_matches('.').is_empty() { "video" } else { &name };
    // Quotes would need an escape and percent signs be taken for one (RFC 6266, appendix D).
    let plain: String =
        name.chars().map(|c| if c.is_ascii() && !"\"%".contains(c) { c } else { '_' }).collect();
    let whole = utf8_percent_encode(name, NOT_ATTR_CHAR);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '/' | '\\' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests;
