//! The file of an upload that comes in several requests: it stays through restarts, is
//! written by one at a time, and says what is on the disk only after it is.

use super::pump::{BATCH_BYTES, Hashing, Pump, Written};
use super::receive::{HEAD_BYTES, fingerprint};
use super::staging::{Held, SUFFIX, Staged, Staging};
use super::tree::TreeHash;
use super::{BlobError, Received, blocking, random_hex, sync_dir};
use sha1::Digest as _;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::task::{JoinError, spawn_blocking};

/// Why bytes were not taken.
#[derive(Debug, thiserror::Error)]
pub enum PartialError {
    /// There is no room. What was durable before is.
    #[error("the storage is full")]
    Full,
    /// Another process writes it.
    #[error("another process writes it")]
    Taken,
    /// The disk did not take what came. What was durable before is, and the next who opens
    /// it goes on there; an fsync that failed is never asked again.
    #[error("the storage failed: {0}")]
    Failed(io::Error),
    /// What was durable is not there any more.
    #[error("its bytes are lost: {0}")]
    Lost(io::Error),
}

impl From<JoinError> for PartialError {
    fn from(error: JoinError) -> Self {
        PartialError::Failed(io::Error::other(error))
    }
}

/// A kind of checksum that a sender may give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// CRC-32 as in zlib, most significant byte first.
    Crc32,
    /// MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
}

/// What computes it.
#[derive(Clone, Debug)]
enum Summing {
    Crc32(crc32fast::Hasher),
    Md5(md5::Md5),
    Sha1(sha1::Sha1),
    Sha256(sha2::Sha256),
}

impl Algorithm {
    fn start(self) -> Summing {
        match self {
            Algorithm::Crc32 => Summing::Crc32(crc32fast::Hasher::new()),
            Algorithm::Md5 => Summing::Md5(Default::default()),
            Algorithm::Sha1 => Summing::Sha1(Default::default()),
            Algorithm::Sha256 => Summing::Sha256(Default::default()),
        }
    }
}

impl Summing {
    fn update(&mut self, bytes: &[u8]) {
        match self {
            Summing::Crc32(sum) => sum.update(bytes),
            Summing::Md5(sum) => sum.update(bytes),
            Summing::Sha1(sum) => sum.update(bytes),
            Summing::Sha256(sum) => sum.update(bytes),
        }
    }

    fn finish(self) -> Vec<u8> {
        match self {
            Summing::Crc32(sum) => sum.finalize().to_be_bytes().to_vec(),
            Summing::Md5(sum) => sum.finalize().to_vec(),
            Summing::Sha1(sum) => sum.finalize().to_vec(),
            Summing::Sha256(sum) => sum.finalize().to_vec(),
        }
    }
}

/// How far an upload is on the disk, and its hash so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Bytes that are there for good.
    pub offset: u64,
    /// The hash of them, to go on with.
    pub hash_state: String,
}

/// A hash that was put down in this process: nothing needs to be read again.
#[derive(Clone, Debug)]
pub struct Kept {
    tree: TreeHash,
    offset: u64,
}

/// An upload's file, open for its one writer.
#[derive(Debug)]
pub struct Partial {
    path: PathBuf,
    name: String,
    /// Bytes that were pushed, in all.
    offset: u64,
    pump: Pump<Hashes>,
}

/// What is computed of an upload's bytes.
#[derive(Debug)]
struct Hashes {
    tree: TreeHash,
    sum: Option<Summing>,
}

impl Hashing for Hashes {
    fn update(&mut self, bytes: &[u8]) {
        self.tree.update(bytes);
        if let Some(sum) = &mut self.sum {
            sum.update(bytes);
        }
    }
}

impl Staging {
    /// Makes an empty file for an upload and gives its name. Answered when it is on the disk.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub async fn create_partial(&self) -> Result<String, BlobError> {
        let staging = self.clone();
        blocking(move || {
            let name = random_hex()?;
            let mut options = File::options();
            options.write(true).create_new(true).mode(0o600);
            options.open(staging.partial(&name))?.sync_all()?;
            sync_dir(&staging.dir)?;
            Ok(name)
        })
        .await
    }

    /// Opens an upload's file to go on at `mark`; whatever lies behind it goes. A crash may have
    /// left the file `elsewhere`, kept already but not written down.
    ///
    /// # Errors
    /// [`PartialError::Lost`] where fewer bytes are there than were promised.
    pub(super) async fn open_partial(
        &self,
        name: &str,
        elsewhere: Option<PathBuf>,
        mark: Mark,
        kept: Option<Kept>,
        sum: Option<Algorithm>,
    ) -> Result<Partial, PartialError> {
        let (path, name) = (elsewhere.unwrap_or_else(|| self.partial(name)), name.to_owned());
        spawn_blocking(move || open(path, name, &mark, kept, sum)).await?
    }

    /// Whether there is a file of that name.
    pub(super) async fn has_partial(&self, name: &str) -> bool {
        tokio::fs::try_exists(self.partial(name)).await.unwrap_or(true)
    }

    /// Removes an upload's file; one that is gone already is no error.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub async fn remove_partial(&self, name: &str) -> Result<(), BlobError> {
        let (staging, path) = (self.clone(), self.partial(name));
        blocking(move || match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(sync_dir(&staging.dir)?),
        })
        .await
    }

    /// Names of the files of uploads that nothing was written to since before this moment
    /// (milliseconds since the epoch).
    ///
    /// # Errors
    /// Whatever the file system says.
    pub async fn list_partials(&self, before_ms: i64) -> Result<Vec<String>, BlobError> {
        let staging = self.clone();
        blocking(move || {
            let mut names = Vec::new();
            for entry in fs::read_dir(&staging.dir)? {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                if let Some(name) = name.strip_suffix(SUFFIX)
                    && super::modified_ms(&entry.metadata()?) < before_ms
                {
                    names.push(name.to_owned());
                }
            }
            Ok(names)
        })
        .await
    }

    fn partial(&self, name: &str) -> PathBuf {
        self.dir.join(format!("{name}{SUFFIX}"))
    }
}

fn open(
    path: PathBuf,
    name: String,
    mark: &Mark,
    kept: Option<Kept>,
    sum: Option<Algorithm>,
) -> Result<Partial, PartialError> {
    let file = File::options().read(true).write(true).open(&path).map_err(missing)?;
    if let Err(TryLockError::WouldBlock) = file.try_lock() {
        return Err(PartialError::Taken);
    }
    // On a file system without locks the process's own order has to do.
    let file = Held(file);
    let len = file.metadata().map_err(PartialError::Failed)?.len();
    if len < mark.offset {
        let detail = format!("{len} of {} bytes are there", mark.offset);
        return Err(PartialError::Lost(io::Error::other(detail)));
    }
    let tree = prepare(&file, len, mark, kept).map_err(PartialError::Failed)?;
    let hashing = Hashes { tree, sum: sum.map(Algorithm::start) };
    let written = Written { hashing, size_bytes: mark.offset };
    Ok(Partial { path, name, offset: mark.offset, pump: Pump::new(Arc::new(file), written) })
}

/// Cuts off what nobody was promised, and takes the hash up.
fn prepare(file: &File, len: u64, mark: &Mark, kept: Option<Kept>) -> io::Result<TreeHash> {
    if len > mark.offset {
        file.set_len(mark.offset)?;
    }
    if let Some(kept) = kept.filter(|kept| kept.offset == mark.offset) {
        io::Seek::seek(&mut &*file, io::SeekFrom::Start(mark.offset))?;
        return Ok(kept.tree);
    }
    let (mut tree, mut from) = TreeHash::resume(&mark.hash_state, mark.offset);
    let mut buffer = vec![0; BATCH_BYTES];
    while from < mark.offset {
        let most = usize::try_from(mark.offset - from).unwrap_or(usize::MAX).min(BATCH_BYTES);
        file.read_exact_at(&mut buffer[..most], from)?;
        tree.update(&buffer[..most]);
        from += most as u64;
    }
    io::Seek::seek(&mut &*file, io::SeekFrom::Start(mark.offset))?;
    Ok(tree)
}

impl Partial {
    /// Bytes that were pushed, in all; not all of them are durable.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Takes the next bytes. They are hashed and written while more arrive.
    ///
    /// # Errors
    /// See [`PartialError`].
    pub async fn push(&mut self, piece: &[u8]) -> Result<(), PartialError> {
        self.offset += piece.len() as u64;
        self.pump.push(piece).await.map_err(written)
    }

    /// Takes what another upload has, whole.
    ///
    /// # Errors
    /// See [`PartialError`].
    pub async fn push_all_of(
        &mut self,
        staging: &Staging,
        name: &str,
        size_bytes: u64,
    ) -> Result<(), PartialError> {
        let mut so_far = self.drained().await?;
        let path = staging.partial(name);
        let file = Arc::clone(&self.pump.file);
        let copied = spawn_blocking(move || {
            copy(&File::open(path)?, size_bytes, &mut so_far, &file)?;
            Ok(so_far)
        });
        let so_far = copied.await?.map_err(written)?;
        self.offset = so_far.size_bytes;
        self.pump.resume(so_far);
        Ok(())
    }

    /// Waits until everything is written.
    async fn drained(&mut self) -> Result<Written<Hashes>, PartialError> {
        self.pump.drain().await.map_err(written)
    }

    /// Brings everything that was pushed to the disk.
    ///
    /// # Errors
    /// [`PartialError::Failed`] where the disk did not take it: the kernel may have dropped
    /// the very pages that it failed to write, so it is put away, never saved again.
    pub async fn save(&mut self) -> Result<Mark, PartialError> {
        let so_far = self.drained().await?;
        let mark = Mark { offset: so_far.size_bytes, hash_state: so_far.hashing.tree.state() };
        self.pump.resume(so_far);
        let file = Arc::clone(&self.pump.file);
        spawn_blocking(move || file.sync_data()).await?.map_err(written)?;
        Ok(mark)
    }

    /// The checksum of what was pushed since it was opened, where one was asked for.
    ///
    /// # Errors
    /// See [`PartialError`].
    pub async fn checksum(&mut self) -> Result<Option<Vec<u8>>, PartialError> {
        let mut so_far = self.drained().await?;
        let sum = so_far.hashing.sum.take().map(Summing::finish);
        self.pump.resume(so_far);
        Ok(sum)
    }

    /// Puts it down; the next that takes it up in this process need not read anything again.
    ///
    /// # Errors
    /// See [`PartialError`].
    pub async fn put_down(mut self) -> Result<Kept, PartialError> {
        let so_far = self.drained().await?;
        Ok(Kept { tree: so_far.hashing.tree, offset: so_far.size_bytes })
    }

    /// Throws away what was not saved; when it is back, nobody writes any more.
    pub async fn give_up(self) {
        self.pump.stop().await;
    }

    /// The whole content. It stays where it is until it is kept.
    ///
    /// # Errors
    /// See [`PartialError`].
    pub async fn finish(mut self) -> Result<Received, PartialError> {
        let all = self.drained().await?;
        let (file, size_bytes) = (Arc::clone(&self.pump.file), all.size_bytes);
        let looked = spawn_blocking(move || {
            let mut head =
                vec![0; usize::try_from(size_bytes).unwrap_or(HEAD_BYTES).min(HEAD_BYTES)];
            file.read_exact_at(&mut head, 0)?;
            Ok((fingerprint(&file, size_bytes)?, head))
        });
        let (fingerprint, head) = looked.await?.map_err(PartialError::Failed)?;
        Ok(Received {
            temp: Staged { file: self.pump.file, path: self.path, deletes: false },
            name: Some(self.name),
            size_bytes,
            content_hash: all.hashing.tree.finish(),
            fingerprint,
            head: head.into(),
        })
    }
}

/// A full disk is distinguished from one that fails.
fn written(error: io::Error) -> PartialError {
    match BlobError::from(error) {
        BlobError::Full => PartialError::Full,
        BlobError::NotFound => PartialError::Failed(io::ErrorKind::NotFound.into()),
        BlobError::Failed(error) => PartialError::Failed(error),
    }
}

/// A file that is gone is lost; one that cannot be opened may be opened later.
fn missing(error: io::Error) -> PartialError {
    match error.kind() {
        io::ErrorKind::NotFound => PartialError::Lost(error),
        _ => PartialError::Failed(error),
    }
}

/// Takes all of another upload's file.
fn copy(
    mut part: &File,
    size_bytes: u64,
    so_far: &mut Written<Hashes>,
    file: &File,
) -> io::Result<()> {
    let mut buffer = vec![0; BATCH_BYTES];
    let mut left = size_bytes;
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(BATCH_BYTES);
        part.read_exact(&mut buffer[..most])?;
        so_far.take(&buffer[..most], file)?;
        left -= most as u64;
    }
    Ok(())
}
