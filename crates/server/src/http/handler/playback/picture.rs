//! The files of pictures.

use crate::app::Playback;
use crate::http::extract::Answer;
use crate::http::problem::refuse_range;
use crate::http::send::{self, Content, Purpose, Source};
use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, Method};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Sends a file of a picture. Its address is in the answers about its video; nobody can guess it,
/// and what it stands for never changes.
#[utoipa::path(get, path = "/p/{name}/{file}", tag = "playback",
    params(("name" = String, Path), ("file" = String, Path)),
    responses(
        (status = 200, body = Vec<u8>, content_type = "image/webp"),
        (status = 304)))]
pub async fn show_picture(
    State(playback): State<Arc<Playback>>,
    Path((name, file)): Path<(String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Answer<Response> {
    let picture = playback.find_picture(&name, &file).await?;
    let source = Source::composed(Vec::new(), picture.blob, Vec::from([picture.range]));
    let content = Content {
        purpose: Purpose::Play,
        media_type: picture.media_type,
        content_hash: format!("{name}-{file}"),
        size_bytes: source.size_bytes(),
        modified_at_ms: picture.created_at_ms,
    };
    match send::respond(&method, &headers, &content, &source, None, CancellationToken::new()) {
        Ok(response) => Ok(response),
        Err(refused) => Ok(refuse_range(refused)),
    }
}
