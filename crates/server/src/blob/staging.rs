//! A folder on a disk of this machine: for what still arrives, and for what programs write. What
//! is finished leaves it for the store.

use super::{BlobError, blocking, modified_ms, random_hex, sync_parent};
use std::fs::{self, File};
use std::io;
use std::ops::Deref;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// How the files of uploads end, to distinguish them from others in `incoming`.
pub(super) const SUFFIX: &str = ".upload";

/// The folder. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Staging {
    pub(super) dir: Arc<Path>,
}

impl Staging {
    /// Opens the folder, which it makes where it is missing. Blocking; for the start.
    ///
    /// # Errors
    /// Whatever the file system says, for example about missing rights.
    pub fn open(dir: &Path) -> Result<Staging, BlobError> {
        fs::create_dir_all(dir)?;
        sync_parent(dir)?;
        Ok(Staging { dir: dir.into() })
    }

    /// An empty file for a program to write to.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub async fn scratch(&self) -> Result<Scratch, BlobError> {
        let staging = self.clone();
        blocking(move || Ok(Scratch { temp: Staged::create(&staging.dir)? })).await
    }

    /// Removes what a crash left of uploads, and says how many there were: every file
    /// last written before this moment (milliseconds since the epoch). Those of
    /// uploads that come in several requests are not touched.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub async fn sweep(&self, before_ms: i64) -> Result<u64, BlobError> {
        let staging = self.clone();
        blocking(move || {
            let mut removed = 0;
            for entry in fs::read_dir(&staging.dir)? {
                let entry = entry?;
                if is_partial(&entry.path()) {
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

    /// How fast files are read here, in bytes a second: one of that size is written, dropped from
    /// memory, and read.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub async fn read_speed(&self, size_bytes: u64) -> Result<u64, BlobError> {
        let staging = self.clone();
        blocking(move || {
            let temp = Staged::create(&staging.dir)?;
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

    /// Tries the folder: writes a small file, brings it to the disk, removes it again.
    ///
    /// # Errors
    /// What an upload would meet just now.
    pub async fn probe(&self) -> Result<(), BlobError> {
        let path = self.dir.join(format!("{}.probe", random_hex()?));
        blocking(move || {
            let tried = fs::write(&path, b"probe").and_then(|()| File::open(&path)?.sync_all());
            let removed = fs::remove_file(&path);
            Ok(tried.and(removed)?)
        })
        .await
    }
}

/// An empty file for a program to write to. Dropping it deletes it.
#[derive(Debug)]
pub struct Scratch {
    pub(super) temp: Staged,
}

impl Scratch {
    /// Where it lies until it is kept or dropped.
    pub fn path(&self) -> &Path {
        &self.temp.path
    }

    /// To read what was written.
    ///
    /// # Errors
    /// What the file system says.
    pub fn open(&self) -> io::Result<File> {
        File::open(&self.temp.path)
    }
}

/// A file of the staging folder that goes when nobody wants it any more.
#[derive(Debug)]
pub struct Staged {
    pub(super) file: Arc<Held>,
    pub(super) path: PathBuf,
    pub(super) deletes: bool,
}

/// A file that may be locked. The lock is given back by a word of its own: a program that is
/// being started holds the file for a moment too, and would hold the lock with it.
#[derive(Debug)]
pub(super) struct Held(pub(super) File);

impl Deref for Held {
    type Target = File;

    fn deref(&self) -> &File {
        &self.0
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // Where it is not locked, there is nothing to give back.
        drop(self.0.unlock());
    }
}

impl Staged {
    pub(super) fn rename_to(mut self, path: &Path) -> io::Result<()> {
        fs::rename(&self.path, path)?;
        self.deletes = false;
        Ok(())
    }

    pub(super) fn create(incoming: &Path) -> io::Result<Staged> {
        let path = incoming.join(format!("{}.part", random_hex()?));
        // What is sold here is for no other account of this machine to read.
        let mut options = File::options();
        let file = options.read(true).write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Staged { file: Arc::new(Held(file)), path, deletes: true })
    }
}

impl Drop for Staged {
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

/// Whether a file of the folder is an upload's, which the sweeper leaves alone.
fn is_partial(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(SUFFIX))
}
