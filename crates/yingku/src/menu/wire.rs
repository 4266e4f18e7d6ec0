//! The client's end of a classic connection: frames out, frames and raw bytes in.

use crate::failure::Failure;
use serde_json::{Map, Value};
use std::io::ErrorKind;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use yingku_client::ClientError;
use yingku_protocol::classic::encode;

/// No reply is longer. Lists may be longer than what a server takes as a request.
const MAX_REPLY_BYTES: u64 = 16 * 1024 * 1024;
/// How long connecting may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(15);
/// How long a reply may take: a login queues behind others' hashing, an upload is made durable.
const REPLY_WITHIN: Duration = Duration::from_secs(300);
/// How long the server may take to accept the next piece.
const WRITE_WITHIN: Duration = Duration::from_secs(120);
/// How long a server that broke an upload off is listened to.
const LAST_WORDS_WITHIN: Duration = Duration::from_secs(3);
/// Raw bytes are read in pieces of up to this size.
const PIECE_BYTES: u64 = 256 * 1024;

/// A connection. After a failure nothing more can be sent on it.
pub struct Connection {
    stream: TcpStream,
}

impl Connection {
    /// Connects to `HOST:PORT`.
    pub async fn open(address: &str) -> Result<Self, Failure> {
        let stream = match timeout(CONNECT_WITHIN, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(unreachable(format!("{address}: {error}"))),
            Err(_) => return Err(unreachable(format!("{address}: no answer"))),
        };
        // Without it, small frames only wait longer.
        let _ = stream.set_nodelay(true);
        Ok(Connection { stream })
    }

    /// Whether it is open and nothing came that nobody asked for.
    pub fn is_in_step(&self) -> bool {
        let came = self.stream.try_read(&mut [0]);
        matches!(came, Err(error) if error.kind() == ErrorKind::WouldBlock)
    }

    /// Sends a request and reads its reply.
    pub async fn ask(&mut self, request: &Value) -> Result<Reply, Failure> {
        self.send(request).await?;
        self.reply().await
    }

    /// Sends a request.
    pub async fn send(&mut self, request: &Value) -> Result<(), Failure> {
        let object = request.as_object().cloned().unwrap_or_default();
        self.write(&encode(&object)).await
    }

    /// Sends raw bytes.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        match timeout(WRITE_WITHIN, self.stream.write_all(bytes)).await {
            Ok(written) => written.map_err(unreachable),
            Err(_) => Err(unreachable("the server takes no more bytes")),
        }
    }

    /// Reads a reply.
    pub async fn reply(&mut self) -> Result<Reply, Failure> {
        match timeout(REPLY_WITHIN, self.read_reply()).await {
            Ok(reply) => reply,
            Err(_) => Err(unreachable("the server fell silent")),
        }
    }

    /// The reply of a server that has broken off, if it left one.
    pub async fn last_words(&mut self) -> Option<Reply> {
        timeout(LAST_WORDS_WITHIN, self.read_reply()).await.ok()?.ok()
    }

    async fn read_reply(&mut self) -> Result<Reply, Failure> {
        let mut header = [0; 4];
        self.stream.read_exact(&mut header).await.map_err(ended)?;
        let length = u64::try_from(i32::from_le_bytes(header)).unwrap_or_default();
        if length == 0 || length > MAX_REPLY_BYTES {
            return Err(strange(format!("a frame of {} bytes", i32::from_le_bytes(header))));
        }
        let mut json = Vec::new();
        // What is allocated grows with what has come.
        (&mut self.stream).take(length).read_to_end(&mut json).await.map_err(ended)?;
        if (json.len() as u64) < length {
            return Err(unreachable("the connection ended early"));
        }
        serde_json::from_slice(&json).map(Reply).map_err(|error| strange(error.to_string()))
    }

    /// Waits until raw bytes have come, or the end.
    pub async fn readable(&self) -> Result<(), Failure> {
        // Readiness alone may be a false alarm.
        self.stream.peek(&mut [0]).await.map(drop).map_err(unreachable)
    }

    /// Reads the next raw bytes, at most so many.
    pub async fn piece(&mut self, most: u64, within: Duration) -> Result<Vec<u8>, Failure> {
        let room = usize::try_from(most.min(PIECE_BYTES)).unwrap_or_default();
        let mut piece = Vec::with_capacity(room);
        let mut limited = (&mut self.stream).take(room as u64);
        match timeout(within, limited.read_buf(&mut piece)).await {
            Ok(Ok(0)) => Err(unreachable("the connection ended early")),
            Ok(Ok(_)) => Ok(piece),
            Ok(Err(error)) => Err(unreachable(error)),
            Err(_) => Err(unreachable("the server fell silent")),
        }
    }
}

fn ended(error: std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::UnexpectedEof => unreachable("the connection ended early"),
        _ => unreachable(error),
    }
}

fn unreachable(reason: impl ToString) -> Failure {
    ClientError::Unreachable(reason.to_string()).into()
}

fn strange(reason: String) -> Failure {
    ClientError::Protocol(reason).into()
}

/// A reply.
pub struct Reply(pub Map<String, Value>);

impl Reply {
    /// Whether it was done.
    pub fn flag(&self) -> bool {
        self.0.get("flag").and_then(truth).unwrap_or(false)
    }

    /// What happened, for a person.
    pub fn msg(&self) -> String {
        match self.0.get("msg") {
            Some(Value::String(msg)) => msg.clone(),
            Some(Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        }
    }

    /// Whether there is such a field, null or not.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The first field of these names that is there and not null.
    pub fn find(&self, names: &[&str]) -> Option<&Value> {
        names.iter().find_map(|name| self.0.get(*name).filter(|value| !value.is_null()))
    }

    /// A number of bytes, written as a number or a text.
    pub fn size(&self, names: &[&str]) -> Option<u64> {
        match self.find(names)? {
            Value::String(text) => text.trim().parse().ok(),
            Value::Number(number) => number.as_u64().or_else(|| {
                number.as_f64().filter(|n| *n >= 0.0 && n.fract() == 0.0).map(|n| n as u64)
            }),
            _ => None,
        }
    }

    /// A number of seconds, 0 where there is none.
    pub fn seconds(&self, name: &str) -> f64 {
        let seconds = match self.0.get(name) {
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(value) => value.as_f64(),
            None => None,
        };
        seconds.filter(|seconds| seconds.is_finite() && *seconds > 0.0).unwrap_or_default()
    }
}

/// Yes or no, as Python and its friends say it.
pub fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::Number(number) => number.as_f64().map(|number| number != 0.0),
        Value::String(text) => match text.trim().to_lowercase().as_str() {
            "1" | "true" | "yes" | "是" => Some(true),
            "0" | "false" | "no" | "none" | "" | "否" => Some(false),
            _ => None,
        },
        _ => None,
    }
}
