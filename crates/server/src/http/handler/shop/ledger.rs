//! Checking the ledger.

use crate::app::Shop;
use crate::http::extract::{Answer, Json};
use axum::extract::State;
use std::sync::Arc;
use yingku_protocol::LedgerReport;

/// Verifies the whole journal: chains, balances, sums, purchases. Admins only.
#[utoipa::path(post, path = "/api/v1/ledger/verify", tag = "wallet",
    responses((status = 200, body = LedgerReport)))]
pub async fn verify_ledger(State(shop): State<Arc<Shop>>) -> Answer<Json<LedgerReport>> {
    Ok(Json(shop.verify_ledger().await?))
}
