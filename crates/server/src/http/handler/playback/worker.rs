//! Workers, and what they are given to encode.

use crate::app::{Caller, Playback};
use crate::http::body::arriving;
use crate::http::extract::{Answer, Id, Json, Query};
use crate::http::problem::refuse_range;
use crate::http::send::{self, Content, Purpose, Source};
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use yingku_protocol::{
    Assignment, ClaimUnit, CreateWorker, EndUnit, Held, ListPage, Page, PutPart, Worker,
};

/// Lists workers, newest first. Admins only.
#[utoipa::path(get, path = "/api/v1/workers", tag = "workers", params(ListPage),
    responses((status = 200, body = Page<Worker>)))]
pub async fn list_workers(
    State(playback): State<Arc<Playback>>,
    Query(wanted): Query<ListPage>,
) -> Answer<Json<Page<Worker>>> {
    Ok(Json(playback.list_workers(&wanted).await?))
}

/// Registers a worker; only this answer has its token.
#[utoipa::path(post, path = "/api/v1/workers", tag = "workers", request_body = CreateWorker,
    responses((status = 201, body = Worker)))]
pub async fn create_worker(
    State(playback): State<Arc<Playback>>,
    caller: Caller,
    Json(wanted): Json<CreateWorker>,
) -> Answer<(StatusCode, Json<Worker>)> {
    Ok((StatusCode::CREATED, Json(playback.create_worker(&caller, &wanted).await?)))
}

/// Revokes a worker: its token ends, and what it encodes is queued again.
#[utoipa::path(delete, path = "/api/v1/workers/{id}", tag = "workers",
    params(("id" = i64, Path)), responses((status = 200, body = Worker)))]
pub async fn revoke_worker(
    State(playback): State<Arc<Playback>>,
    caller: Caller,
    Id(id): Id,
) -> Answer<Json<Worker>> {
    Ok(Json(playback.revoke_worker(&caller, id).await?))
}

/// Gives a worker something to encode; 204 where there is nothing for five seconds.
#[utoipa::path(post, path = "/api/v1/assignments", tag = "workers", request_body = ClaimUnit,
    responses((status = 200, body = Assignment), (status = 204)))]
pub async fn claim_unit(
    State(playback): State<Arc<Playback>>,
    caller: Caller,
    Json(wanted): Json<ClaimUnit>,
) -> Answer<Response> {
    Ok(match playback.claim_unit(caller.require_worker()?, &wanted).await? {
        Some(assignment) => Json(assignment).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

/// Holds a job. The answer comes after four seconds, or at once when the job is lost.
#[utoipa::path(post, path = "/api/v1/assignments/{id}/renewals", tag = "workers",
    params(("id" = i64, Path), Held), responses((status = 204)))]
pub async fn renew_unit(
    State(playback): State<Arc<Playback>>,
    caller: Caller,
    Id(id): Id,
    Query(held): Query<Held>,
) -> Answer<StatusCode> {
    playback.renew_unit(caller.require_worker()?, id, held.fence).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The file that a job is encoded from.
#[utoipa::path(get, path = "/api/v1/assignments/{id}/source", tag = "workers",
    params(("id" = i64, Path), Held),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 304), (status = 412)))]
pub async fn fetch_source(
    State(playback): State<Arc<Playback>>,
    caller: Caller,
    Id(id): Id,
    Query(held): Query<Held>,
    method: Method,
    headers: HeaderMap,
) -> Answer<Response> {
    let (blob, name) = playback.open_source(caller.require_worker()?, id, held.fence).await?;
    let content = Content {
        purpose: Purpose::Play,
        media_type: "application/octet-stream".to_owned(),
        content_hash: name,
        size_bytes: blob.size_bytes(),
        modified_at_ms: 0,
    };
    let (source, cut) = (Source::whole(blob), CancellationToken::new());
    Ok(match send::respond(&method, &headers, &content, &source, None, cut) {
        Ok(response) => response,
        Err(refused) => refuse_range(refused),
    })
}

/// Takes what was encoded of one size, as ffmpeg wrote it, and publishes it.
#[utoipa::path(put, path = "/api/v1/assignments/{id}/parts", tag = "workers",
    params(("id" = i64, Path), PutPart),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 204)))]
pub async fn put_part(
    State(playback): State<Arc<Playback>>,
    caller: Caller,
    Id(id): Id,
    Query(wanted): Query<PutPart>,
    body: Body,
) -> Answer<StatusCode> {
    playback.put_part(caller.require_worker()?, id, &wanted, Box::pin(arriving(body))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends a job: as done, where nothing is missing; as failed; or it is left to others.
#[utoipa::path(post, path = "/api/v1/assignments/{id}/end", tag = "workers",
    params(("id" = i64, Path)), request_body = EndUnit, responses((status = 204)))]
pub async fn end_unit(
    State(playback): State<Arc<Playback>>,
    caller: Caller,
    Id(id): Id,
    Json(wanted): Json<EndUnit>,
) -> Answer<StatusCode> {
    playback.end_unit(caller.require_worker()?, id, &wanted).await?;
    Ok(StatusCode::NO_CONTENT)
}
