//! The audit log.

use crate::{Client, Result};
use yingku_protocol::{AuditEntry, ListAudit, Page};

impl Client {
    /// Lists recorded acts, newest first.
    pub async fn audit(&self, query: &ListAudit) -> Result<Page<AuditEntry>> {
        self.get("/api/v1/audit", query).await
    }
}
