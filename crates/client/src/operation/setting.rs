//! Settings.

use crate::call::{NO_QUERY, escape};
use crate::{Client, Result};
use http::Method;
use yingku_protocol::{Page, SetSetting, Setting};

impl Client {
    /// Lists settings.
    pub async fn settings(&self) -> Result<Page<Setting>> {
        self.get("/api/v1/settings", NO_QUERY).await
    }

    /// One setting.
    pub async fn setting(&self, key: &str) -> Result<Setting> {
        self.get(&format!("/api/v1/settings/{}", escape(key)), NO_QUERY).await
    }

    /// Changes a setting.
    pub async fn set_setting(&self, key: &str, body: &SetSetting) -> Result<Setting> {
        self.send(Method::PUT, &format!("/api/v1/settings/{}", escape(key)), body).await
    }
}
