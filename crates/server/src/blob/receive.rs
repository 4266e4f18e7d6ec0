//! Receiving content: the network, the hash and the disk work side by side, in flat
//! memory, and no thread is held while the network is slow.

use super::BlobError;
use super::pump::{Pump, Written};
use super::staging::{Staged, Staging};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use tokio::task::{JoinError, spawn_blocking};
use yingku_core::content::{fingerprint_of, fingerprint_ranges};

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

    /// Where it lies on this machine until it is kept, for programs that need a path.
    pub fn path(&self) -> &Path {
        &self.temp.path
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

struct Work {
    temp: Staged,
    size_bytes: u64,
    head: Vec<u8>,
    pump: Pump<blake3::Hasher>,
}

impl Work {
    fn start(temp: Staged) -> Work {
        let written = Written { hashing: blake3::Hasher::new(), size_bytes: 0 };
        let pump = Pump::new(Arc::clone(&temp.file), written);
        Work { temp, size_bytes: 0, head: Vec::new(), pump }
    }

    async fn push<E>(&mut self, piece: &[u8]) -> Result<(), ReceiveError<E>> {
        self.size_bytes += piece.len() as u64;
        let room = HEAD_BYTES - self.head.len();
        self.head.extend_from_slice(&piece[..piece.len().min(room)]);
        Ok(self.pump.push(piece).await?)
    }

    async fn finish<E>(mut self) -> Result<Received, ReceiveError<E>> {
        let written = self.pump.drain().await?;
        let (file, size_bytes) = (Arc::clone(&self.temp.file), self.size_bytes);
        let fingerprint = spawn_blocking(move || fingerprint(&file, size_bytes)).await??;
        Ok(Received {
            temp: self.temp,
            name: None,
            size_bytes,
            content_hash: written.hashing.finalize().to_hex().to_string(),
            fingerprint,
            head: self.head.into(),
        })
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
