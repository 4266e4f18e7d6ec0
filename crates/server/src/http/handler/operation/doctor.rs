//! The doctor.

use crate::app::{Caller, Operation};
use crate::http::extract::{Answer, Json, Query};
use axum::extract::State;
use std::sync::Arc;
use yingku_protocol::{DoctorReport, Examine};

/// Looks at everything that can be wrong, and mends what can be mended. Admins only.
#[utoipa::path(post, path = "/api/v1/doctor", tag = "site", params(Examine),
    responses((status = 200, body = DoctorReport)))]
pub async fn examine(
    State(operation): State<Arc<Operation>>,
    caller: Caller,
    Query(wanted): Query<Examine>,
) -> Answer<Json<DoctorReport>> {
    Ok(Json(operation.examine(&caller, &wanted).await?))
}
