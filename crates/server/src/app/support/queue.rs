//! The queue as its holders use it: claiming a job, giving it back, failing it.

use crate::app::support::base::Base;
use crate::app::support::job::{Claim, LEASE_MS, claim_of, enqueue_about};
use crate::app::{Error, Result};
use serde_json::Value;
use yingku_core::id::BlobId;
use yingku_core::job::{JobState, Kind, rest_ms};
use yingku_db::job::{End, Wanted};
use yingku_db::{rows, transaction};
use yingku_protocol::Code;

/// Characters of an error that are kept.
const DETAIL_CHARS: usize = 2_000;

impl Base {
    /// Queues a job about each of these contents.
    pub(in crate::app) async fn enqueue_about_all(
        &self,
        kind: Kind,
        blob_ids: &[BlobId],
    ) -> Result<()> {
        transaction!(self.db, |tx| {
            for &id in blob_ids {
                enqueue_about(tx, kind, id).await?;
            }
            Ok::<_, Error>(())
        })?;
        self.jobs.wake();
        Ok(())
    }

    /// Claims the next job that is wanted. One that must not be begun is given up.
    pub(in crate::app) async fn claim(
        &self,
        holder: &str,
        wanted: &Wanted<'_>,
    ) -> Result<Option<Claimed>> {
        let claimed = yingku_db::job::claim(&self.db, holder, LEASE_MS, wanted).await?;
        let Some(row) = claimed else { return Ok(None) };
        let reason = match claim_of(&row) {
            Ok(claim) => return Ok(Some(Claimed::Job(claim))),
            Err(reason) => reason,
        };
        let end = End::Failed { reason, detail: "" };
        transaction!(self.db, |tx| yingku_db::job::end(tx, row.id, row.fence, &end).await)?;
        let payload = serde_json::from_str(&row.payload).unwrap_or_default();
        Ok(Some(Claimed::GivenUp(GivenUp { kind: Kind::parse(&row.kind), payload })))
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
            row.state == JobState::Running
                && row.fence == fence
                && row.holder.as_deref() == Some(holder)
        };
        let row = row.filter(is_held).ok_or(Code::JobEnded)?;
        claim_of(&row).map_err(|_| Code::JobEnded.into())
    }

    /// Ends a job that failed: it is tried again later, or given up.
    pub(in crate::app) async fn fail(&self, claim: &Claim, error: &Error) -> Option<GivenUp> {
        let (id, kind) = (claim.id(), claim.kind().as_str());
        let fault = error.fault().unwrap_or_else(|| error.refusal().code.as_str().to_owned());
        tracing::error!(id, kind, fault, "a job failed");
        let attempts = match yingku_db::job::find(&self.db, claim.id()).await {
            Ok(Some(row)) => row.attempts,
            _ => 1,
        };
        let reason = error.refusal().code.as_str();
        let detail: String = fault.chars().take(DETAIL_CHARS).collect();
        let Some(after_ms) = rest_ms(claim.kind(), attempts) else {
            self.end(claim, &End::Failed { reason, detail: &detail }).await;
            return Some(GivenUp { kind: Some(claim.kind()), payload: claim.payload.clone() });
        };
        self.end(claim, &End::Retry { reason, detail: &detail, after_ms }).await;
        None
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

/// What a claim found.
pub(in crate::app) enum Claimed {
    /// A job, which is held from now on.
    Job(Claim),
    /// One that is not tried any more; there may be others.
    GivenUp(GivenUp),
}

/// A job that is not tried any more.
pub(in crate::app) struct GivenUp {
    /// `None` where this version does not know it.
    pub(in crate::app) kind: Option<Kind>,
    /// What it was to be done to, as JSON.
    pub(in crate::app) payload: Value,
}
