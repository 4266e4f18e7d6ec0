//! Whether the server is up, and its metrics.

use crate::app::Operation;
use crate::http::extract::Answer;
use crate::http::metrics;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use std::sync::Arc;

/// The process runs.
#[utoipa::path(get, path = "/healthz", tag = "site",
    responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn health() -> &'static str {
    "ok\n"
}

/// The database and the storage answer: requests may be sent here.
#[utoipa::path(get, path = "/readyz", tag = "site",
    responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn readiness(State(operation): State<Arc<Operation>>) -> Answer<&'static str> {
    operation.check_ready().await?;
    Ok("ready\n")
}

/// Metrics for Prometheus. Admins, and programs on this machine.
#[utoipa::path(get, path = "/metrics", tag = "site",
    responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn show_metrics() -> Response {
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], metrics::render()).into_response()
}
