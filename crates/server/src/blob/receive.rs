//! Receiving content: the network, the hash and the disk work side by side, in flat
//! memory, and no thread is held while the network is slow.

use super::BlobError;
use super::staging::{Staged, Staging};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::pin::pin;
use std::sync::Arc;
use tokio::task::{JoinError, JoinHandle, spawn_blocking};
use yingku_core::content::{fingerprint_of, fingerprint_ranges};

/// Bytes that are hashed and written as one piece of work.
const BATCH_BYTES: usize = 1 << 20;
/// After so many bytes the kernel is asked to start writing them to the disk, so that the
/// last fsync finds little left to do.
pub(super) const WRITE_BACK_BYTES: u64 = 16 << 20;
/// How much of the beginning is kept for telling the type.
pub(super) const HEAD_BYTES: usize = 8 << 10;

/// Why content was not received; nothing is left of it.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError<E> {
    /// It is over the limit.
    #[error("over the limit of {limit_bytes} bytes")]
    TooLarge {
        /// The limit that it broke.
        limit_bytes: u64,
    },
    /// The sender broke off, or stalled.
    #[error("the body broke off")]
    Body(E),
    /// The disk is full, or a quota is.
    #[error("the storage is full")]
    Full,
    /// Any other error of the operating system.
    #[error("the storage failed: {0}")]
    Failed(io::Error),
}

impl<E> From<io::Error> for ReceiveError<E> {
    fn from(error: io::Error) -> Self {
        match BlobError::from(error) {
            BlobError::Full => ReceiveError::Full,
            BlobError::Failed(error) => ReceiveError::Failed(error),
            // The folder itself is gone.
            BlobError::NotFound => ReceiveError::Failed(io::ErrorKind::NotFound.into()),
        }
    }
}

impl<E> From<JoinError> for ReceiveError<E> {
    fn from(error: JoinError) -> Self {
        ReceiveError::Failed(io::Error::other(error))
    }
}

/// Content that has arrived and is not kept yet. Dropping it deletes it, unless it came in
/// several requests: then its file belongs to the upload.
#[derive(Debug)]
pub struct Received {
    pub(super) temp: Staged,
    /// The name that it came under, where it has one: it is kept under the same.
    pub(super) name: Option<String>,
    /// How long it is.
    pub size_bytes: u64,
    /// BLAKE3 of all of it, 64 hexadecimal digits.
    pub content_hash: String,
    /// [`fingerprint_of`] its samples, 32 hexadecimal digits: a quick question, no proof.
    pub fingerprint: String,
    /// The first 8 KiB, or all where there is less.
    pub head: Bytes,
}

impl Received {
    /// To read what arrived.
    ///
    /// # Errors
    /// What the file system says.
    pub fn open(&self) -> io::Result<File> {
        File::open(&self.temp.path)
    }
}

impl Staging {
    /// Receives a body of at most `limit_bytes`. Memory stays at a few MiB whatever the
    /// sizes are; hashing and writing go on while the next bytes arrive.
    ///
    /// # Errors
    /// See [`ReceiveError`]; nothing is left of the content then. The same holds when the
    /// future is dropped.
    pub async fn receive<S, E>(
        &self,
        body: S,
        limit_bytes: u64,
    ) -> Result<Received, ReceiveError<E>>
    where
        S: Stream<Item = Result<Bytes, E>>,
    {
        let staging = self.clone();
        let temp = spawn_blocking(move || Staged::create(&staging.dir)).await??;
        let mut work = Work::start(temp);
        let mut body = pin!(body);
        while let Some(piece) = body.next().await {
            let piece = piece.map_err(ReceiveError::Body)?;
            if work.size_bytes + piece.len() as u64 > limit_bytes {
                return Err(ReceiveError::TooLarge { limit_bytes });
            }
            work.push(&piece).await?;
        }
        work.finish().await
    }
}

/// What hashes and writes, while the next batch is filled.
struct Work {
    temp: Staged,
    size_bytes: u64,
    head: Vec<u8>,
    /// The batch that is filled. Two buffers take turns, so that neither they nor the
    /// network's own are allocated, and faulted in, anew for each piece.
    filling: Vec<u8>,
    draining: JoinHandle<io::Result<Drain>>,
}

/// What goes from one batch to the next.
struct Drain {
    hasher: blake3::Hasher,
    written_bytes: u64,
    /// Emptied.
    buffer: Vec<u8>,
}

impl Work {
    fn start(temp: Staged) -> Work {
        let drain = Drain { hasher: blake3::Hasher::new(), written_bytes: 0, buffer: Vec::new() };
        Work {
            temp,
            size_bytes: 0,
            head: Vec::new(),
            filling: Vec::new(),
            draining: spawn_blocking(|| Ok(drain)),
        }
    }

    async fn push<E>(&mut self, mut piece: &[u8]) -> Result<(), ReceiveError<E>> {
        self.size_bytes += piece.len() as u64;
        let room = HEAD_BYTES - self.head.len();
        self.head.extend_from_slice(&piece[..piece.len().min(room)]);
        while !piece.is_empty() {
            let (now, later) = piece.split_at(piece.len().min(BATCH_BYTES - self.filling.len()));
            self.filling.extend_from_slice(now);
            piece = later;
            if self.filling.len() == BATCH_BYTES {
                self.hand_over().await?;
            }
        }
        Ok(())
    }

    /// Waits for the batch before, and sets off this one.
    async fn hand_over<E>(&mut self) -> Result<(), ReceiveError<E>> {
        let mut drain = (&mut self.draining).await??;
        std::mem::swap(&mut self.filling, &mut drain.buffer);
        let file = Arc::clone(&self.temp.file);
        self.draining = spawn_blocking(move || drain.run(&file));
        Ok(())
    }

    async fn finish<E>(mut self) -> Result<Received, ReceiveError<E>> {
        self.hand_over().await?;
        let hasher = (&mut self.draining).await??.hasher;
        let (file, size_bytes) = (Arc::clone(&self.temp.file), self.size_bytes);
        let fingerprint = spawn_blocking(move || fingerprint(&file, size_bytes)).await??;
        Ok(Received {
            temp: self.temp,
            name: None,
            size_bytes,
            content_hash: hasher.finalize().to_hex().to_string(),
            fingerprint,
            head: self.head.into(),
        })
    }
}

impl Drain {
    /// Hashes and writes the buffer; the second finds it in the processor's cache.
    fn run(mut self, mut file: &File) -> io::Result<Drain> {
        self.hasher.update(&self.buffer);
        file.write_all(&self.buffer)?;
        let before = self.written_bytes / WRITE_BACK_BYTES;
        self.written_bytes += self.buffer.len() as u64;
        let after = self.written_bytes / WRITE_BACK_BYTES;
        if before < after {
            start_write_back(file, before * WRITE_BACK_BYTES, (after - before) * WRITE_BACK_BYTES)?;
        }
        self.buffer.clear();
        Ok(self)
    }
}

/// Asks the kernel to begin writing this range to the disk, without waiting for it. Where
/// it cannot, the fsync at the end does all the work.
#[allow(unsafe_code)]
pub(super) fn start_write_back(file: &File, offset: u64, len: u64) -> io::Result<()> {
    let (Ok(offset), Ok(len)) = (i64::try_from(offset), i64::try_from(len)) else {
        return Ok(());
    };
    // SAFETY: the call takes plain numbers and a file descriptor that `file` keeps open.
    let answer = unsafe {
        libc::sync_file_range(file.as_raw_fd(), offset, len, libc::SYNC_FILE_RANGE_WRITE)
    };
    let error = io::Error::last_os_error();
    match error.raw_os_error() {
        // A write error that is reported here is not reported again by fsync.
        Some(libc::EIO | libc::ENOSPC | libc::EDQUOT) if answer != 0 => Err(error),
        _ => Ok(()),
    }
}

pub(super) fn fingerprint(file: &File, size_bytes: u64) -> io::Result<String> {
    let mut samples: [Vec<u8>; 4] = Default::default();
    for ((offset, len), sample) in fingerprint_ranges(size_bytes).into_iter().zip(&mut samples) {
        sample.resize(len as usize, 0);
        file.read_exact_at(sample, offset)?;
    }
    Ok(fingerprint_of(samples.each_ref().map(Vec::as_slice)))
}
