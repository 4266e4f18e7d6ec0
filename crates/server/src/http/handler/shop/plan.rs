//! Plans and membership.

use crate::app::{Caller, Shop};
use crate::http::extract::{Answer, IdempotencyKey, Json};
use axum::extract::{Path, State};
use http::StatusCode;
use std::sync::Arc;
use yingku_protocol::{BuyMembership, Membership, MembershipBought, Page, Plan, SetPlan};

/// Lists the membership plans.
#[utoipa::path(get, path = "/api/v1/plans", tag = "membership",
    responses((status = 200, body = Page<Plan>)))]
pub async fn list_plans(State(shop): State<Arc<Shop>>) -> Answer<Json<Page<Plan>>> {
    Ok(Json(shop.list_plans().await?))
}

/// Creates or changes a plan. Admins only.
#[utoipa::path(put, path = "/api/v1/plans/{code}", tag = "membership",
    params(("code" = String, Path)), request_body = SetPlan,
    responses((status = 200, body = Plan)))]
pub async fn set_plan(
    State(shop): State<Arc<Shop>>,
    caller: Caller,
    Path(code): Path<String>,
    Json(wanted): Json<SetPlan>,
) -> Answer<Json<Plan>> {
    Ok(Json(shop.set_plan(&caller, &code, &wanted).await?))
}

/// Shows the caller's membership.
#[utoipa::path(get, path = "/api/v1/membership", tag = "membership",
    responses((status = 200, body = Membership)))]
pub async fn show_membership(
    State(shop): State<Arc<Shop>>,
    caller: Caller,
) -> Answer<Json<Membership>> {
    Ok(Json(shop.show_membership(&caller)?))
}

/// Buys a membership from the wallet. Downloads that wait are released.
#[utoipa::path(post, path = "/api/v1/membership/purchases", tag = "membership",
    params(("idempotency-key" = String, Header)), request_body = BuyMembership,
    responses((status = 201, body = MembershipBought)))]
pub async fn buy_membership(
    State(shop): State<Arc<Shop>>,
    caller: Caller,
    IdempotencyKey(key): IdempotencyKey,
    Json(wanted): Json<BuyMembership>,
) -> Answer<(StatusCode, Json<MembershipBought>)> {
    let bought = shop.buy_membership(&caller, &wanted, key.as_deref()).await?;
    Ok((StatusCode::CREATED, Json(bought)))
}
