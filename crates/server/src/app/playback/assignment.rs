//! Units that machines elsewhere encode: what is to be done is handed out, what they send is cut
//! and published here, by the same guards as what is encoded here. Whatever a worker does is
//! bound to the lease of its job.

use super::unit::Task;
use crate::app::playback::worker::holder;
use crate::app::support::error::invalid;
use crate::app::support::job::{Claim, LEASE_MS};
use crate::app::{Error, Playback, Result};
use crate::blob::{Blob, BlobError, ReceiveError};
use crate::media::{UnitError, cut_unit};
use bytes::Bytes;
use futures_util::Stream;
use std::time::Duration;
use tokio::time::Instant;
use yingku_core::field::FieldProblem;
use yingku_core::id::BlobId;
use yingku_core::job::URGENT;
use yingku_core::ladder::{Run, Size, TIMESCALE};
use yingku_db::{rows, transaction};
use yingku_protocol::{
    Assignment, ClaimUnit, Code, EndUnit, PutPart, Refusal, UnitOutcome, UnitRun, UnitSegment,
    UnitSize,
};

/// A request for something to encode is held for so long where there is nothing.
const LONGEST_CLAIM: Duration = Duration::from_secs(5);
/// A renewal is held for so long, unless the job is lost: so the worker learns it at once.
const LONGEST_RENEWAL: Duration = Duration::from_secs(4);
/// What another node queued or ended is found this often.
const LOOK: Duration = Duration::from_millis(500);
/// Contents that a worker may leave to others.
const MOST_EXCEPTIONS: usize = 100;
/// Characters of a failure that are kept.
const MOST_DETAIL_CHARS: usize = 2_000;
/// What is encoded may have so many bytes more than its size allows on average: the rate is
/// kept over seconds, and a film may begin with the most difficult picture.
const MORE_BYTES: u64 = 8 << 20;

impl Playback {
    /// The next unit for a worker; `None` where there was none for a while.
    pub async fn claim_unit(
        &self,
        worker: &rows::Worker,
        wanted: &ClaimUnit,
    ) -> Result<Option<Assignment>> {
        let holder = holder(worker);
        if wanted.except.len() > MOST_EXCEPTIONS {
            return Err(invalid("except", FieldProblem::TooMany(MOST_EXCEPTIONS as u64)));
        }
        let except: Vec<_> = wanted.except.iter().copied().map(BlobId).collect();
        let until = Instant::now() + LONGEST_CLAIM;
        loop {
            let queued = self.base.jobs.next_queued();
            tokio::pin!(queued);
            queued.as_mut().enable();
            while let Some(claim) = self.claim_unit_for(&holder, &except).await? {
                match self.assign(&claim).await {
                    Ok(Some(assignment)) => return Ok(Some(assignment)),
                    Ok(None) => {}
                    Err(error) => self.fail_job(&claim, &error).await,
                }
            }
            if Instant::now() >= until {
                return Ok(None);
            }
            tokio::select! {
                () = queued => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// What is to be done for a job; one with nothing left to do ends.
    async fn assign(&self, claim: &Claim) -> Result<Option<Assignment>> {
        let task = self.find_task(claim).await?.filter(|task| !task.runs.is_empty());
        let Some(task) = task else {
            transaction!(self.base.db, |tx| claim.done(tx).await)?;
            return Ok(None);
        };
        let source = self.base.blobs.get(&task.source).await?;
        let plan = task.ladder.unit_plan();
        Ok(Some(Assignment {
            job_id: claim.id(),
            fence: claim.fence(),
            lease_ms: LEASE_MS,
            is_urgent: claim.priority() >= URGENT,
            content_id: task.row.blob_id.0,
            source: name_of(&task.source),
            source_bytes: source.size_bytes(),
            origin: plan.origin,
            is_interlaced: plan.is_interlaced,
            is_hdr: plan.is_hdr,
            lead: plan.lead,
            runs: task.runs.iter().map(show_run).collect(),
        }))
    }

    /// Holds a job on behalf of a worker; answers after a while, or at once when it is lost.
    ///
    /// # Errors
    /// [`Code::JobEnded`] where it is not that worker's any more.
    pub async fn renew_unit(&self, worker: &rows::Worker, id: i64, fence: i64) -> Result<()> {
        let holder = holder(worker);
        let claim = self.base.find_claim(&holder, id, fence).await?;
        transaction!(self.base.db, |tx| claim.check(tx).await)?;
        let until = Instant::now() + LONGEST_RENEWAL;
        while Instant::now() < until {
            tokio::time::sleep(LOOK).await;
            self.base.find_claim(&holder, id, fence).await?;
        }
        Ok(())
    }

    /// The file that a worker's job is encoded from, and its name.
    ///
    /// # Errors
    /// [`Code::JobEnded`] where the job is not that worker's any more.
    pub async fn open_source(
        &self,
        worker: &rows::Worker,
        id: i64,
        fence: i64,
    ) -> Result<(Blob, String)> {
        let task = self.find_held_task(worker, id, fence).await?.1;
        Ok((self.base.blobs.get(&task.source).await?, name_of(&task.source)))
    }

    async fn find_held_task(
        &self,
        worker: &rows::Worker,
        id: i64,
        fence: i64,
    ) -> Result<(Claim, Task)> {
        let claim = self.base.find_claim(&holder(worker), id, fence).await?;
        let task = self.find_task(&claim).await?.ok_or(Code::JobEnded)?;
        Ok((claim, task))
    }

    /// Takes what a worker encoded of one size, as ffmpeg wrote it, and publishes it. What is
    /// there already is not taken again.
    ///
    /// # Errors
    /// [`Code::JobEnded`]; [`Code::UnitRefused`] where it is not what was to be encoded;
    /// [`Code::OtherEncoder`] where it cannot be joined with what is there.
    pub async fn put_part<E: Into<Error>>(
        &self,
        worker: &rows::Worker,
        id: i64,
        wanted: &PutPart,
        body: impl Stream<Item = std::result::Result<Bytes, E>>,
    ) -> Result<()> {
        let (claim, task) = self.find_held_task(worker, id, wanted.fence).await?;
        let Some((run, size)) = find_part(&task.runs, wanted) else {
            return Ok(());
        };
        let limit_bytes = most_bytes(&run, &size);
        let received = self.base.blobs.staging.receive(body, limit_bytes).await;
        let received = received.map_err(|error| match error {
            ReceiveError::TooLarge { .. } => refused(&format!("more than {limit_bytes} bytes")),
            ReceiveError::Body(error) => error.into(),
            ReceiveError::Full => Error::Storage(BlobError::Full),
            ReceiveError::Failed(error) => Error::Storage(BlobError::Failed(error)),
        })?;
        let open = || received.open().map_err(BlobError::from);
        let cut = cut_unit(open()?, task.ladder.unit_plan(), &run).await;
        let cut = cut.map_err(|error| match error {
            UnitError::Misfit(_) | UnitError::Refused(_) => refused(&error.to_string()),
            other => other.into(),
        })?;
        let (size, took_ms) = (i64::from(size.name), wanted.took_ms.max(0));
        let part = self.part(size, run.first, cut, open()?, took_ms).await?;
        self.publish(&claim, false, &task.row, vec![part]).await
    }

    /// Ends a worker's job: as done where nothing is missing of it.
    ///
    /// # Errors
    /// [`Code::JobEnded`].
    pub async fn end_unit(&self, worker: &rows::Worker, id: i64, wanted: &EndUnit) -> Result<()> {
        let claim = self.base.find_claim(&holder(worker), id, wanted.fence).await?;
        let detail: String = wanted.detail.chars().take(MOST_DETAIL_CHARS).collect();
        let failure = |why: &str| Error::Internal(format!("worker {}: {why}", worker.name));
        match wanted.outcome {
            UnitOutcome::Released => self.base.release(&claim).await,
            UnitOutcome::Failed => self.fail_job(&claim, &failure(&detail)).await,
            UnitOutcome::Done => match self.find_task(&claim).await? {
                Some(task) if !task.runs.is_empty() => {
                    self.fail_job(&claim, &failure("it did not send all")).await;
                }
                _ => transaction!(self.base.db, |tx| claim.done(tx).await)?,
            },
        }
        self.base.jobs.wake();
        Ok(())
    }
}

fn refused(reason: &str) -> Error {
    Refusal::from(Code::UnitRefused).with("reason", reason).into()
}

/// A name for a file, for workers; it reveals nothing about the file.
fn name_of(key: &str) -> String {
    blake3::hash(key.as_bytes()).to_hex()[..32].to_owned()
}

/// The segments that were sent, in the size in which they were, where they are missing.
fn find_part(runs: &[Run], wanted: &PutPart) -> Option<(Run, Size)> {
    let (first, count) = (usize::try_from(wanted.first).ok()?, usize::try_from(wanted.count).ok()?);
    runs.iter().find_map(|run| {
        let size = *run.sizes.iter().find(|size| size.name == wanted.size)?;
        let skipped = first.checked_sub(run.first)?;
        let segments = run.segments.get(skipped..skipped.checked_add(count)?)?.to_vec();
        let is_last = run.is_last && skipped + count == run.segments.len();
        let sizes = vec![size];
        (count > 0).then_some((Run { first, is_last, segments, sizes }, size))
    })
}

/// How many bytes segments may have.
fn most_bytes(run: &Run, size: &Size) -> u64 {
    let start = run.segments.first().map_or(0, |segment| segment.start);
    let seconds = (run.end() - start).div_ceil(u64::from(TIMESCALE));
    size.max_bits / 8 * seconds * 2 + MORE_BYTES
}

fn show_run(run: &Run) -> UnitRun {
    let segments = run.segments.iter().map(|segment| UnitSegment {
        start: segment.start,
        end: segment.end,
        pictures: segment.pictures,
    });
    let sizes = run.sizes.iter().map(|size| UnitSize {
        name: size.name,
        width: size.width,
        height: size.height,
        max_bits: size.max_bits,
        level: size.level,
    });
    UnitRun {
        first: run.first as u64,
        is_last: run.is_last,
        segments: segments.collect(),
        sizes: sizes.collect(),
    }
}
