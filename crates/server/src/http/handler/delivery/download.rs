//! Downloads.

use crate::app::{Caller, Delivery, Fetch, Transfer};
use crate::http::extract::{Answer, Id, Json, Query};
use crate::http::problem::refuse_range;
use crate::http::send::{self, Content, Purpose, Source, Watch};
use axum::extract::{Path, State};
use axum::response::Response;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Method, StatusCode};
use std::ops::Range;
use std::sync::Arc;
use yingku_core::id::{TicketId, VideoId};
use yingku_protocol::{DownloadRecord, ListPage, ListRecords, Page, Ticket};

/// Asks for a ticket: 201 for a new one, 200 for the live one.
///
/// No byte is sent before its `available_at`; asking again changes nothing about that. A
/// paid video that is not owned answers 402 `purchase_required` with `price_minor`.
#[utoipa::path(post, path = "/api/v1/videos/{id}/downloads", tag = "downloads",
    params(("id" = i64, Path)),
    responses((status = 201, body = Ticket), (status = 200, body = Ticket)))]
pub async fn ask_ticket(
    State(delivery): State<Arc<Delivery>>,
    caller: Caller,
    Id(id): Id<VideoId>,
) -> Answer<(StatusCode, Json<Ticket>)> {
    let (ticket, fresh) = delivery.ask_ticket(&caller, id).await?;
    Ok((if fresh { StatusCode::CREATED } else { StatusCode::OK }, Json(ticket)))
}

/// Lists the caller's downloads, newest first.
#[utoipa::path(get, path = "/api/v1/downloads", tag = "downloads", params(ListPage),
    responses((status = 200, body = Page<DownloadRecord>)))]
pub async fn list_downloads(
    State(delivery): State<Arc<Delivery>>,
    caller: Caller,
    Query(wanted): Query<ListPage>,
) -> Answer<Json<Page<DownloadRecord>>> {
    Ok(Json(delivery.list_downloads(&caller, &wanted).await?))
}

/// Shows one of the caller's downloads.
#[utoipa::path(get, path = "/api/v1/downloads/{id}", tag = "downloads",
    params(("id" = i64, Path)), responses((status = 200, body = DownloadRecord)))]
pub async fn show_download(
    State(delivery): State<Arc<Delivery>>,
    caller: Caller,
    Id(id): Id<TicketId>,
) -> Answer<Json<DownloadRecord>> {
    Ok(Json(delivery.show_download(&caller, id).await?))
}

/// Lists everybody's downloads, newest first. Admins only.
#[utoipa::path(get, path = "/api/v1/records", tag = "downloads", params(ListRecords),
    responses((status = 200, body = Page<DownloadRecord>)))]
pub async fn list_records(
    State(delivery): State<Arc<Delivery>>,
    Query(wanted): Query<ListRecords>,
) -> Answer<Json<Page<DownloadRecord>>> {
    Ok(Json(delivery.list_records(&wanted).await?))
}

/// Fetches a file with a ticket. Needs no login; answers ranges and conditions (RFC 9110).
#[utoipa::path(get, path = "/d/{ticket}/{file_name}", tag = "downloads",
    params(("ticket" = String, Path), ("file_name" = String, Path)),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 304), (status = 412)))]
pub async fn fetch_file(
    State(delivery): State<Arc<Delivery>>,
    path: Path<(String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Answer<Response> {
    let start = |fetch: &Fetch| send::planned_start(&method, &headers, &content_of(fetch));
    let fetch = delivery.find_allowed(&path.0.0, start).await?;
    let content = content_of(&fetch);
    let (blob, delivery) = delivery.open_fetch(&fetch).await?;
    let cut = delivery.cut();
    let watch: Box<dyn Watch> = Box::new(delivery);
    match send::respond(&method, &headers, &content, &Source::whole(blob), Some(watch), cut) {
        Ok(response) => Ok(response),
        Err(refused) => Ok(refuse_range(refused)),
    }
}

fn content_of(fetch: &Fetch) -> Content {
    Content {
        purpose: Purpose::Save(fetch.file_name().to_owned()),
        media_type: fetch.media_type().to_owned(),
        content_hash: fetch.content_hash().to_owned(),
        size_bytes: fetch.size_bytes(),
        modified_at_ms: fetch.modified_at_ms(),
    }
}

impl Watch for Transfer {
    fn sent(&mut self, range: Range<u64>) {
        Transfer::sent(self, range);
    }

    fn before_last(&mut self) -> BoxFuture<'static, ()> {
        Box::pin(self.finish())
    }
}
