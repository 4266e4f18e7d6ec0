//! Half-sent bodies, and too many connections of one address.

use super::half::Half;
use crate::site::{Database, Person, Site};
use serde_json::json;
use std::net::{IpAddr, SocketAddr};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use yingku_server::config::Proxies;

async fn site(change: impl Fn(&mut yingku_server::config::Given)) -> Site {
    Site::start_with(Database::Sqlite, |given| {
        crate::classic::open(given);
        change(given);
    })
    .await
}

/// A connection from an address of this machine.
async fn connect_from(from: &str, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    let from: IpAddr = from.parse().expect("an address");
    socket.bind(SocketAddr::new(from, 0)).expect("a loopback address");
    socket.connect(to).await.expect("the server listens")
}

async fn heard(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    // A reset is an end as well.
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8_lossy(&text).into_owned()
}

const GET: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

async fn is_served(stream: &mut TcpStream) -> bool {
    stream.write_all(GET).await.expect("a request is taken");
    heard(stream).await.starts_with("HTTP/1.1 200")
}

#[tokio::test(flavor = "multi_thread")]
async fn only_admins_send_large_bodies() {
    let site = Site::start(Database::Sqlite).await;
    let user = site.user("观众").await;
    let of = |bytes: usize| json!({ "display_name": "x".repeat(bytes - 19) });
    for who in [&site.nobody(), &user] {
        let path = if who.token.is_some() { "/me" } else { "/sessions" };
        let method = if who.token.is_some() { "PATCH" } else { "POST" };
        for bytes in [8 * 1024 + 1, 200_000] {
            let call = who.call(method.parse().expect("a method"), path).json(&of(bytes));
            let refused = call.await.refused(413, "payload_too_large");
            assert_eq!(refused["limit_bytes"], 8 * 1024);
            // No length is announced, and what comes is counted.
            let pieces = futures_util::stream::iter(
                of(bytes)
                    .to_string()
                    .into_bytes()
                    .chunks(100)
                    .map(<[u8]>::to_vec)
                    .collect::<Vec<_>>(),
            );
            let pieces = futures_util::StreamExt::map(pieces, Ok::<_, std::io::Error>);
            let call = who.call(method.parse().expect("a method"), path);
            let call = call.header("content-type", "application/json");
            let call = call.body(reqwest::Body::wrap_stream(pieces));
            call.await.refused(413, "payload_too_large");
        }
    }
    user.patch("/me", of(8 * 1024)).await.refused(422, "invalid_field");
    let long = json!({ "title": "News", "content": "长".repeat(20_000) });
    site.admin.post("/announcements", long).await.ok();
    site.finish().await;
}

/// The one that waits for its peer makes room; those that work keep their places.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_so_many_connections() {
    let site = site(|given| given.address_connections = Some(3)).await;
    for address in [site.node.http, site.node.classic.expect("it listens")] {
        let mut silent = Vec::new();
        for _ in 0..3 {
            silent.push(connect_from("127.0.7.1", address).await);
        }
        let mut newest = connect_from("127.0.7.1", address).await;
        let mut oldest = silent.remove(0);
        assert!(oldest.read_u8().await.is_err(), "the oldest has lost its place");
        let mut other = connect_from("127.0.7.2", address).await;
        if address == site.node.http {
            assert!(is_served(&mut newest).await && is_served(&mut other).await);
            assert!(is_served(&mut silent[0]).await, "another address takes nobody's place");
        }
    }
    site.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_that_work_keep_their_places() {
    let site = site(|given| given.address_connections = Some(2)).await;
    // What has begun a file is at work.
    let film = site.content(400_000);
    let path = "/videos?file_name=film.mp4&is_free=true";
    let first = Half::send(&site.admin, "POST", path, "", &film).await;
    let second = Half::send(&site.admin, "POST", path, "", &site.content(400_000)).await;
    let mut refused = connect_from("127.0.0.1", site.node.http).await;
    assert!(heard(&mut refused).await.starts_with("HTTP/1.1 503"));
    assert!(is_served(&mut connect_from("127.0.7.3", site.node.http).await).await);
    assert_eq!(first.finish().await.0, 201);
    assert_eq!(second.finish().await.0, 201);
    site.finish().await;
}

fn behind_proxy(given: &mut yingku_server::config::Given) {
    given.trusted_proxy = Some(Proxies::One("127.0.9.0/24".to_owned()));
    given.address_connections = Some(2);
}

/// Whom a request comes from, by the log.
async fn address_of_last_failure(site: &Site) -> String {
    let sql = "SELECT address FROM audit_entry WHERE action = 'session.login_failed' ORDER BY id DESC LIMIT 1";
    site.sql(sql).await[0][0].clone().expect("an address")
}

fn login(name: &str, headers: &str) -> Vec<u8> {
    let body = json!({ "name": name, "password": "a wrong one" }).to_string();
    format!(
        "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_proxy_announces_its_clients() {
    let site = site(behind_proxy).await;
    let http = site.node.http;
    let v2 = {
        let mut header = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c".to_vec();
        header.extend([203, 0, 113, 8, 127, 0, 0, 1, 0x12, 0x34, 0, 80]);
        header
    };
    let v1 = b"PROXY TCP4 203.0.113.7 127.0.0.1 4711 80\r\n".to_vec();
    let v6 = b"PROXY TCP6 2001:db8:1:2:3::4 ::1 4711 80\r\n".to_vec();
    for (header, client) in [(v1, "203.0.113.7"), (v2, "203.0.113.8"), (v6, "2001:db8:1:2::/64")] {
        let mut stream = connect_from("127.0.9.1", http).await;
        // Byte by byte: a header may come in pieces.
        for byte in header {
            stream.write_all(&[byte]).await.expect("a byte is taken");
        }
        stream.write_all(&login("x", "X-Forwarded-For: 198.51.100.1\r\n")).await.expect("taken");
        assert!(heard(&mut stream).await.starts_with("HTTP/1.1 401"));
        assert_eq!(address_of_last_failure(&site).await, client);
    }
    // Without one, the address that it forwards counts.
    let mut stream = connect_from("127.0.9.1", http).await;
    stream.write_all(&login("x", "X-Forwarded-For: 198.51.100.1\r\n")).await.expect("taken");
    assert!(heard(&mut stream).await.starts_with("HTTP/1.1 401"));
    assert_eq!(address_of_last_failure(&site).await, "198.51.100.1");
    // From anybody else it is no HTTP, and what is forwarded is not believed.
    let mut stream = connect_from("127.0.8.1", http).await;
    stream.write_all(b"PROXY TCP4 203.0.113.9 127.0.0.1 4711 80\r\n").await.expect("taken");
    stream.write_all(GET).await.expect("taken");
    assert!(heard(&mut stream).await.starts_with("HTTP/1.1 400"));
    let mut stream = connect_from("127.0.8.1", http).await;
    stream.write_all(&login("x", "X-Forwarded-For: 198.51.100.2\r\n")).await.expect("taken");
    heard(&mut stream).await;
    assert_eq!(address_of_last_failure(&site).await, "127.0.8.1");
    site.finish().await;
}

/// Through a trusted proxy, the address that it forwards has so many requests at a time.
#[tokio::test(flavor = "multi_thread")]
async fn a_forwarded_address_has_so_many_requests() {
    let site = site(behind_proxy).await;
    let film = site.content(400_000);
    let path = "/videos?file_name=film.mp4&is_free=true";
    let forwarded = "X-Forwarded-For: 198.51.100.1\r\n";
    let mut halves = Vec::new();
    for _ in 0..2 {
        let proxy = connect_from("127.0.9.1", site.node.http).await;
        halves.push(Half::send_on(proxy, &site.admin, "POST", path, forwarded, &film).await);
    }
    let ask = async |client: &str| {
        let mut stream = connect_from("127.0.9.1", site.node.http).await;
        let request = format!(
            "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: {client}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("a request is taken");
        heard(&mut stream).await[..12].to_owned()
    };
    assert_eq!(ask("198.51.100.1").await, "HTTP/1.1 503");
    assert_eq!(ask("198.51.100.2").await, "HTTP/1.1 200");
    drop(halves);
    // As soon as the server has seen that they are gone.
    while ask("198.51.100.1").await != "HTTP/1.1 200" {
        tokio::task::yield_now().await;
    }
    site.finish().await;
}

/// Behind stunnel, which announces its clients, wrong passwords of one lock out nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn classic_clients_behind_a_proxy_are_told_apart() {
    let site = site(behind_proxy).await;
    let classic = site.node.classic.expect("it listens");
    let try_log_in = async |client: &str, password: &str| {
        let mut stream = connect_from("127.0.9.1", classic).await;
        let header = format!("PROXY TCP4 {client} 127.0.0.1 4711 8081\r\n");
        stream.write_all(header.as_bytes()).await.expect("a header is taken");
        let login = json!({ "type": "login", "name": "馆长", "user_type": "admin",
            "password": crate::classic::client::digest(password) });
        let frame = crate::classic::client::framed(login.to_string().as_bytes());
        stream.write_all(&frame).await.expect("a frame is taken");
        let mut length = [0; 4];
        stream.read_exact(&mut length).await.expect("a reply");
        let mut reply = vec![0; u32::from_le_bytes(length) as usize];
        stream.read_exact(&mut reply).await.expect("a reply");
        serde_json::from_slice::<serde_json::Value>(&reply).expect("JSON")["flag"] == true
    };
    for _ in 0..6 {
        assert!(!try_log_in("203.0.113.7", "wrong").await);
    }
    assert!(!try_log_in("203.0.113.7", crate::site::PASSWORD).await, "five were wrong");
    assert!(try_log_in("203.0.113.8", crate::site::PASSWORD).await, "another client");
    site.finish().await;
}

/// A cookie is marked as one for TLS where a trusted proxy says so, not where anybody does.
#[tokio::test(flavor = "multi_thread")]
async fn only_a_trusted_proxy_says_that_there_is_tls() {
    let site = site(behind_proxy).await;
    let cookie = async |from: &str| {
        let body = json!({ "name": "馆长", "password": crate::site::PASSWORD, "cookie": true });
        let body = body.to_string();
        let mut stream = connect_from(from, site.node.http).await;
        let request = format!(
            "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-Proto: https\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.expect("a request is taken");
        let answer = heard(&mut stream).await.to_ascii_lowercase();
        answer.lines().find(|line| line.starts_with("set-cookie")).expect("a cookie").to_owned()
    };
    assert!(cookie("127.0.9.1").await.contains("secure"));
    assert!(!cookie("127.0.8.1").await.contains("secure"));
    site.finish().await;
}

/// A program on this machine reads the metrics; a proxy on this machine is not taken for one.
#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_not_told_through_a_proxy() {
    let site = Site::start(Database::Sqlite).await;
    let nobody = site.nobody();
    assert_eq!(nobody.get("//metrics").await.status, 200);
    for (name, value) in
        [("x-real-ip", "203.0.113.7"), ("via", "1.1 proxy"), ("host", "films.example")]
    {
        nobody.get("//metrics").header(name, value).await.refused(401, "login_required");
    }
    site.finish().await;
    let site = self::site(behind_proxy).await;
    let call = |person: &Person| person.get("//metrics");
    call(&site.nobody()).await.refused(401, "login_required");
    assert_eq!(call(&site.admin).await.status, 200);
    site.finish().await;
}
