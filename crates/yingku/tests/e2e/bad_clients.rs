//! Slow, broken and hostile clients on bare connections: each is got rid of, nobody else
//! notices, nothing is left behind.

use crate::stage::{Stage, all, number, percent_encoded};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};
use yingku_testkit::{Answer, Body, Database, Http, unique_film, wait_for};

/// Heads must have arrived within 10 s; the rest is for a busy machine.
const HEAD_LIMIT: Duration = Duration::from_secs(15);
/// The longest that a body may stand still.
const BODY_LIMIT: Duration = Duration::from_secs(50);

#[test]
fn slow_headers_are_cut_off() {
    let stage = Stage::open(Database::Sqlite);
    let mut drip = stage.http().connect().expect("a connection");
    let silent = stage.http().connect().expect("a connection");
    let began = Instant::now();
    let mut next = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ".iter().chain([&b'a'; 600]);
    let mut sent = Instant::now();
    wait_for("the end of a dripping connection", HEAD_LIMIT, || {
        if sent.elapsed() > Duration::from_millis(100) {
            sent = Instant::now();
            // A refused write is the end that is waited for.
            if drip.write_all(&[*next.next().expect("enough to drip")]).is_err() {
                return Some(());
            }
        }
        is_closed(&drip).then_some(())
    });
    assert!(began.elapsed() > Duration::from_secs(5), "cut off after {:?}", began.elapsed());
    wait_for("the end of a silent connection", HEAD_LIMIT, || is_closed(&silent).then_some(()));
    assert_alive(&stage);
    stage.close();
}

#[test]
fn garbage_is_refused() {
    let stage = Stage::open(Database::Sqlite);
    let zeros = [0_u8; 4096];
    let many_headers = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "A: b\r\n".repeat(10_000));
    let huge_header = format!("GET / HTTP/1.1\r\nHost: x\r\nA: {}\r\n\r\n", "b".repeat(1 << 20));
    let huge_target = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(1 << 20));
    let cases: &[(&str, &[u8])] = &[
        ("a TLS hello", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
        ("zeros", &zeros),
        ("no HTTP", b"hello, is this the video library?\r\n\r\n"),
        ("HTTP/2 without asking", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("a wrong version", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n"),
        ("a space in a name", b"GET / HTTP/1.1\r\nHost: x\r\nBad Name: x\r\n\r\n"),
        ("a header too many", many_headers.as_bytes()),
        ("a huge header", huge_header.as_bytes()),
        ("a huge target", huge_target.as_bytes()),
        ("two lengths", b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
        ("a negative length", b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"),
        ("a length beyond all numbers", b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n"),
        ("an unknown coding", b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\nhello"),
    ];
    for (what, bytes) in cases {
        let answer = converse(&stage.http(), bytes);
        if let Some(answer) = answer {
            assert!((400..600).contains(&answer.status), "{what}: {}", answer.status);
            assert_ne!(answer.status, 500, "{what}");
        }
        assert_alive(&stage);
    }
    stage.close();
}

#[test]
fn bad_requests_get_clear_answers() {
    let stage = Stage::open(Database::Sqlite);
    let http = stage.http();
    let post = |body: &str, media: &str| {
        let head = format!(
            "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
             Content-Type: {media}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        converse(&http, head.as_bytes()).expect("an answer").refused()
    };
    assert_eq!(post("{\"name\":", "application/json"), "malformed_request");
    assert_eq!(post("[]", "application/json"), "malformed_request");
    assert_eq!(post("{}", "text/plain"), "unsupported_media_type");
    let twice = "{\"name\":\"a\",\"password\":\"b\",\"surprise\":1}";
    assert_eq!(post(twice, "application/json"), "malformed_request");
    let large = format!("{{\"name\":\"{}\"}}", "a".repeat(4 << 20));
    let head = format!(
        "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
         Connection: close\r\nContent-Length: {}\r\n\r\n",
        large.len()
    );
    assert_eq!(converse(&http, head.as_bytes()).expect("an answer").refused(), "payload_too_large");
    assert_eq!(http.get("/api/v1/nowhere").send().refused(), "not_found");
    assert_eq!(http.request("PUT", "/api/v1/sessions").send().refused(), "method_not_allowed");
    for target in ["/api/v1/videos/abc", "/api/v1/videos?limit=9999", "/api/v1/videos?cursor=x"] {
        let answer = stage.admin.http.get(target).send();
        assert!((400..500).contains(&answer.status), "{target}: {}", answer.text());
        answer.refused();
    }
    for ticket in ["/d/x/y", "/d/..%2f..%2fetc/passwd", "/d/%00/%ff"] {
        let answer = http.get(ticket).send();
        assert!((400..500).contains(&answer.status), "{ticket}: {}", answer.text());
    }
    assert_alive(&stage);
    stage.close();
}

#[test]
fn uploads_that_lie_leave_nothing() {
    let stage = Stage::open(Database::Sqlite);
    let film = unique_film(301, 300_000);
    let head = |headers: &str| upload_head(&stage, headers);

    // Fewer bytes than announced, then the end.
    let mut stream = stage.http().connect().expect("a connection");
    stream.write_all(head("Content-Length: 300000").as_bytes()).expect("a head is taken");
    stream.write_all(&film[..150_000]).expect("half is taken");
    stream.shutdown(std::net::Shutdown::Write).expect("an end can be message");
    if let Ok((mut answer, mut body)) = Body::read_head(stream, "POST") {
        drop(body.read_to_end(&mut answer.body));
        assert!((400..500).contains(&answer.status), "{}", answer.text());
    }
    assert_nothing_uploaded(&stage);

    // A connection that simply breaks.
    let mut stream = stage.http().connect().expect("a connection");
    stream.write_all(head("Content-Length: 300000").as_bytes()).expect("a head is taken");
    stream.write_all(&film[..150_000]).expect("half is taken");
    drop(stream);
    assert_nothing_uploaded(&stage);

    // Chunks that are none, that lie, and that never end.
    for chunks in ["zz\r\nhello\r\n", "5\r\nhello world\r\n0\r\n\r\n", "-5\r\nhello\r\n"] {
        let mut bytes = head("Transfer-Encoding: chunked").into_bytes();
        bytes.extend_from_slice(chunks.as_bytes());
        if let Some(answer) = converse(&stage.http(), &bytes) {
            assert!((400..500).contains(&answer.status), "{chunks:?}: {}", answer.text());
        }
        assert_nothing_uploaded(&stage);
    }

    // Both ways to say the length: one of them is a lie.
    let bytes = head("Content-Length: 5\r\nTransfer-Encoding: chunked") + "0\r\n\r\n";
    if let Some(answer) = converse(&stage.http(), bytes.as_bytes()) {
        assert!((400..500).contains(&answer.status), "{}", answer.text());
    }
    assert_nothing_uploaded(&stage);

    // Bytes that are not those that were announced.
    let target = format!("/api/v1/videos?file_name=x.mp4&content_hash={}", "0".repeat(64));
    let refused = stage.admin.http.post(&target).file(film.clone()).send();
    assert_eq!(refused.refused(), "hash_mismatch");
    assert_nothing_uploaded(&stage);

    // And an honest one, afterwards.
    assert_eq!(number(&stage.upload("好.mp4", true, film).ok()["size_bytes"]), 300_000);
    assert_alive(&stage);
    stage.close();
}

#[test]
fn uploads_over_the_limit_are_refused() {
    let stage = Stage::open(Database::Sqlite);
    stage.set("upload.max_bytes", "1048576");
    // Announced: refused before a byte of it is sent.
    let head = upload_head(&stage, "Content-Length: 1048577");
    let answer = converse(&stage.http(), head.as_bytes()).expect("an answer");
    assert_eq!((answer.status, answer.refused().as_str()), (413, "upload_too_large"));
    // Not announced: refused when it has come too far.
    let mut stream = stage.http().connect().expect("a connection");
    let head = upload_head(&stage, "Transfer-Encoding: chunked");
    stream.write_all(head.as_bytes()).expect("a head is taken");
    let film = unique_film(302, 4_000_000);
    let broken = film.chunks(65_536).any(|part| {
        let size = format!("{:x}\r\n", part.len());
        let parts = [size.as_bytes(), part, b"\r\n"];
        parts.iter().try_for_each(|part| stream.write_all(part)).is_err()
    });
    let answer = Body::read_head(stream, "POST");
    match answer {
        Ok((answer, _)) => assert_eq!(answer.status, 413),
        Err(error) => assert!(broken, "neither an answer nor a broken connection: {error}"),
    }
    assert_nothing_uploaded(&stage);
    assert_eq!(stage.upload("够小.mp4", true, unique_film(303, 1_048_576)).status, 201);
    assert_alive(&stage);
    stage.close();
}

#[test]
fn a_body_that_stands_still_is_cut_off() {
    let stage = Stage::open(Database::Sqlite);
    let mut upload = stage.http().connect().expect("a connection");
    let head = upload_head(&stage, "Content-Length: 300000");
    upload.write_all(head.as_bytes()).expect("a head is taken");
    upload.write_all(&unique_film(304, 300_000)[..100_000]).expect("a third is taken");
    let mut login = stage.http().connect().expect("a connection");
    let head = "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                Content-Length: 50\r\n\r\n{";
    login.write_all(head.as_bytes()).expect("a head is taken");
    for stream in [upload, login] {
        stream.set_read_timeout(Some(BODY_LIMIT)).expect("a time limit");
        match Body::read_head(stream, "POST") {
            Ok((answer, _)) => assert_eq!(answer.status, 408),
            Err(error) => assert!(is_end(&error), "not cut off: {error}"),
        }
    }
    assert_nothing_uploaded(&stage);
    assert_alive(&stage);
    stage.close();
}

#[test]
fn slow_connections_hold_nobody_up() {
    let stage = Stage::open(Database::Sqlite);
    let slow: Vec<TcpStream> = (0..300)
        .map(|_| {
            let mut stream = stage.http().connect().expect("a connection");
            stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ").expect("a start is taken");
            stream
        })
        .collect();
    let slowest = (0..50)
        .map(|_| {
            let began = Instant::now();
            assert_eq!(stage.http().get("/healthz").send().status, 200);
            began.elapsed()
        })
        .max()
        .expect("there were requests");
    assert!(slowest < Duration::from_secs(3), "{slowest:?}");
    wait_for("the end of all slow connections", HEAD_LIMIT, || {
        slow.iter().all(is_closed).then_some(())
    });
    assert_alive(&stage);
    stage.close();
}

#[test]
fn a_reader_that_stands_still_does_not_keep_the_server_from_stopping() {
    let stage = Stage::open(Database::Sqlite);
    let video = stage.upload("大.mp4", true, unique_film(305, 40_000_000)).ok();
    let ticket = stage.admin.ask(number(&video["id"])).ok();
    let url = ticket["url"].as_str().expect("an address");
    let (answer, _unread) = stage.http().get(url).open().expect("an answer");
    assert_eq!(answer.status, 200);
    let _idle = stage.http().connect().expect("a connection");
    let mut half = stage.http().connect().expect("a connection");
    half.write_all(b"GET / HT").expect("a start is taken");
    // SIGTERM: out within 10 s all the same, with exit code 0.
    stage.close();
}

#[test]
fn hundreds_at_once_are_all_served() {
    let stage = Stage::open(Database::Sqlite);
    let video = stage.upload("众.mp4", true, unique_film(306, 200_000)).ok();
    let path = format!("/api/v1/videos/{}", number(&video["id"]));
    thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| {
                for _ in 0..5 {
                    let answer = stage.admin.http.get(&path).send();
                    assert_eq!(answer.ok()["id"], video["id"]);
                }
            });
        }
    });
    assert_alive(&stage);
    stage.close();
}

/// The head of an upload by the admin, as far as the empty line.
fn upload_head(stage: &Stage, headers: &str) -> String {
    format!(
        "POST /api/v1/videos?file_name={}&is_free=true HTTP/1.1\r\nHost: {}\r\n\
         Authorization: Bearer {}\r\nContent-Type: application/octet-stream\r\n{headers}\r\n\r\n",
        percent_encoded("坏.mp4"),
        stage.http().authority(),
        stage.admin.token,
    )
}

/// Sends bytes; the answer, or `None` where the connection was closed without one.
fn converse(http: &Http, bytes: &[u8]) -> Option<Answer> {
    let mut stream = http.connect().expect("a connection");
    // The server may have closed before everything was sent.
    drop(stream.write_all(bytes));
    match Body::read_head(stream, "POST") {
        Ok((mut answer, mut body)) => {
            drop(body.read_to_end(&mut answer.body));
            Some(answer)
        }
        Err(error) => {
            assert!(is_end(&error), "left open: {error}");
            None
        }
    }
}

fn assert_nothing_uploaded(stage: &Stage) {
    let videos = all(&stage.admin.http, "/api/v1/videos");
    assert!(videos.is_empty(), "{videos:?}");
}

fn assert_alive(stage: &Stage) {
    assert_eq!(stage.http().get("/healthz").send().status, 200);
    stage.server.assert_no_panic();
}

/// Whether the other side has ended the connection. What it sent before is skipped.
fn is_closed(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).expect("a connection can be asked");
    let mut buffer = [0; 4096];
    let closed = loop {
        match (&*stream).read(&mut buffer) {
            Ok(0) => break true,
            Ok(_) => {}
            Err(error) => break is_end(&error),
        }
    };
    stream.set_nonblocking(false).expect("a connection can be asked");
    closed
}

fn is_end(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
}
