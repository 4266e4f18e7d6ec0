//! Content: what still arrives, and what programs write, lies in a folder of this machine
//! (`incoming/`, [`Staging`]); what is finished is kept in a store (`store.rs`; today the folder
//! `blobs/`). Keys are random and say nothing about the content; who may read a blob, and what it
//! is called, is not decided here.
//!
//! A blob never changes once it is kept, and [`BlobStore::keep`] answers only when it is durable.

mod adopt;
mod local;
mod mapping;
mod partial;
mod pool;
mod pump;
mod read;
mod receive;
mod staging;
mod store;
mod tree;

pub use adopt::{AdoptError, Adoption};
pub use partial::{Algorithm, Kept, Mark, Partial, PartialError};
pub use read::{Blob, Windows};
pub use receive::{ReceiveError, Received};
pub use staging::{Scratch, Staged, Staging};
pub use store::Listed;

use local::LocalStore;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::Store;

/// Why the store could not do something.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is no blob with that key, or it is no key at all.
    #[error("no such blob")]
    NotFound,
    /// The disk is full, or a quota is.
    #[error("the storage is full")]
    Full,
    /// Any other error of the operating system.
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

/// Where content is. Cheap to clone; all clones are the same store.
#[derive(Clone, Debug)]
pub struct BlobStore {
    /// For what still arrives, and for what programs write.
    pub staging: Staging,
    store: Arc<dyn Store>,
}

impl BlobStore {
    /// Opens the folder, which it makes where it is missing. Blocking; for the start.
    ///
    /// # Errors
    /// Whatever the file system says, for example about missing rights.
    pub fn open(root: &Path) -> Result<BlobStore, BlobError> {
        let store = LocalStore::open(&root.join("blobs"))?;
        let staging = Staging::open(&root.join("incoming"))?;
        sync_parent(root)?;
        Ok(BlobStore { staging, store: Arc::new(store) })
    }

    /// Keeps what was received, and gives the key it is found under from now on. The answer comes
    /// when it is durable.
    ///
    /// # Errors
    /// Then nothing is kept.
    pub async fn keep(&self, received: Received) -> Result<String, BlobError> {
        let name = match received.name {
            Some(name) => name,
            None => random_hex()?,
        };
        self.put(received.temp, &name).await
    }

    /// Keeps what a program wrote, as [`BlobStore::keep`] does.
    ///
    /// # Errors
    /// As there.
    pub async fn keep_scratch(&self, scratch: Scratch) -> Result<String, BlobError> {
        self.put(scratch.temp, &random_hex()?).await
    }

    async fn put(&self, staged: Staged, name: &str) -> Result<String, BlobError> {
        let key = key_of(name);
        self.store.put(staged, key.clone()).await?;
        Ok(key)
    }

    /// Opens an upload's file to go on at `mark`; whatever lies behind it goes.
    ///
    /// # Errors
    /// [`PartialError::Lost`] where fewer bytes are there than were promised.
    pub async fn open_partial(
        &self,
        name: &str,
        mark: Mark,
        kept: Option<Kept>,
        sum: Option<Algorithm>,
    ) -> Result<Partial, PartialError> {
        // A crash between the keeping and the commit has left it in the store.
        let elsewhere = match self.staging.has_partial(name).await {
            true => None,
            false => self.local_path(&key_of(name)).await.ok(),
        };
        self.staging.open_partial(name, elsewhere, mark, kept, sum).await
    }

    /// The key that an upload's file of that name is kept under, once it is.
    pub fn key_of_partial(name: &str) -> String {
        key_of(name)
    }

    /// Opens a blob for reading.
    ///
    /// # Errors
    /// [`BlobError::NotFound`] where there is none with that key.
    pub async fn get(&self, key: &str) -> Result<Blob, BlobError> {
        Ok(Blob::new(self.store.open(checked(key)?).await?))
    }

    /// Opens a blob as it lies in the store now, to find out whether that is as it should be.
    ///
    /// # Errors
    /// As [`BlobStore::get`].
    pub async fn get_anew(&self, key: &str) -> Result<Blob, BlobError> {
        Ok(Blob::new(self.store.open_anew(checked(key)?).await?))
    }

    /// Where a blob lies on this machine, for programs that need a path.
    ///
    /// # Errors
    /// [`BlobError::NotFound`] where there is none with that key.
    pub async fn local_path(&self, key: &str) -> Result<PathBuf, BlobError> {
        self.store.path(checked(key)?).await
    }

    /// Deletes a blob; one that is gone already is no error. Readers that have it open
    /// read it to the end. The answer comes when the deletion is durable.
    ///
    /// # Errors
    /// What the store says.
    pub async fn delete(&self, key: &str) -> Result<(), BlobError> {
        self.store.delete(checked(key)?).await
    }

    /// Every kept blob, in no particular order, for repair. Blocking: for a thread of
    /// its own. What is no blob by its name is left out.
    pub fn list(&self) -> impl Iterator<Item = Result<Listed, BlobError>> + Send + 'static {
        self.store.list()
    }

    /// How many bytes may still be kept.
    ///
    /// # Errors
    /// What the store says.
    pub async fn free_bytes(&self) -> Result<u64, BlobError> {
        self.store.free_bytes().await
    }
}

/// A key that this store can have given. Any other is not found, so that nothing in it can lead
/// out of the store.
fn checked(key: &str) -> Result<String, BlobError> {
    if is_key(key) { Ok(key.to_owned()) } else { Err(BlobError::NotFound) }
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
    Ok(hex::encode(bytes))
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

/// Runs file work on a thread that may wait for the disk.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BlobError> + Send + 'static,
) -> Result<T, BlobError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(BlobError::Failed(io::Error::other(error))),
    }
}

#[cfg(test)]
mod tests;
