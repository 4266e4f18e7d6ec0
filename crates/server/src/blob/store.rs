//! What a place for finished content can do. There is one today, a local folder
//! ([`super::local::LocalStore`]); an object store such as S3 fits behind the same two traits.

use super::BlobError;
use super::pool::Buffer;
use super::staging::Staged;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use std::fmt::Debug;
use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// The result of what a store does.
pub(super) type Doing<'a, T> = BoxFuture<'a, Result<T, BlobError>>;

/// One kept blob, as [`Store::list`] finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: String,
    /// Its size.
    pub size_bytes: u64,
    /// When it was written, milliseconds since the epoch by the store's clock.
    pub modified_ms: i64,
}

/// A place for finished content. Keys are well-formed: the caller has checked them.
pub(super) trait Store: Debug + Send + Sync {
    /// Keeps a file under a key; whole or not at all. Answered when it is durable; the file is
    /// gone from where it was then.
    fn put(&self, staged: Staged, key: String) -> Doing<'_, ()>;

    /// Opens content for reading.
    fn open(&self, key: String) -> Doing<'_, Arc<dyn Object>>;

    /// The same, as it lies there now: without what is kept of it for readers.
    fn open_anew(&self, key: String) -> Doing<'_, Arc<dyn Object>> {
        self.open(key)
    }

    /// Where content lies as a file of this machine, for programs that need one.
    fn path(&self, key: String) -> Doing<'_, PathBuf>;

    /// Deletes content; what is gone already is no error. Who has it open reads it to the end.
    fn delete(&self, key: String) -> Doing<'_, ()>;

    /// All content there is, in no particular order. Blocking.
    fn list(&self) -> Box<dyn Iterator<Item = Result<Listed, BlobError>> + Send>;

    /// How many bytes may still be kept.
    fn free_bytes(&self) -> Doing<'_, u64>;
}

/// Content that is open for reading. What does not say otherwise may wait for the disk, or for
/// a network, and is called on threads that may.
pub(super) trait Object: Debug + Send + Sync {
    /// How long it is.
    fn size_bytes(&self) -> u64;

    /// Fills the buffer with the bytes from `offset` on; `UnexpectedEof` beyond the end.
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()>;

    /// How many bytes a reader is best given at once; the first time somebody waits.
    fn window_bytes(&self, is_first: bool) -> u64;

    /// These bytes as pieces of at most [`FRAME_BYTES`].
    fn window(self: Arc<Self>, range: Range<u64>) -> io::Result<Vec<Bytes>>;

    /// The same where that needs no waiting, neither for a disk nor for a network.
    fn window_at_once(self: Arc<Self>, _: Range<u64>) -> Option<Vec<Bytes>> {
        None
    }

    /// These bytes were sent: whatever memory they took may go.
    fn release(&self, _: Range<u64>) {}

    /// Ranges as one piece, where that needs no waiting. Never waits.
    fn gather_at_once(&self, _: &[Range<u64>]) -> Option<Bytes> {
        None
    }

    /// Ranges as one piece, one after the other.
    fn gather(&self, ranges: &[Range<u64>]) -> io::Result<Bytes> {
        let mut bytes = Buffer::new(total_bytes(ranges));
        let mut rest = bytes.as_mut_slice();
        for range in ranges {
            let (part, after) = rest.split_at_mut((range.end - range.start) as usize);
            self.read_exact_at(part, range.start)?;
            rest = after;
        }
        Ok(bytes.into())
    }
}

/// The largest piece that a reader is given.
pub(super) const FRAME_BYTES: u64 = 1 << 20;

/// A range, frame by frame.
pub(super) fn frames(range: Range<u64>) -> impl Iterator<Item = Range<u64>> {
    let end = range.end;
    range.step_by(FRAME_BYTES as usize).map(move |start| start..end.min(start + FRAME_BYTES))
}

/// How many bytes ranges have together.
pub(super) fn total_bytes(ranges: &[Range<u64>]) -> usize {
    ranges.iter().map(|range| (range.end - range.start) as usize).sum()
}
