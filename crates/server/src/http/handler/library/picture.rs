//! Pictures of videos.

use crate::app::{Caller, Library};
use crate::http::body::whole;
use crate::http::extract::{Answer, Id, Json};
use axum::body::Body;
use axum::extract::{Path, State};
use http::{StatusCode, header};
use std::sync::Arc;
use yingku_core::id::VideoId;
use yingku_core::picture::MAX_COVER_BYTES;
use yingku_protocol::{ChoosePoster, Posters, Video};

/// Lists the candidates for a video's poster, the one that is shown first. Admins only.
#[utoipa::path(get, path = "/api/v1/videos/{id}/posters", tag = "videos",
    params(("id" = i64, Path)), responses((status = 200, body = Posters)))]
pub async fn list_posters(
    State(library): State<Arc<Library>>,
    Id(id): Id<VideoId>,
) -> Answer<Json<Posters>> {
    Ok(Json(library.list_posters(id).await?))
}

/// Shows another of a video's candidates as its poster. Admins only.
#[utoipa::path(put, path = "/api/v1/videos/{id}/poster", tag = "videos",
    params(("id" = i64, Path)), request_body = ChoosePoster,
    responses((status = 200, body = Video)))]
pub async fn choose_poster(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<VideoId>,
    Json(wanted): Json<ChoosePoster>,
) -> Answer<Json<Video>> {
    Ok(Json(library.choose_poster(&caller, id, &wanted).await?))
}

/// Keeps a picture as a video's poster: JPEG, PNG or WebP, of at most 20 MiB; ten for a video. Its sizes are
/// made here. Admins only.
#[utoipa::path(post, path = "/api/v1/videos/{id}/posters", tag = "videos",
    params(("id" = i64, Path)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Video)))]
pub async fn add_poster(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<VideoId>,
    body: Body,
) -> Answer<(StatusCode, Json<Video>)> {
    let source = whole(body, MAX_COVER_BYTES).await?;
    Ok((StatusCode::CREATED, Json(library.add_poster(&caller, id, source).await?)))
}

/// Removes a poster that was uploaded; another candidate is shown. Admins only.
#[utoipa::path(delete, path = "/api/v1/videos/{id}/posters/{name}", tag = "videos",
    params(("id" = i64, Path), ("name" = String, Path)),
    responses((status = 200, body = Video)))]
pub async fn delete_poster(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Path((id, name)): Path<(i64, String)>,
) -> Answer<Json<Video>> {
    Ok(Json(library.delete_poster(&caller, VideoId(id), &name).await?))
}

/// Says which small frame shows which part of a video, as WebVTT whose texts are addresses of
/// pictures with a place: `/p/…/sheet.webp#xywh=160,0,160,90`.
#[utoipa::path(get, path = "/api/v1/videos/{id}/previews", tag = "videos",
    params(("id" = i64, Path)),
    responses((status = 200, body = String, content_type = "text/vtt")))]
pub async fn preview_index(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<VideoId>,
) -> Answer<([(header::HeaderName, &'static str); 1], String)> {
    let text = library.preview_index(&caller, id).await?;
    Ok(([(header::CONTENT_TYPE, "text/vtt; charset=utf-8")], text))
}
