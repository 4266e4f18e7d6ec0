//! What this machine remembers of uploads that are under way: for each file the name of its
//! upload, so that the next try goes on with it.

use crate::failure::Failure;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What was not touched so long is forgotten: no server keeps an upload that long.
const FORGOTTEN: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// The upload of one file to one server. One process at a time holds it.
#[derive(Debug)]
pub struct Remembered {
    path: PathBuf,
    file: File,
    name: Option<String>,
}

impl Remembered {
    /// What is remembered under this key, held until it is dropped. `None` where this
    /// machine has no place for it: then nothing is remembered.
    pub fn hold(key: &str, of: &Path) -> Result<Option<Self>, Failure> {
        let Some(folder) = folder() else { return Ok(None) };
        if DirBuilder::new().recursive(true).mode(0o700).create(&folder).is_err() {
            return Ok(None);
        }
        forget_old(&folder);
        Self::hold_in(&folder, key, of).map(Some)
    }

    fn hold_in(folder: &Path, key: &str, of: &Path) -> Result<Self, Failure> {
        let path = folder.join(blake3::hash(key.as_bytes()).to_hex().as_str());
        let wrong = |error| Failure::file(&path, error);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(&path).map_err(wrong)?;
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(Failure::Here {
                code: "upload_running",
                facts: crate::facts! { "path" => of.display().to_string() },
            });
        }
        let mut name = String::new();
        file.read_to_string(&mut name).map_err(wrong)?;
        let name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
        Ok(Remembered { path, file, name })
    }

    /// The name of the upload.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Remembers an upload.
    pub fn keep(&mut self, name: &str) -> Result<(), Failure> {
        let mut write = || {
            self.file.set_len(0)?;
            self.file.seek(SeekFrom::Start(0))?;
            self.file.write_all(name.as_bytes())?;
            self.file.sync_data()
        };
        write().map_err(|error| Failure::file(&self.path, error))?;
        self.name = Some(name.to_owned());
        Ok(())
    }

    /// Forgets it: it is over.
    pub fn forget(&mut self) {
        self.name = None;
        drop(self.file.set_len(0));
    }
}

impl Drop for Remembered {
    fn drop(&mut self) {
        // Where nothing is remembered, nothing is left.
        if self.name.is_none() {
            drop(fs::remove_file(&self.path));
        }
    }
}

fn folder() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let state = folder("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let state =
        state.or_else(|| folder("HOME").map(|home| PathBuf::from(home).join(".local/state")));
    state.map(|state| state.join("yingku/uploads"))
}

fn forget_old(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.filter_map(Result::ok) {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        if modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > FORGOTTEN)) {
            drop(fs::remove_file(entry.path()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_remembered_until_it_is_over_and_held_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let hold = |key: &str| Remembered::hold_in(folder.path(), key, Path::new("a.mp4"));
        let mut first = hold("k").unwrap();
        assert_eq!(first.name(), None);
        first.keep("a-longer-name").unwrap();
        first.keep("name").unwrap();
        assert!(hold("k").is_err());
        assert_eq!(hold("other").unwrap().name(), None);
        drop(first);
        let mut again = hold("k").unwrap();
        assert_eq!(again.name(), Some("name"));
        again.forget();
        drop(again);
        assert_eq!(hold("k").unwrap().name(), None);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
