//! Uploads that come in several requests.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
pub use yingku_core::upload::{UploadKind, UploadState};

/// An upload that comes in several requests (tus 1.0.0), as admins see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ResumableUpload {
    /// Its name in addresses: nobody guesses it.
    pub id: String,
    /// Whether it is a part of another, or put together of parts.
    pub kind: UploadKind,
    /// What became of it.
    pub state: UploadState,
    /// Why it was refused: `video_exists`, `video_in_trash`, `hash_mismatch` and so on.
    pub code: Option<String>,
    /// The video that it became, or that has its content.
    pub video_id: Option<i64>,
    /// Name of the file, as the client gave it.
    pub file_name: String,
    /// Its sampled fingerprint, where the client gave it.
    pub fingerprint: Option<String>,
    /// Size of the file, once it is known.
    pub size_bytes: Option<i64>,
    /// Bytes that are on the disk for good.
    pub offset_bytes: i64,
    /// Who uploads it; empty for the operator.
    pub account: String,
    /// `Upload-Metadata`, as the client sent it.
    pub metadata: String,
    /// `Upload-Concat`, as the client sent it; empty for none.
    pub concat: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When bytes were last saved.
    pub updated_at: DateTime<Utc>,
    /// When it ends if no more bytes come.
    pub expires_at: DateTime<Utc>,
}
