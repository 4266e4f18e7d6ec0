//! Settings.

use crate::app::{Caller, Operation};
use crate::http::extract::{Answer, Json};
use axum::extract::{Path, State};
use std::sync::Arc;
use yingku_protocol::{Page, SetSetting, Setting};

/// Lists every setting. Admins only.
#[utoipa::path(get, path = "/api/v1/settings", tag = "settings",
    responses((status = 200, body = Page<Setting>)))]
pub async fn list_settings(State(operation): State<Arc<Operation>>) -> Answer<Json<Page<Setting>>> {
    Ok(Json(operation.list_settings().await?))
}

/// Shows a setting. Admins only.
#[utoipa::path(get, path = "/api/v1/settings/{key}", tag = "settings",
    params(("key" = String, Path)), responses((status = 200, body = Setting)))]
pub async fn get_setting(
    State(operation): State<Arc<Operation>>,
    Path(key): Path<String>,
) -> Answer<Json<Setting>> {
    Ok(Json(operation.get_setting(&key).await?))
}

/// Changes a setting. Admins only.
#[utoipa::path(put, path = "/api/v1/settings/{key}", tag = "settings",
    params(("key" = String, Path)), request_body = SetSetting,
    responses((status = 200, body = Setting)))]
pub async fn set_setting(
    State(operation): State<Arc<Operation>>,
    caller: Caller,
    Path(key): Path<String>,
    Json(wanted): Json<SetSetting>,
) -> Answer<Json<Setting>> {
    Ok(Json(operation.set_setting(&caller, &key, &wanted.value).await?))
}
