//! Jobs in the background.

use crate::app::{Caller, Operation};
use crate::http::extract::{Answer, Id, Json, Query};
use axum::extract::State;
use std::sync::Arc;
use yingku_protocol::{Job, ListJobs, Page};

/// Lists jobs, newest first. Admins only.
#[utoipa::path(get, path = "/api/v1/jobs", tag = "jobs", params(ListJobs),
    responses((status = 200, body = Page<Job>)))]
pub async fn list_jobs(
    State(operation): State<Arc<Operation>>,
    caller: Caller,
    Query(wanted): Query<ListJobs>,
) -> Answer<Json<Page<Job>>> {
    Ok(Json(operation.list_jobs(&caller, &wanted).await?))
}

/// Shows a job. Admins only.
#[utoipa::path(get, path = "/api/v1/jobs/{id}", tag = "jobs", params(("id" = i64, Path)),
    responses((status = 200, body = Job)))]
pub async fn show_job(
    State(operation): State<Arc<Operation>>,
    caller: Caller,
    Id(id): Id,
) -> Answer<Json<Job>> {
    Ok(Json(operation.show_job(&caller, id).await?))
}

/// Runs a job again that failed or was cancelled, or one that waits at once. Admins only.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/retry", tag = "jobs", params(("id" = i64, Path)),
    responses((status = 200, body = Job)))]
pub async fn retry_job(
    State(operation): State<Arc<Operation>>,
    caller: Caller,
    Id(id): Id,
) -> Answer<Json<Job>> {
    Ok(Json(operation.retry_job(&caller, id).await?))
}

/// Cancels a job that waits or runs; it has no effect then. Admins only.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/cancel", tag = "jobs", params(("id" = i64, Path)),
    responses((status = 200, body = Job)))]
pub async fn cancel_job(
    State(operation): State<Arc<Operation>>,
    caller: Caller,
    Id(id): Id,
) -> Answer<Json<Job>> {
    Ok(Json(operation.cancel_job(&caller, id).await?))
}
