//! Jobs: queued in the transaction that needs them, claimed under a lease, ended under a fence.
//! All times are the database's: nodes need not agree on what time it is.

use crate::entity::job::{ActiveModel, Column as C, Entity, Model};
use crate::{Conn, Db, Result, Tx, row, rows};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbBackend,
    EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Statement,
};
use yingku_core::id::BlobId;
use yingku_core::job::JobState;

/// A job to be queued.
#[derive(Clone, Debug)]
pub struct New<'a> {
    /// What is to be done.
    pub kind: &'a str,
    /// To what, as JSON.
    pub payload: &'a str,
    /// Higher ones go first.
    pub priority: i64,
    /// Not before so many milliseconds from now.
    pub delay_ms: i64,
    /// While there is a queued or running job with that key, no second one is queued.
    pub dedupe_key: Option<&'a str>,
}

/// How a job that was claimed ends, or goes on.
#[derive(Clone, Debug)]
pub enum End<'a> {
    /// It was done.
    Done,
    /// It was done, and is to be done again after so many milliseconds.
    Again(i64),
    /// It failed, and is tried again after so many milliseconds.
    Retry {
        /// Why, as a stable word.
        reason: &'a str,
        /// Why, in the words of whatever failed.
        detail: &'a str,
        /// How long it rests.
        after_ms: i64,
    },
    /// It failed for good.
    Failed {
        /// Why, as a stable word.
        reason: &'a str,
        /// Why, in the words of whatever failed.
        detail: &'a str,
    },
    /// Its holder stops: it is queued again, and this attempt does not count.
    Released,
}

/// What time it is for the database, in milliseconds since the Unix epoch.
pub async fn now(c: &impl Conn) -> Result<i64> {
    let backend = c.raw().get_database_backend();
    let sql = match backend {
        DbBackend::MySql => "SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) AS now",
        _ => "SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS now",
    };
    let row = c.raw().query_one_raw(Statement::from_string(backend, sql)).await?;
    Ok(row.map(|row| row.try_get("", "now")).transpose()?.unwrap_or_default())
}

/// Queues a job and answers its number; `None` where one with the same key is queued or running.
pub async fn enqueue(tx: &Tx, new: &New<'_>) -> Result<Option<i64>> {
    if let Some(key) = new.dedupe_key {
        let same = Entity::find().filter(C::DedupeKey.eq(key)).lock_exclusive();
        if same.one(tx.raw()).await?.is_some() {
            return Ok(None);
        }
    }
    let now = now(tx).await?;
    let job = Model {
        id: 0,
        kind: new.kind.to_owned(),
        payload: new.payload.to_owned(),
        state: JobState::Queued,
        priority: new.priority,
        run_at_ms: now + new.delay_ms,
        attempts: 0,
        fence: 0,
        holder: None,
        lease_until_ms: None,
        dedupe_key: new.dedupe_key.map(str::to_owned),
        reason: None,
        detail: None,
        created_at_ms: now,
        updated_at_ms: now,
    };
    row::insert_numbered(tx, job, C::Id).await.map(Some)
}

/// Those of these jobs that may be claimed at that moment.
fn due(now: i64, wanted: &Wanted<'_>) -> Condition {
    let queued = Condition::all().add(C::State.eq(JobState::Queued)).add(C::RunAtMs.lte(now));
    let lost = Condition::all().add(C::State.eq(JobState::Running)).add(C::LeaseUntilMs.lt(now));
    let due = Condition::any().add(queued).add(lost);
    let mut condition = Condition::all()
        .add(C::Kind.is_in(wanted.kinds.iter().copied()))
        .add(C::Priority.gte(wanted.least_priority))
        .add(due);
    for blob_id in wanted.not_about {
        condition = condition.add(about(*blob_id).not());
    }
    condition
}

/// Those that are about a content.
fn about(blob_id: BlobId) -> Condition {
    let begins = |end: &str| C::Payload.starts_with(format!("{{\"blob_id\":{blob_id}{end}"));
    Condition::any().add(begins(",")).add(begins("}"))
}

/// Which jobs somebody takes.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// Only of these kinds.
    pub kinds: &'a [&'a str],
    /// Only of this priority, or a higher one.
    pub least_priority: i64,
    /// None about these contents.
    pub not_about: &'a [BlobId],
}

/// Claims the most urgent of these jobs that is due, or whose holder let its lease end, for
/// so many milliseconds; `None` where there is none. Looks before it opens a transaction.
pub async fn claim(
    db: &Db,
    holder: &str,
    lease_ms: i64,
    wanted: &Wanted<'_>,
) -> Result<Option<rows::Job>> {
    let now = now(db).await?;
    if Entity::find().filter(due(now, wanted)).one(db.raw()).await?.is_none() {
        return Ok(None);
    }
    crate::transaction!(db, |tx| claim_locked(tx, holder, lease_ms, wanted).await)
}

async fn claim_locked(
    tx: &Tx,
    holder: &str,
    lease_ms: i64,
    wanted: &Wanted<'_>,
) -> Result<Option<rows::Job>> {
    let now = now(tx).await?;
    let found = Entity::find()
        .filter(due(now, wanted))
        .order_by_desc(C::Priority)
        .order_by_asc(C::RunAtMs)
        .order_by_asc(C::Id)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(tx.raw())
        .await?;
    let Some(found) = found else { return Ok(None) };
    let claimed = Model {
        state: JobState::Running,
        attempts: found.attempts + 1,
        fence: found.fence + 1,
        holder: Some(holder.to_owned()),
        lease_until_ms: Some(now + lease_ms),
        updated_at_ms: now,
        ..found
    };
    save(tx, claimed.clone()).await?;
    Ok(Some(claimed))
}

/// Holds a job for so many milliseconds more; answers whether it is still held under that fence.
pub async fn renew(tx: &Tx, id: i64, fence: i64, lease_ms: i64) -> Result<bool> {
    let Some(job) = lock_held(tx, id, fence).await? else { return Ok(false) };
    let now = now(tx).await?;
    save(tx, Model { lease_until_ms: Some(now + lease_ms), updated_at_ms: now, ..job }).await?;
    Ok(true)
}

/// Ends a job, in the transaction that has its effect; answers whether it was still held under
/// that fence. Where not, the transaction must not be committed: somebody else does the job.
pub async fn end(tx: &Tx, id: i64, fence: i64, end: &End<'_>) -> Result<bool> {
    let Some(job) = lock_held(tx, id, fence).await? else { return Ok(false) };
    let now = now(tx).await?;
    let job = Model { holder: None, lease_until_ms: None, updated_at_ms: now, ..job };
    let failed = |job: Model, reason: &str, detail: &str| Model {
        reason: Some(reason.to_owned()),
        detail: Some(detail.to_owned()),
        ..job
    };
    let queued = |job: Model, at: i64| Model { state: JobState::Queued, run_at_ms: at, ..job };
    let over = |job: Model, state| Model { state, dedupe_key: None, ..job };
    let succeeded = |job: Model| Model { attempts: 0, reason: None, detail: None, ..job };
    let ended = match *end {
        End::Done => {
            Model { attempts: job.attempts, ..over(succeeded(job.clone()), JobState::Done) }
        }
        End::Again(after_ms) => queued(succeeded(job), now + after_ms),
        End::Retry { reason, detail, after_ms } => {
            queued(failed(job, reason, detail), now + after_ms)
        }
        End::Failed { reason, detail } => over(failed(job, reason, detail), JobState::Failed),
        End::Released => Model { attempts: job.attempts - 1, ..queued(job, now) },
    };
    save(tx, ended).await?;
    Ok(true)
}

/// Queues the jobs of a holder that is gone for good again, at once; these attempts do not count.
pub async fn release_all(tx: &Tx, holder: &str) -> Result<()> {
    let held = Entity::find().filter(C::State.eq(JobState::Running)).filter(C::Holder.eq(holder));
    for job in held.lock_exclusive().all(tx.raw()).await? {
        end(tx, job.id, job.fence, &End::Released).await?;
    }
    Ok(())
}

/// How many jobs each of these holders runs.
pub async fn count_held(c: &impl Conn, holders: &[String]) -> Result<Vec<(String, i64)>> {
    let counts = Entity::find()
        .select_only()
        .column(C::Holder)
        .column_as(C::Id.count(), "count")
        .filter(C::State.eq(JobState::Running))
        .filter(C::Holder.is_in(holders.iter().cloned()))
        .group_by(C::Holder);
    Ok(counts.into_tuple().all(c.raw()).await?)
}

async fn lock_held(tx: &Tx, id: i64, fence: i64) -> Result<Option<rows::Job>> {
    let job = Entity::find_by_id(id).lock_exclusive().one(tx.raw()).await?;
    Ok(job.filter(|job| job.state == JobState::Running && job.fence == fence))
}

async fn save(tx: &Tx, job: Model) -> Result<()> {
    let id = job.id;
    let mut changed: ActiveModel = job.into_active_model().reset_all();
    changed.id = Set(id);
    changed.update(tx.raw()).await?;
    Ok(())
}

/// The job with that number.
pub async fn find(c: &impl Conn, id: i64) -> Result<Option<rows::Job>> {
    Ok(Entity::find_by_id(id).one(c.raw()).await?)
}

/// Gives a queued job with that key another priority; answers whether there is one.
pub async fn set_priority(tx: &Tx, dedupe_key: &str, priority: i64) -> Result<bool> {
    let changed = Entity::update_many()
        .col_expr(C::Priority, Expr::value(priority))
        .filter(C::DedupeKey.eq(dedupe_key))
        .filter(C::State.eq(JobState::Queued));
    Ok(changed.exec(tx.raw()).await?.rows_affected > 0)
}

/// The queued or running job with that key.
pub async fn find_live(c: &impl Conn, dedupe_key: &str) -> Result<Option<rows::Job>> {
    Ok(Entity::find().filter(C::DedupeKey.eq(dedupe_key)).one(c.raw()).await?)
}

/// Which jobs to list.
#[derive(Clone, Debug, Default)]
pub struct Filter<'a> {
    /// Only in this state.
    pub state: Option<JobState>,
    /// Only of this kind.
    pub kind: Option<&'a str>,
    /// Only before this number.
    pub before_id: Option<i64>,
    /// So many at most.
    pub limit: u64,
}

/// Jobs, newest first.
pub async fn list(c: &impl Conn, filter: &Filter<'_>) -> Result<Vec<rows::Job>> {
    let mut query = Entity::find().order_by_desc(C::Id).limit(filter.limit);
    if let Some(state) = filter.state {
        query = query.filter(C::State.eq(state));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(C::Kind.eq(kind));
    }
    if let Some(id) = filter.before_id {
        query = query.filter(C::Id.lt(id));
    }
    Ok(query.all(c.raw()).await?)
}

/// The states of the jobs of these kinds about a content, each once.
pub async fn list_states_of(
    c: &impl Conn,
    kinds: &[&str],
    blob_id: BlobId,
) -> Result<Vec<JobState>> {
    let states = Entity::find()
        .select_only()
        .column(C::State)
        .distinct()
        .filter(C::Kind.is_in(kinds.iter().copied()))
        .filter(about(blob_id));
    Ok(states.into_tuple().all(c.raw()).await?)
}

/// What the queued and running jobs of a kind about a content are about, as JSON.
pub async fn list_live_of(c: &impl Conn, kind: &str, blob_id: BlobId) -> Result<Vec<String>> {
    let payloads = Entity::find()
        .select_only()
        .column(C::Payload)
        .filter(C::Kind.eq(kind))
        .filter(C::State.is_in([JobState::Queued, JobState::Running]))
        .filter(about(blob_id));
    Ok(payloads.into_tuple().all(c.raw()).await?)
}

/// Queues a job that failed or was cancelled once more, at once, with all its attempts; one that
/// is queued for later as well. Answers whether it was one of these.
pub async fn retry(tx: &Tx, id: i64, dedupe_key: Option<&str>) -> Result<bool> {
    let Some(job) = Entity::find_by_id(id).lock_exclusive().one(tx.raw()).await? else {
        return Ok(false);
    };
    if !matches!(job.state, JobState::Failed | JobState::Cancelled | JobState::Queued) {
        return Ok(false);
    }
    let now = now(tx).await?;
    let dedupe_key = dedupe_key.map(str::to_owned);
    let queued = Model {
        state: JobState::Queued,
        run_at_ms: now,
        attempts: 0,
        dedupe_key,
        updated_at_ms: now,
        ..job
    };
    save(tx, queued).await?;
    Ok(true)
}

/// Cancels a job that is queued or running; who runs it has lost it. Answers whether it was
/// one of these.
pub async fn cancel(tx: &Tx, id: i64) -> Result<bool> {
    let Some(job) = Entity::find_by_id(id).lock_exclusive().one(tx.raw()).await? else {
        return Ok(false);
    };
    if !matches!(job.state, JobState::Queued | JobState::Running) {
        return Ok(false);
    }
    let now = now(tx).await?;
    let cancelled = Model {
        state: JobState::Cancelled,
        holder: None,
        lease_until_ms: None,
        dedupe_key: None,
        updated_at_ms: now,
        ..job
    };
    save(tx, cancelled).await?;
    Ok(true)
}

/// Deletes jobs that ended more than so many milliseconds ago, at most 1,000.
pub async fn delete_ended(tx: &Tx, older_than_ms: i64) -> Result<()> {
    let before = now(tx).await? - older_than_ms;
    let ended = Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::State.is_in([JobState::Done, JobState::Failed, JobState::Cancelled]))
        .filter(C::UpdatedAtMs.lt(before))
        .limit(1_000);
    let ids: Vec<i64> = ended.into_tuple().all(tx.raw()).await?;
    Entity::delete_many().filter(Expr::col(C::Id).is_in(ids)).exec(tx.raw()).await?;
    Ok(())
}
