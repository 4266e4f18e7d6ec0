//! What anybody may know of the site.

use crate::app::Operation;
use crate::http::extract::{Answer, Json};
use axum::extract::State;
use std::sync::Arc;
use yingku_protocol::Site;

/// What anybody may know of this site.
#[utoipa::path(get, path = "/api/v1/site", tag = "site", responses((status = 200, body = Site)))]
pub async fn site(State(operation): State<Arc<Operation>>) -> Answer<Json<Site>> {
    Ok(Json(operation.site().await?))
}
