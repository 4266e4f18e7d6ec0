//! The audit log: who did what.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// One act that was recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// Number of the entry.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Account that acted; null for the operator at the machine, and for nobody.
    pub actor_id: Option<i64>,
    /// Its name then; `operator` or `nobody` where there is no account.
    pub actor: String,
    /// What was done, for example `video.upload` or `session.login_failed`.
    pub action: String,
    /// What kind of thing it was done to.
    pub subject_kind: Option<String>,
    /// Number of that thing.
    pub subject_id: Option<i64>,
    /// Address the call came from; empty for the machine itself.
    pub address: String,
    /// Facts of the act; never a secret.
    pub detail: Map<String, Value>,
}
