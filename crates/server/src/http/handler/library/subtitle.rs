//! Subtitles of videos.

use crate::app::{Caller, Library};
use crate::http::body::whole;
use crate::http::extract::{Answer, Id, Json, Query};
use axum::body::Body;
use axum::extract::State;
use http::{StatusCode, header};
use std::sync::Arc;
use yingku_core::id::{SubtitleId, VideoId};
use yingku_core::subtitle::MAX_BYTES;
use yingku_protocol::{AddSubtitle, EditSubtitle, Subtitle, Subtitles};

/// Lists the subtitles of a video. Players find them in its playlist.
#[utoipa::path(get, path = "/api/v1/videos/{id}/subtitles", tag = "subtitles",
    params(("id" = i64, Path)), responses((status = 200, body = Subtitles)))]
pub async fn list_subtitles(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<VideoId>,
) -> Answer<Json<Subtitles>> {
    Ok(Json(library.list_subtitles(&caller, id).await?))
}

/// Keeps a file of subtitles with a video: SubRip, ASS or WebVTT, of at most 4 MiB. UTF-8, UTF-16,
/// GB 18030, Big5 and some more encodings are recognised. Admins only.
#[utoipa::path(post, path = "/api/v1/videos/{id}/subtitles", tag = "subtitles",
    params(("id" = i64, Path), AddSubtitle),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Subtitle)))]
pub async fn add_subtitle(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<VideoId>,
    Query(wanted): Query<AddSubtitle>,
    body: Body,
) -> Answer<(StatusCode, Json<Subtitle>)> {
    let source = whole(body, MAX_BYTES).await?;
    let added = library.add_subtitle(&caller, id, &wanted, source).await?;
    Ok((StatusCode::CREATED, Json(added)))
}

/// Changes the language or the label of subtitles, or how the characters of their file are
/// read. Admins only.
#[utoipa::path(patch, path = "/api/v1/subtitles/{id}", tag = "subtitles",
    params(("id" = i64, Path)), request_body = EditSubtitle,
    responses((status = 200, body = Subtitle)))]
pub async fn edit_subtitle(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<SubtitleId>,
    Json(wanted): Json<EditSubtitle>,
) -> Answer<Json<Subtitle>> {
    Ok(Json(library.edit_subtitle(&caller, id, &wanted).await?))
}

/// Removes subtitles. Admins only.
#[utoipa::path(delete, path = "/api/v1/subtitles/{id}", tag = "subtitles",
    params(("id" = i64, Path)), responses((status = 204)))]
pub async fn delete_subtitle(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<SubtitleId>,
) -> Answer<StatusCode> {
    library.delete_subtitle(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shows subtitles as WebVTT: whether their characters are read as they should be. Admins only.
#[utoipa::path(get, path = "/api/v1/subtitles/{id}/text", tag = "subtitles",
    params(("id" = i64, Path)),
    responses((status = 200, body = String, content_type = "text/vtt")))]
pub async fn subtitle_text(
    State(library): State<Arc<Library>>,
    Id(id): Id<SubtitleId>,
) -> Answer<([(header::HeaderName, &'static str); 1], String)> {
    let text = library.subtitle_text(id).await?;
    Ok(([(header::CONTENT_TYPE, "text/vtt; charset=utf-8")], text))
}
