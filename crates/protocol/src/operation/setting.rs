//! Settings: policy that admins change at run time.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A setting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Setting {
    /// Its name, for example `download.wait_free_seconds`.
    pub key: String,
    /// Its value now, as text.
    pub value: String,
    /// Its value when nobody changed it.
    pub default: String,
    /// What values it takes, for example `0..=86400` or `open|invite|closed`.
    pub accepts: String,
}

/// Changes a setting.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetSetting {
    /// The new value, as text.
    #[schema(max_length = 2_000)]
    pub value: String,
}
