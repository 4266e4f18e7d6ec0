use super::*;
use crate::blob::BlobStore;
use http_body_util::BodyExt;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

const HASH: &str = "af1349b9f5f9a1a6a0404dea36dcc949";
const WHEN: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
const AFTER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

fn content(size_bytes: u64) -> Content {
    Content {
        purpose: Purpose::Save("movie.mp4".into()),
        media_type: "video/mp4".into(),
        content_hash: HASH.into(),
        size_bytes,
        modified_at_ms: 784_111_777_999,
    }
}

fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        headers.append(*name, HeaderValue::from_str(value).unwrap());
    }
    headers
}

fn planned(fields: &[(&'static str, &str)], size_bytes: u64) -> Plan {
    range::plan(&Method::GET, &headers(fields), &content(size_bytes))
}

fn parts<const N: usize>(parts: [Range<u64>; N]) -> Plan {
    Plan::Parts(parts.to_vec())
}

// One range in brackets is what is meant.
#[allow(clippy::single_range_in_vec_init)]
#[test]
fn ranges_by_the_book() {
    let many = |count: u64| {
        let specs: Vec<String> =
            (0..count).map(|i| format!("{}-{}", i * 1000, i * 1000 + 9)).collect();
        format!("bytes={}", specs.join(","))
    };
    let (sixteen, seventeen) = (many(16), many(17));
    let sixteen_parts: Vec<Range<u64>> = (0..16).map(|i| i * 1000..i * 1000 + 10).collect();
    let thousands = format!("bytes={}", "0-,".repeat(9_000));
    // The examples of RFC 9110, 14.1.2, are of a file of 10,000 bytes.
    let cases: &[(&str, u64, Plan)] = &[
        ("bytes=0-499", 10_000, parts([0..500])),
        ("bytes=500-999", 10_000, parts([500..1000])),
        ("bytes=-500", 10_000, parts([9500..10_000])),
        ("bytes=9500-", 10_000, parts([9500..10_000])),
        ("bytes=0-0,-1", 10_000, parts([0..1, 9999..10_000])),
        ("bytes= 0-999, 4500-5499, -1000", 10_000, parts([0..1000, 4500..5500, 9000..10_000])),
        ("bytes=500-600,601-999", 10_000, parts([500..1000])),
        ("bytes=500-700,601-999", 10_000, parts([500..1000])),
        // The order asked for is kept, whatever is joined.
        ("bytes=5000-5099,0-99", 10_000, parts([5000..5100, 0..100])),
        ("bytes=5000-5099,0-99,5100-5199", 10_000, parts([5000..5200, 0..100])),
        ("bytes=0-99,228-299", 10_000, parts([0..300])),
        ("bytes=0-99,229-299", 10_000, parts([0..100, 229..300])),
        // Beyond the end, and the ends themselves.
        ("bytes=0-99999", 10_000, parts([0..10_000])),
        ("bytes=-99999", 10_000, parts([0..10_000])),
        ("bytes=9999-", 10_000, parts([9999..10_000])),
        ("bytes=9999-9999", 10_000, parts([9999..10_000])),
        ("bytes=0-18446744073709551615", 10_000, parts([0..10_000])),
        ("bytes=0-99999999999999999999999", 10_000, parts([0..10_000])),
        ("bytes=10000-", 10_000, Plan::Unsatisfiable),
        ("bytes=10000-10001,20000-", 10_000, Plan::Unsatisfiable),
        ("bytes=99999999999999999999999-", 10_000, Plan::Unsatisfiable),
        ("bytes=-0", 10_000, Plan::Unsatisfiable),
        ("bytes=10000-,0-1", 10_000, parts([0..2])),
        // The unit is read without regard to case; another one is ignored.
        ("BYTES=0-1", 10_000, parts([0..2])),
        ("chapters=0-1", 10_000, Plan::Whole),
        // Bad syntax is ignored.
        ("bytes", 10_000, Plan::Whole),
        ("bytes=", 10_000, Plan::Whole),
        ("bytes=,", 10_000, Plan::Whole),
        ("bytes=-", 10_000, Plan::Whole),
        ("bytes=a-b", 10_000, Plan::Whole),
        ("bytes=5", 10_000, Plan::Whole),
        ("bytes=2-1", 10_000, Plan::Whole),
        ("bytes=+1-2", 10_000, Plan::Whole),
        ("bytes=1-2-3", 10_000, Plan::Whole),
        ("bytes=--1", 10_000, Plan::Whole),
        ("bytes=0-1,x", 10_000, Plan::Whole),
        ("bytes=0 -1", 10_000, Plan::Whole),
        ("bytes=,0-1,,", 10_000, parts([0..2])),
        // Many.
        (&sixteen, 100_000, Plan::Parts(sixteen_parts)),
        (&seventeen, 100_000, Plan::Whole),
        (&thousands, 100_000, parts([0..100_000])),
        // An empty file.
        ("bytes=0-", 0, Plan::Unsatisfiable),
        ("bytes=-5", 0, Plan::Whole),
        ("bytes=-0", 0, Plan::Unsatisfiable),
    ];
    for (range, size, expected) in cases {
        assert_eq!(&planned(&[("range", range)], *size), expected, "{range} of {size}");
    }
    let head = headers(&[("range", "bytes=0-1")]);
    assert_eq!(range::plan(&Method::HEAD, &head, &content(10)), Plan::Whole);
    let two = [("range", "bytes=0-1"), ("range", "bytes=3-4")];
    assert_eq!(planned(&two, 10), Plan::Whole);
}

#[allow(clippy::single_range_in_vec_init)]
#[test]
fn conditions_by_the_book() {
    let (tag, weak) = (format!("\"{HASH}\""), format!("W/\"{HASH}\""));
    let list = format!("\"a,b\", W/\"x\" ,\t{tag}");
    let (fine, failed, same) = (Plan::Whole, Plan::PreconditionFailed, Plan::NotModified);
    let part = parts([2..10]);
    type Case<'a> = (&'a [(&'static str, &'a str)], &'a Plan);
    let cases: &[Case] = &[
        (&[], &fine),
        (&[("if-match", &tag)], &fine),
        (&[("if-match", "*")], &fine),
        (&[("if-match", &list)], &fine),
        (&[("if-match", "\"x\""), ("if-match", &tag)], &fine),
        (&[("if-match", &weak)], &failed),
        (&[("if-match", "\"x\"")], &failed),
        (&[("if-match", HASH)], &failed),
        (&[("if-match", "")], &failed),
        (&[("if-unmodified-since", WHEN)], &fine),
        (&[("if-unmodified-since", AFTER)], &fine),
        (&[("if-unmodified-since", BEFORE)], &failed),
        (&[("if-unmodified-since", "yesterday")], &fine),
        // If-Match takes its place.
        (&[("if-match", &tag), ("if-unmodified-since", BEFORE)], &fine),
        (&[("if-none-match", &tag)], &same),
        (&[("if-none-match", &weak)], &same),
        (&[("if-none-match", "*")], &same),
        (&[("if-none-match", &list)], &same),
        (&[("if-none-match", "\"x\"")], &fine),
        (&[("if-modified-since", WHEN)], &same),
        (&[("if-modified-since", AFTER)], &same),
        (&[("if-modified-since", BEFORE)], &fine),
        (&[("if-modified-since", "Sunday, 06-Nov-94 08:49:37 GMT")], &same),
        (&[("if-modified-since", "Sun Nov  6 08:49:37 1994")], &same),
        (&[("if-modified-since", "soon")], &fine),
        // If-None-Match takes its place.
        (&[("if-none-match", "\"x\""), ("if-modified-since", WHEN)], &fine),
        // 412 comes before 304, and both before ranges.
        (&[("if-match", "\"x\""), ("if-none-match", &tag)], &failed),
        (&[("range", "bytes=2-"), ("if-none-match", &tag)], &same),
        (&[("range", "bytes=99-"), ("if-match", "\"x\"")], &failed),
        // If-Range.
        (&[("range", "bytes=2-"), ("if-range", &tag)], &part),
        (&[("range", "bytes=2-"), ("if-range", &weak)], &fine),
        (&[("range", "bytes=2-"), ("if-range", "\"x\"")], &fine),
        (&[("range", "bytes=2-"), ("if-range", WHEN)], &part),
        (&[("range", "bytes=2-"), ("if-range", AFTER)], &fine),
        (&[("range", "bytes=2-"), ("if-range", BEFORE)], &fine),
        (&[("range", "bytes=2-"), ("if-range", "rubbish")], &fine),
        // One that fails makes even a hopeless range a whole answer.
        (&[("range", "bytes=99-"), ("if-range", "\"x\"")], &fine),
        (&[("if-range", &tag)], &fine),
    ];
    for (fields, expected) in cases {
        assert_eq!(&&planned(fields, 10), expected, "{fields:?}");
    }
}

#[test]
fn the_planned_start_is_the_lowest_byte() {
    let start = |fields: &[(&'static str, &str)]| {
        planned_start(&Method::GET, &headers(fields), &content(1_000))
    };
    assert_eq!(start(&[]), 0);
    assert_eq!(start(&[("range", "bytes=7-")]), 7);
    assert_eq!(start(&[("range", "bytes=900-,200-300")]), 200);
    assert_eq!(start(&[("range", "bytes=7-"), ("if-range", "\"x\"")]), 0);
    assert_eq!(start(&[("range", "bytes=1000-")]), 1_000);
    assert_eq!(start(&[("if-none-match", "*")]), 1_000);
}

#[test]
fn the_name_survives_in_any_script() {
    let cases = [
        ("movie.mp4", "movie.mp4", "movie.mp4"),
        ("my movie.mp4", "my movie.mp4", "my%20movie.mp4"),
        ("影库.mp4", "__.mp4", "%E5%BD%B1%E5%BA%93.mp4"),
        ("a\"b%41.mp4", "a_b_41.mp4", "a%22b%2541.mp4"),
        ("../../etc/passwd", ".._.._etc_passwd", ".._.._etc_passwd"),
        ("c:\\x\r\nSet-Cookie: a=b", "c:_x__Set-Cookie: a=b", "c%3A_x__Set-Cookie%3A%20a%3Db"),
        ("exe\u{202e}4pm.exe", "exe_4pm.exe", "exe_4pm.exe"),
        ("it's (1)*.mp4", "it's (1)*.mp4", "it%27s%20%281%29%2A.mp4"),
        ("", "video", "video"),
        ("..", "video", "video"),
    ];
    for (name, plain, whole) in cases {
        let expected = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}");
        assert_eq!(disposition(name), expected, "{name}");
    }
}

/// Tells what it sees, in order.
struct Log(Arc<Mutex<Vec<String>>>);

impl Watch for Log {
    fn sent(&mut self, range: Range<u64>) {
        self.0.lock().unwrap().push(format!("sent {}-{}", range.start, range.end));
    }

    fn before_last(&mut self) -> BoxFuture<'static, ()> {
        let log = Arc::clone(&self.0);
        Box::pin(async move {
            tokio::task::yield_now().await;
            log.lock().unwrap().push("last".into());
        })
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.0.lock().unwrap().push("end".into());
    }
}

struct Film {
    _dir: tempfile::TempDir,
    bytes: Vec<u8>,
    blob: Blob,
    log: Arc<Mutex<Vec<String>>>,
}

impl Film {
    fn source(&self) -> Source {
        Source::whole(self.blob.clone())
    }

    async fn new(len: usize) -> Film {
        let dir = tempfile::tempdir().unwrap();
        let store = BlobStore::open(dir.path()).unwrap();
        let bytes: Vec<u8> = (0..len).map(|i| (i * 7 + i / 255) as u8).collect();
        let body = stream::iter([Ok::<_, Infallible>(Bytes::from(bytes.clone()))]);
        let key = store.keep(store.staging.receive(body, u64::MAX).await.unwrap()).await.unwrap();
        let blob = store.get(&key).await.unwrap();
        Film { _dir: dir, bytes, blob, log: Arc::default() }
    }

    fn ask(
        &self,
        method: Method,
        fields: &[(&'static str, &str)],
    ) -> Result<Response<Body>, Refused> {
        let watch: Box<dyn Watch> = Box::new(Log(Arc::clone(&self.log)));
        let content = content(self.bytes.len() as u64);
        let cut = CancellationToken::new();
        respond(&method, &headers(fields), &content, &self.source(), Some(watch), cut)
    }

    fn log(&self) -> Vec<String> {
        std::mem::take(&mut self.log.lock().unwrap())
    }
}

async fn body(response: Response<Body>) -> Bytes {
    response.into_body().collect().await.unwrap().to_bytes()
}

fn field<'a>(response: &'a Response<Body>, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_whole_file_is_sent_and_watched() {
    let film = Film::new((2 << 20) + 5).await;
    let response = film.ask(Method::GET, &[]).unwrap();
    assert_eq!(response.status(), 200);
    let expected = [
        ("content-type", "video/mp4"),
        ("content-length", "2097157"),
        ("accept-ranges", "bytes"),
        ("etag", "\"af1349b9f5f9a1a6a0404dea36dcc949\""),
        ("last-modified", WHEN),
        ("cache-control", "private, no-store"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("x-content-type-options", "nosniff"),
        ("content-range", ""),
    ];
    for (name, value) in expected {
        assert_eq!(field(&response, name), value, "{name}");
    }
    assert_eq!(body(response).await, film.bytes);
    let log = ["sent 0-1048576", "sent 1048576-2097152", "sent 2097152-2097157", "last", "end"];
    assert_eq!(film.log(), log);
}

#[tokio::test]
async fn one_range_is_a_part_of_the_file() {
    let film = Film::new(1000).await;
    let response = film.ask(Method::GET, &[("range", "bytes=100-199")]).unwrap();
    assert_eq!(response.status(), 206);
    assert_eq!(field(&response, "content-range"), "bytes 100-199/1000");
    assert_eq!(field(&response, "content-length"), "100");
    assert_eq!(body(response).await, film.bytes[100..200]);
    assert_eq!(film.log(), ["sent 100-200", "last", "end"]);
}

#[tokio::test]
async fn several_ranges_are_a_multipart_body_of_the_announced_length() {
    let film = Film::new(1000).await;
    let response = film.ask(Method::GET, &[("range", "bytes=900-909,0-4")]).unwrap();
    assert_eq!(response.status(), 206);
    assert_eq!(field(&response, "content-range"), "");
    let media_type = field(&response, "content-type").to_owned();
    let boundary = media_type.strip_prefix("multipart/byteranges; boundary=").unwrap();
    let len: usize = field(&response, "content-length").parse().unwrap();
    let mut expected = Vec::new();
    for (range, text) in [(900..910, "900-909"), (0..5, "0-4")] {
        let head = format!(
            "\r\n--{boundary}\r\nContent-Type: video/mp4\r\nContent-Range: bytes {text}/1000\r\n\r\n"
        );
        expected.extend_from_slice(head.as_bytes());
        expected.extend_from_slice(&film.bytes[range]);
    }
    expected.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    let body = body(response).await;
    assert_eq!(body.len(), len);
    assert_eq!(body, expected);
    assert_eq!(film.log(), ["sent 900-910", "sent 0-5", "last", "end"]);
}

#[tokio::test]
async fn small_ranges_of_a_file_are_sent_together() {
    let film = Film::new(1_000_000).await;
    let ranges = vec![
        10..20,
        0..5,
        5..5,
        100..300_100,
        300_100..500_000,
        7..8,
        500_000..600_000,
        9..300_000,
    ];
    let mut expected = b"head".to_vec();
    ranges.iter().for_each(|part| {
        expected.extend(&film.bytes[part.start as usize..part.end as usize]);
    });
    let source = Source::composed(b"head".to_vec(), film.blob.clone(), ranges);
    let size_bytes = source.size_bytes();
    assert_eq!(size_bytes, expected.len() as u64);
    let answer = |fields: &[(&'static str, &str)]| {
        let cut = CancellationToken::new();
        let log: Box<dyn Watch> = Box::new(Log(Arc::clone(&film.log)));
        respond(&Method::GET, &headers(fields), &content(size_bytes), &source, Some(log), cut)
    };
    assert!(body(answer(&[]).unwrap()).await == expected);
    let log = film.log();
    assert_eq!(log[..2], ["sent 10-20", "sent 0-5"]);
    assert_eq!(log[log.len() - 2..], ["last", "end"]);
    let part = body(answer(&[("range", "bytes=2-400000")]).unwrap()).await;
    assert!(part == expected[2..=400_000]);
    // A file that is shorter than it was breaks the answer.
    let beyond = vec![0..1, 999_999..1_000_001];
    let source = Source::composed(Vec::new(), film.blob.clone(), beyond);
    let cut = CancellationToken::new();
    let answer = respond(&Method::GET, &headers(&[]), &content(3), &source, None, cut).unwrap();
    assert!(answer.into_body().collect().await.is_err());
}

#[tokio::test]
async fn head_says_the_same_and_sends_nothing() {
    let film = Film::new(1000).await;
    let response = film.ask(Method::HEAD, &[("range", "bytes=1-2")]).unwrap();
    assert_eq!((response.status().as_u16(), field(&response, "content-length")), (200, "1000"));
    assert_eq!(body(response).await, "");
    assert_eq!(film.log(), ["end"]);
}

#[tokio::test]
async fn answers_without_content() {
    let film = Film::new(1000).await;
    let response = film.ask(Method::GET, &[("if-none-match", "*")]).unwrap();
    assert_eq!(response.status(), 304);
    assert_eq!(field(&response, "last-modified"), WHEN);
    assert!(!response.headers().contains_key("content-type"));
    let refused = film.ask(Method::GET, &[("range", "bytes=1000-")]).unwrap_err();
    assert_eq!(refused, Refused::RangeNotSatisfiable { size_bytes: 1000 });
    assert_eq!(refused.headers()["content-range"], "bytes */1000");
    let refused = film.ask(Method::GET, &[("if-match", "\"x\"")]).unwrap_err();
    assert_eq!((refused, refused.status().as_u16()), (Refused::PreconditionFailed, 412));
    assert_eq!(film.log(), ["end", "end", "end"]);
}

#[tokio::test]
async fn an_empty_file_is_sent_and_watched() {
    let film = Film::new(0).await;
    let response = film.ask(Method::GET, &[]).unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(body(response).await, "");
    assert_eq!(film.log(), ["last", "end"]);
}

#[tokio::test]
async fn a_cut_ends_the_body_at_once() {
    let film = Film::new(3 << 20).await;
    let cut = CancellationToken::new();
    let watch: Box<dyn Watch> = Box::new(Log(Arc::clone(&film.log)));
    let content = content(film.bytes.len() as u64);
    let response = respond(
        &Method::GET,
        &HeaderMap::new(),
        &content,
        &film.source(),
        Some(watch),
        cut.clone(),
    )
    .unwrap();
    let mut body = response.into_body();
    assert!(body.frame().await.unwrap().is_ok());
    cut.cancel();
    assert!(body.frame().await.unwrap().is_err());
    drop(body);
    assert_eq!(film.log(), ["sent 0-1048576", "end"]);
}
