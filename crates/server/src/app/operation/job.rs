//! Jobs as admins see them: lists, and trying one again or cancelling it.

use crate::app::support::audit::Act;
use crate::app::support::cursor;
use crate::app::support::error::{invalid, not_found};
use crate::app::support::job::dedupe_key;
use crate::app::{Caller, Operation, Result, moment};
use serde_json::json;
use yingku_core::Millis;
use yingku_core::field::FieldProblem;
use yingku_core::id::BlobId;
use yingku_core::job::Kind;
use yingku_db::job::Filter;
use yingku_db::{Tx, rows};
use yingku_protocol::{Code, Job, Lang, ListJobs, Page, text};

impl Operation {
    /// Jobs, newest first.
    pub async fn list_jobs(&self, caller: &Caller, wanted: &ListJobs) -> Result<Page<Job>> {
        let limit = cursor::limit(wanted.limit)?;
        if let Some(kind) = &wanted.kind
            && Kind::parse(kind).is_none()
        {
            return Err(invalid("kind", FieldProblem::BadFormat("a kind of job")));
        }
        let filter = Filter {
            state: wanted.state,
            kind: wanted.kind.as_deref(),
            before_id: cursor::id(wanted.cursor.as_deref())?,
            limit: limit + 1,
        };
        let rows = yingku_db::job::list(&self.base.db, &filter).await?;
        let (rows, next_cursor) = cursor::page(rows, limit, |row| row.id);
        Ok(Page { items: self.show_jobs(rows, caller.lang).await?, next_cursor })
    }

    /// Shows a job.
    pub async fn show_job(&self, caller: &Caller, id: i64) -> Result<Job> {
        let found = yingku_db::job::find(&self.base.db, id).await?;
        self.show_one_job(found.ok_or_else(|| not_found("job"))?, caller.lang).await
    }

    async fn show_one_job(&self, row: rows::Job, lang: Lang) -> Result<Job> {
        let mut shown = self.show_jobs(vec![row], lang).await?;
        shown.pop().ok_or_else(|| not_found("job"))
    }

    /// Jobs as admins see them, each with the video that it is about.
    async fn show_jobs(&self, rows: Vec<rows::Job>, lang: Lang) -> Result<Vec<Job>> {
        let mut jobs: Vec<Job> = rows.into_iter().map(|row| show(row, lang)).collect();
        let blob_of = |job: &Job| job.payload["blob_id"].as_i64().map(BlobId);
        let blob_ids: Vec<BlobId> = jobs.iter().filter_map(blob_of).collect();
        let titles = yingku_db::video::titles_of_blobs(&self.base.db, &blob_ids).await?;
        for job in &mut jobs {
            let about = titles.iter().find(|(blob_id, ..)| Some(*blob_id) == blob_of(job));
            job.video_id = about.map(|(_, id, _)| id.0);
            job.video = about.map(|(.., title)| title.clone());
        }
        Ok(jobs)
    }

    /// Queues a job once more that failed or was cancelled; one that waits begins at once.
    ///
    /// # Errors
    /// [`Code::JobNotRetryable`] where it is done or runs.
    pub async fn retry_job(&self, caller: &Caller, id: i64) -> Result<Job> {
        let now = self.base.now();
        let job = authorized!(self.base.db, caller, |tx| {
            let row = yingku_db::job::find(tx, id).await?.ok_or_else(|| not_found("job"))?;
            let key = dedupe_key(&row.kind, &row.payload);
            let same = yingku_db::job::find_live(tx, &key).await?;
            let is_free = same.is_none_or(|same| same.id == id);
            if !is_free || !yingku_db::job::retry(tx, id, Some(&key)).await? {
                return Err(Code::JobNotRetryable.into());
            }
            changed(tx, caller, "job.retry", &row, now).await
        })?;
        self.base.jobs.wake();
        self.show_one_job(job, caller.lang).await
    }

    /// Cancels a job that waits or runs: whatever runs it stops, and has no effect.
    ///
    /// # Errors
    /// [`Code::JobEnded`] where it has ended.
    pub async fn cancel_job(&self, caller: &Caller, id: i64) -> Result<Job> {
        let now = self.base.now();
        let job = authorized!(self.base.db, caller, |tx| {
            let row = yingku_db::job::find(tx, id).await?.ok_or_else(|| not_found("job"))?;
            if !yingku_db::job::cancel(tx, id).await? {
                return Err(Code::JobEnded.into());
            }
            changed(tx, caller, "job.cancel", &row, now).await
        })?;
        self.show_one_job(job, caller.lang).await
    }
}

/// Writes an admin's act down, and gives the job as it is now.
async fn changed(
    tx: &Tx,
    caller: &Caller,
    action: &str,
    job: &rows::Job,
    now: Millis,
) -> Result<rows::Job> {
    Act::new(action)
        .on("job", job.id)
        .with(json!({ "kind": job.kind }))
        .write(tx, caller, now)
        .await?;
    yingku_db::job::find(tx, job.id).await?.ok_or_else(|| not_found("job"))
}

fn show(row: rows::Job, lang: Lang) -> Job {
    let plain = |key: String| text(lang, &key, &serde_json::Map::new());
    let reason = row.reason.as_deref();
    Job {
        id: row.id,
        title: plain(format!("job.{}", row.kind)),
        payload: serde_json::from_str(&row.payload).unwrap_or_default(),
        state: row.state,
        priority: row.priority,
        attempts: row.attempts,
        video_id: None,
        video: None,
        holder: row.holder,
        reason: row.reason.clone(),
        explanation: reason.map(|reason| plain(format!("job_reason.{reason}"))),
        detail: row.detail,
        run_at: moment(row.run_at_ms),
        lease_until: row.lease_until_ms.map(moment),
        created_at: moment(row.created_at_ms),
        updated_at: moment(row.updated_at_ms),
        kind: row.kind,
    }
}
