//! What an upload is to become. It is read from the request once, when the upload begins, and
//! kept on its row until the last byte.

use crate::app::{Error, Result};
use serde::{Deserialize, Serialize};
use yingku_core::content;
use yingku_db::rows;
use yingku_protocol::UploadVideo;

/// What an upload is to become.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct UploadAbout {
    /// The video that it is to be.
    pub video: UploadVideo,
    /// Its sampled fingerprint, where the client gave it: what arrives must have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Names of the uploads that it is put together of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<String>,
}

impl UploadAbout {
    /// The name of the file, as it may be shown.
    pub(super) fn file_name(&self) -> String {
        content::safe_file_name(&self.video.file_name)
    }

    /// What a row has.
    pub(super) fn of(row: &rows::Upload) -> Result<UploadAbout> {
        serde_json::from_str(&row.about)
            .map_err(|error| Error::Internal(format!("upload.about cannot be read: {error}")))
    }

    pub(super) fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| Error::Internal(error.to_string()))
    }
}
