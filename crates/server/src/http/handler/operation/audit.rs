//! The audit log.

use crate::app::Operation;
use crate::http::extract::{Answer, Json, Query};
use axum::extract::State;
use std::sync::Arc;
use yingku_protocol::{AuditEntry, ListAudit, Page};

/// Lists the audit log, newest first. Admins only.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(ListAudit),
    responses((status = 200, body = Page<AuditEntry>)))]
pub async fn list_audit(
    State(operation): State<Arc<Operation>>,
    Query(wanted): Query<ListAudit>,
) -> Answer<Json<Page<AuditEntry>>> {
    Ok(Json(operation.list_audit(&wanted).await?))
}
