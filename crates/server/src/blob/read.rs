//! Reading a blob: window by window, each on a thread that may wait, ahead of the writer.

use super::BlobError;
use super::store::{FRAME_BYTES, Object, frames};
use bytes::Bytes;
use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::task::{JoinHandle, spawn_blocking};

/// Bytes that stay in memory behind a reader, and are let go of at once: to forget pages is
/// slow in small portions, since every processor must be notified.
const RELEASE_BYTES: u64 = 32 << 20;

/// A blob, open for reading. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Blob {
    object: Arc<dyn Object>,
}

impl Blob {
    pub(super) fn new(object: Arc<dyn Object>) -> Blob {
        Blob { object }
    }

    /// How long it is on the disk.
    pub fn size_bytes(&self) -> u64 {
        self.object.size_bytes()
    }

    /// Reads these bytes piece by piece; an empty range has no piece.
    pub fn windows(&self, range: Range<u64>) -> Windows {
        Windows {
            object: Arc::clone(&self.object),
            from: range.start,
            next: range.start,
            end: range.end,
            ready: VecDeque::new(),
            coming: None,
        }
    }

    /// The BLAKE3 hash of the whole, in hex. Read on a thread that may wait for the disk, and
    /// not through the mapping: there, a disk that fails answers with an error and no signal.
    ///
    /// # Errors
    /// [`BlobError::Failed`].
    pub async fn hash(&self) -> Result<String, BlobError> {
        let object = Arc::clone(&self.object);
        super::blocking(move || {
            let mut hasher = blake3::Hasher::new();
            let mut buffer = vec![0; FRAME_BYTES as usize];
            for frame in frames(0..object.size_bytes()) {
                let part = &mut buffer[..(frame.end - frame.start) as usize];
                object.read_exact_at(part, frame.start)?;
                hasher.update(part);
            }
            Ok(hasher.finalize().to_hex().to_string())
        })
        .await
    }

    /// Fills the buffer with the bytes from `offset` on. Waits for the disk.
    ///
    /// # Errors
    /// What the disk says; `UnexpectedEof` beyond the end.
    pub fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.object.read_exact_at(buffer, offset)
    }

    /// Ranges as one piece, one after the other: the many small ones that a segment of a film
    /// has. They are copied; what the kernel has in memory already without another thread.
    ///
    /// # Errors
    /// What the disk says; `UnexpectedEof` beyond the end.
    pub async fn gather(&self, ranges: &[Range<u64>]) -> io::Result<Bytes> {
        if let Some(bytes) = self.object.gather_at_once(ranges) {
            return Ok(bytes);
        }
        let (object, ranges) = (Arc::clone(&self.object), ranges.to_vec());
        spawn_blocking(move || object.gather(&ranges)).await.map_err(io::Error::other)?
    }

    /// Reads these bytes into memory: for small ranges, and for tests.
    ///
    /// # Errors
    /// [`BlobError::Failed`], also where the range goes beyond the end.
    pub async fn read_range(&self, range: Range<u64>) -> Result<Vec<u8>, BlobError> {
        let object = Arc::clone(&self.object);
        super::blocking(move || {
            if range.end > object.size_bytes() || range.start > range.end {
                return Err(BlobError::Failed(io::ErrorKind::UnexpectedEof.into()));
            }
            let mut bytes = vec![0; (range.end - range.start) as usize];
            object.read_exact_at(&mut bytes, range.start)?;
            Ok(bytes)
        })
        .await
    }
}

/// The pieces of a range, of 1 MiB at most, in order. The next window is faulted in while
/// the present one is written.
#[derive(Debug)]
pub struct Windows {
    object: Arc<dyn Object>,
    from: u64,
    next: u64,
    end: u64,
    ready: VecDeque<Bytes>,
    coming: Option<JoinHandle<io::Result<Vec<Bytes>>>>,
}

impl Windows {
    /// The next piece, or `None` after the last.
    ///
    /// # Errors
    /// What the disk says; nothing comes after it.
    pub async fn next(&mut self) -> Option<io::Result<Bytes>> {
        std::future::poll_fn(|cx| self.poll_next(cx)).await
    }

    /// As [`Windows::next`].
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        loop {
            if let Some(frame) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(frame)));
            }
            if self.coming.is_none() && !self.first_at_once() {
                self.prefetch();
            }
            if !self.ready.is_empty() {
                continue;
            }
            let Some(coming) = &mut self.coming else { return Poll::Ready(None) };
            let window = ready!(Pin::new(coming).poll(cx)).map_err(io::Error::other).flatten();
            self.coming = None;
            match window {
                Ok(frames) => self.ready = frames.into(),
                Err(error) => {
                    self.next = self.end;
                    return Poll::Ready(Some(Err(error)));
                }
            }
            self.prefetch();
        }
    }

    /// Whether the first window is here without waiting; then the next is set off.
    fn first_at_once(&mut self) -> bool {
        if self.next != self.from || self.next >= self.end {
            return false;
        }
        let window = self.next_window();
        let past = window.end;
        let Some(frames) = Arc::clone(&self.object).window_at_once(window) else { return false };
        self.next = past;
        self.ready = frames.into();
        self.prefetch();
        true
    }

    /// Sets off the next window, if there is one.
    fn prefetch(&mut self) {
        if self.next >= self.end {
            return;
        }
        let window = self.next_window();
        self.next = window.end;
        let sent = self.sent_before(window.start);
        let object = Arc::clone(&self.object);
        self.coming = Some(spawn_blocking(move || {
            if let Some(sent) = sent {
                object.release(sent);
            }
            object.window(window)
        }));
    }

    /// A short range is one window. Those of a longer one end at multiples of their size.
    fn next_window(&self) -> Range<u64> {
        let is_first = self.next == self.from;
        let size = self.object.window_bytes(is_first);
        let is_short = is_first && self.end - self.next <= size;
        let end = if is_short { self.end } else { (self.next / size + 1) * size };
        self.next..end.min(self.end)
    }

    /// What can be let go of when this reader comes to `start`: each time it enters another
    /// stretch, the one before the last. Readers near each other then keep what they share.
    fn sent_before(&self, start: u64) -> Option<Range<u64>> {
        let stretch = start / RELEASE_BYTES;
        let enters = start.is_multiple_of(RELEASE_BYTES) && stretch >= 2;
        let sent = (stretch.saturating_sub(2) * RELEASE_BYTES).max(self.from)
            ..stretch.saturating_sub(1) * RELEASE_BYTES;
        (enters && !sent.is_empty()).then_some(sent)
    }
}
