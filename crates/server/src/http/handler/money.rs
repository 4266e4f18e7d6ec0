//! Wallets, plans, purchases and the ledger.

use crate::app::{App, Caller};
use crate::http::extract::{Answer, Id, IdempotencyKey, Json, Query};
use axum::extract::{Path, State};
use http::StatusCode;
use std::sync::Arc;
use yingku_protocol::{
    BuyMembership, BuyVideo, CreditWallet, Credited, LedgerReport, ListPage, Membership,
    MembershipBought, Page, Plan, ReverseEntry, Reversed, SetPlan, VideoBought, Wallet,
    WalletEntry,
};

/// Lists the membership plans.
#[utoipa::path(get, path = "/api/v1/plans", tag = "membership",
    responses((status = 200, body = Page<Plan>)))]
pub async fn list_plans(State(app): State<Arc<App>>) -> Answer<Json<Page<Plan>>> {
    Ok(Json(app.list_plans().await?))
}

/// Creates or changes a plan. Admins only.
#[utoipa::path(put, path = "/api/v1/plans/{code}", tag = "membership",
    params(("code" = String, Path)), request_body = SetPlan,
    responses((status = 200, body = Plan)))]
pub async fn set_plan(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(code): Path<String>,
    Json(wanted): Json<SetPlan>,
) -> Answer<Json<Plan>> {
    Ok(Json(app.set_plan(&caller, &code, &wanted).await?))
}

/// Shows the caller's membership.
#[utoipa::path(get, path = "/api/v1/membership", tag = "membership",
    responses((status = 200, body = Membership)))]
pub async fn show_membership(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Answer<Json<Membership>> {
    Ok(Json(app.show_membership(&caller)?))
}

/// Buys a membership from the wallet. Downloads that wait are released.
#[utoipa::path(post, path = "/api/v1/membership/purchases", tag = "membership",
    params(("idempotency-key" = String, Header)), request_body = BuyMembership,
    responses((status = 201, body = MembershipBought)))]
pub async fn buy_membership(
    State(app): State<Arc<App>>,
    caller: Caller,
    IdempotencyKey(key): IdempotencyKey,
    Json(wanted): Json<BuyMembership>,
) -> Answer<(StatusCode, Json<MembershipBought>)> {
    let bought = app.buy_membership(&caller, &wanted, key.as_deref()).await?;
    Ok((StatusCode::CREATED, Json(bought)))
}

/// Buys a video from the wallet, once for good; the answer has the ticket to fetch it.
#[utoipa::path(post, path = "/api/v1/videos/{id}/purchases", tag = "wallet",
    params(("id" = i64, Path), ("idempotency-key" = String, Header)), request_body = BuyVideo,
    responses((status = 201, body = VideoBought)))]
pub async fn buy_video(
    State(app): State<Arc<App>>,
    caller: Caller,
    Id(id): Id,
    IdempotencyKey(key): IdempotencyKey,
    Json(wanted): Json<BuyVideo>,
) -> Answer<(StatusCode, Json<VideoBought>)> {
    let bought = app.buy_video(&caller, id, &wanted, key.as_deref()).await?;
    Ok((StatusCode::CREATED, Json(bought)))
}

/// Shows the caller's wallet.
#[utoipa::path(get, path = "/api/v1/wallet", tag = "wallet",
    responses((status = 200, body = Wallet)))]
pub async fn show_wallet(State(app): State<Arc<App>>, caller: Caller) -> Answer<Json<Wallet>> {
    Ok(Json(app.show_wallet(caller.require_account()?.id).await?))
}

/// Lists the movements of the caller's wallet, newest first.
#[utoipa::path(get, path = "/api/v1/wallet/entries", tag = "wallet", params(ListPage),
    responses((status = 200, body = Page<WalletEntry>)))]
pub async fn list_wallet_entries(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(wanted): Query<ListPage>,
) -> Answer<Json<Page<WalletEntry>>> {
    Ok(Json(app.list_wallet_entries(caller.require_account()?.id, &wanted).await?))
}

/// Shows the wallet of an account. Admins only.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/wallet", tag = "wallet",
    params(("id" = i64, Path)), responses((status = 200, body = Wallet)))]
pub async fn show_account_wallet(State(app): State<Arc<App>>, Id(id): Id) -> Answer<Json<Wallet>> {
    Ok(Json(app.show_wallet(id).await?))
}

/// Lists the movements of the wallet of an account, newest first. Admins only.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/wallet/entries", tag = "wallet",
    params(("id" = i64, Path), ListPage), responses((status = 200, body = Page<WalletEntry>)))]
pub async fn list_account_wallet_entries(
    State(app): State<Arc<App>>,
    Id(id): Id,
    Query(wanted): Query<ListPage>,
) -> Answer<Json<Page<WalletEntry>>> {
    Ok(Json(app.list_wallet_entries(id, &wanted).await?))
}

/// Credits the wallet of an account, with a reason. Admins only.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/credits", tag = "wallet",
    params(("id" = i64, Path), ("idempotency-key" = String, Header)),
    request_body = CreditWallet, responses((status = 201, body = Credited)))]
pub async fn credit_wallet(
    State(app): State<Arc<App>>,
    caller: Caller,
    Id(id): Id,
    IdempotencyKey(key): IdempotencyKey,
    Json(wanted): Json<CreditWallet>,
) -> Answer<(StatusCode, Json<Credited>)> {
    let credited = app.credit_wallet(&caller, id, &wanted, key.as_deref()).await?;
    Ok((StatusCode::CREATED, Json(credited)))
}

/// Reverses a journal entry by an opposite one. What is spent already is reported as a
/// shortfall; a purchase is refunded, and what it gave ends. Admins only.
#[utoipa::path(post, path = "/api/v1/entries/{id}/reversals", tag = "wallet",
    params(("id" = i64, Path), ("idempotency-key" = String, Header)),
    request_body = ReverseEntry, responses((status = 201, body = Reversed)))]
pub async fn reverse_entry(
    State(app): State<Arc<App>>,
    caller: Caller,
    Id(id): Id,
    IdempotencyKey(key): IdempotencyKey,
    Json(wanted): Json<ReverseEntry>,
) -> Answer<(StatusCode, Json<Reversed>)> {
    let reversed = app.reverse_entry(&caller, id, &wanted, key.as_deref()).await?;
    Ok((StatusCode::CREATED, Json(reversed)))
}

/// Verifies the whole journal: chains, balances, sums, purchases. Admins only.
#[utoipa::path(post, path = "/api/v1/ledger/verify", tag = "wallet",
    responses((status = 200, body = LedgerReport)))]
pub async fn verify_ledger(State(app): State<Arc<App>>) -> Answer<Json<LedgerReport>> {
    Ok(Json(app.verify_ledger().await?))
}
