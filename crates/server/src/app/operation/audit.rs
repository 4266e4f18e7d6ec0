//! Reading the audit log. What is written to it is in `support::audit`.

use crate::app::support::cursor;
use crate::app::support::error::invalid;
use crate::app::{Operation, Result, moment};
use serde_json::{Map, Value};
use yingku_core::field::FieldProblem;
use yingku_core::id::AccountId;
use yingku_db::rows;
use yingku_protocol::{AuditEntry, ListAudit, Page};

impl Operation {
    /// The audit log, newest first.
    pub async fn list_audit(&self, wanted: &ListAudit) -> Result<Page<AuditEntry>> {
        let limit = cursor::limit(wanted.limit)?;
        if wanted.subject_id.is_some() && wanted.subject_kind.is_none() {
            return Err(invalid("subject_kind", FieldProblem::Missing));
        }
        let filter = yingku_db::audit::Filter {
            actor_id: wanted.actor_id.map(AccountId),
            action: wanted.action.clone(),
            subject: wanted.subject_kind.clone().map(|kind| (kind, wanted.subject_id)),
            since: wanted.since.map(|at| at.timestamp_millis()),
            until: wanted.until.map(|at| at.timestamp_millis()),
            before_id: cursor::id(wanted.cursor.as_deref())?,
            limit: limit + 1,
        };
        let rows = yingku_db::audit::list(&self.base.db, &filter).await?;
        Ok(cursor::page_of(rows, limit, |row| row.id, show))
    }
}

fn show(row: rows::AuditEntry) -> AuditEntry {
    let detail: Map<String, Value> = serde_json::from_str(&row.detail).unwrap_or_default();
    AuditEntry {
        id: row.id,
        at: moment(row.at_ms),
        actor_id: row.actor_id.map(|id| id.0),
        actor: row.actor,
        action: row.action,
        subject_kind: row.subject_kind,
        subject_id: row.subject_id,
        address: row.address,
        detail,
    }
}
