//! The dashboard.

use crate::app::Operation;
use crate::http::extract::{Answer, Json, Query};
use axum::extract::State;
use std::sync::Arc;
use yingku_protocol::{Dashboard, ShowDashboard};

/// Shows how the site does, now and day by day in its time zone. Admins only.
#[utoipa::path(get, path = "/api/v1/dashboard", tag = "site", params(ShowDashboard),
    responses((status = 200, body = Dashboard)))]
pub async fn show_dashboard(
    State(operation): State<Arc<Operation>>,
    Query(wanted): Query<ShowDashboard>,
) -> Answer<Json<Dashboard>> {
    Ok(Json(operation.show_dashboard(&wanted).await?))
}
