use super::*;
use crate::blob::BlobStore;
use crate::http::send::{Content, Purpose, Source, respond};
use axum::routing::{get, post};
use futures_util::stream;
use std::net::SocketAddr;
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinHandle;

const SOON: Duration = Duration::from_millis(150);
const LONG: Duration = Duration::from_secs(60);

struct Server {
    address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Server {
    async fn start(router: Router, limits: Limits, grace: Duration) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let task = tokio::spawn(serve(listener, router, limits, stop.clone(), grace));
        Server { address, stop, task }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }
}

/// All limits far away, so that a test sees the one that it sets.
fn patient() -> Limits {
    Limits {
        header_timeout: LONG,
        keep_alive_timeout: LONG,
        write_timeout: LONG,
        ..Limits::default()
    }
}

fn hello() -> Router {
    Router::new()
        .route("/", get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.ip().to_string()))
}

async fn rest(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8_lossy(&text).into_owned()
}

/// Reads one answer with a body of known length.
async fn one(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    loop {
        let mut byte = [0u8];
        stream.read_exact(&mut byte).await.unwrap();
        text.push(byte[0] as char);
        if let Some(head) = text.strip_suffix("\r\n\r\n") {
            let len = head
                .split_once("content-length: ")
                .map_or(0, |(_, rest)| rest.lines().next().unwrap().parse().unwrap());
            let mut body = vec![0; len];
            stream.read_exact(&mut body).await.unwrap();
            return text + &String::from_utf8_lossy(&body);
        }
    }
}

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";

#[tokio::test]
async fn a_connection_is_kept_alive_and_knows_its_peer() {
    let server = Server::start(hello(), patient(), LONG).await;
    let mut stream = server.connect().await;
    for _ in 0..3 {
        stream.write_all(GET).await.unwrap();
        let answer = one(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("127.0.0.1"), "{answer}");
    }
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let router = Router::new()
        .route("/{n}", get(async |axum::extract::Path(n): axum::extract::Path<String>| n));
    let server = Server::start(router, patient(), LONG).await;
    let mut stream = server.connect().await;
    let requests: String =
        (0..50).map(|n| format!("GET /{n} HTTP/1.1\r\nHost: x\r\n\r\n")).collect();
    stream.write_all(requests.as_bytes()).await.unwrap();
    for n in 0..50 {
        assert!(one(&mut stream).await.ends_with(&format!("\r\n\r\n{n}")));
    }
}

#[tokio::test]
async fn a_head_that_does_not_end_is_closed_in_time() {
    let server = Server::start(hello(), Limits { header_timeout: SOON, ..patient() }, LONG).await;
    for sent in ["", "GET / HTTP/1.1\r\nHost: x\r\n"] {
        let mut stream = server.connect().await;
        stream.write_all(sent.as_bytes()).await.unwrap();
        let started = Instant::now();
        assert_eq!(rest(&mut stream).await, "");
        assert!(started.elapsed() < LONG / 4, "{sent:?}");
    }
}

#[tokio::test]
async fn a_head_that_trickles_is_closed_in_time() {
    let server = Server::start(hello(), Limits { header_timeout: SOON, ..patient() }, LONG).await;
    let mut stream = server.connect().await;
    let started = Instant::now();
    // Every byte comes long before the limit; all of them never do.
    while stream.write_all(b"G").await.is_ok() {
        assert!(started.elapsed() < LONG / 4);
        sleep(SOON / 10).await;
    }
}

#[tokio::test]
async fn a_later_head_has_its_own_limit_and_so_has_the_rest_between() {
    let limits = Limits { header_timeout: SOON, ..patient() };
    let server = Server::start(hello(), limits, LONG).await;
    let mut stream = server.connect().await;
    stream.write_all(GET).await.unwrap();
    one(&mut stream).await;
    // Longer than a head may take: nothing has begun, so nothing is late.
    sleep(SOON * 2).await;
    stream.write_all(GET).await.unwrap();
    one(&mut stream).await;
    stream.write_all(b"GET / HT").await.unwrap();
    assert_eq!(timeout(LONG / 4, rest(&mut stream)).await.unwrap(), "");

    let limits = Limits { keep_alive_timeout: SOON, ..patient() };
    let server = Server::start(hello(), limits, LONG).await;
    let mut stream = server.connect().await;
    stream.write_all(GET).await.unwrap();
    one(&mut stream).await;
    assert_eq!(timeout(LONG / 4, rest(&mut stream)).await.unwrap(), "");
}

#[tokio::test]
async fn a_slow_answer_is_not_held_against_the_peer() {
    let router = Router::new().route("/", get(async || sleep(SOON * 2).await));
    let limits = Limits { header_timeout: SOON / 2, keep_alive_timeout: SOON / 2, ..patient() };
    let server = Server::start(router, limits, LONG).await;
    let mut stream = server.connect().await;
    stream.write_all(GET).await.unwrap();
    assert!(one(&mut stream).await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn one_connection_too_many_is_told_so() {
    let server = Server::start(hello(), Limits { max_connections: 20, ..patient() }, LONG).await;
    let mut held = Vec::new();
    for _ in 0..20 {
        let mut stream = server.connect().await;
        stream.write_all(GET).await.unwrap();
        one(&mut stream).await;
        held.push(stream);
    }
    for _ in 0..50 {
        let mut stream = server.connect().await;
        let _ = stream.write_all(GET).await;
        let answer = timeout(LONG / 4, rest(&mut stream)).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{answer}");
        assert!(answer.contains("\r\nRetry-After: 5\r\n") && answer.contains("\"code\":\"busy\""));
    }
    // One place free again is one that the next gets.
    drop(held.pop());
    loop {
        let mut stream = server.connect().await;
        stream.write_all(GET).await.unwrap();
        if one_or_rest(&mut stream).await.starts_with("HTTP/1.1 200") {
            break;
        }
    }
}

async fn one_or_rest(stream: &mut TcpStream) -> String {
    let mut start = [0u8; 12];
    stream.read_exact(&mut start).await.unwrap();
    String::from_utf8_lossy(&start).into_owned()
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let server = Server::start(hello(), patient(), LONG).await;
    let large = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "a".repeat(40 << 10));
    let many = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "X: a\r\n".repeat(200));
    for head in [large, many] {
        let mut stream = server.connect().await;
        let _ = stream.write_all(head.as_bytes()).await;
        let answer = rest(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
}

#[tokio::test]
async fn a_peer_that_is_refused_in_the_middle_of_its_sending_hears_why() {
    let router = Router::new().route("/", post(async || (StatusCode::CONFLICT, "no")));
    let server = Server::start(router, patient(), LONG).await;
    let mut stream = server.connect().await;
    let size = 64 << 20;
    let head = format!("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![0; size]).await.unwrap();
    assert!(rest(&mut stream).await.ends_with("\r\n\r\nno"));
}

/// A film of 32 MiB, more than all the buffers between here and there.
async fn cinema(cut: CancellationToken) -> (tempfile::TempDir, Router) {
    let dir = tempfile::tempdir().unwrap();
    let store = BlobStore::open(dir.path()).unwrap();
    let pieces = (0..32u8).map(|n| Ok::<_, Infallible>(Bytes::from(vec![n; 1 << 20])));
    let received = store.staging.receive(stream::iter(pieces), u64::MAX).await.unwrap();
    let content = Content {
        purpose: Purpose::Save("film.mp4".into()),
        media_type: "video/mp4".into(),
        content_hash: received.content_hash.clone(),
        size_bytes: received.size_bytes,
        modified_at_ms: 0,
    };
    let key = store.keep(received).await.unwrap();
    let blob = store.get(&key).await.unwrap();
    let handler = async move |method: http::Method, headers: http::HeaderMap| {
        respond(&method, &headers, &content, &Source::whole(blob), None, cut).unwrap()
    };
    (dir, Router::new().route("/", get(handler)))
}

#[tokio::test]
async fn a_stop_lets_a_download_end_and_closes_the_idle() {
    let (_dir, router) = cinema(CancellationToken::new()).await;
    let server = Server::start(router.route("/hi", get(async || "hi")), patient(), LONG).await;
    let mut idle = server.connect().await;
    idle.write_all(b"GET /hi HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    one(&mut idle).await;
    let mut unheard = server.connect().await;
    let mut stream = server.connect().await;
    stream.write_all(GET).await.unwrap();
    assert_eq!(one_or_rest(&mut stream).await, "HTTP/1.1 200");
    server.stop.cancel();
    assert_eq!(rest(&mut idle).await, "");
    assert_eq!(rest(&mut unheard).await, "");
    let mut film = Vec::new();
    stream.read_to_end(&mut film).await.unwrap();
    assert!(film.len() > 32 << 20 && film.ends_with(&[31; 1 << 20]));
    server.task.await.unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn what_outlasts_the_grace_is_cut() {
    let (_dir, router) = cinema(CancellationToken::new()).await;
    let server = Server::start(router, patient(), SOON).await;
    let mut stream = server.connect().await;
    stream.write_all(GET).await.unwrap();
    assert_eq!(one_or_rest(&mut stream).await, "HTTP/1.1 200");
    server.stop.cancel();
    timeout(LONG / 4, server.task).await.unwrap().unwrap();
    let mut film = Vec::new();
    let _ = stream.read_to_end(&mut film).await;
    assert!(film.len() < 32 << 20);
}

#[tokio::test]
async fn a_cut_reaches_a_peer_that_does_not_read() {
    let cut = CancellationToken::new();
    let (_dir, router) = cinema(cut.clone()).await;
    let server = Server::start(router, patient(), LONG).await;
    let mut stream = server.connect().await;
    stream.write_all(GET).await.unwrap();
    assert_eq!(one_or_rest(&mut stream).await, "HTTP/1.1 200");
    // Until nothing moves: the peer's buffer and the server's are full.
    sleep(SOON).await;
    cut.cancel();
    let mut film = Vec::new();
    let end = timeout(LONG / 4, stream.read_to_end(&mut film)).await.unwrap();
    assert!(end.is_err() && film.len() < 32 << 20);
}

#[tokio::test]
async fn a_peer_that_takes_nothing_is_closed_in_time() {
    let (_dir, router) = cinema(CancellationToken::new()).await;
    let server = Server::start(router, Limits { write_timeout: SOON, ..patient() }, LONG).await;
    let mut stream = server.connect().await;
    stream.write_all(GET).await.unwrap();
    sleep(SOON * 3).await;
    let mut film = Vec::new();
    let _ = timeout(LONG / 4, stream.read_to_end(&mut film)).await.unwrap();
    assert!(film.len() < 32 << 20);
}

#[tokio::test]
async fn a_body_that_stalls_is_told_apart() {
    let read = async |body: Body| match axum::body::to_bytes(body, 100).await {
        Ok(bytes) => format!("read {}", bytes.len()),
        Err(error) => format!("stalled {}", BodyStalled::caused(&error)),
    };
    let pace = Pace::Steady { idle: SOON, bytes: 0, period: LONG };
    let router = Router::new().route("/", post(move |body| read(paced(body, pace, None))));
    let server = Server::start(router, patient(), LONG).await;
    let head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 8\r\n\r\n";
    let mut stream = server.connect().await;
    stream.write_all(head).await.unwrap();
    for byte in b"12345678" {
        stream.write_all(&[*byte]).await.unwrap();
        sleep(SOON / 4).await;
    }
    assert!(rest(&mut stream).await.ends_with("read 8"));
    let mut stream = server.connect().await;
    stream.write_all(head).await.unwrap();
    stream.write_all(b"1234").await.unwrap();
    assert!(rest(&mut stream).await.ends_with("stalled true"));
}

/// Every byte comes soon, and all of them too late.
#[tokio::test]
async fn a_body_that_trickles_is_given_up() {
    let at_once = Pace::Within(SOON);
    let steadily = Pace::Steady { idle: LONG, bytes: 1_000, period: SOON };
    for pace in [at_once, steadily] {
        let read = async move |body: Body| {
            let read = axum::body::to_bytes(paced(body, pace, None), 1_000_000).await;
            read.is_err_and(|error| BodyStalled::caused(&error)).to_string()
        };
        let server = Server::start(Router::new().route("/", post(read)), patient(), LONG).await;
        let mut stream = server.connect().await;
        let head =
            b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 900000\r\n\r\n";
        stream.write_all(head).await.unwrap();
        let (mut hears, mut sends) = stream.split();
        let mut answer = String::new();
        tokio::select! {
            read = hears.read_to_string(&mut answer) => { let _ = read; }
            () = async {
                while sends.write_all(b"x").await.is_ok() {
                    sleep(SOON / 10).await;
                }
                sleep(LONG).await;
            } => {}
        }
        assert!(answer.ends_with("true"), "{pace:?}: {answer}");
    }
}

/// What all waiting requests hold together has a bound: a newer body takes the place of the
/// one that has been waited for the longest, whoever sends it. Bodies that have come are safe.
#[tokio::test]
async fn so_many_bodies_are_waited_for_and_no_more() {
    let read = async |axum::Extension(place): axum::Extension<Place>, body: Body| {
        let body = paced(body, Pace::Within(LONG), Some(place));
        match axum::body::to_bytes(body, 100).await {
            Ok(bytes) => format!("read {}", bytes.len()),
            Err(error) => format!("stalled {}", BodyStalled::caused(&error)),
        }
    };
    let limits = Limits { max_waiting_bodies: 2, ..patient() };
    let server = Server::start(Router::new().route("/", post(read)), limits, LONG).await;
    let waiting = async || {
        let mut stream = server.connect().await;
        let head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
                     Expect: 100-continue\r\nContent-Length: 8\r\n\r\n";
        stream.write_all(head).await.unwrap();
        // It is asked for, thus waited for.
        assert!(one(&mut stream).await.starts_with("HTTP/1.1 100"));
        stream.write_all(b"1234").await.unwrap();
        stream
    };
    let finish = async |mut stream: TcpStream| {
        stream.write_all(b"5678").await.unwrap();
        rest(&mut stream).await
    };
    let (mut oldest, old) = (waiting().await, waiting().await);
    let young = waiting().await;
    assert!(rest(&mut oldest).await.ends_with("stalled true"));
    assert!(finish(old).await.ends_with("read 8"));
    let youngest = waiting().await;
    for stream in [young, youngest] {
        assert!(finish(stream).await.ends_with("read 8"));
    }
}
