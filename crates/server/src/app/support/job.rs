//! The queue of jobs: work in the background. Each is queued in the transaction that needs it,
//! claimed by one holder under a lease, and ended in the transaction that has its effect. What a job
//! does is in the module that it is about; `operation::runner` runs them.

use crate::app::Result;
use crate::app::support::token;
use serde_json::{Value, json};
use std::sync::atomic::AtomicUsize;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use yingku_core::id::BlobId;
use yingku_core::job::{self, ATTEMPTS, Kind};
use yingku_db::job::{End, New};
use yingku_db::{Tx, rows};
use yingku_protocol::Code;

/// A job whose holder has not been heard of for so long is taken over, in milliseconds.
pub(in crate::app) const LEASE_MS: i64 = 15_000;

/// Queues a job; one with the same payload that is queued or running is the same job.
pub(in crate::app) async fn enqueue(tx: &Tx, kind: Kind, payload: &Value) -> Result<()> {
    enqueue_at(tx, kind, payload, kind.priority()).await
}

/// Queues a job about a content.
pub(in crate::app) async fn enqueue_about(tx: &Tx, kind: Kind, blob_id: BlobId) -> Result<()> {
    enqueue(tx, kind, &json!({ "blob_id": blob_id })).await
}

/// Queues a job that is not begun before so many milliseconds have passed.
pub(in crate::app) async fn enqueue_later(
    tx: &Tx,
    kind: Kind,
    payload: &Value,
    delay_ms: i64,
) -> Result<()> {
    let payload = payload.to_string();
    let new = New {
        kind: kind.as_str(),
        payload: &payload,
        priority: kind.priority(),
        delay_ms,
        dedupe_key: Some(&dedupe_key(kind.as_str(), &payload)),
    };
    yingku_db::job::enqueue(tx, &new).await?;
    Ok(())
}

/// Queues a job with a priority of its own; one that is queued already gets it too.
pub(in crate::app) async fn enqueue_at(
    tx: &Tx,
    kind: Kind,
    payload: &Value,
    priority: i64,
) -> Result<()> {
    let payload = payload.to_string();
    let key = dedupe_key(kind.as_str(), &payload);
    let new = New {
        kind: kind.as_str(),
        payload: &payload,
        priority,
        delay_ms: 0,
        dedupe_key: Some(&key),
    };
    if yingku_db::job::enqueue(tx, &new).await?.is_none() {
        yingku_db::job::set_priority(tx, &key, priority).await?;
    }
    Ok(())
}

/// Gives a job another priority while it is queued.
pub(in crate::app) async fn set_priority(
    tx: &Tx,
    kind: Kind,
    payload: &Value,
    priority: i64,
) -> Result<()> {
    let key = dedupe_key(kind.as_str(), &payload.to_string());
    yingku_db::job::set_priority(tx, &key, priority).await?;
    Ok(())
}

/// The content that a job is about; of another job, none that there is.
pub(in crate::app) fn blob_of(payload: &Value) -> BlobId {
    BlobId(payload["blob_id"].as_i64().unwrap_or_default())
}

/// Jobs with the same key that are queued or run are the same job.
pub(in crate::app) fn dedupe_key(kind: &str, payload: &str) -> String {
    format!("{kind} {payload}")
}

/// The jobs of this node.
pub(in crate::app) struct Jobs {
    /// Names this process in the leases that it holds.
    pub(in crate::app) holder: String,
    pub(in crate::app) lanes: [Lane; 3],
    /// Notified when a job was queued here, for those who claim for others.
    queued: Notify,
}

/// One of a node's lanes.
pub(in crate::app) struct Lane {
    pub(in crate::app) lane: job::Lane,
    /// Notified when a job was queued, or a place is free.
    pub(in crate::app) changed: Notify,
    /// How many run here.
    pub(in crate::app) running: AtomicUsize,
}

impl Default for Jobs {
    fn default() -> Self {
        let holder = format!("{}-{}", std::process::id(), &token::name()[..8]);
        let lane = |lane| Lane { lane, changed: Notify::new(), running: AtomicUsize::new(0) };
        Jobs { holder, lanes: job::Lane::ALL.map(lane), queued: Notify::new() }
    }
}

impl Jobs {
    /// Says that a job was queued here: it is looked for at once.
    pub(in crate::app) fn wake(&self) {
        for lane in &self.lanes {
            lane.changed.notify_one();
        }
        self.queued.notify_waiters();
    }

    /// Waits until a job is queued here.
    pub(in crate::app) fn next_queued(&self) -> Notified<'_> {
        self.queued.notified()
    }
}

impl Lane {
    /// The kinds of jobs that run in it.
    pub(in crate::app) fn kinds(&self) -> Vec<&'static str> {
        let mine = Kind::ALL.iter().filter(|kind| kind.lane() == self.lane);
        mine.map(|kind| kind.as_str()).collect()
    }
}

/// A job that this node holds.
#[derive(Clone, Debug)]
pub(in crate::app) struct Claim {
    id: i64,
    fence: i64,
    kind: Kind,
    priority: i64,
    /// What it is done to, as JSON.
    pub(in crate::app) payload: serde_json::Value,
}

impl Claim {
    /// Its number.
    pub(in crate::app) fn id(&self) -> i64 {
        self.id
    }

    /// Under which fence it is held.
    pub(in crate::app) fn fence(&self) -> i64 {
        self.fence
    }

    /// What it does.
    pub(in crate::app) fn kind(&self) -> Kind {
        self.kind
    }

    /// How urgent it was when it was claimed.
    pub(in crate::app) fn priority(&self) -> i64 {
        self.priority
    }

    /// Makes sure that the job is still held, in a transaction that has a part of its effect.
    ///
    /// # Errors
    /// As [`Claim::done`].
    pub(in crate::app) async fn check(&self, tx: &Tx) -> Result<()> {
        match yingku_db::job::renew(tx, self.id, self.fence, LEASE_MS).await? {
            true => Ok(()),
            false => Err(Code::JobEnded.into()),
        }
    }

    /// Ends the job as done, in the transaction that has its effect.
    ///
    /// # Errors
    /// [`Code::JobEnded`] where another holds it by now, or it was cancelled: the transaction
    /// must not be committed.
    pub(in crate::app) async fn done(&self, tx: &Tx) -> Result<()> {
        let end = self.kind.every_ms().map_or(End::Done, End::Again);
        self.end(tx, &end).await
    }

    /// Ends the job in another way.
    ///
    /// # Errors
    /// As [`Claim::done`].
    pub(in crate::app) async fn end(&self, tx: &Tx, end: &End<'_>) -> Result<()> {
        match yingku_db::job::end(tx, self.id, self.fence, end).await? {
            true => Ok(()),
            false => Err(Code::JobEnded.into()),
        }
    }
}

/// What to do, or why it must not be begun.
pub(super) fn claim_of(row: &rows::Job) -> std::result::Result<Claim, &'static str> {
    let kind = Kind::parse(&row.kind).ok_or("unknown_kind")?;
    // Whoever held it before was killed by it, perhaps: not more often than it may fail.
    if row.attempts > ATTEMPTS && kind.every_ms().is_none() {
        return Err("holders_lost");
    }
    let payload = serde_json::from_str(&row.payload).unwrap_or_default();
    Ok(Claim { id: row.id, fence: row.fence, kind, priority: row.priority, payload })
}
