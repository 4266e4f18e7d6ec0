//! Running jobs on a node: claims them one by one, holds each while it runs, and ends it. A
//! node that is killed loses its leases after [`LEASE_MS`]; another takes its jobs over.

use crate::app::support::job::{Claim, LEASE_MS, Lane, claim_of, enqueue};
use crate::app::{App, Error, Result};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use yingku_core::job::{self, Kind, URGENT, rest_ms};
use yingku_db::job::{End, Wanted};
use yingku_db::{rows, transaction};
use yingku_protocol::Code;

/// How often a holder renews its lease: three times within it.
const RENEW: Duration = Duration::from_millis(4_000);
/// Jobs that were queued on another node are found this often.
const LOOK: Duration = Duration::from_secs(1);
/// After a fault of the database nothing is claimed for so long.
const PAUSE: Duration = Duration::from_secs(5);
/// Jobs of a lane that run on this node at the same time, but for those that encode.
const SLOTS: usize = 2;
/// Characters of an error that are kept.
const DETAIL_CHARS: usize = 2_000;

/// A place in a lane, free again when it is dropped.
struct Place {
    app: Arc<App>,
    lane: usize,
}

impl Drop for Place {
    fn drop(&mut self) {
        let lane = &self.app.jobs.lanes[self.lane];
        lane.running.fetch_sub(1, Ordering::Relaxed);
        lane.changed.notify_one();
    }
}

impl App {
    /// Runs jobs until `stop`; those that run then are queued again.
    pub async fn run_jobs(self: &Arc<Self>, stop: CancellationToken) {
        let lanes = (0..self.jobs.lanes.len()).map(|lane| self.run_lane(lane, &stop));
        futures_util::future::join_all(lanes).await;
    }

    async fn run_lane(self: &Arc<Self>, number: usize, stop: &CancellationToken) {
        let lane = &self.jobs.lanes[number];
        let running = TaskTracker::new();
        while !stop.is_cancelled() {
            match stop.run_until_cancelled(self.claim_in(lane)).await {
                Some(Ok(Some(claim))) => {
                    lane.running.fetch_add(1, Ordering::Relaxed);
                    let place = Place { app: Arc::clone(self), lane: number };
                    let (app, stop) = (Arc::clone(self), stop.clone());
                    running.spawn(async move { app.run(claim, stop, place).await });
                }
                Some(Ok(None)) => tokio::select! {
                    () = lane.changed.notified() => {}
                    () = tokio::time::sleep(LOOK) => {}
                    () = stop.cancelled() => {}
                },
                Some(Err(error)) => {
                    tracing::warn!(fault = ?error.fault(), "no job can be claimed");
                    let _ = stop.run_until_cancelled(tokio::time::sleep(PAUSE)).await;
                }
                None => {}
            }
        }
        running.close();
        running.wait().await;
    }

    /// The next job of a lane, where it has a place for it. What somebody waits for has a
    /// place of its own.
    async fn claim_in(&self, lane: &Lane) -> Result<Option<Claim>> {
        let places = match lane.lane {
            job::Lane::Encode => self.settings(&self.db).await?.media_workers,
            _ => SLOTS,
        };
        let running = lane.running.load(Ordering::Relaxed);
        let least_priority = match running {
            _ if running < places => i64::MIN,
            _ if running == places && places > 0 => URGENT,
            _ => return Ok(None),
        };
        let wanted = Wanted { kinds: &lane.kinds(), least_priority, not_about: &[] };
        self.claim(&self.jobs.holder, &wanted).await
    }

    /// Queues the jobs that recur and are not queued yet.
    ///
    /// # Errors
    /// The database's.
    pub async fn schedule_jobs(&self) -> Result<()> {
        let recurring: Vec<Kind> =
            Kind::ALL.iter().copied().filter(|kind| kind.every_ms().is_some()).collect();
        transaction!(self.db, |tx| {
            for &kind in &recurring {
                enqueue(tx, kind, &serde_json::json!({})).await?;
            }
            Ok::<_, Error>(())
        })
    }

    /// Claims a unit for a worker on another machine; none of these contents.
    pub(in crate::app) async fn claim_unit_for(
        &self,
        holder: &str,
        not_about: &[i64],
    ) -> Result<Option<Claim>> {
        let kinds = [Kind::Unit.as_str()];
        self.claim(holder, &Wanted { kinds: &kinds, least_priority: i64::MIN, not_about }).await
    }

    /// A job that somebody holds.
    ///
    /// # Errors
    /// [`Code::JobEnded`] where it is not held by that holder under that fence.
    pub(in crate::app) async fn find_claim(
        &self,
        holder: &str,
        id: i64,
        fence: i64,
    ) -> Result<Claim> {
        let row = yingku_db::job::find(&self.db, id).await?;
        let is_held = |row: &rows::Job| {
            row.state == yingku_db::job::RUNNING
                && row.fence == fence
                && row.holder.as_deref() == Some(holder)
        };
        let row = row.filter(is_held).ok_or(Code::JobEnded)?;
        claim_of(&row).map_err(|_| Code::JobEnded.into())
    }

    async fn claim(&self, holder: &str, wanted: &Wanted<'_>) -> Result<Option<Claim>> {
        loop {
            let claimed = yingku_db::job::claim(&self.db, holder, LEASE_MS, wanted).await?;
            let Some(row) = claimed else { return Ok(None) };
            match claim_of(&row) {
                Ok(claim) => return Ok(Some(claim)),
                Err(reason) => self.give_up(&row, reason).await?,
            }
        }
    }

    /// Fails a job that must not be begun.
    async fn give_up(&self, row: &rows::Job, reason: &str) -> Result<()> {
        let end = End::Failed { reason, detail: "" };
        transaction!(self.db, |tx| yingku_db::job::end(tx, row.id, row.fence, &end).await)?;
        let payload = serde_json::from_str(&row.payload).unwrap_or_default();
        self.note_given_up(Kind::parse(&row.kind), &payload).await;
        Ok(())
    }

    async fn run(self: Arc<Self>, claim: Claim, stop: CancellationToken, _: Place) {
        let (id, kind) = (claim.id(), claim.kind().as_str());
        let done = tokio::select! {
            done = self.perform(&claim) => done,
            // Dropped in the middle: what it has begun is rolled back or ended.
            () = self.hold(&claim) => {
                tracing::warn!(id, kind, "a job was lost to another node, or cancelled");
                return;
            }
            () = stop.cancelled() => {
                self.release(&claim).await;
                return;
            }
        };
        match done {
            Ok(()) => {}
            Err(Error::Refused(refusal)) if refusal.code == Code::JobEnded => {
                tracing::warn!(id, kind, "a job had ended before it was done");
            }
            Err(error) => self.fail(&claim, &error).await,
        }
    }

    /// Renews the lease; ends when it is lost.
    async fn hold(&self, claim: &Claim) {
        loop {
            tokio::time::sleep(RENEW).await;
            let renewed = transaction!(self.db, |tx| yingku_db::job::renew(
                tx,
                claim.id(),
                claim.fence(),
                LEASE_MS
            )
            .await);
            match renewed {
                Ok(true) => {}
                Ok(false) => return,
                // While the database is away nobody else can claim it either.
                Err(error) => tracing::warn!(%error, "a lease could not be renewed"),
            }
        }
    }

    /// Ends a job that failed: it is tried again later, or given up.
    pub(in crate::app) async fn fail(&self, claim: &Claim, error: &Error) {
        let (id, kind) = (claim.id(), claim.kind().as_str());
        let fault = error.fault().unwrap_or_else(|| error.refusal().code.as_str().to_owned());
        tracing::error!(id, kind, fault, "a job failed");
        let attempts = match yingku_db::job::find(&self.db, claim.id()).await {
            Ok(Some(row)) => row.attempts,
            _ => 1,
        };
        let (reason, detail) = (error.refusal().code.as_str(), shortened(&fault));
        let end = match rest_ms(claim.kind(), attempts) {
            Some(after_ms) => End::Retry { reason, detail: &detail, after_ms },
            None => End::Failed { reason, detail: &detail },
        };
        self.end(claim, &end).await;
        if matches!(end, End::Failed { .. }) {
            self.note_given_up(Some(claim.kind()), &claim.payload).await;
        }
    }

    /// Writes down what else follows from a job that was given up.
    async fn note_given_up(&self, kind: Option<Kind>, payload: &serde_json::Value) {
        let noted = match kind {
            Some(Kind::Convert | Kind::Plan) => self.give_up_content(payload).await,
            Some(Kind::Sound) => self.give_up_sound(payload).await,
            Some(Kind::Unit) => self.give_up_unit(payload).await,
            _ => Ok(()),
        };
        if let Err(error) = noted {
            tracing::error!(fault = ?error.fault(), "it cannot be noted that a job was given up");
        }
    }

    /// Queues a job again that its holder does not do; the attempt does not count.
    pub(in crate::app) async fn release(&self, claim: &Claim) {
        self.end(claim, &End::Released).await;
    }

    async fn end(&self, claim: &Claim, end: &End<'_>) {
        let ended = transaction!(self.db, |tx| claim.end(tx, end).await);
        if let Err(error) = ended {
            let id = claim.id();
            tracing::warn!(id, fault = ?error.fault(), "a job could not be ended: its lease will");
        }
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(DETAIL_CHARS).collect()
}
