//! The films that a worker encodes, on its own disk: each is fetched once, in ranges, whatever
//! the number of units that need it. When the folder is full, those that nobody needs are
//! deleted, the one that was used longest ago first.

use super::Trouble;
use parking_lot::{Mutex, MutexGuard};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use yingku_client::{Client, ClientError};
use yingku_protocol::{Assignment, Code};

/// Bytes that are fetched with one request.
const RANGE_BYTES: u64 = 8 << 20;
/// A range is tried again after so long, …
const REST: Duration = Duration::from_secs(1);
/// … so often.
const TRIES: usize = 10;

/// A film on the disk, or on its way there. Deleted when nobody has it any more.
#[derive(Debug)]
pub struct Source {
    path: PathBuf,
    size_bytes: u64,
    /// How many bytes are there; who fetches more of it holds the lock.
    fetched: tokio::sync::Mutex<u64>,
}

impl Source {
    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        // What stays is removed at the next start.
        let _ = fs::remove_file(&self.path);
    }
}

/// The films that are here.
#[derive(Debug)]
pub struct Sources {
    dir: PathBuf,
    most_bytes: u64,
    known: Mutex<HashMap<String, (Instant, Arc<Source>)>>,
}

impl Sources {
    /// Opens a folder for so many bytes; what an earlier process left in it is removed.
    pub fn open(dir: &Path, most_bytes: u64) -> io::Result<Sources> {
        let dir = dir.join("sources");
        match fs::remove_dir_all(&dir) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => fs::create_dir_all(&dir)?,
        }
        Ok(Sources { dir, most_bytes, known: Mutex::default() })
    }

    /// The film of an assignment, all of it.
    pub async fn fetch(&self, client: &Client, task: &Assignment) -> Result<Arc<Source>, Trouble> {
        let source = self.find(task).map_err(|error| Trouble::Failed(error.to_string()))?;
        let mut fetched = source.fetched.lock().await;
        while *fetched < source.size_bytes {
            let end = (*fetched + RANGE_BYTES).min(source.size_bytes);
            self.fetch_range(client, task, &source, *fetched..end).await?;
            *fetched = end;
        }
        drop(fetched);
        Ok(source)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, (Instant, Arc<Source>)>> {
        self.known.lock()
    }

    fn find(&self, task: &Assignment) -> io::Result<Arc<Source>> {
        let mut known = self.lock();
        if let Some((used, source)) = known.get_mut(&task.source) {
            *used = Instant::now();
            return Ok(Arc::clone(source));
        }
        make_room(&mut known, self.most_bytes.saturating_sub(task.source_bytes));
        // Whatever the server calls it, it is a file in this folder.
        let name = blake3::hash(task.source.as_bytes()).to_hex();
        let path = self.dir.join(name.as_str());
        File::options().write(true).create_new(true).mode(0o600).open(&path)?;
        let fetched = tokio::sync::Mutex::new(0);
        let source = Arc::new(Source { path, size_bytes: task.source_bytes, fetched });
        known.insert(task.source.clone(), (Instant::now(), Arc::clone(&source)));
        Ok(source)
    }

    async fn fetch_range(
        &self,
        client: &Client,
        task: &Assignment,
        source: &Source,
        range: std::ops::Range<u64>,
    ) -> Result<(), Trouble> {
        let mut at = range.start;
        for _ in 0..TRIES {
            let error = match fetch_once(client, task, source, &mut at, range.end).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            if matches!(error.code(), Some(Code::JobEnded | Code::SessionEnded)) {
                return Err(Trouble::Lost);
            }
            tracing::info!(%error, job = task.job_id, "a film is fetched on");
            tokio::time::sleep(REST).await;
        }
        Err(Trouble::Leave)
    }
}

/// Lets go of films until no more than so many bytes are left, or all the others are in use.
fn make_room(known: &mut HashMap<String, (Instant, Arc<Source>)>, most_bytes: u64) {
    let total = |known: &HashMap<String, (Instant, Arc<Source>)>| -> u64 {
        known.values().map(|(_, source)| source.size_bytes).sum()
    };
    while total(known) > most_bytes {
        let idle = known.iter().filter(|(_, (_, source))| Arc::strong_count(source) == 1);
        let oldest = idle.min_by_key(|(_, (used, _))| *used).map(|(name, _)| name.clone());
        let Some(name) = oldest else { return };
        known.remove(&name);
    }
}

async fn fetch_once(
    client: &Client,
    task: &Assignment,
    source: &Source,
    at: &mut u64,
    end: u64,
) -> Result<(), ClientError> {
    let failed = |error: io::Error| ClientError::Unreachable(error.to_string());
    let mut fetched = client.fetch_source(task, *at..end).await?;
    if fetched.offset != *at {
        return Err(ClientError::Protocol("the server sent another part of the film".to_owned()));
    }
    let file = File::options().write(true).open(&source.path).map_err(failed)?;
    while let Some(bytes) = fetched.next().await? {
        let wanted = bytes.len().min((end - *at) as usize);
        file.write_all_at(&bytes[..wanted], *at).map_err(failed)?;
        *at += wanted as u64;
    }
    match *at == end {
        true => Ok(()),
        false => Err(ClientError::Unreachable("the film broke off".to_owned())),
    }
}
