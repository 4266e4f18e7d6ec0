//! The audit log: written inside the transaction of the act itself.

use crate::app::support::cursor;
use crate::app::support::error::invalid;
use crate::app::{App, Caller, Result, moment};
use serde_json::{Map, Value};
use yingku_core::Millis;
use yingku_core::field::FieldProblem;
use yingku_db::{Tx, rows};
use yingku_protocol::{AuditEntry, ListAudit, Page};

/// An act, to be written down.
pub(crate) struct Act<'a> {
    pub(crate) action: &'a str,
    pub(crate) subject: Option<(&'a str, i64)>,
    pub(crate) detail: Value,
}

impl<'a> Act<'a> {
    pub(crate) fn new(action: &'a str) -> Act<'a> {
        Act { action, subject: None, detail: Value::Null }
    }

    pub(crate) fn on(mut self, kind: &'a str, id: i64) -> Act<'a> {
        self.subject = Some((kind, id));
        self
    }

    /// Facts; never a secret.
    pub(crate) fn with(mut self, detail: Value) -> Act<'a> {
        self.detail = detail;
        self
    }

    pub(crate) async fn write(self, tx: &Tx, caller: &Caller, now: Millis) -> Result<()> {
        let detail = match self.detail {
            Value::Object(facts) => Value::Object(facts).to_string(),
            _ => "{}".to_owned(),
        };
        let entry = rows::AuditEntry {
            id: 0,
            at_ms: now,
            actor_id: caller.account_id(),
            actor: caller.name(),
            action: self.action.to_owned(),
            subject_kind: self.subject.map(|(kind, _)| kind.to_owned()),
            subject_id: self.subject.map(|(_, id)| id),
            address: caller.address.clone(),
            detail,
        };
        Ok(yingku_db::audit::insert(tx, entry).await?)
    }
}

impl App {
    /// The audit log, newest first.
    pub async fn list_audit(&self, wanted: &ListAudit) -> Result<Page<AuditEntry>> {
        let limit = cursor::limit(wanted.limit)?;
        if wanted.subject_id.is_some() && wanted.subject_kind.is_none() {
            return Err(invalid("subject_kind", FieldProblem::Missing));
        }
        let filter = yingku_db::audit::Filter {
            actor_id: wanted.actor_id,
            action: wanted.action.clone(),
            subject: wanted.subject_kind.clone().map(|kind| (kind, wanted.subject_id)),
            since: wanted.since.map(|at| at.timestamp_millis()),
            until: wanted.until.map(|at| at.timestamp_millis()),
            before_id: cursor::id(wanted.cursor.as_deref())?,
            limit: limit + 1,
        };
        let rows = yingku_db::audit::list(&self.db, &filter).await?;
        Ok(cursor::page_of(rows, limit, |row| row.id, show))
    }
}

fn show(row: rows::AuditEntry) -> AuditEntry {
    let detail: Map<String, Value> = serde_json::from_str(&row.detail).unwrap_or_default();
    AuditEntry {
        id: row.id,
        at: moment(row.at_ms),
        actor_id: row.actor_id,
        actor: row.actor,
        action: row.action,
        subject_kind: row.subject_kind,
        subject_id: row.subject_id,
        address: row.address,
        detail,
    }
}
