//! Locks of uploads: one request at a time writes to an upload. A request that wants the lock makes the
//! one that holds it save what it has and release it.

use crate::blob::Kept;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
use tokio::task::JoinError;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How often the holder is asked before a request gives up: saving takes an fsync, joining parts
/// takes longer.
const MOST_REMINDERS: u32 = 40;
/// How long to wait between two such times.
const REMINDER: Duration = Duration::from_millis(250);

/// The locks of the uploads that are written to on this node.
#[derive(Clone, Debug, Default)]
pub(crate) struct UploadLocks {
    entries: Arc<Mutex<HashMap<String, Arc<Entry>>>>,
    work: TaskTracker,
    /// Cancelled at the stop: work that takes long is left as it is.
    closing: CancellationToken,
}

#[derive(Debug, Default)]
struct Entry {
    /// What the last holder has left for the next.
    kept: Arc<AsyncMutex<Option<Kept>>>,
    /// Asks the holder to release it.
    release: Mutex<CancellationToken>,
}

/// The lock of an upload, held until it is dropped.
#[derive(Debug)]
pub(crate) struct UploadLock {
    locks: UploadLocks,
    name: String,
    entry: Arc<Entry>,
    /// What the holder before has left.
    pub kept: OwnedMutexGuard<Option<Kept>>,
    /// Cancelled when another request wants it.
    pub release: CancellationToken,
}

impl UploadLocks {
    /// Waits for the lock; `None` where its holder does not release it.
    pub async fn acquire(&self, name: &str) -> Option<UploadLock> {
        let entry = Arc::clone(self.entries.lock().entry(name.to_owned()).or_default());
        for _ in 0..MOST_REMINDERS {
            entry.release.lock().cancel();
            if let Ok(kept) = timeout(REMINDER, Arc::clone(&entry.kept).lock_owned()).await {
                return Some(self.held(name, entry, kept));
            }
        }
        None
    }

    /// The lock, if nobody holds it.
    pub fn try_acquire(&self, name: &str) -> Option<UploadLock> {
        let entry = Arc::clone(self.entries.lock().entry(name.to_owned()).or_default());
        let kept = Arc::clone(&entry.kept).try_lock_owned().ok()?;
        Some(self.held(name, entry, kept))
    }

    fn held(
        &self,
        name: &str,
        entry: Arc<Entry>,
        kept: OwnedMutexGuard<Option<Kept>>,
    ) -> UploadLock {
        let release = CancellationToken::new();
        *entry.release.lock() = release.clone();
        UploadLock { locks: self.clone(), name: name.to_owned(), entry, kept, release }
    }

    /// Cancelled at the stop, for work that takes long and is begun again afterwards.
    pub fn closing(&self) -> &CancellationToken {
        &self.closing
    }

    /// Does work to its end, also when nobody waits for it any more.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, JoinError> {
        self.work.spawn(work).await
    }

    /// Makes every holder save and release its lock, and waits until they have.
    pub async fn close(&self) {
        self.work.close();
        self.closing.cancel();
        while !self.work.is_empty() {
            self.entries.lock().values().for_each(|entry| entry.release.lock().cancel());
            if timeout(REMINDER, self.work.wait()).await.is_ok() {
                return;
            }
        }
    }
}

impl Drop for UploadLock {
    fn drop(&mut self) {
        let mut entries = self.locks.entries.lock();
        // The map's and this one: nobody waits, and nothing is left for the next.
        if self.kept.is_none() && Arc::strong_count(&self.entry) == 2 {
            entries.remove(&self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_holder_is_asked_to_release_it() {
        let locks = UploadLocks::default();
        let first = locks.acquire("a").await.expect("it is free");
        assert!(locks.try_acquire("a").is_none());
        let other = locks.acquire("b").await.expect("it is free");
        let release = first.release.clone();
        let releases = tokio::spawn(async move {
            release.cancelled().await;
            drop(first);
        });
        let second = locks.acquire("a").await.expect("it is released");
        releases.await.expect("it ran");
        assert!(!second.release.is_cancelled() && !other.release.is_cancelled());
        drop((second, other));
        assert!(locks.entries.lock().is_empty(), "nothing is left of uploads that nobody writes");
    }
}
