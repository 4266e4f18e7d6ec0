//! Wallets and their entries.

use crate::app::{Caller, Shop};
use crate::http::extract::{Answer, Id, IdempotencyKey, Json, Query};
use axum::extract::State;
use http::StatusCode;
use std::sync::Arc;
use yingku_core::id::AccountId;
use yingku_protocol::{
    CreditWallet, Credited, ListPage, Page, ReversalPreview, ReverseEntry, Reversed, Wallet,
    WalletEntry,
};

/// Shows the caller's wallet.
#[utoipa::path(get, path = "/api/v1/wallet", tag = "wallet",
    responses((status = 200, body = Wallet)))]
pub async fn show_wallet(State(shop): State<Arc<Shop>>, caller: Caller) -> Answer<Json<Wallet>> {
    Ok(Json(shop.show_wallet(caller.require_account()?.id).await?))
}

/// Lists the movements of the caller's wallet, newest first.
#[utoipa::path(get, path = "/api/v1/wallet/entries", tag = "wallet", params(ListPage),
    responses((status = 200, body = Page<WalletEntry>)))]
pub async fn list_wallet_entries(
    State(shop): State<Arc<Shop>>,
    caller: Caller,
    Query(wanted): Query<ListPage>,
) -> Answer<Json<Page<WalletEntry>>> {
    Ok(Json(shop.list_wallet_entries(caller.require_account()?.id, &wanted).await?))
}

/// Shows the wallet of an account. Admins only.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/wallet", tag = "wallet",
    params(("id" = i64, Path)), responses((status = 200, body = Wallet)))]
pub async fn show_account_wallet(
    State(shop): State<Arc<Shop>>,
    Id(id): Id<AccountId>,
) -> Answer<Json<Wallet>> {
    Ok(Json(shop.show_wallet(id).await?))
}

/// Lists the movements of the wallet of an account, newest first. Admins only.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/wallet/entries", tag = "wallet",
    params(("id" = i64, Path), ListPage), responses((status = 200, body = Page<WalletEntry>)))]
pub async fn list_account_wallet_entries(
    State(shop): State<Arc<Shop>>,
    Id(id): Id<AccountId>,
    Query(wanted): Query<ListPage>,
) -> Answer<Json<Page<WalletEntry>>> {
    Ok(Json(shop.list_wallet_entries(id, &wanted).await?))
}

/// Credits the wallet of an account, with a reason. Admins only.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/credits", tag = "wallet",
    params(("id" = i64, Path), ("idempotency-key" = String, Header)),
    request_body = CreditWallet, responses((status = 201, body = Credited)))]
pub async fn credit_wallet(
    State(shop): State<Arc<Shop>>,
    caller: Caller,
    Id(id): Id<AccountId>,
    IdempotencyKey(key): IdempotencyKey,
    Json(wanted): Json<CreditWallet>,
) -> Answer<(StatusCode, Json<Credited>)> {
    let credited = shop.credit_wallet(&caller, id, &wanted, key.as_deref()).await?;
    Ok((StatusCode::CREATED, Json(credited)))
}

/// Says what the reversal of a journal entry would do now, and changes nothing. Admins only.
#[utoipa::path(get, path = "/api/v1/entries/{id}/reversals", tag = "wallet",
    params(("id" = i64, Path)), responses((status = 200, body = ReversalPreview)))]
pub async fn preview_reversal(
    State(shop): State<Arc<Shop>>,
    Id(id): Id,
) -> Answer<Json<ReversalPreview>> {
    Ok(Json(shop.preview_reversal(id).await?))
}

/// Reverses a journal entry by an opposite one. What is spent already is reported as a
/// shortfall; a purchase is refunded, and what it gave ends. Admins only.
#[utoipa::path(post, path = "/api/v1/entries/{id}/reversals", tag = "wallet",
    params(("id" = i64, Path), ("idempotency-key" = String, Header)),
    request_body = ReverseEntry, responses((status = 201, body = Reversed)))]
pub async fn reverse_entry(
    State(shop): State<Arc<Shop>>,
    caller: Caller,
    Id(id): Id,
    IdempotencyKey(key): IdempotencyKey,
    Json(wanted): Json<ReverseEntry>,
) -> Answer<(StatusCode, Json<Reversed>)> {
    let reversed = shop.reverse_entry(&caller, id, &wanted, key.as_deref()).await?;
    Ok((StatusCode::CREATED, Json(reversed)))
}
