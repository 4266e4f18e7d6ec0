//! What somebody watched, and how far.

use crate::app::{Caller, Library};
use crate::http::extract::{Answer, Id, Json, Query};
use axum::extract::State;
use http::StatusCode;
use std::sync::Arc;
use yingku_core::id::VideoId;
use yingku_protocol::{ListHistory, Page, Progress, PutProgress, WatchedVideo};

/// Writes down how far the caller has watched a video: it goes on there on every device.
#[utoipa::path(put, path = "/api/v1/videos/{id}/progress", tag = "history",
    params(("id" = i64, Path)), request_body = PutProgress,
    responses((status = 200, body = Progress)))]
pub async fn put_progress(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<VideoId>,
    Json(wanted): Json<PutProgress>,
) -> Answer<Json<Progress>> {
    Ok(Json(library.put_progress(&caller, id, &wanted).await?))
}

/// Lists what the caller watched, last watched first. What it may no longer see is left out, so
/// that a page may be short of some.
#[utoipa::path(get, path = "/api/v1/history", tag = "history", params(ListHistory),
    responses((status = 200, body = Page<WatchedVideo>)))]
pub async fn list_history(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Query(wanted): Query<ListHistory>,
) -> Answer<Json<Page<WatchedVideo>>> {
    Ok(Json(library.list_history(&caller, &wanted).await?))
}

/// Forgets everything that the caller watched.
#[utoipa::path(delete, path = "/api/v1/history", tag = "history",
    responses((status = 204)))]
pub async fn clear_history(
    State(library): State<Arc<Library>>,
    caller: Caller,
) -> Answer<StatusCode> {
    library.forget_history(&caller, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forgets that the caller watched a video.
#[utoipa::path(delete, path = "/api/v1/history/{id}", tag = "history",
    params(("id" = i64, Path)), responses((status = 204)))]
pub async fn forget_watched(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<VideoId>,
) -> Answer<StatusCode> {
    library.forget_history(&caller, Some(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
