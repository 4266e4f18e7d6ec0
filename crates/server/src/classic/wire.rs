//! Bytes on a classic connection: frames in, frames and raw bytes out. A connection that
//! waits for a frame holds no buffer.

use super::Limits;
use bytes::{Buf, Bytes, BytesMut};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use yingku_protocol::classic::{FrameError, frame_length};

/// So many bytes are asked for where nobody knows how many come: most frames are shorter.
const FIRST_BYTES: usize = 1024;

/// Frames up to this are read at once; larger ones, 64 KiB at most, wait for their place.
const SMALL_FRAME_BYTES: usize = 4 << 10;

/// A connection's bytes.
pub(crate) struct Wire {
    stream: TcpStream,
    /// What was read and not yet used.
    buffer: BytesMut,
    limits: Arc<Limits>,
}

/// What came of waiting for a frame.
pub(crate) enum Incoming {
    /// The JSON of a frame.
    Frame(Bytes),
    /// A frame that must not be read. The connection ends.
    Bad(FrameError),
    /// A frame began and did not end in time. The connection ends.
    Late,
    /// The peer is gone, or has sent nothing for too long.
    Gone,
}

impl Wire {
    pub(crate) fn new(stream: TcpStream, limits: Arc<Limits>) -> Wire {
        Wire { stream, buffer: BytesMut::new(), limits }
    }

    /// Waits until the peer says something. Cancelling it loses nothing.
    pub(crate) async fn begun(&mut self, is_stranger: bool) -> bool {
        let patience = match is_stranger {
            true => self.limits.stranger_timeout.min(self.limits.idle_timeout),
            false => self.limits.idle_timeout,
        };
        while self.buffer.is_empty() {
            self.buffer = BytesMut::new();
            let Ok(Ok(())) = timeout(patience, self.stream.readable()).await else { return false };
            // That it is readable may be a false alarm: only a byte is a beginning.
            self.buffer.reserve(FIRST_BYTES);
            match self.stream.try_read_buf(&mut self.buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Ok(1..) => {}
                Ok(0) | Err(_) => return false,
            }
        }
        true
    }

    /// Reads the frame that has begun.
    pub(crate) async fn frame(&mut self) -> Incoming {
        let patience = self.limits.frame_timeout;
        timeout(patience, self.read_frame()).await.unwrap_or(Incoming::Late)
    }

    async fn read_frame(&mut self) -> Incoming {
        if self.fill(4).await.is_err() {
            return Incoming::Gone;
        }
        let header = self.buffer.get_i32_le().to_le_bytes();
        let length = match frame_length(header) {
            Ok(length) => length,
            Err(error) => return Incoming::Bad(error),
        };
        // A few large frames at a time: many that are only begun take no memory.
        let _room = match length > SMALL_FRAME_BYTES {
            true => Arc::clone(&self.limits.large_frames).acquire_owned().await.ok(),
            false => None,
        };
        match self.fill(length).await {
            Ok(()) => Incoming::Frame(self.buffer.split_to(length).freeze()),
            Err(_) => Incoming::Gone,
        }
    }

    /// Reads until so many bytes are there.
    async fn fill(&mut self, bytes: usize) -> io::Result<()> {
        while self.buffer.len() < bytes {
            self.buffer.reserve((bytes - self.buffer.len()).max(FIRST_BYTES));
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(())
    }

    /// The next raw bytes, `most` at most, read in pieces of `piece_bytes`.
    pub(crate) async fn raw(&mut self, most: u64, piece_bytes: usize) -> io::Result<Bytes> {
        if self.buffer.is_empty() {
            self.buffer.reserve(piece_bytes);
            let read = self.stream.read_buf(&mut self.buffer);
            let read = timeout(self.limits.stall_timeout, read).await;
            if read.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let have = usize::try_from(most).unwrap_or(usize::MAX).min(self.buffer.len());
        Ok(self.buffer.split_to(have).freeze())
    }

    /// Sends bytes in one write where the system takes them so.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut left = bytes;
        while !left.is_empty() {
            let sent = timeout(self.limits.stall_timeout, self.stream.write(left)).await;
            match sent.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                sent => left = &left[sent..],
            }
        }
        Ok(())
    }

    /// Waits for `time`, or until the peer is gone, which is an error. What it says
    /// meanwhile is kept for later.
    pub(crate) async fn pause(&mut self, time: Duration) -> io::Result<()> {
        if !self.buffer.is_empty() {
            tokio::time::sleep(time).await;
            return Ok(());
        }
        self.buffer.reserve(FIRST_BYTES);
        match timeout(time, self.stream.read_buf(&mut self.buffer)).await {
            Err(_) => Ok(()),
            Ok(Ok(0)) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(error),
        }
    }

    /// Ends the connection at once: what the system still holds of what was sent is lost.
    pub(crate) fn reset(self) {
        let _ = self.stream.set_zero_linger();
    }

    /// Ends the connection so that what was sent still arrives.
    pub(crate) async fn close(mut self) {
        let _ = self.stream.shutdown().await;
        // Unread bytes would turn the end into a reset that overtakes the answer.
        let mut rest = [0; 4096];
        let _ = timeout(Duration::from_secs(1), async {
            while matches!(self.stream.read(&mut rest).await, Ok(read) if read > 0) {}
        })
        .await;
    }
}
