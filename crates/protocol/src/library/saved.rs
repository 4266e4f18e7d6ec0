//! Lists of videos that viewers keep for themselves.

use crate::Video;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A video in a list of the caller's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SavedVideo {
    /// The video.
    pub video: Video,
    /// When it was put there.
    pub saved_at: DateTime<Utc>,
}
