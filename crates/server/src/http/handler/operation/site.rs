//! What anybody may know of the site.

use crate::app::App;
use crate::http::extract::{Answer, Json};
use axum::extract::State;
use std::sync::Arc;
use yingku_protocol::Site;

/// What anybody may know of this site.
#[utoipa::path(get, path = "/api/v1/site", tag = "site", responses((status = 200, body = Site)))]
pub async fn site(State(app): State<Arc<App>>) -> Answer<Json<Site>> {
    Ok(Json(app.site().await?))
}
