//! Lists of videos that viewers keep for themselves.

use crate::app::{Caller, Library, saved_list};
use crate::http::extract::{Answer, Json, Query};
use axum::extract::{Path, State};
use http::StatusCode;
use std::sync::Arc;
use yingku_core::id::VideoId;
use yingku_protocol::{ListPage, Page, SavedVideo};

/// Lists what the caller saved in a list of its own, `favourites` or `later`, last saved first. What it
/// may no longer see is left out, so that a page may be short of some.
#[utoipa::path(get, path = "/api/v1/lists/{list}", tag = "history",
    params(("list" = String, Path), ListPage),
    responses((status = 200, body = Page<SavedVideo>)))]
pub async fn list_saved(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Path(list): Path<String>,
    Query(wanted): Query<ListPage>,
) -> Answer<Json<Page<SavedVideo>>> {
    Ok(Json(library.list_saved(&caller, saved_list(&list)?, &wanted).await?))
}

/// Puts a video at the head of a list of the caller's own; 5,000 at most.
#[utoipa::path(put, path = "/api/v1/lists/{list}/{id}", tag = "history",
    params(("list" = String, Path), ("id" = i64, Path)), responses((status = 204)))]
pub async fn save_video(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Path((list, id)): Path<(String, i64)>,
) -> Answer<StatusCode> {
    library.save_video(&caller, saved_list(&list)?, VideoId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a video out of a list of the caller's own.
#[utoipa::path(delete, path = "/api/v1/lists/{list}/{id}", tag = "history",
    params(("list" = String, Path), ("id" = i64, Path)), responses((status = 204)))]
pub async fn unsave_video(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Path((list, id)): Path<(String, i64)>,
) -> Answer<StatusCode> {
    library.unsave_video(&caller, saved_list(&list)?, VideoId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
