//! Writing the audit log: an entry is a part of the transaction that it is about.

use crate::app::{Caller, Result};
use serde_json::Value;
use yingku_core::Millis;
use yingku_db::{Tx, rows};

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

    pub(crate) fn on(mut self, kind: &'a str, id: impl Into<i64>) -> Act<'a> {
        self.subject = Some((kind, id.into()));
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
