//! A client of the classic protocol, written from its document: raw frames on a socket.

use crate::site::{PASSWORD, Site};
use md5::{Digest, Md5};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longer than anything takes that comes at all.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection, and the login that goes with its requests.
pub struct Classic {
    stream: TcpStream,
    pub session: Option<String>,
}

/// The digest that the protocol sends for a password.
pub fn digest(password: &str) -> String {
    hex(&Md5::digest(password.as_bytes()))
}

/// The sampled fingerprint of the brief.
pub fn fingerprint(content: &[u8]) -> String {
    let size = content.len();
    let mut md5 = Md5::new();
    for at in [0, size / 3, 2 * (size / 3), size.saturating_sub(10)] {
        md5.update(&content[at..(at + 10).min(size)]);
    }
    hex(&md5.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A whole frame around these bytes.
pub fn framed(json: &[u8]) -> Vec<u8> {
    let length = i32::try_from(json.len()).expect("a frame is short");
    [&length.to_le_bytes()[..], json].concat()
}

impl Classic {
    pub async fn connect(site: &Site) -> Classic {
        Classic::at(site.node.classic.expect("the classic interface is on")).await
    }

    pub async fn at(address: SocketAddr) -> Classic {
        let stream = TcpStream::connect(address).await.expect("it listens");
        stream.set_nodelay(true).expect("a socket's option");
        Classic { stream, session: None }
    }

    /// The first admin, logged in on a connection of its own.
    pub async fn admin(site: &Site) -> Classic {
        Classic::connect(site).await.logged_in("馆长", "admin").await
    }

    /// Somebody who was registered with the usual password, logged in on a connection.
    pub async fn user(site: &Site, name: &str) -> Classic {
        Classic::connect(site).await.logged_in(name, "user").await
    }

    async fn logged_in(mut self, name: &str, user_type: &str) -> Classic {
        let login = self.log_in(name, PASSWORD, user_type).await;
        assert_eq!(login["flag"], true, "{login}");
        self
    }

    /// Logs in; the token that comes goes with the requests from now on.
    pub async fn log_in(&mut self, name: &str, password: &str, user_type: &str) -> Value {
        let password = digest(password);
        let asked = json!({ "type": "login", "name": name, "password": password,
            "user_type": user_type });
        let reply = self.ask(asked).await;
        if let Some(session) = reply["session"].as_str() {
            self.session = Some(session.to_owned());
        }
        reply
    }

    /// Sends a request, with the login where it has none, and reads the reply.
    pub async fn ask(&mut self, request: Value) -> Value {
        self.say(request).await;
        self.hear().await
    }

    /// The same; it must be done.
    #[track_caller]
    pub fn done(&mut self, request: Value) -> impl Future<Output = Value> {
        let at = std::panic::Location::caller();
        async move {
            let reply = self.ask(request.clone()).await;
            assert_eq!(reply["flag"], true, "{at}: {request}: {reply}");
            reply
        }
    }

    /// The same; it must be refused. Gives the message.
    #[track_caller]
    pub fn refused(&mut self, request: Value) -> impl Future<Output = String> {
        let at = std::panic::Location::caller();
        async move {
            let reply = self.ask(request.clone()).await;
            assert_eq!(reply["flag"], false, "{at}: {request}: {reply}");
            message(&reply)
        }
    }

    /// Uploads: frame and bytes, then the reply.
    pub async fn upload(&mut self, name: &str, is_free: i64, content: &[u8]) -> Value {
        self.upload_as(name, is_free, content, &fingerprint(content)).await
    }

    /// The same with a fingerprint of the client's own.
    pub async fn upload_as(&mut self, name: &str, free: i64, content: &[u8], md5: &str) -> Value {
        self.say(json!({ "type": "upload_movie", "file_name": name, "is_free": free,
            "file_size": content.len(), "file_md5": md5 }))
            .await;
        self.send(content).await;
        self.hear().await
    }

    /// Asks for a download and reads the reply; the bytes follow it.
    pub async fn download(&mut self, id: i64) -> Value {
        self.done(json!({ "type": "download_movie", "movie_id": id })).await
    }

    /// The bytes of the file that a reply announced.
    pub async fn file(&mut self, reply: &Value) -> Vec<u8> {
        let size = reply["file_size"].as_u64().expect("a size");
        self.bytes(usize::try_from(size).expect("a small file")).await
    }

    /// So many bytes.
    pub async fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        let read = timeout(PATIENCE, self.stream.read_exact(&mut bytes)).await;
        read.expect("bytes come").expect("the connection holds");
        bytes
    }

    pub async fn say(&mut self, request: Value) {
        let mut request = request;
        let object = request.as_object_mut().expect("an object");
        if let (Some(session), false) = (&self.session, object.contains_key("cookies")) {
            object.entry("session").or_insert_with(|| session.clone().into());
        }
        self.send(&framed(request.to_string().as_bytes())).await;
    }

    pub async fn send(&mut self, bytes: &[u8]) {
        let sent = timeout(PATIENCE, self.stream.write_all(bytes)).await;
        sent.expect("bytes are taken").expect("the connection holds");
    }

    /// The same, where the server may hang up meanwhile.
    pub async fn try_send(&mut self, bytes: &[u8]) {
        let _ = timeout(PATIENCE, self.stream.write_all(bytes)).await.expect("an end");
    }

    /// Reads a reply, all of which must be there as soon as its first byte is: field clients
    /// read the length with one `recv` and the rest with another.
    pub async fn hear(&mut self) -> Value {
        let mut there = vec![0; 64 * 1024];
        let seen = timeout(PATIENCE, self.stream.peek(&mut there)).await;
        let seen = seen.expect("a reply comes").expect("the connection holds");
        assert!(seen >= 4, "a reply and no end, with its length whole: {seen}");
        let length = i32::from_le_bytes(there[..4].try_into().expect("four bytes"));
        let length = usize::try_from(length).expect("a length is positive");
        assert!(seen >= (4 + length).min(there.len()), "{length} bytes come at once: {seen}");
        let frame = self.bytes(4 + length).await;
        let reply: Value = serde_json::from_slice(&frame[4..]).expect("a reply is JSON");
        assert!(reply["flag"].is_boolean() && !message(&reply).is_empty(), "{reply}");
        reply
    }

    /// Sends all of it at once, and reads so many replies while it goes.
    pub async fn exchange(&mut self, bytes: &[u8], replies: usize) -> Vec<Value> {
        let (mut reader, mut writer) = self.stream.split();
        let heard = async {
            let mut heard = Vec::new();
            for _ in 0..replies {
                let mut length = [0; 4];
                reader.read_exact(&mut length).await.expect("a length");
                let length = usize::try_from(i32::from_le_bytes(length)).expect("positive");
                let mut json = vec![0; length];
                reader.read_exact(&mut json).await.expect("a reply");
                heard.push(serde_json::from_slice(&json).expect("JSON"));
            }
            heard
        };
        let (sent, heard) =
            timeout(PATIENCE, async { tokio::join!(writer.write_all(bytes), heard) })
                .await
                .expect("all of it is answered");
        sent.expect("the connection holds");
        heard
    }

    /// Ends the connection and reads what still comes, if anything does.
    pub async fn hang_up(mut self) {
        if self.stream.shutdown().await.is_ok() {
            self.rest().await;
        }
    }

    /// Ends this side's half of the connection.
    pub async fn shut(&mut self) {
        self.stream.shutdown().await.expect("the connection holds");
    }

    /// The connection must end now, without another byte.
    #[track_caller]
    pub fn ended(mut self) -> impl Future<Output = ()> {
        let at = std::panic::Location::caller();
        async move {
            let rest = self.rest().await;
            assert!(rest.is_empty(), "{at}: {}", String::from_utf8_lossy(&rest));
        }
    }

    /// Whatever comes until the connection ends, one way or another.
    pub async fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        let _ = timeout(PATIENCE, self.stream.read_to_end(&mut rest)).await.expect("an end");
        rest
    }

    /// No byte must have come.
    #[track_caller]
    pub fn assert_silent(&self) {
        let mut buffer = [0; 1];
        match self.stream.try_read(&mut buffer) {
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock),
            Ok(read) => panic!("{read} bytes came"),
        }
    }
}

/// What a reply says to a person.
pub fn message(reply: &Value) -> String {
    reply["msg"].as_str().unwrap_or_default().to_owned()
}
