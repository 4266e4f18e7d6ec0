//! A plain HTTP/1.1 client on a bare socket: a second opinion on what the server says, and
//! one that can stop at any byte. One connection for each request.

use serde_json::Value;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

/// A server's address, and the login to send along.
#[derive(Clone, Debug)]
pub struct Http {
    authority: String,
    token: Option<String>,
}

/// A request being put together.
#[derive(Clone, Debug)]
pub struct Request {
    http: Http,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

/// An answer that was read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The content, without any chunked framing.
    pub body: Vec<u8>,
}

/// The content of an answer, still arriving. Dropping it closes the connection.
#[derive(Debug)]
pub struct Body {
    stream: BufReader<TcpStream>,
    left: Left,
}

#[derive(Debug)]
enum Left {
    Known(u64),
    Chunks,
    OfChunk(u64),
    UntilClosed,
}

impl Http {
    /// A client of the server at `http://HOST:PORT`, logged out.
    pub fn new(url: &str) -> Self {
        let authority = url.strip_prefix("http://").unwrap_or(url).trim_end_matches('/');
        Http { authority: authority.to_owned(), token: None }
    }

    /// The same with a login.
    #[must_use]
    pub fn bearer(&self, token: &str) -> Self {
        Http { token: Some(token.to_owned()), ..self.clone() }
    }

    /// `HOST:PORT`.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// A bare connection.
    pub fn connect(&self) -> io::Result<TcpStream> {
        let address = self.authority.to_socket_addrs()?.next().ok_or(io::ErrorKind::NotFound)?;
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    /// A request with any method. The path is sent as it is, escapes and all.
    pub fn request(&self, method: &str, target: &str) -> Request {
        Request {
            http: self.clone(),
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: None,
        }
    }

    /// A `GET`.
    pub fn get(&self, target: &str) -> Request {
        self.request("GET", target)
    }

    /// A `POST` without content.
    pub fn post(&self, target: &str) -> Request {
        self.request("POST", target)
    }
}

impl Request {
    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With an `Idempotency-Key`.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        self.header("Idempotency-Key", key)
    }

    /// With JSON content.
    #[must_use]
    pub fn json(self, value: &Value) -> Self {
        let mut request = self.header("Content-Type", "application/json");
        request.body = Some(value.to_string().into_bytes());
        request
    }

    /// With the bytes of a file as content.
    #[must_use]
    pub fn file(self, bytes: Vec<u8>) -> Self {
        let mut request = self.header("Content-Type", "application/octet-stream");
        request.body = Some(bytes);
        request
    }

    /// With these bytes as content, of whatever type a header says.
    #[must_use]
    pub fn content(mut self, bytes: Vec<u8>) -> Self {
        self.body = Some(bytes);
        self
    }

    /// The request as it goes over the wire, up to the empty line.
    pub fn head(&self) -> String {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        head += &format!("Host: {}\r\nConnection: close\r\n", self.http.authority);
        if let Some(token) = &self.http.token {
            head += &format!("Authorization: Bearer {token}\r\n");
        }
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        if let Some(body) = &self.body {
            head += &format!("Content-Length: {}\r\n", body.len());
        } else if self.method != "GET" && self.method != "HEAD" && !self.has("transfer-encoding") {
            head += "Content-Length: 0\r\n";
        }
        head + "\r\n"
    }

    fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// Sends it and reads the head of the answer; the content arrives by and by.
    pub fn open(self) -> io::Result<(Answer, Body)> {
        let mut stream = self.http.connect()?;
        let sent = stream
            .write_all(self.head().as_bytes())
            .and_then(|()| stream.write_all(self.body.as_deref().unwrap_or_default()));
        // A server may refuse before it has read everything: its answer counts.
        match (Body::read_head(stream, &self.method), sent) {
            (Err(_), Err(error)) => Err(error),
            (answer, _) => answer,
        }
    }

    /// Sends it and reads the whole answer.
    pub fn try_send(self) -> io::Result<Answer> {
        let (mut answer, mut body) = self.open()?;
        body.read_to_end(&mut answer.body)?;
        Ok(answer)
    }

    /// The same where a broken connection is a failure of the test.
    pub fn send(self) -> Answer {
        let what = format!("{} {}", self.method, self.target);
        self.try_send().unwrap_or_else(|error| panic!("{what}: {error}"))
    }
}

impl Answer {
    /// The first header with that name, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The content as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The content as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.status, self.text()))
    }

    /// The content as JSON, where any status but 2xx is a failure of the test.
    pub fn ok(&self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.text());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// The stable code of a refusal, where 2xx or anything else than a problem document is
    /// a failure of the test.
    pub fn refused(&self) -> String {
        assert!(self.status >= 400, "not refused: {}: {}", self.status, self.text());
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{}",
            self.text()
        );
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{problem}");
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{problem}");
        problem["code"].as_str().unwrap_or_else(|| panic!("no code: {problem}")).to_owned()
    }
}

impl Body {
    /// Reads the head of an answer from a connection on which a request was sent.
    pub fn read_head(stream: TcpStream, method: &str) -> io::Result<(Answer, Body)> {
        let mut stream = BufReader::with_capacity(256 * 1024, stream);
        loop {
            let status = read_status(&mut stream)?;
            let headers = read_headers(&mut stream)?;
            if (100..200).contains(&status) {
                continue;
            }
            let answer = Answer { status, headers, body: Vec::new() };
            let left = left_of(&answer, method);
            return Ok((answer, Body { stream, left }));
        }
    }

    /// Reads up to so many bytes of the content; `None` when it ended at or before them.
    pub fn read_part(&mut self, count: usize) -> io::Result<Option<Vec<u8>>> {
        let mut part = Vec::with_capacity(count);
        self.take(count as u64).read_to_end(&mut part)?;
        Ok((part.len() == count).then_some(part))
    }

    fn begin_chunk(&mut self) -> io::Result<()> {
        let line = read_line(&mut self.stream)?;
        let digits = line.split(';').next().unwrap_or_default().trim();
        let size = u64::from_str_radix(digits, 16).map_err(|_| broken("chunk size"))?;
        if size == 0 {
            read_headers(&mut self.stream)?;
            self.left = Left::Known(0);
        } else {
            self.left = Left::OfChunk(size);
        }
        Ok(())
    }
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Left::Chunks = self.left {
            self.begin_chunk()?;
        }
        let (Left::Known(left) | Left::OfChunk(left)) = self.left else {
            return self.stream.read(buffer);
        };
        if left == 0 || buffer.is_empty() {
            return Ok(0);
        }
        let room = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let read = self.stream.read(&mut buffer[..room])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let left = left - read as u64;
        self.left = match self.left {
            Left::OfChunk(_) if left == 0 => {
                read_line(&mut self.stream)?;
                Left::Chunks
            }
            Left::OfChunk(_) => Left::OfChunk(left),
            _ => Left::Known(left),
        };
        Ok(read)
    }
}

fn left_of(answer: &Answer, method: &str) -> Left {
    if method == "HEAD" || answer.status == 204 || answer.status == 304 {
        return Left::Known(0);
    }
    if answer.header("transfer-encoding").is_some_and(|value| value.contains("chunked")) {
        return Left::Chunks;
    }
    match answer.header("content-length").and_then(|value| value.parse().ok()) {
        Some(length) => Left::Known(length),
        None => Left::UntilClosed,
    }
}

fn read_status(stream: &mut impl BufRead) -> io::Result<u16> {
    let line = read_line(stream)?;
    let mut words = line.split(' ');
    match (words.next(), words.next().and_then(|status| status.parse().ok())) {
        (Some("HTTP/1.1" | "HTTP/1.0"), Some(status)) => Ok(status),
        _ => Err(broken(&format!("status line {line:?}"))),
    }
}

fn read_headers(stream: &mut impl BufRead) -> io::Result<Vec<(String, String)>> {
    let mut headers = Vec::new();
    loop {
        let line = read_line(stream)?;
        if line.is_empty() {
            return Ok(headers);
        }
        let (name, value) = line.split_once(':').ok_or_else(|| broken("header"))?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

fn read_line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = Vec::new();
    stream.take(64 * 1024).read_until(b'\n', &mut line)?;
    if line.pop() != Some(b'\n') {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(String::from_utf8_lossy(&line).into_owned())
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("broken answer: {what}"))
}
