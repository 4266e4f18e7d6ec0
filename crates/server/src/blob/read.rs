//! Reading a blob: the file is mapped once for all who read it, and faulted in window by
//! window on a thread that may wait for the disk, ahead of the writer. So the bytes are
//! copied once, by the kernel, into the socket, and a broken disk is an error and no signal.

use super::BlobError;
use bytes::Bytes;
use memmap2::{Advice, Mmap, MmapOptions, UncheckedAdvice};
use rustix::io::{ReadWriteFlags, preadv2};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, IoSliceMut};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use tokio::task::{JoinHandle, spawn_blocking};

/// Bytes that are faulted in at once: the window that is sent, and the one after it.
const WINDOW_BYTES: u64 = 4 << 20;
/// Bytes that stay mapped behind a reader, and are let go of at once: to forget pages is
/// slow in small portions, since every processor must be told.
const RELEASE_BYTES: u64 = 32 << 20;
/// Bytes that are copied at once where nothing is mapped: they take memory until they are
/// sent, and a slow reader may take long.
const COPY_BYTES: u64 = 256 << 10;
/// The largest piece that a reader is given.
const FRAME_BYTES: u64 = 1 << 20;

/// An open file and, unless it is empty or cannot be, its mapping.
#[derive(Debug)]
pub(super) struct Mapping {
    file: File,
    map: Option<Mmap>,
    size_bytes: u64,
    /// Whether the kernel refused to fault pages in ahead: then bytes are copied.
    copies: AtomicBool,
}

impl Mapping {
    #[allow(unsafe_code)]
    pub(super) fn open(path: &Path) -> io::Result<Mapping> {
        let file = File::open(path)?;
        let size_bytes = file.metadata()?.len();
        let map = if size_bytes == 0 {
            None
        } else {
            // SAFETY: a kept blob is never written or cut short again, only unlinked; and
            // pages are faulted in by madvise and read by the kernel for the socket, both
            // of which answer an error where the file is shorter than it was.
            unsafe { MmapOptions::new().map(&file) }.ok()
        };
        let copies = map.as_ref().is_none_or(|map| !can_populate(map));
        Ok(Mapping { file, map, size_bytes, copies: AtomicBool::new(copies) })
    }

    /// How much the next window of a reader has; the first is short: somebody waits.
    fn window_bytes(&self, is_first: bool) -> u64 {
        match (self.copies.load(Ordering::Relaxed), is_first) {
            (true, _) => COPY_BYTES,
            (false, true) => FRAME_BYTES,
            (false, false) => WINDOW_BYTES,
        }
    }

    /// The frames of one window, in memory.
    fn window(self: &Arc<Self>, range: Range<u64>) -> io::Result<Vec<Bytes>> {
        if range.end > self.size_bytes {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match &self.map {
            Some(map) if self.fault_in(map, &range)? => {
                Ok(frames(range).map(|frame| self.slice(frame)).collect())
            }
            _ => frames(range).map(|frame| self.copy(frame)).collect(),
        }
    }

    /// Whether the range is in memory now; not where this kernel cannot do it.
    fn fault_in(&self, map: &Mmap, range: &Range<u64>) -> io::Result<bool> {
        if self.copies.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let (offset, len) = (range.start as usize, (range.end - range.start) as usize);
        match map.advise_range(Advice::PopulateRead, offset, len) {
            Ok(()) => Ok(true),
            Err(error) if error.raw_os_error() == Some(libc::EFAULT) => {
                Err(io::Error::other("the disk could not be read"))
            }
            // EINVAL before Linux 5.14; ENOMEM, EAGAIN and what else: copying may still work.
            Err(_) => {
                self.copies.store(true, Ordering::Relaxed);
                Ok(false)
            }
        }
    }

    /// Lets go of pages that are sent, so that a long film does not fill this process's
    /// share of memory; they stay in the kernel's cache.
    #[allow(unsafe_code)]
    fn release(&self, range: Range<u64>) {
        if let Some(map) = &self.map {
            let (offset, len) = (range.start as usize, (range.end - range.start) as usize);
            // SAFETY: the mapping is shared and never written, so that a page which is
            // touched again is read from the file again.
            let _ = unsafe { map.unchecked_advise_range(UncheckedAdvice::DontNeed, offset, len) };
        }
    }

    fn slice(self: &Arc<Self>, range: Range<u64>) -> Bytes {
        Bytes::from_owner(Slice { mapping: Arc::clone(self), range })
    }

    fn gather(&self, ranges: &[Range<u64>]) -> io::Result<Bytes> {
        let mut bytes = vec![0; total_bytes(ranges)];
        let mut rest = bytes.as_mut_slice();
        for range in ranges {
            let (part, after) = rest.split_at_mut((range.end - range.start) as usize);
            self.file.read_exact_at(part, range.start)?;
            rest = after;
        }
        Ok(bytes.into())
    }

    /// As [`Mapping::gather`], unless it would wait for the disk or fail.
    fn gather_cached(&self, ranges: &[Range<u64>]) -> Option<Bytes> {
        let mut bytes = vec![0; total_bytes(ranges)];
        let mut rest = bytes.as_mut_slice();
        for range in ranges {
            let (part, after) = rest.split_at_mut((range.end - range.start) as usize);
            let mut buffers = [IoSliceMut::new(part)];
            let read =
                preadv2(&self.file, &mut buffers, range.start, ReadWriteFlags::NOWAIT).ok()?;
            (read as u64 == range.end - range.start).then_some(())?;
            rest = after;
        }
        Some(bytes.into())
    }

    fn copy(&self, range: Range<u64>) -> io::Result<Bytes> {
        let mut buffer = vec![0; (range.end - range.start) as usize];
        self.file.read_exact_at(&mut buffer, range.start)?;
        Ok(buffer.into())
    }
}

/// How many bytes ranges have together.
fn total_bytes(ranges: &[Range<u64>]) -> usize {
    ranges.iter().map(|range| (range.end - range.start) as usize).sum()
}

/// Whether this kernel faults pages in when it is asked to (Linux 5.14); tried once.
fn can_populate(map: &Mmap) -> bool {
    static CAN: OnceLock<bool> = OnceLock::new();
    *CAN.get_or_init(|| {
        let tried = map.advise_range(Advice::PopulateRead, 0, 1);
        !tried.is_err_and(|error| error.raw_os_error() == Some(libc::EINVAL))
    })
}

/// A part of a mapping that keeps the whole alive.
struct Slice {
    mapping: Arc<Mapping>,
    range: Range<u64>,
}

impl AsRef<[u8]> for Slice {
    fn as_ref(&self) -> &[u8] {
        let range = self.range.start as usize..self.range.end as usize;
        self.mapping.map.as_deref().and_then(|map| map.get(range)).unwrap_or_default()
    }
}

fn frames(range: Range<u64>) -> impl Iterator<Item = Range<u64>> {
    let end = range.end;
    range.step_by(FRAME_BYTES as usize).map(move |start| start..end.min(start + FRAME_BYTES))
}

/// A blob, open for reading. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Blob {
    mapping: Arc<Mapping>,
}

impl Blob {
    pub(super) fn new(mapping: Arc<Mapping>) -> Blob {
        Blob { mapping }
    }

    /// How long it is on the disk.
    pub fn size_bytes(&self) -> u64 {
        self.mapping.size_bytes
    }

    /// Reads these bytes piece by piece; an empty range has no piece.
    pub fn windows(&self, range: Range<u64>) -> Windows {
        Windows {
            mapping: Arc::clone(&self.mapping),
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
        let mapping = Arc::clone(&self.mapping);
        super::blocking(move || {
            let mut hasher = blake3::Hasher::new();
            let mut buffer = vec![0; FRAME_BYTES as usize];
            let mut at = 0;
            loop {
                match mapping.file.read_at(&mut buffer, at)? {
                    0 => return Ok(hasher.finalize().to_hex().to_string()),
                    read => {
                        hasher.update(&buffer[..read]);
                        at += read as u64;
                    }
                }
            }
        })
        .await
    }

    /// Fills the buffer with the bytes from `offset` on. Waits for the disk.
    ///
    /// # Errors
    /// What the disk says; `UnexpectedEof` beyond the end.
    pub fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.mapping.file.read_exact_at(buffer, offset)
    }

    /// Ranges as one piece, one after the other: the many small ones that a segment of a film
    /// has. They are copied; what the kernel has in memory already without another thread.
    ///
    /// # Errors
    /// What the disk says; `UnexpectedEof` beyond the end.
    pub async fn gather(&self, ranges: &[Range<u64>]) -> io::Result<Bytes> {
        if let Some(bytes) = self.mapping.gather_cached(ranges) {
            return Ok(bytes);
        }
        let (mapping, ranges) = (Arc::clone(&self.mapping), ranges.to_vec());
        spawn_blocking(move || mapping.gather(&ranges)).await.map_err(io::Error::other)?
    }

    /// Reads these bytes into memory: for small ranges, and for tests.
    ///
    /// # Errors
    /// [`BlobError::Failed`], also where the range goes beyond the end.
    pub async fn read_range(&self, range: Range<u64>) -> Result<Vec<u8>, BlobError> {
        let mapping = Arc::clone(&self.mapping);
        super::blocking(move || {
            if range.end > mapping.size_bytes || range.start > range.end {
                return Err(BlobError::Failed(io::ErrorKind::UnexpectedEof.into()));
            }
            Ok(mapping.copy(range)?.into())
        })
        .await
    }
}

/// The pieces of a range, of 1 MiB at most, in order. The next window is faulted in while
/// the present one is written.
#[derive(Debug)]
pub struct Windows {
    mapping: Arc<Mapping>,
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
            if self.coming.is_none() {
                self.prefetch();
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

    /// Sets off the next window, if there is one.
    fn prefetch(&mut self) {
        if self.next >= self.end {
            return;
        }
        let size = self.mapping.window_bytes(self.next == self.from);
        let (start, end) = (self.next, self.end.min((self.next / size + 1) * size));
        self.next = end;
        let sent = self.sent_before(start);
        let mapping = Arc::clone(&self.mapping);
        self.coming = Some(spawn_blocking(move || {
            if let Some(sent) = sent {
                mapping.release(sent);
            }
            mapping.window(start..end)
        }));
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
