//! Buying videos.

use crate::app::{Caller, Shop};
use crate::http::extract::{Answer, Id, IdempotencyKey, Json};
use axum::extract::State;
use http::StatusCode;
use std::sync::Arc;
use yingku_core::id::VideoId;
use yingku_protocol::{BuyVideo, VideoBought};

/// Buys a video from the wallet, once for good; the answer has the ticket to fetch it.
#[utoipa::path(post, path = "/api/v1/videos/{id}/purchases", tag = "wallet",
    params(("id" = i64, Path), ("idempotency-key" = String, Header)), request_body = BuyVideo,
    responses((status = 201, body = VideoBought)))]
pub async fn buy_video(
    State(shop): State<Arc<Shop>>,
    caller: Caller,
    Id(id): Id<VideoId>,
    IdempotencyKey(key): IdempotencyKey,
    Json(wanted): Json<BuyVideo>,
) -> Answer<(StatusCode, Json<VideoBought>)> {
    let bought = shop.buy_video(&caller, id, &wanted, key.as_deref()).await?;
    Ok((StatusCode::CREATED, Json(bought)))
}
