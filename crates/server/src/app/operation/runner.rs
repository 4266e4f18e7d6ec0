//! Running jobs on a node: claims them one by one, holds each while it runs, and ends it. A
//! node that is killed loses its leases after [`LEASE_MS`]; another takes its jobs over.

use crate::app::support::job::{Claim, LEASE_MS, Lane, enqueue};
use crate::app::{Error, Operation, Result};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use yingku_core::job::{self, Kind, URGENT};
use yingku_db::job::Wanted;
use yingku_db::transaction;
use yingku_protocol::Code;

/// How often a holder renews its lease: three times within it.
const RENEW: Duration = Duration::from_millis(4_000);
/// Jobs that were queued on another node are found this often.
const LOOK: Duration = Duration::from_secs(1);
/// After a fault of the database nothing is claimed for so long.
const PAUSE: Duration = Duration::from_secs(5);
/// Jobs of a lane that run on this node at the same time, but for those that encode.
const SLOTS: usize = 2;

/// A place in a lane, free again when it is dropped.
struct Place {
    operation: Arc<Operation>,
    lane: usize,
}

impl Drop for Place {
    fn drop(&mut self) {
        let lane = &self.operation.base.jobs.lanes[self.lane];
        lane.running.fetch_sub(1, Ordering::Relaxed);
        lane.changed.notify_one();
    }
}

impl Operation {
    /// Runs jobs until `stop`; those that run then are queued again.
    pub async fn run_jobs(self: &Arc<Self>, stop: CancellationToken) {
        let lanes = (0..self.base.jobs.lanes.len()).map(|lane| self.run_lane(lane, &stop));
        futures_util::future::join_all(lanes).await;
    }

    async fn run_lane(self: &Arc<Self>, number: usize, stop: &CancellationToken) {
        let lane = &self.base.jobs.lanes[number];
        let running = TaskTracker::new();
        while !stop.is_cancelled() {
            match stop.run_until_cancelled(self.claim_in(lane)).await {
                Some(Ok(Some(claim))) => {
                    lane.running.fetch_add(1, Ordering::Relaxed);
                    let place = Place { operation: Arc::clone(self), lane: number };
                    let (operation, stop) = (Arc::clone(self), stop.clone());
                    running.spawn(async move { operation.run(claim, stop, place).await });
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
            job::Lane::Encode => self.base.settings(&self.base.db).await?.media_workers,
            _ => SLOTS,
        };
        let running = lane.running.load(Ordering::Relaxed);
        let least_priority = match running {
            _ if running < places => i64::MIN,
            _ if running == places && places > 0 => URGENT,
            _ => return Ok(None),
        };
        let wanted = Wanted { kinds: &lane.kinds(), least_priority, not_about: &[] };
        self.playback.claim_job(&self.base.jobs.holder, &wanted).await
    }

    /// Queues the jobs that recur and are not queued yet.
    ///
    /// # Errors
    /// The database's.
    pub async fn schedule_jobs(&self) -> Result<()> {
        let recurring: Vec<Kind> =
            Kind::ALL.iter().copied().filter(|kind| kind.every_ms().is_some()).collect();
        transaction!(self.base.db, |tx| {
            for &kind in &recurring {
                enqueue(tx, kind, &serde_json::json!({})).await?;
            }
            Ok::<_, Error>(())
        })
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
                self.base.release(&claim).await;
                return;
            }
        };
        match done {
            Ok(()) => {}
            Err(Error::Refused(refusal)) if refusal.code == Code::JobEnded => {
                tracing::warn!(id, kind, "a job had ended before it was done");
            }
            Err(error) => self.playback.fail_job(&claim, &error).await,
        }
    }

    /// Renews the lease; ends when it is lost.
    async fn hold(&self, claim: &Claim) {
        loop {
            tokio::time::sleep(RENEW).await;
            let renewed = transaction!(self.base.db, |tx| yingku_db::job::renew(
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
}
