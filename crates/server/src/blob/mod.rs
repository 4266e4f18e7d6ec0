//! Content storage in a local folder: `blobs/ab/cd/KEY` for what is kept, `incoming/`
//! for what still arrives. Keys are random and say nothing about the content; who may
//! read a blob, and what it is called, is not decided here.
//!
//! A blob never changes once it is kept, and [`BlobStore::keep`] answers only when the
//! bytes and every directory on the way to them are on the disk.

mod partial;
mod read;
mod receive;
mod tree;

pub use partial::{Algorithm, Kept, Mark, Partial, PartialError};
pub use read::{Blob, Windows};
pub use receive::{ReceiveError, Received, Scratch};

use read::Mapping;
use receive::Temp;
use std::collections::{HashMap, HashSet};
use std::fs::{self, DirEntry, File};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

/// Why the store could not do something.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is no blob with that key, or it is no key at all.
    #[error("no such blob")]
    NotFound,
    /// The disk is full, or a quota is.
    #[error("the storage is full")]
    Full,
    /// Anything else the operating system said.
    #[error("the storage failed: {0}")]
    Failed(io::Error),
}

impl From<io::Error> for BlobError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => BlobError::NotFound,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => BlobError::Full,
            _ => BlobError::Failed(error),
        }
    }
}

/// One kept blob, as [`BlobStore::list`] finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: String,
    /// Its size.
    pub size_bytes: u64,
    /// When it was written, milliseconds since the epoch by the file system's clock.
    pub modified_ms: i64,
}

/// A folder of blobs. Cheap to clone; all clones are the same store.
#[derive(Clone, Debug)]
pub struct BlobStore {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    blobs: PathBuf,
    incoming: PathBuf,
    /// Mappings that somebody reads just now, by key.
    mapped: Mutex<HashMap<String, Weak<Mapping>>>,
    /// Directories whose own entry this process knows to be on the disk.
    durable_dirs: Mutex<HashSet<PathBuf>>,
}

impl BlobStore {
    /// Opens the folder, which it makes where it is missing. Blocking; for the start.
    ///
    /// # Errors
    /// Whatever the file system says, for example about missing rights.
    pub fn open(root: &Path) -> Result<BlobStore, BlobError> {
        let (blobs, incoming) = (root.join("blobs"), root.join("incoming"));
        fs::create_dir_all(&blobs)?;
        fs::create_dir_all(&incoming)?;
        sync_dir(root)?;
        sync_parent(root)?;
        let inner =
            Inner { blobs, incoming, mapped: Mutex::default(), durable_dirs: Mutex::default() };
        Ok(BlobStore { inner: Arc::new(inner) })
    }

    /// Keeps what was received, and gives the key it is found under from now on. The
    /// answer comes after fsync of the data, the rename, and fsync of every directory
    /// that was touched.
    ///
    /// # Errors
    /// Then nothing is kept: an fsync that failed once is never tried again, since the
    /// kernel may have dropped the very pages it failed to write.
    pub async fn keep(&self, received: Received) -> Result<String, BlobError> {
        let inner = Arc::clone(&self.inner);
        blocking(move || inner.keep(received.temp, received.name)).await
    }

    /// An empty file for a program to write to.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub async fn scratch(&self) -> Result<Scratch, BlobError> {
        let incoming = self.inner.incoming.clone();
        blocking(move || Ok(Scratch { temp: Temp::create(&incoming)? })).await
    }

    /// Keeps what a program wrote, as [`BlobStore::keep`] does.
    ///
    /// # Errors
    /// As there.
    pub async fn keep_scratch(&self, scratch: Scratch) -> Result<String, BlobError> {
        let inner = Arc::clone(&self.inner);
        blocking(move || inner.keep(scratch.temp, None)).await
    }

    /// Opens a blob for reading.
    ///
    /// # Errors
    /// [`BlobError::NotFound`] where there is none with that key.
    pub async fn get(&self, key: &str) -> Result<Blob, BlobError> {
        let path = self.inner.path_of(key)?;
        if let Some(mapping) = lock(&self.inner.mapped).get(key).and_then(Weak::upgrade) {
            return Ok(Blob::new(mapping));
        }
        let (inner, key) = (Arc::clone(&self.inner), key.to_owned());
        blocking(move || Ok(Blob::new(inner.map(key, &path)?))).await
    }

    /// Where a blob lies on this machine, for programs that need a path.
    ///
    /// # Errors
    /// [`BlobError::NotFound`] where there is none with that key.
    pub async fn local_path(&self, key: &str) -> Result<PathBuf, BlobError> {
        let path = self.inner.path_of(key)?;
        blocking(move || Ok(path.metadata().map(|_| path)?)).await
    }

    /// Deletes a blob; one that is gone already is no error. Readers that have it open
    /// read it to the end. The answer comes when the deletion is on the disk.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub async fn delete(&self, key: &str) -> Result<(), BlobError> {
        let path = self.inner.path_of(key)?;
        lock(&self.inner.mapped).remove(key);
        blocking(move || {
            match fs::remove_file(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                other => other?,
            }
            Ok(sync_parent(&path)?)
        })
        .await
    }

    /// Every kept blob, in no particular order, for repair. Blocking: for a thread of
    /// its own. What is no blob by its name is left out.
    pub fn list(&self) -> impl Iterator<Item = Result<Listed, BlobError>> + Send + 'static {
        entries(&self.inner.blobs)
            .flat_map(|first| below(first, 2))
            .flat_map(|second| below(second, 2))
            .filter_map(|entry| listed(entry).transpose())
    }

    /// Removes what a crash left of uploads, and says how many there were: every file in
    /// `incoming` last written before this moment (milliseconds since the epoch). Those of
    /// uploads that come in several requests are not touched.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub async fn sweep_incoming(&self, before_ms: i64) -> Result<u64, BlobError> {
        let incoming = self.inner.incoming.clone();
        blocking(move || {
            let mut removed = 0;
            for entry in fs::read_dir(&incoming)? {
                let entry = entry?;
                if partial::is_partial(&entry.path()) {
                    continue;
                }
                if modified_ms(&entry.metadata()?) < before_ms {
                    fs::remove_file(entry.path())?;
                    removed += 1;
                }
            }
            Ok(removed)
        })
        .await
    }

    /// How many bytes this process may still write here.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub async fn free_bytes(&self) -> Result<u64, BlobError> {
        let blobs = self.inner.blobs.clone();
        blocking(move || {
            let stat = rustix::fs::statvfs(&blobs).map_err(io::Error::from)?;
            Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
        })
        .await
    }

    /// How fast files are read here, in bytes a second: one of that size is written, dropped from
    /// memory, and read.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub async fn read_speed(&self, size_bytes: u64) -> Result<u64, BlobError> {
        let incoming = self.inner.incoming.clone();
        blocking(move || {
            let temp = Temp::create(&incoming)?;
            let mut piece = vec![0_u8; 1 << 20];
            getrandom::fill(&mut piece).map_err(io::Error::other)?;
            let pieces = size_bytes >> 20;
            for number in 0..pieces {
                temp.file.write_all_at(&piece, number << 20)?;
            }
            temp.file.sync_all()?;
            rustix::fs::fadvise(&temp.file.0, 0, None, rustix::fs::Advice::DontNeed)
                .map_err(io::Error::from)?;
            let begun = Instant::now();
            for number in 0..pieces {
                temp.file.read_exact_at(&mut piece, number << 20)?;
            }
            let took = begun.elapsed().as_secs_f64().max(0.000_001);
            Ok(((pieces << 20) as f64 / took) as u64)
        })
        .await
    }

    /// Tries the store: writes a small file, brings it to the disk, removes it again.
    ///
    /// # Errors
    /// What an upload would meet just now.
    pub async fn probe(&self) -> Result<(), BlobError> {
        let path = self.inner.incoming.join(format!("{}.probe", random_hex()?));
        blocking(move || {
            let tried = fs::write(&path, b"probe").and_then(|()| File::open(&path)?.sync_all());
            let removed = fs::remove_file(&path);
            Ok(tried.and(removed)?)
        })
        .await
    }
}

impl Inner {
    /// Where the blob with that key lies. A key that this store never gave is not found,
    /// so that nothing in it can lead out of the folder.
    fn path_of(&self, key: &str) -> Result<PathBuf, BlobError> {
        if is_key(key) { Ok(self.blobs.join(key)) } else { Err(BlobError::NotFound) }
    }

    fn map(&self, key: String, path: &Path) -> Result<Arc<Mapping>, BlobError> {
        let mapping = Arc::new(Mapping::open(path)?);
        let mut mapped = lock(&self.mapped);
        mapped.retain(|_, weak| weak.strong_count() > 0);
        mapped.insert(key, Arc::downgrade(&mapping));
        Ok(mapping)
    }

    fn keep(&self, temp: Temp, name: Option<String>) -> Result<String, BlobError> {
        temp.file.sync_all()?;
        let name = match name {
            Some(name) => name,
            None => random_hex()?,
        };
        let key = key_of(&name);
        let path = self.blobs.join(&key);
        let (first, second) = (self.blobs.join(&name[..2]), self.blobs.join(&key[..5]));
        self.make_durable_dir(&first)?;
        self.make_durable_dir(&second)?;
        temp.rename_to(&path)?;
        if let Err(error) = sync_dir(&second).and_then(|()| sync_dir(&self.incoming)) {
            let _ = fs::remove_file(&path);
            return Err(error.into());
        }
        Ok(key)
    }

    /// Makes a directory where it is missing and brings its entry to the disk, once in a
    /// process: one that is there may have been made just before a crash.
    fn make_durable_dir(&self, dir: &Path) -> io::Result<()> {
        if lock(&self.durable_dirs).contains(dir) {
            return Ok(());
        }
        match fs::create_dir(dir) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => sync_parent(dir)?,
        }
        lock(&self.durable_dirs).insert(dir.to_owned());
        Ok(())
    }
}

/// Whether a text has the form `ab/cd/abcd…` (32 hexadecimal digits, lower case).
fn is_key(key: &str) -> bool {
    let bytes = key.as_bytes();
    bytes.len() == 38
        && bytes[2] == b'/'
        && bytes[5] == b'/'
        && bytes[6..].iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        && bytes[..2] == bytes[6..8]
        && bytes[3..5] == bytes[8..10]
}

/// The key of a blob of that name.
fn key_of(name: &str) -> String {
    format!("{}/{}/{name}", &name[..2], &name[2..4])
}

/// 32 hexadecimal digits that nobody guesses.
fn random_hex() -> io::Result<String> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(hex(&bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => sync_dir(Path::new(".")),
        Some(parent) => sync_dir(parent),
        None => Ok(()),
    }
}

fn modified_ms(metadata: &fs::Metadata) -> i64 {
    metadata.mtime() * 1_000 + metadata.mtime_nsec() / 1_000_000
}

type Entries = Box<dyn Iterator<Item = io::Result<DirEntry>> + Send>;

/// What lies in a directory; one that vanished meanwhile is empty.
fn entries(dir: &Path) -> Entries {
    match fs::read_dir(dir) {
        Ok(entries) => Box::new(entries),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Box::new(std::iter::empty()),
        Err(error) => Box::new(std::iter::once(Err(error))),
    }
}

/// What lies below an entry, if its name has the right length for a directory of ours.
fn below(entry: io::Result<DirEntry>, name_len: usize) -> Entries {
    match entry {
        Ok(entry) if entry.file_name().len() == name_len => entries(&entry.path()),
        Ok(_) => Box::new(std::iter::empty()),
        Err(error) => Box::new(std::iter::once(Err(error))),
    }
}

fn listed(entry: io::Result<DirEntry>) -> Result<Option<Listed>, BlobError> {
    let entry = entry?;
    let name = entry.file_name().to_string_lossy().into_owned();
    let key = match name.get(..4) {
        Some(head) if head.is_ascii() => format!("{}/{}/{name}", &head[..2], &head[2..]),
        _ => return Ok(None),
    };
    if !is_key(&key) {
        return Ok(None);
    }
    match entry.metadata() {
        Ok(metadata) => {
            let modified_ms = modified_ms(&metadata);
            Ok(Some(Listed { key, size_bytes: metadata.len(), modified_ms }))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Runs file work on a thread that may wait for the disk.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BlobError> + Send + 'static,
) -> Result<T, BlobError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(BlobError::Failed(io::Error::other(error))),
    }
}

/// Nothing that holds these locks can leave their data half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
