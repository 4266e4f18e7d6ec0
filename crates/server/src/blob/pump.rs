//! The way of bytes from the network into a file, for every kind of upload: one batch is hashed
//! and written on a blocking thread while the next is filled. Two batches are all the memory that
//! it takes, and no thread is held while the network is slow.

use super::staging::Held;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::sync::Arc;
use tokio::task::{JoinHandle, spawn_blocking};

/// Bytes that are hashed and written as one piece of work.
pub(super) const BATCH_BYTES: usize = 1 << 20;
/// After so many bytes the kernel is asked to start writing them to the disk, so that the disk
/// works while the rest arrives: also in a piece of a few MiB, whose fsync then finds little to do.
const WRITE_BACK_BYTES: u64 = BATCH_BYTES as u64;

/// What is computed of the bytes that go by.
pub(super) trait Hashing: Send + 'static {
    /// Takes the next bytes.
    fn update(&mut self, bytes: &[u8]);
}

impl Hashing for blake3::Hasher {
    fn update(&mut self, bytes: &[u8]) {
        blake3::Hasher::update(self, bytes);
    }
}

/// What was written so far.
#[derive(Debug)]
pub(super) struct Written<H> {
    pub(super) hashing: H,
    pub(super) size_bytes: u64,
}

impl<H: Hashing> Written<H> {
    /// Hashes and writes; the second finds the bytes in the processor's cache.
    pub(super) fn take(&mut self, bytes: &[u8], mut file: &File) -> io::Result<()> {
        self.hashing.update(bytes);
        file.write_all(bytes)?;
        let before = self.size_bytes / WRITE_BACK_BYTES;
        self.size_bytes += bytes.len() as u64;
        let after = self.size_bytes / WRITE_BACK_BYTES;
        if before < after {
            start_write_back(file, before * WRITE_BACK_BYTES, (after - before) * WRITE_BACK_BYTES)?;
        }
        Ok(())
    }
}

/// What is left of a batch: all that was written, and its buffer.
type Drained<H> = (Written<H>, Vec<u8>);

/// Takes bytes, and writes them to a file.
#[derive(Debug)]
pub(super) struct Pump<H> {
    pub(super) file: Arc<Held>,
    /// The batch that is filled. Two buffers alternate, so that neither they nor the
    /// network's own are allocated, and faulted in, anew for each piece.
    filling: Vec<u8>,
    /// The other one, while nothing is written.
    spare: Vec<u8>,
    /// The work on the batch before, with its buffer, emptied; none after it failed.
    draining: Option<JoinHandle<io::Result<Drained<H>>>>,
}

impl<H: Hashing> Pump<H> {
    /// Goes on behind what was written.
    pub(super) fn new(file: Arc<Held>, written: Written<H>) -> Pump<H> {
        let mut pump = Pump { file, filling: Vec::new(), spare: Vec::new(), draining: None };
        pump.resume(written);
        pump
    }

    /// Takes the next bytes.
    pub(super) async fn push(&mut self, mut piece: &[u8]) -> io::Result<()> {
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

    /// Waits until all that was pushed is written. To go on, what is given is given back to
    /// [`Pump::resume`].
    pub(super) async fn drain(&mut self) -> io::Result<Written<H>> {
        self.hand_over().await?;
        let (written, emptied) = self.wait().await?;
        self.spare = emptied;
        Ok(written)
    }

    /// Goes on after [`Pump::drain`].
    pub(super) fn resume(&mut self, written: Written<H>) {
        let spare = std::mem::take(&mut self.spare);
        self.draining = Some(spawn_blocking(|| Ok((written, spare))));
    }

    /// Waits until nothing is written any more; what was not yet is thrown away.
    pub(super) async fn stop(mut self) {
        if let Some(draining) = self.draining.take() {
            drop(draining.await);
        }
    }

    /// Waits for the batch before. After one that failed there is no next.
    async fn wait(&mut self) -> io::Result<Drained<H>> {
        match self.draining.take() {
            Some(draining) => draining.await?,
            None => Err(io::Error::other("it failed before")),
        }
    }

    /// Waits for the batch before, and sets off this one.
    async fn hand_over(&mut self) -> io::Result<()> {
        let (mut written, emptied) = self.wait().await?;
        let mut batch = std::mem::replace(&mut self.filling, emptied);
        let file = Arc::clone(&self.file);
        self.draining = Some(spawn_blocking(move || {
            written.take(&batch, &file)?;
            batch.clear();
            Ok((written, batch))
        }));
        Ok(())
    }
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
        // A write error that is reported here is not reported again by fsync.
        Some(libc::EIO | libc::ENOSPC | libc::EDQUOT) if answer != 0 => Err(error),
        _ => Ok(()),
    }
}
