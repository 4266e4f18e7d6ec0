//! Workers: machines that encode for this site. Here they are registered, listed and revoked;
//! what they encode is in `playback::assignment`.

use crate::app::support::audit::Act;
use crate::app::support::cursor;
use crate::app::support::error::invalid;
use crate::app::support::error::not_found;
use crate::app::support::token;
use crate::app::{Caller, CallerKind, Error, Playback, Result, moment};
use serde_json::json;
use yingku_core::field::FieldProblem;
use yingku_db::{rows, transaction};
use yingku_protocol::{Code, CreateWorker, Lang, ListPage, Page, Worker};

const MOST_NAME_CHARS: u64 = 40;
/// That a worker was heard of is written down at most this often, in milliseconds.
const SEEN_MS: i64 = 10_000;

impl Playback {
    /// Registers a worker; only this answer has its token.
    pub async fn create_worker(&self, caller: &Caller, wanted: &CreateWorker) -> Result<Worker> {
        let name = yingku_core::text::line(&wanted.name, 1, MOST_NAME_CHARS)
            .map_err(|problem: FieldProblem| invalid("name", problem))?;
        let (now, token) = (self.base.now(), token::bearer());
        let mut row = rows::Worker {
            id: 0,
            name,
            token_hash: token::hash(&token),
            created_at_ms: now,
            seen_at_ms: None,
            revoked_at_ms: None,
        };
        row.id = authorized!(self.base.db, caller, |tx| {
            let id = yingku_db::worker::insert(tx, row.clone()).await?;
            Act::new("worker.create")
                .on("worker", id)
                .with(json!({ "name": row.name }))
                .write(tx, caller, now)
                .await?;
            Ok::<_, Error>(id)
        })?;
        Ok(Worker { token: Some(token), ..show(row, 0) })
    }

    /// Workers, newest first.
    pub async fn list_workers(&self, wanted: &ListPage) -> Result<Page<Worker>> {
        let limit = cursor::limit(wanted.limit)?;
        let before = cursor::id(wanted.cursor.as_deref())?;
        let rows = yingku_db::worker::list(&self.base.db, before, limit + 1).await?;
        let (rows, next_cursor) = cursor::page(rows, limit, |row| row.id);
        let holders: Vec<String> = rows.iter().map(holder).collect();
        let counts = yingku_db::job::count_held(&self.base.db, &holders).await?;
        let running = |holder: &String| {
            counts.iter().find(|(name, _)| name == holder).map_or(0, |(_, count)| *count)
        };
        let shown = rows.into_iter().zip(&holders).map(|(row, name)| show(row, running(name)));
        Ok(Page { items: shown.collect(), next_cursor })
    }

    /// Revokes a worker: its token ends, and what it encodes is queued again at once.
    pub async fn revoke_worker(&self, caller: &Caller, id: i64) -> Result<Worker> {
        let now = self.base.now();
        let worker = authorized!(self.base.db, caller, |tx| {
            yingku_db::worker::lock(tx, id).await?.ok_or_else(|| not_found("worker"))?;
            yingku_db::worker::revoke(tx, id, now).await?;
            let found = yingku_db::worker::find(tx, id).await?;
            let worker = found.ok_or_else(|| not_found("worker"))?;
            yingku_db::job::release_all(tx, &holder(&worker)).await?;
            Act::new("worker.revoke").on("worker", id).write(tx, caller, now).await?;
            Ok::<_, Error>(worker)
        })?;
        self.base.jobs.wake();
        Ok(show(worker, 0))
    }

    /// The worker that a token belongs to; `None` where it was revoked or never was one.
    pub(crate) async fn authenticate_worker(
        &self,
        token: &str,
        address: &str,
        client: &str,
        lang: Lang,
    ) -> Result<Option<Caller>> {
        let found = yingku_db::worker::find_by_token(&self.base.db, &token::hash(token)).await?;
        let Some(worker) = found else { return Ok(None) };
        let now = self.base.now();
        if worker.seen_at_ms.is_none_or(|seen| now - seen >= SEEN_MS) {
            transaction!(self.base.db, |tx| {
                yingku_db::worker::set_seen(tx, worker.id, now).await.map_err(Error::Database)
            })?;
        }
        Ok(Some(Caller {
            kind: CallerKind::Worker(Box::new(worker)),
            address: address.to_owned(),
            client: client.to_owned(),
            lang,
        }))
    }
}

impl Caller {
    /// The worker that asks.
    ///
    /// # Errors
    /// [`Code::Forbidden`] where none does.
    pub(crate) fn require_worker(&self) -> Result<&rows::Worker> {
        match &self.kind {
            CallerKind::Worker(worker) => Ok(worker),
            _ => Err(Code::Forbidden.into()),
        }
    }
}

/// Names a worker in the leases that it holds.
pub(in crate::app) fn holder(worker: &rows::Worker) -> String {
    format!("worker {} {}", worker.id, worker.name)
}

fn show(row: rows::Worker, running: i64) -> Worker {
    Worker {
        id: row.id,
        token: None,
        name: row.name,
        running,
        created_at: moment(row.created_at_ms),
        seen_at: row.seen_at_ms.map(moment),
        revoked_at: row.revoked_at_ms.map(moment),
    }
}
