//! Claiming jobs, and what follows where one is not tried any more: only those about films leave
//! anything to be noted.

use crate::app::support::job::Claim;
use crate::app::support::queue::{Claimed, GivenUp};
use crate::app::{Error, Playback, Result};
use yingku_core::id::BlobId;
use yingku_core::job::Kind;
use yingku_db::job::Wanted;

impl Playback {
    /// Claims the next job that is wanted.
    pub(in crate::app) async fn claim_job(
        &self,
        holder: &str,
        wanted: &Wanted<'_>,
    ) -> Result<Option<Claim>> {
        loop {
            match self.base.claim(holder, wanted).await? {
                Some(Claimed::Job(claim)) => return Ok(Some(claim)),
                Some(Claimed::GivenUp(job)) => self.note_given_up(&job).await,
                None => return Ok(None),
            }
        }
    }

    /// Claims a unit for a worker on another machine; none of these contents.
    pub(super) async fn claim_unit_for(
        &self,
        holder: &str,
        not_about: &[BlobId],
    ) -> Result<Option<Claim>> {
        let kinds = [Kind::Unit.as_str()];
        self.claim_job(holder, &Wanted { kinds: &kinds, least_priority: i64::MIN, not_about }).await
    }

    /// Ends a job that failed: it is tried again later, or given up.
    pub(in crate::app) async fn fail_job(&self, claim: &Claim, error: &Error) {
        if let Some(job) = self.base.fail(claim, error).await {
            self.note_given_up(&job).await;
        }
    }

    async fn note_given_up(&self, job: &GivenUp) {
        let noted = match job.kind {
            Some(Kind::Convert | Kind::Plan) => self.give_up_content(&job.payload).await,
            Some(Kind::Sound) => self.give_up_sound(&job.payload).await,
            Some(Kind::Unit) => self.give_up_unit(&job.payload).await,
            _ => Ok(()),
        };
        if let Err(error) = noted {
            tracing::error!(fault = ?error.fault(), "it cannot be noted that a job was given up");
        }
    }
}
