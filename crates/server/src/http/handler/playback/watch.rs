//! Playing: playlists and segments below a signed address.

use crate::app::{Asset, Caller, Playback, Sent, Watch};
use crate::http::extract::{Answer, Json, Query};
use crate::http::problem::refuse_range;
use crate::http::send::{self, Content, Purpose, Source};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use http::{HeaderMap, Method, StatusCode, header};
use serde::Deserialize;
use std::ops::Range;
use std::sync::Arc;
use utoipa::IntoParams;
use yingku_protocol::{Code, ListRecords, Page, WatchRecord};

/// Plays a video: `master.m3u8` is the playlist to begin with (HLS, RFC 8216), the others are
/// named in it. Needs no login: whoever has the address may watch, until it expires or the
/// right behind it ends.
#[utoipa::path(get, path = "/s/{link}/{name}", tag = "playback",
    params(("link" = String, Path), ("name" = String, Path), Playlist),
    responses(
        (status = 200, body = Vec<u8>, content_type = "video/mp4"),
        (status = 206, body = Vec<u8>, content_type = "video/mp4"),
        (status = 304), (status = 412)))]
pub async fn watch(
    State(playback): State<Arc<Playback>>,
    Path((link, name)): Path<(String, String)>,
    Query(wanted): Query<Playlist>,
    method: Method,
    headers: HeaderMap,
) -> Answer<Response> {
    send_asset(&playback, &link, &name, wanted.is_partial(), &method, &headers).await
}

/// Plays a track of a video: its playlist, and what that names.
#[utoipa::path(get, path = "/s/{link}/{track}/{name}", tag = "playback",
    params(("link" = String, Path), ("track" = String, Path), ("name" = String, Path)),
    responses(
        (status = 200, body = Vec<u8>, content_type = "video/mp4"),
        (status = 206, body = Vec<u8>, content_type = "video/mp4"),
        (status = 304), (status = 412)))]
pub async fn watch_track(
    State(playback): State<Arc<Playback>>,
    Path((link, track, name)): Path<(String, String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Answer<Response> {
    send_asset(&playback, &link, &format!("{track}/{name}"), false, &method, &headers).await
}

/// Ends watching: a player that leaves a video makes room at once among those that its account
/// may watch at the same time. It does not have to; one that asks for nothing makes room after
/// half a minute.
#[utoipa::path(delete, path = "/s/{link}", tag = "playback", params(("link" = String, Path)),
    responses((status = 204)))]
pub async fn leave(
    State(playback): State<Arc<Playback>>,
    Path(link): Path<String>,
) -> Answer<StatusCode> {
    playback.leave_watch(&link).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a player can do.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Playlist {
    /// `1`: it waits for what is not encoded yet, so that `master.m3u8` names all sizes.
    #[param(minimum = 0, maximum = 1)]
    partial: Option<u8>,
}

impl Playlist {
    fn is_partial(&self) -> bool {
        self.partial == Some(1)
    }
}

/// Lists what the caller watched, newest first; admins see everybody's. `account_id` of another
/// account is for admins alone.
#[utoipa::path(get, path = "/api/v1/watches", tag = "playback", params(ListRecords),
    responses((status = 200, body = Page<WatchRecord>)))]
pub async fn list_watches(
    State(playback): State<Arc<Playback>>,
    caller: Caller,
    Query(wanted): Query<ListRecords>,
) -> Answer<Json<Page<WatchRecord>>> {
    Ok(Json(playback.list_watches(&caller, &wanted).await?))
}

async fn send_asset(
    playback: &Playback,
    link: &str,
    name: &str,
    is_partial: bool,
    method: &Method,
    headers: &HeaderMap,
) -> Answer<Response> {
    let watch = playback.find_watch(link).await?;
    let sent = playback.open_watch(&watch, name, is_partial).await?;
    match (sent.asset.clone(), sent.blob.clone()) {
        (Asset::Media { head, ranges, is_audio }, Some(blob)) => {
            let source = Source::composed(head, blob, ranges);
            Ok(media(&watch, sent, name, is_audio, &source, method, headers))
        }
        (Asset::Playlist(text), _) => Ok(playlist(text)),
        (Asset::Text(text), _) => Ok(subtitles(text)),
        (Asset::Media { .. }, None) => Err(Code::NotFound.into()),
    }
}

/// It may grow while sizes are made, and says how the film is played: nothing keeps it.
fn playlist(text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/vnd.apple.mpegurl"),
        (header::CACHE_CONTROL, "private, no-cache"),
    ];
    (headers, text).into_response()
}

/// They change when an admin corrects them.
fn subtitles(text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/vtt; charset=utf-8"),
        (header::CACHE_CONTROL, "private, no-cache"),
    ];
    (headers, text).into_response()
}

fn media(
    watch: &Watch,
    sent: Sent,
    name: &str,
    is_audio: bool,
    source: &Source,
    method: &Method,
    headers: &HeaderMap,
) -> Response {
    let content = Content {
        purpose: Purpose::Play,
        media_type: if is_audio { "audio/mp4" } else { "video/mp4" }.to_owned(),
        content_hash: format!("{}-{}", watch.version(), name.replace('/', "-")),
        size_bytes: source.size_bytes(),
        modified_at_ms: watch.modified_at_ms(),
    };
    let cut = sent.cut();
    let watching: Box<dyn send::Watch> = Box::new(Watching { _sent: sent });
    match send::respond(method, headers, &content, source, Some(watching), cut) {
        Ok(response) => response,
        Err(refused) => refuse_range(refused),
    }
}

/// Keeps a response's cut followed until it has been sent.
struct Watching {
    _sent: Sent,
}

impl send::Watch for Watching {
    fn sent(&mut self, _: Range<u64>) {}

    fn before_last(&mut self) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}
