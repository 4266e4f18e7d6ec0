//! The cheapest client there is: a socket, a buffer of 1 MiB, one thread.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::ops::Range;

const BUFFER_BYTES: usize = 1 << 20;

/// A connection that is kept alive.
pub struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// Where the next answer begins: read along with the one before.
    left: Range<usize>,
}

/// An answer that was read to its end.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Bytes of the content.
    pub content_bytes: u64,
    /// The content, where it was asked for.
    pub content: Vec<u8>,
}

impl Wire {
    /// Connects.
    pub fn connect(address: SocketAddr) -> io::Result<Wire> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(std::time::Duration::from_secs(120)))?;
        stream.set_write_timeout(Some(std::time::Duration::from_secs(120)))?;
        Ok(Wire { stream, buffer: vec![0; BUFFER_BYTES], left: 0..0 })
    }

    /// Gets a path and throws the content away.
    pub fn fetch(&mut self, path: &str, range: Option<&Range<u64>>) -> io::Result<Answer> {
        let range = range.map_or(String::new(), |range| {
            format!("Range: bytes={}-{}\r\n", range.start, range.end - 1)
        });
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: bench\r\n{range}\r\n"))?;
        self.answer(false)
    }

    /// Gets a path with a login, and keeps the content.
    pub fn get(&mut self, path: &str, token: &str) -> io::Result<Answer> {
        let login = format!("Authorization: Bearer {token}\r\n");
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: bench\r\n{login}\r\n"))?;
        self.answer(true)
    }

    /// Sends the head of a request.
    pub fn send(&mut self, head: &str) -> io::Result<()> {
        self.stream.write_all(head.as_bytes())
    }

    /// Sends some of the content.
    pub fn send_content(&mut self, content: &[u8]) -> io::Result<()> {
        self.stream.write_all(content)
    }

    /// Reads an answer without content, and gives the path in its `Location`.
    pub fn location(&mut self) -> String {
        let end = self.read_head().expect("the server answers");
        let head = String::from_utf8_lossy(&self.buffer[self.left.start..end]).into_owned();
        self.left.start = end;
        let found = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("location").then(|| value.trim().to_owned())
        });
        let whole = found.unwrap_or_else(|| panic!("an answer with a Location: {head}"));
        match whole.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..])) {
            Some(path) => path.to_owned(),
            None => whole,
        }
    }

    /// Reads the answer. Its length must be given, or it has none; nothing here is chunked.
    pub fn answer(&mut self, keep: bool) -> io::Result<Answer> {
        let head_end = self.read_head()?;
        let head = String::from_utf8_lossy(&self.buffer[self.left.start..head_end]).into_owned();
        self.left.start = head_end;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
        });
        // RFC 9110, 15.3.5: a 204 has no content, and need not say so.
        let length = if status == Some(204) { Some(0) } else { length };
        let (Some(status), Some(content_bytes)) = (status, length) else {
            return Err(io::Error::other(format!("an answer that cannot be read: {head}")));
        };
        let mut content = Vec::new();
        let mut missing: u64 = content_bytes;
        while missing > 0 {
            if self.left.is_empty() {
                self.fill().map_err(|error| {
                    let at = content_bytes - missing;
                    io::Error::other(format!("{status}, {at} of {content_bytes} bytes: {error}"))
                })?;
            }
            let take = self.left.len().min(usize::try_from(missing).unwrap_or(usize::MAX));
            if keep {
                content.extend_from_slice(&self.buffer[self.left.start..self.left.start + take]);
            }
            self.left.start += take;
            missing -= take as u64;
        }
        Ok(Answer { status, content_bytes, content })
    }

    fn read_head(&mut self) -> io::Result<usize> {
        loop {
            let known = &self.buffer[self.left.clone()];
            if let Some(at) = known.windows(4).position(|four| four == b"\r\n\r\n") {
                return Ok(self.left.start + at + 4);
            }
            self.fill()?;
        }
    }

    /// Reads more behind what is left, from the front where nothing is.
    fn fill(&mut self) -> io::Result<()> {
        if self.left.is_empty() {
            self.left = 0..0;
        } else if self.left.end == self.buffer.len() {
            return Err(io::Error::other("an endless head"));
        }
        let count = self.stream.read(&mut self.buffer[self.left.end..])?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left.end += count;
        Ok(())
    }
}
