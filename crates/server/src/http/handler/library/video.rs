//! Videos.

use crate::app::{self, Caller, Library, Upload};
use crate::http::HttpState;
use crate::http::body::arriving;
use crate::http::extract::{Answer, Id, Json, Query, content_length};
use axum::body::Body;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use std::sync::Arc;
use yingku_core::id::VideoId;
use yingku_protocol::{
    AskFingerprint, EditVideo, EditVideos, FingerprintAnswer, Labels, ListPage, ListTrash,
    ListVideos, OwnedVideo, Page, PurgeVideo, UploadVideo, Video, VideoIds, Videos,
};

/// Lists videos: filtered, searched by any part of the title, category or tags, sorted.
#[utoipa::path(get, path = "/api/v1/videos", tag = "videos", params(ListVideos),
    responses((status = 200, body = Page<Video>)))]
pub async fn list_videos(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Query(wanted): Query<ListVideos>,
) -> Answer<Json<Page<Video>>> {
    Ok(Json(library.list_videos(&caller, &wanted).await?))
}

/// Lists the categories and tags that visible videos have.
#[utoipa::path(get, path = "/api/v1/labels", tag = "videos",
    responses((status = 200, body = Labels)))]
pub async fn list_labels(State(library): State<Arc<Library>>) -> Answer<Json<Labels>> {
    Ok(Json(library.list_labels().await?))
}

/// Uploads a video: the body is the file itself. Answered when it is durable. Admins only.
///
/// Content that is here already is refused: 409 `video_exists` or `video_in_trash`, with
/// `video_id`.
#[utoipa::path(post, path = "/api/v1/videos", tag = "videos", params(UploadVideo),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Video)))]
pub async fn upload_video(
    State(library): State<Arc<Library>>,
    caller: Caller,
    headers: HeaderMap,
    Query(wanted): Query<UploadVideo>,
    body: Body,
) -> Answer<(StatusCode, Json<Video>)> {
    let upload = Upload::check(&wanted)?;
    let size = content_length(&headers);
    let video = library.upload_video(&caller, upload, size, Box::pin(arriving(body))).await?;
    Ok((StatusCode::CREATED, Json(video)))
}

/// Asks by size and sampled fingerprint whether content might be here. Admins only.
#[utoipa::path(get, path = "/api/v1/fingerprint", tag = "videos", params(AskFingerprint),
    responses((status = 200, body = FingerprintAnswer)))]
pub async fn ask_fingerprint(
    State(library): State<Arc<Library>>,
    Query(wanted): Query<AskFingerprint>,
) -> Answer<Json<FingerprintAnswer>> {
    Ok(Json(library.ask_fingerprint(&wanted).await?))
}

/// Shows a video.
#[utoipa::path(get, path = "/api/v1/videos/{id}", tag = "videos", params(("id" = i64, Path)),
    responses((status = 200, body = Video)))]
pub async fn show_video(
    State(state): State<HttpState>,
    caller: Caller,
    Id(id): Id<VideoId>,
    headers: HeaderMap,
) -> Answer<Json<Video>> {
    let (mut video, link) = state.app.library.show_video(&caller, id).await?;
    video.playback.hls_url =
        link.map(|link| state.address(&headers, &format!("/s/{link}/{}", app::MASTER)));
    Ok(Json(video))
}

/// Changes a video. Admins only.
#[utoipa::path(patch, path = "/api/v1/videos/{id}", tag = "videos", params(("id" = i64, Path)),
    request_body = EditVideo, responses((status = 200, body = Video)))]
pub async fn edit_video(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<VideoId>,
    Json(wanted): Json<EditVideo>,
) -> Answer<Json<Video>> {
    Ok(Json(library.edit_video(&caller, id, &wanted).await?))
}

/// Changes several videos, up to 200: all of them, or none. Admins only.
///
/// A refusal names the video that it is about: `video_id`.
#[utoipa::path(patch, path = "/api/v1/videos", tag = "videos", request_body = EditVideos,
    responses((status = 200, body = Videos)))]
pub async fn edit_videos(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Json(wanted): Json<EditVideos>,
) -> Answer<Json<Videos>> {
    Ok(Json(library.edit_videos(&caller, &wanted).await?))
}

/// Moves several videos to the trash, up to 200: all of them, or none. Admins only.
///
/// One that is in the trash already stays there. A refusal names the video: `video_id`.
#[utoipa::path(post, path = "/api/v1/videos/trash", tag = "videos", request_body = VideoIds,
    responses((status = 200, body = Videos)))]
pub async fn trash_videos(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Json(wanted): Json<VideoIds>,
) -> Answer<Json<Videos>> {
    Ok(Json(library.trash_videos(&caller, &wanted).await?))
}

/// Takes several videos out of the trash, up to 200: all of them, or none. Admins only.
///
/// A refusal names the video that it is about: `video_id`.
#[utoipa::path(post, path = "/api/v1/videos/restore", tag = "videos", request_body = VideoIds,
    responses((status = 200, body = Videos)))]
pub async fn restore_videos(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Json(wanted): Json<VideoIds>,
) -> Answer<Json<Videos>> {
    Ok(Json(library.restore_videos(&caller, &wanted).await?))
}

/// Moves a video to the trash: gone at once from every list and from sale. Admins only.
#[utoipa::path(delete, path = "/api/v1/videos/{id}", tag = "videos", params(("id" = i64, Path)),
    responses((status = 200, body = Video)))]
pub async fn trash_video(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<VideoId>,
) -> Answer<Json<Video>> {
    Ok(Json(library.trash_video(&caller, id).await?))
}

/// Takes a video out of the trash. Admins only.
#[utoipa::path(post, path = "/api/v1/videos/{id}/restore", tag = "videos",
    params(("id" = i64, Path)), responses((status = 200, body = Video)))]
pub async fn restore_video(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<VideoId>,
) -> Answer<Json<Video>> {
    Ok(Json(library.restore_video(&caller, id).await?))
}

/// Purges a video in the trash for good, content and all. Admins only.
#[utoipa::path(post, path = "/api/v1/videos/{id}/purge", tag = "videos",
    params(("id" = i64, Path), PurgeVideo), responses((status = 204)))]
pub async fn purge_video(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<VideoId>,
    Query(wanted): Query<PurgeVideo>,
) -> Answer<StatusCode> {
    library.purge_video(&caller, id, &wanted).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the trash, last trashed first. Admins only.
#[utoipa::path(get, path = "/api/v1/trash", tag = "videos", params(ListTrash),
    responses((status = 200, body = Page<Video>)))]
pub async fn list_trash(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Query(wanted): Query<ListTrash>,
) -> Answer<Json<Page<Video>>> {
    Ok(Json(library.list_trash(&caller, &wanted).await?))
}

/// Lists what the caller bought, what is withdrawn as well.
#[utoipa::path(get, path = "/api/v1/library", tag = "videos", params(ListPage),
    responses((status = 200, body = Page<OwnedVideo>)))]
pub async fn list_owned(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Query(wanted): Query<ListPage>,
) -> Answer<Json<Page<OwnedVideo>>> {
    Ok(Json(library.list_owned(&caller, &wanted).await?))
}
