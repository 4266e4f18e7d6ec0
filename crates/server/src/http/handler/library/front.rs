//! What a viewer is offered.

use crate::app::{Caller, Library};
use crate::http::extract::{Answer, Id, Json};
use axum::extract::State;
use std::sync::Arc;
use yingku_core::id::VideoId;
use yingku_protocol::{Front, Related};

/// Shows the front page: what is at its head, and rows of videos.
#[utoipa::path(get, path = "/api/v1/front", tag = "videos",
    responses((status = 200, body = Front)))]
pub async fn show_front(
    State(library): State<Arc<Library>>,
    caller: Caller,
) -> Answer<Json<Front>> {
    Ok(Json(library.show_front(&caller).await?))
}

/// Lists what goes with a video: what comes next in its category, and others like it.
#[utoipa::path(get, path = "/api/v1/videos/{id}/related", tag = "videos",
    params(("id" = i64, Path)), responses((status = 200, body = Related)))]
pub async fn list_related(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<VideoId>,
) -> Answer<Json<Related>> {
    Ok(Json(library.list_related(&caller, id).await?))
}
