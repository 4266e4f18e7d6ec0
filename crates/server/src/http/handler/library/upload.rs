//! Uploads that come in several requests: tus 1.0.0, and a list of those that are open.

use crate::app::{Caller, Library};
use crate::http::HttpState;
use crate::http::body::arriving;
use crate::http::extract::{Answer, Json, Name, Query};
use crate::http::tus::{self, Spoken};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use std::sync::Arc;
use yingku_protocol::{ListPage, Page, ResumableUpload};

/// Says what of tus is spoken here: `Tus-Version`, `Tus-Extension`, `Tus-Max-Size`.
#[utoipa::path(options, path = "/api/v1/uploads", tag = "uploads", responses((status = 204)))]
pub async fn upload_abilities(State(library): State<Arc<Library>>) -> Answer<Response> {
    Ok(tus::abilities(library.upload_limit().await?))
}

/// The same, for one upload.
#[utoipa::path(options, path = "/api/v1/uploads/{id}", tag = "uploads",
    params(("id" = String, Path)), responses((status = 204)))]
pub async fn one_upload_abilities(State(library): State<Arc<Library>>) -> Answer<Response> {
    Ok(tus::abilities(library.upload_limit().await?))
}

/// Lists open uploads, newest first. Admins only.
#[utoipa::path(get, path = "/api/v1/uploads", tag = "uploads", params(ListPage),
    responses((status = 200, body = Page<ResumableUpload>)))]
pub async fn list_uploads(
    State(library): State<Arc<Library>>,
    Query(wanted): Query<ListPage>,
) -> Answer<Json<Page<ResumableUpload>>> {
    Ok(Json(library.list_uploads(&wanted).await?))
}

/// Begins an upload (tus creation, with bytes or none; concatenation). Admins only.
///
/// `Upload-Metadata` takes `filename`, `title`, `is_free` (`1` or `0`), `fingerprint` and
/// `content_hash` (what arrives must have them; content that is here already is refused at
/// once by its hash), `category`, `tags`, `description`, `price_minor` and `member_price_minor`.
#[utoipa::path(post, path = "/api/v1/uploads", tag = "uploads",
    params(("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Length" = Option<i64>, Header, description = "Size of the whole in bytes."),
        ("Upload-Defer-Length" = Option<i64>, Header, description = "1: the size comes later."),
        ("Upload-Metadata" = Option<String>, Header, description = "Keys and Base64 values."),
        ("Upload-Concat" = Option<String>, Header, description = "`partial`, or `final;` and parts."),
        ("Upload-Checksum" = Option<String>, Header, description = "Of the bytes that come along.")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 201, description = "Begun; `Location` says where it goes on.")))]
pub async fn create_upload(
    State(state): State<HttpState>,
    caller: Caller,
    _: Spoken,
    headers: HeaderMap,
    body: Body,
) -> Answer<Response> {
    let wanted = tus::creation(&headers)?;
    let first = tus::first_piece(&headers)?.map(|piece| (piece, Box::pin(arriving(body))));
    let upload = state.app.library.create_upload(&caller, wanted, first).await?;
    Ok(tus::created(&upload, &state.address(&headers, &tus::path(&upload))))
}

/// Says how far an upload is. Whoever writes it saves and lets go first. Admins only.
#[utoipa::path(head, path = "/api/v1/uploads/{id}", tag = "uploads",
    params(("id" = String, Path),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`")),
    responses((status = 200, description = "`Upload-Offset`; `Yingku-Video-Id` when it is done.")))]
pub async fn settle_upload(
    State(library): State<Arc<Library>>,
    caller: Caller,
    _: Spoken,
    Name(name): Name,
) -> Answer<Response> {
    Ok(tus::standing(&library.settle_upload(&caller, &name).await?))
}

/// Shows an upload as it is, without making anybody let go of it. Admins only.
#[utoipa::path(get, path = "/api/v1/uploads/{id}", tag = "uploads",
    params(("id" = String, Path)), responses((status = 200, body = ResumableUpload)))]
pub async fn show_upload(
    State(library): State<Arc<Library>>,
    Name(name): Name,
) -> Answer<Json<ResumableUpload>> {
    Ok(Json(library.show_upload(&name).await?))
}

/// Goes on with an upload at `Upload-Offset`. Answered when the bytes are on the disk; the
/// last ones make a video of it. Admins only.
///
/// Content that is here already is refused: 409 `video_exists` or `video_in_trash`, with
/// `video_id`.
#[utoipa::path(patch, path = "/api/v1/uploads/{id}", tag = "uploads",
    params(("id" = String, Path),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Offset" = i64, Header, description = "Where the bytes begin."),
        ("Upload-Length" = Option<i64>, Header, description = "The size, where it was to come."),
        ("Upload-Checksum" = Option<String>, Header, description = "Algorithm and Base64.")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "`Upload-Offset`; `Yingku-Video-Id` when it is done.")))]
pub async fn append_upload(
    State(library): State<Arc<Library>>,
    caller: Caller,
    _: Spoken,
    Name(name): Name,
    headers: HeaderMap,
    body: Body,
) -> Answer<Response> {
    let piece = tus::piece(&headers)?;
    let body = Box::pin(arriving(body));
    Ok(tus::appended(&library.append_upload(&caller, &name, piece, body).await?))
}

/// Ends an upload; its bytes go, what it became stays. Admins only.
#[utoipa::path(delete, path = "/api/v1/uploads/{id}", tag = "uploads",
    params(("id" = String, Path),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`")), responses((status = 204)))]
pub async fn end_upload(
    State(library): State<Arc<Library>>,
    caller: Caller,
    _: Spoken,
    Name(name): Name,
) -> Answer<StatusCode> {
    library.end_upload(&caller, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
