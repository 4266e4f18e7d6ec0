//! Requests for what is not encoded yet: they are held for a while, and what they want is
//! encoded before anything that nobody waits for.

use super::film::{Film, Place};
use super::queue;
use crate::app::support::job;
use crate::app::{Error, Playback, Result};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::Instant;
use yingku_core::id::BlobId;
use yingku_core::job::{BACKGROUND, Kind, SOON, URGENT};
use yingku_core::ladder::units;
use yingku_db::{Db, transaction};
use yingku_protocol::{Code, Refusal};

/// A request is held for so long, then its player asks again.
const LONGEST: Duration = Duration::from_secs(25);
/// What another node published is found this often.
const LOOK: Duration = Duration::from_millis(500);
/// Requests that are held at the same time on this node.
const MOST_HELD: usize = 1_000;
/// Segments behind the one that is waited for which are encoded next.
const AHEAD: usize = 3;

/// A segment: content, size, number.
type Key = (BlobId, i64, usize);

/// Requests that are held just now.
#[derive(Default)]
pub(in crate::app) struct Held {
    count: AtomicUsize,
    /// How many wait for a segment of a content.
    waiting: Mutex<HashMap<Key, usize>>,
}

/// A request that is held; when the last for a segment goes, that is no more urgent than others.
struct Waiting<'a> {
    held: &'a Held,
    db: Db,
    key: Key,
}

impl Held {
    fn wait<'a>(&'a self, db: &Db, key: Key) -> Result<Waiting<'a>> {
        if self.count.fetch_add(1, Ordering::Relaxed) >= MOST_HELD {
            self.count.fetch_sub(1, Ordering::Relaxed);
            return Err(not_ready());
        }
        let mut waiting = self.waiting.lock();
        *waiting.entry(key).or_default() += 1;
        Ok(Waiting { held: self, db: db.clone(), key })
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.held.count.fetch_sub(1, Ordering::Relaxed);
        let mut waiting = self.held.waiting.lock();
        let Some(count) = waiting.get_mut(&self.key) else { return };
        *count -= 1;
        if *count > 0 {
            return;
        }
        waiting.remove(&self.key);
        let (db, key) = (self.db.clone(), self.key);
        tokio::spawn(async move {
            if let Err(error) = calm(&db, key).await {
                tracing::warn!(fault = ?error.fault(), "a unit stays urgent that nobody waits for");
            }
        });
    }
}

fn not_ready() -> Error {
    Refusal::from(Code::SegmentNotReady).with("retry_after_seconds", 1).into()
}

impl Playback {
    /// Where an encoded segment lies; waits until it is there.
    ///
    /// # Errors
    /// [`Code::SegmentNotReady`] where it does not come in time.
    pub(super) async fn wait_for_segment(
        &self,
        film: &Film,
        size: i64,
        segment: usize,
    ) -> Result<Place> {
        if let Some(place) = film.place(self, size, segment).await? {
            return Ok(place);
        }
        let key = (film.blob_id(), size, segment);
        let _waiting = self.held.wait(&self.base.db, key)?;
        self.hurry(film, key).await?;
        self.wait_for(|| Box::pin(film.place(self, size, segment))).await
    }

    /// The beginning of an encoded track; waits until something of it is there.
    ///
    /// # Errors
    /// As for a segment.
    pub(super) async fn wait_for_init(&self, film: &Film, size: i64) -> Result<Bytes> {
        if let Some(init) = film.init(self, size).await? {
            return Ok(init);
        }
        let key = (film.blob_id(), size, 0);
        let _waiting = self.held.wait(&self.base.db, key)?;
        self.hurry(film, key).await?;
        self.wait_for(|| Box::pin(film.init(self, size))).await
    }

    /// Looks again and again, for as long as a request is held.
    async fn wait_for<'a, T>(
        &self,
        look: impl Fn() -> BoxFuture<'a, Result<Option<T>>>,
    ) -> Result<T> {
        let until = Instant::now() + LONGEST;
        loop {
            // Before the look: what is published during it is not missed.
            let published = self.films.next_published();
            tokio::pin!(published);
            published.as_mut().enable();
            if let Some(found) = look().await? {
                return Ok(found);
            }
            if Instant::now() >= until {
                return Err(not_ready());
            }
            tokio::select! {
                () = published => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Has a segment encoded before all others, alone, and then those behind it. Sound needs no
    /// hurry: all of it is being encoded.
    async fn hurry(&self, film: &Film, (id, size, segment): Key) -> Result<()> {
        let Some(ladder) = film.ladder.as_ref().filter(|_| size != queue::SOUND) else {
            return Ok(());
        };
        let plan = units(ladder.count());
        let mine = plan.iter().position(|unit| unit.contains(&segment)).unwrap_or_default();
        let next = segment + 1..(segment + 1 + AHEAD).min(ladder.count());
        let single = queue::single(id, segment, size);
        transaction!(self.base.db, |tx| {
            job::enqueue_at(tx, Kind::Unit, &single, URGENT).await?;
            if !next.is_empty() {
                queue::enqueue(tx, id, next.clone(), SOON).await?;
            }
            for later in plan.iter().skip(mine).take(2) {
                let payload = queue::payload(id, later);
                job::set_priority(tx, Kind::Unit, &payload, SOON - 1).await?;
            }
            Ok::<_, Error>(())
        })?;
        self.base.jobs.wake();
        Ok(())
    }
}

/// Makes a segment no more urgent than others.
async fn calm(db: &Db, (id, size, segment): Key) -> Result<()> {
    let single = queue::single(id, segment, size);
    transaction!(db, |tx| job::set_priority(tx, Kind::Unit, &single, BACKGROUND).await)
}
