//! Settings.

use crate::app::{App, Caller};
use crate::http::extract::{Answer, Json};
use axum::extract::{Path, State};
use std::sync::Arc;
use yingku_protocol::{Page, SetSetting, Setting};

/// Lists every setting. Admins only.
#[utoipa::path(get, path = "/api/v1/settings", tag = "settings",
    responses((status = 200, body = Page<Setting>)))]
pub async fn list_settings(State(app): State<Arc<App>>) -> Answer<Json<Page<Setting>>> {
    Ok(Json(app.list_settings().await?))
}

/// Shows a setting. Admins only.
#[utoipa::path(get, path = "/api/v1/settings/{key}", tag = "settings",
    params(("key" = String, Path)), responses((status = 200, body = Setting)))]
pub async fn get_setting(
    State(app): State<Arc<App>>,
    Path(key): Path<String>,
) -> Answer<Json<Setting>> {
    Ok(Json(app.get_setting(&key).await?))
}

/// Changes a setting. Admins only.
#[utoipa::path(put, path = "/api/v1/settings/{key}", tag = "settings",
    params(("key" = String, Path)), request_body = SetSetting,
    responses((status = 200, body = Setting)))]
pub async fn set_setting(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(key): Path<String>,
    Json(wanted): Json<SetSetting>,
) -> Answer<Json<Setting>> {
    Ok(Json(app.set_setting(&caller, &key, &wanted.value).await?))
}
