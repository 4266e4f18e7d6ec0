//! Content in a folder of this machine: `ab/cd/KEY`. The fast path: what is read is mapped, and
//! what is kept is renamed.

use super::mapping::Mapping;
use super::staging::Staged;
use super::store::{Doing, Listed, Object, Store};
use super::{BlobError, blocking, is_key, modified_ms, sync_dir, sync_parent};
use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::time::Instant;

/// How long a mapping is held after it was last opened: for a reader that asks for range after
/// range the file is opened, and its pages are mapped, once.
const KEPT_FOR: Duration = Duration::from_secs(10);

/// A folder of content. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct LocalStore {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    dir: PathBuf,
    /// See [`KEPT_FOR`].
    kept_for: Duration,
    /// Mappings that somebody reads, or read a moment ago, by key.
    mapped: Mutex<HashMap<String, Mapped>>,
    /// Directories whose own entry this process knows to be on the disk.
    durable_dirs: Mutex<HashSet<PathBuf>>,
}

#[derive(Debug)]
struct Mapped {
    mapping: Weak<Mapping>,
    /// Held for a while after it was opened.
    kept: Option<Arc<Mapping>>,
    opened_at: Instant,
}

impl LocalStore {
    /// Opens the folder, which it makes where it is missing. Blocking; for the start.
    ///
    /// # Errors
    /// Whatever the file system says, for example about missing rights.
    pub(super) fn open(dir: &Path) -> Result<LocalStore, BlobError> {
        LocalStore::open_for(dir, KEPT_FOR)
    }

    /// The same, with another time for which mappings are held.
    pub(super) fn open_for(dir: &Path, kept_for: Duration) -> Result<LocalStore, BlobError> {
        fs::create_dir_all(dir)?;
        sync_parent(dir)?;
        let (mapped, durable_dirs) = (Mutex::default(), Mutex::default());
        let inner = Inner { dir: dir.to_owned(), kept_for, mapped, durable_dirs };
        Ok(LocalStore { inner: Arc::new(inner) })
    }

    /// How many files are mapped.
    #[cfg(test)]
    pub(super) fn mapped(&self) -> usize {
        let mapped = self.inner.mapped.lock();
        mapped.values().filter(|it| it.mapping.strong_count() > 0).count()
    }
}

impl Store for LocalStore {
    /// After fsync of the data, the rename, and fsync of every directory that was touched. An
    /// fsync that failed once is never tried again, since the kernel may have dropped the very
    /// pages that it failed to write.
    fn put(&self, staged: Staged, key: String) -> Doing<'_, ()> {
        let inner = Arc::clone(&self.inner);
        Box::pin(blocking(move || inner.put(staged, &key)))
    }

    fn open(&self, key: String) -> Doing<'_, Arc<dyn Object>> {
        let known = self.inner.known(&key);
        let inner = Arc::clone(&self.inner);
        Box::pin(async move {
            if let Some(mapping) = known {
                return Ok(mapping as Arc<dyn Object>);
            }
            let (mapper, name) = (Arc::clone(&inner), key.clone());
            let mapping = blocking(move || mapper.map(name)).await?;
            tokio::spawn(async move { inner.let_go_later(&key).await });
            Ok(mapping as Arc<dyn Object>)
        })
    }

    fn open_anew(&self, key: String) -> Doing<'_, Arc<dyn Object>> {
        let path = self.inner.dir.join(key);
        Box::pin(blocking(move || Ok(Arc::new(Mapping::open(&path)?) as Arc<dyn Object>)))
    }

    fn path(&self, key: String) -> Doing<'_, PathBuf> {
        let path = self.inner.dir.join(key);
        Box::pin(blocking(move || Ok(path.metadata().map(|_| path)?)))
    }

    fn delete(&self, key: String) -> Doing<'_, ()> {
        let mapped = self.inner.mapped.lock().remove(&key);
        let path = self.inner.dir.join(key);
        Box::pin(blocking(move || {
            drop(mapped);
            match fs::remove_file(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                Err(error) => Err(error.into()),
                Ok(()) => Ok(sync_parent(&path)?),
            }
        }))
    }

    /// What is no content by its name is left out.
    fn list(&self) -> Box<dyn Iterator<Item = Result<Listed, BlobError>> + Send> {
        let found = entries(&self.inner.dir)
            .flat_map(|first| below(first, 2))
            .flat_map(|second| below(second, 2))
            .filter_map(|entry| listed(entry).transpose());
        Box::new(found)
    }

    fn free_bytes(&self) -> Doing<'_, u64> {
        let dir = self.inner.dir.clone();
        Box::pin(blocking(move || {
            let stat = rustix::fs::statvfs(&dir).map_err(io::Error::from)?;
            Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
        }))
    }
}

impl Inner {
    /// The mapping of that content, where there is one.
    fn known(&self, key: &str) -> Option<Arc<Mapping>> {
        let mut mapped = self.mapped.lock();
        let known = mapped.get_mut(key)?;
        known.opened_at = Instant::now();
        known.mapping.upgrade()
    }

    fn map(&self, key: String) -> Result<Arc<Mapping>, BlobError> {
        let mapping = Arc::new(Mapping::open(&self.dir.join(&key))?);
        let mut mapped = self.mapped.lock();
        mapped.retain(|_, it| it.mapping.strong_count() > 0);
        let kept = Some(Arc::clone(&mapping));
        let opened_at = Instant::now();
        mapped.insert(key, Mapped { mapping: Arc::downgrade(&mapping), kept, opened_at });
        Ok(mapping)
    }

    /// Once nobody has opened it for a while only readers hold a mapping.
    async fn let_go_later(&self, key: &str) {
        let opened_at = || self.mapped.lock().get(key).map(|it| it.opened_at);
        while let Some(opened_at) = opened_at().filter(|at| at.elapsed() < self.kept_for) {
            tokio::time::sleep_until(opened_at + self.kept_for).await;
        }
        let kept = self.mapped.lock().get_mut(key).and_then(|it| it.kept.take());
        // To unmap a large file takes a while.
        tokio::task::spawn_blocking(move || drop(kept));
    }

    fn put(&self, staged: Staged, key: &str) -> Result<(), BlobError> {
        staged.file.sync_all()?;
        let path = self.dir.join(key);
        let (first, second) = (self.dir.join(&key[..2]), self.dir.join(&key[..5]));
        self.make_durable_dir(&first)?;
        self.make_durable_dir(&second)?;
        let left = staged.path.clone();
        staged.rename_to(&path)?;
        if let Err(error) = sync_dir(&second).and_then(|()| sync_parent(&left)) {
            let _ = fs::remove_file(&path);
            return Err(error.into());
        }
        Ok(())
    }

    /// Makes a directory where it is missing and brings its entry to the disk, once in a
    /// process: one that is there may have been made just before a crash.
    fn make_durable_dir(&self, dir: &Path) -> io::Result<()> {
        if self.durable_dirs.lock().contains(dir) {
            return Ok(());
        }
        match fs::create_dir(dir) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => sync_parent(dir)?,
        }
        self.durable_dirs.lock().insert(dir.to_owned());
        Ok(())
    }
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
