//! Requests for what is not encoded yet: they are held for a while, and what they want is
//! encoded before anything that nobody waits for.

use super::film::{Film, Place};
use super::unit;
use crate::app::{App, Error, Result};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
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

/// Requests that are held just now.
#[derive(Default)]
pub(in crate::app) struct Held {
    count: AtomicUsize,
    /// How many wait for a segment of a content.
    waiting: Arc<Mutex<HashMap<(i64, usize), usize>>>,
}

/// A request that is held; when the last for a segment goes, that is no more urgent than others.
struct Waiting<'a> {
    held: &'a Held,
    db: Db,
    blob_id: i64,
    segment: usize,
}

impl Held {
    fn wait<'a>(&'a self, db: &Db, blob_id: i64, segment: usize) -> Result<Waiting<'a>> {
        if self.count.fetch_add(1, Ordering::Relaxed) >= MOST_HELD {
            self.count.fetch_sub(1, Ordering::Relaxed);
            return Err(not_ready());
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        *waiting.entry((blob_id, segment)).or_default() += 1;
        Ok(Waiting { held: self, db: db.clone(), blob_id, segment })
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.held.count.fetch_sub(1, Ordering::Relaxed);
        let key = (self.blob_id, self.segment);
        let mut waiting = self.held.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(count) = waiting.get_mut(&key) else { return };
        *count -= 1;
        if *count > 0 {
            return;
        }
        waiting.remove(&key);
        let (db, blob_id, segment) = (self.db.clone(), self.blob_id, self.segment);
        tokio::spawn(async move {
            if let Err(error) = calm(&db, blob_id, segment).await {
                tracing::warn!(fault = ?error.fault(), "a unit stays urgent that nobody waits for");
            }
        });
    }
}

fn not_ready() -> Error {
    Refusal::from(Code::SegmentNotReady).with("retry_after_seconds", 1).into()
}

impl App {
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
        let wanted = if size == unit::SOUND { 0 } else { segment };
        let _waiting = self.films.held.wait(&self.db, film.blob_id(), wanted)?;
        if size != unit::SOUND {
            self.hurry(film, segment).await?;
        }
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
        let _waiting = self.films.held.wait(&self.db, film.blob_id(), 0)?;
        if size != unit::SOUND {
            self.hurry(film, 0).await?;
        }
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

    /// Has a segment encoded before all others, alone, and then those behind it.
    async fn hurry(&self, film: &Film, segment: usize) -> Result<()> {
        let Some(ladder) = &film.ladder else { return Ok(()) };
        let id = film.blob_id();
        let plan = units(ladder.count());
        let mine = plan.iter().position(|unit| unit.contains(&segment)).unwrap_or_default();
        let next = segment + 1..(segment + 1 + AHEAD).min(ladder.count());
        transaction!(self.db, |tx| {
            unit::enqueue(tx, id, one(segment), URGENT).await?;
            if !next.is_empty() {
                unit::enqueue(tx, id, next.clone(), SOON).await?;
            }
            for later in plan.iter().skip(mine).take(2) {
                let payload = unit::payload(id, later);
                crate::app::job::set_priority(tx, Kind::Unit, &payload, SOON - 1).await?;
            }
            Ok::<_, Error>(())
        })?;
        self.jobs.wake();
        Ok(())
    }
}

/// Makes a segment no more urgent than others.
async fn calm(db: &Db, blob_id: i64, segment: usize) -> Result<()> {
    let payload = unit::payload(blob_id, &one(segment));
    transaction!(db, |tx| {
        crate::app::job::set_priority(tx, Kind::Unit, &payload, BACKGROUND).await
    })
}

fn one(segment: usize) -> Range<usize> {
    segment..segment + 1
}
