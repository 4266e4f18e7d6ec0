//! What anybody may know of the site.

use crate::app::Operation;
use crate::http::HttpState;
use crate::http::extract::{Answer, Json};
use axum::extract::State;
use std::sync::Arc;
use yingku_protocol::{Addresses, Site};

/// What anybody may know of this site.
#[utoipa::path(get, path = "/api/v1/site", tag = "site", responses((status = 200, body = Site)))]
pub async fn site(State(operation): State<Arc<Operation>>) -> Answer<Json<Site>> {
    Ok(Json(operation.site().await?))
}

/// The addresses to hand to people; none where only this machine reaches the site. Admins only.
#[utoipa::path(get, path = "/api/v1/site/addresses", tag = "site",
    responses((status = 200, body = Addresses)))]
pub async fn list_addresses(State(state): State<HttpState>) -> Json<Addresses> {
    Json(Addresses { items: state.addresses() })
}
