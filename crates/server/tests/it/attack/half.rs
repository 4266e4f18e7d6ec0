//! A request of which the server has the head and half the body.

use crate::site::Person;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longer than anything takes that comes at all.
const PATIENCE: Duration = Duration::from_secs(10);

pub struct Half {
    stream: TcpStream,
    rest: Vec<u8>,
}

impl Half {
    /// Sends the head and half the body, once the server waits for the body: whoever calls
    /// was let through by then.
    pub async fn send(
        person: &Person,
        method: &str,
        path: &str,
        headers: &str,
        body: &[u8],
    ) -> Half {
        let authority = person.base.strip_prefix("http://").expect("an address");
        let stream = TcpStream::connect(authority).await.expect("the server listens");
        Half::send_on(stream, person, method, path, headers, body).await
    }

    /// The same on a connection that there is.
    pub async fn send_on(
        mut stream: TcpStream,
        person: &Person,
        method: &str,
        path: &str,
        headers: &str,
        body: &[u8],
    ) -> Half {
        let authority = person.base.strip_prefix("http://").expect("an address");
        let token = person.token.as_deref().unwrap_or_default();
        let head = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nHost: {authority}\r\nAuthorization: Bearer {token}\r\n\
             Expect: 100-continue\r\nContent-Length: {}\r\n{headers}\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.expect("a head is taken");
        let mut half = Half { stream, rest: body[body.len() / 2..].to_vec() };
        let expected = half.read_until("\r\n\r\n").await;
        assert!(expected.starts_with("HTTP/1.1 100"), "{expected}");
        half.stream.write_all(&body[..body.len() / 2]).await.expect("half a body is taken");
        half
    }

    /// JSON, with a key for money.
    pub async fn json(person: &Person, method: &str, path: &str, body: &serde_json::Value) -> Half {
        let headers = "Content-Type: application/json\r\nIdempotency-Key: half\r\n";
        Half::send(person, method, path, headers, body.to_string().as_bytes()).await
    }

    /// Sends the rest; the status and the text of the answer.
    pub async fn finish(mut self) -> (u16, String) {
        // A server that has answered already may have closed.
        let _ = self.stream.write_all(&self.rest).await;
        self.answer().await
    }

    /// The answer that comes while the rest is not sent.
    pub async fn answer(mut self) -> (u16, String) {
        let head = self.read_until("\r\n\r\n").await;
        let length = head.to_ascii_lowercase();
        let length =
            length.split("content-length: ").nth(1).and_then(|rest| rest.split('\r').next());
        let mut body = vec![0; length.and_then(|length| length.parse().ok()).unwrap_or(0)];
        let read = timeout(PATIENCE, self.stream.read_exact(&mut body)).await;
        read.expect("the answer ends").expect("it can be read");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        (status.expect("a status"), String::from_utf8_lossy(&body).into_owned())
    }

    async fn read_until(&mut self, end: &str) -> String {
        let mut text = String::new();
        while !text.ends_with(end) {
            let byte = timeout(PATIENCE, self.stream.read_u8()).await.expect("an answer comes");
            text.push(byte.expect("the connection holds").into());
        }
        text
    }
}
