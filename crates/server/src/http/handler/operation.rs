//! Running the site: what it is, its settings, its records, its health.

use crate::app::{App, Caller};
use crate::http::extract::{Answer, Json, Query};
use crate::http::metrics;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use std::sync::Arc;
use yingku_protocol::{
    AuditEntry, Dashboard, DoctorReport, Examine, ListAudit, Page, SetSetting, Setting,
    ShowDashboard, Site,
};

/// What anybody may know of this site.
#[utoipa::path(get, path = "/api/v1/site", tag = "site", responses((status = 200, body = Site)))]
pub async fn site(State(app): State<Arc<App>>) -> Answer<Json<Site>> {
    Ok(Json(app.site().await?))
}

/// Lists every setting. Admins only.
#[utoipa::path(get, path = "/api/v1/settings", tag = "settings",
    responses((status = 200, body = Page<Setting>)))]
pub async fn list_settings(State(app): State<Arc<App>>) -> Answer<Json<Page<Setting>>> {
    Ok(Json(app.list_settings().await?))
}

/// Shows a setting. Admins only.
#[utoipa::path(get, path = "/api/v1/settings/{key}", tag = "settings",
    params(("key" = String, Path)), responses((status = 200, body = Setting)))]
pub async fn get_setting(
    State(app): State<Arc<App>>,
    Path(key): Path<String>,
) -> Answer<Json<Setting>> {
    Ok(Json(app.get_setting(&key).await?))
}

/// Changes a setting. Admins only.
#[utoipa::path(put, path = "/api/v1/settings/{key}", tag = "settings",
    params(("key" = String, Path)), request_body = SetSetting,
    responses((status = 200, body = Setting)))]
pub async fn set_setting(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(key): Path<String>,
    Json(wanted): Json<SetSetting>,
) -> Answer<Json<Setting>> {
    Ok(Json(app.set_setting(&caller, &key, &wanted.value).await?))
}

/// Lists the audit log, newest first. Admins only.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(ListAudit),
    responses((status = 200, body = Page<AuditEntry>)))]
pub async fn list_audit(
    State(app): State<Arc<App>>,
    Query(wanted): Query<ListAudit>,
) -> Answer<Json<Page<AuditEntry>>> {
    Ok(Json(app.list_audit(&wanted).await?))
}

/// Shows how the site does, now and day by day in its time zone. Admins only.
#[utoipa::path(get, path = "/api/v1/dashboard", tag = "site", params(ShowDashboard),
    responses((status = 200, body = Dashboard)))]
pub async fn show_dashboard(
    State(app): State<Arc<App>>,
    Query(wanted): Query<ShowDashboard>,
) -> Answer<Json<Dashboard>> {
    Ok(Json(app.show_dashboard(&wanted).await?))
}

/// Looks at everything that can be wrong, and mends what can be mended. Admins only.
#[utoipa::path(post, path = "/api/v1/doctor", tag = "site", params(Examine),
    responses((status = 200, body = DoctorReport)))]
pub async fn examine(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(wanted): Query<Examine>,
) -> Answer<Json<DoctorReport>> {
    Ok(Json(app.examine(&caller, &wanted).await?))
}

/// The process runs.
#[utoipa::path(get, path = "/healthz", tag = "site",
    responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn health() -> &'static str {
    "ok\n"
}

/// The database and the storage answer: requests may be sent here.
#[utoipa::path(get, path = "/readyz", tag = "site",
    responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn readiness(State(app): State<Arc<App>>) -> Answer<&'static str> {
    app.check_ready().await?;
    Ok("ready\n")
}

/// Metrics for Prometheus. Admins, and programs on this machine.
#[utoipa::path(get, path = "/metrics", tag = "site",
    responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn show_metrics() -> Response {
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], metrics::render()).into_response()
}
