//! Receiving content: the network, the hash and the disk work side by side, in flat
//! memory, and no thread is held while the network is slow.

use super::{BlobError, BlobStore, random_hex};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use tokio::task::{JoinError, JoinHandle, spawn_blocking};
use yingku_core::content::{fingerprint_of, fingerprint_ranges};

/// Bytes that are hashed and written as one piece of work.
const BATCH_BYTES: usize = 1 << 20;
/// Pieces in a batch at most, so that many tiny ones cannot cost more than they carry.
const BATCH_PIECES: usize = 256;
/// After so many bytes the kernel is told to start writing them to the disk, so that the
/// last fsync finds little left to do.
const WRITE_BACK_BYTES: u64 = 16 << 20;
/// How much of the beginning is kept for telling the type.
const HEAD_BYTES: usize = 8 << 10;

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
    /// Anything else the operating system said.
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

/// Content that has arrived and is not kept yet. Dropping it deletes it.
#[derive(Debug)]
pub struct Received {
    temp: Temp,
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
    /// Where it lies until it is kept or dropped, for the prober.
    pub fn path(&self) -> &Path {
        &self.temp.path
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        self.temp.file.sync_all()
    }

    pub(super) fn rename_to(mut self, path: &Path) -> io::Result<()> {
        fs::rename(&self.temp.path, path)?;
        self.temp.deletes = false;
        Ok(())
    }
}

/// A file in `incoming` that goes when nobody wants it any more.
#[derive(Debug)]
struct Temp {
    file: Arc<File>,
    path: PathBuf,
    deletes: bool,
}

impl Temp {
    fn create(incoming: &Path) -> io::Result<Temp> {
        let path = incoming.join(format!("{}.part", random_hex()?));
        let file = File::options().read(true).write(true).create_new(true).open(&path)?;
        Ok(Temp { file: Arc::new(file), path, deletes: true })
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        if !self.deletes {
            return;
        }
        // To free gigabytes takes the file system a while: not on the runtime's threads.
        let path = std::mem::take(&mut self.path);
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(move || fs::remove_file(path))),
            Err(_) => drop(fs::remove_file(path)),
        }
    }
}

impl BlobStore {
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
        let incoming = self.inner.incoming.clone();
        let mut work = Work::start(spawn_blocking(move || Temp::create(&incoming)).await??);
        let mut body = pin!(body);
        let (mut batch, mut size_bytes) = (Batch::default(), 0u64);
        while let Some(piece) = body.next().await {
            let piece = piece.map_err(ReceiveError::Body)?;
            size_bytes += piece.len() as u64;
            if size_bytes > limit_bytes {
                return Err(ReceiveError::TooLarge { limit_bytes });
            }
            batch.push(piece);
            if batch.is_full() {
                work.hand_over(std::mem::take(&mut batch)).await?;
            }
        }
        work.hand_over(batch).await?;
        work.finish(size_bytes).await
    }
}

#[derive(Default)]
struct Batch {
    pieces: Vec<Bytes>,
    size_bytes: usize,
}

impl Batch {
    fn push(&mut self, piece: Bytes) {
        self.size_bytes += piece.len();
        self.pieces.push(piece);
    }

    fn is_full(&self) -> bool {
        self.size_bytes >= BATCH_BYTES || self.pieces.len() >= BATCH_PIECES
    }
}

/// Hashing and writing, each one batch behind the network at most.
struct Work {
    temp: Temp,
    head: Vec<u8>,
    offset: u64,
    hashing: JoinHandle<blake3::Hasher>,
    writing: JoinHandle<io::Result<()>>,
}

impl Work {
    fn start(temp: Temp) -> Work {
        Work {
            temp,
            head: Vec::with_capacity(HEAD_BYTES),
            offset: 0,
            hashing: spawn_blocking(blake3::Hasher::new),
            writing: spawn_blocking(|| Ok(())),
        }
    }

    /// Waits for the batch before, and sets off this one.
    async fn hand_over<E>(&mut self, batch: Batch) -> Result<(), ReceiveError<E>> {
        for piece in &batch.pieces {
            let room = HEAD_BYTES - self.head.len();
            self.head.extend_from_slice(&piece[..piece.len().min(room)]);
        }
        let mut hasher = (&mut self.hashing).await?;
        (&mut self.writing).await??;
        let (file, offset) = (Arc::clone(&self.temp.file), self.offset);
        self.offset += batch.size_bytes as u64;
        let pieces: Arc<[Bytes]> = batch.pieces.into();
        let to_hash = Arc::clone(&pieces);
        self.hashing = spawn_blocking(move || {
            for piece in to_hash.iter() {
                hasher.update(piece);
            }
            hasher
        });
        self.writing = spawn_blocking(move || write_batch(&file, &pieces, offset));
        Ok(())
    }

    async fn finish<E>(self, size_bytes: u64) -> Result<Received, ReceiveError<E>> {
        let hasher = self.hashing.await?;
        self.writing.await??;
        let file = Arc::clone(&self.temp.file);
        let fingerprint = spawn_blocking(move || fingerprint(&file, size_bytes)).await??;
        let content_hash = hasher.finalize().to_hex().to_string();
        Ok(Received {
            temp: self.temp,
            size_bytes,
            content_hash,
            fingerprint,
            head: self.head.into(),
        })
    }
}

/// Writes at the file's own position, small pieces gathered; `offset` is where it stands.
fn write_batch(mut file: &File, pieces: &[Bytes], offset: u64) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(64 << 10, &mut file);
    for piece in pieces {
        out.write_all(piece)?;
    }
    out.flush()?;
    drop(out);
    let end = offset + pieces.iter().map(|piece| piece.len() as u64).sum::<u64>();
    let (from, to) = (offset / WRITE_BACK_BYTES, end / WRITE_BACK_BYTES);
    if from < to {
        start_write_back(file, from * WRITE_BACK_BYTES, (to - from) * WRITE_BACK_BYTES)?;
    }
    Ok(())
}

/// Asks the kernel to begin writing this range to the disk, without waiting for it. Where
/// it cannot, the fsync at the end does all the work.
#[allow(unsafe_code)]
fn start_write_back(file: &File, offset: u64, len: u64) -> io::Result<()> {
    let (Ok(offset), Ok(len)) = (i64::try_from(offset), i64::try_from(len)) else {
        return Ok(());
    };
    // SAFETY: the call takes plain numbers and a file descriptor that `file` keeps open.
    let answer = unsafe {
        libc::sync_file_range(file.as_raw_fd(), offset, len, libc::SYNC_FILE_RANGE_WRITE)
    };
    let error = io::Error::last_os_error();
    match error.raw_os_error() {
        // A write error that is told here is not told again by fsync.
        Some(libc::EIO | libc::ENOSPC | libc::EDQUOT) if answer != 0 => Err(error),
        _ => Ok(()),
    }
}

fn fingerprint(file: &File, size_bytes: u64) -> io::Result<String> {
    let mut samples: [Vec<u8>; 4] = Default::default();
    for ((offset, len), sample) in fingerprint_ranges(size_bytes).into_iter().zip(&mut samples) {
        sample.resize(len as usize, 0);
        file.read_exact_at(sample, offset)?;
    }
    Ok(fingerprint_of(samples.each_ref().map(Vec::as_slice)))
}
