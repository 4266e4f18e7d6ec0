//! What somebody watched, and how far.

use crate::Video;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// How far the caller has watched a video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Progress {
    /// Milliseconds from the beginning of the film.
    pub position_ms: i64,
    /// Whether it was watched to its end, or to its credits.
    pub is_done: bool,
}

/// Says how far the caller has watched a video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutProgress {
    /// Milliseconds from the beginning of the film; 0 up to a day.
    #[schema(minimum = 0, maximum = 86_400_000)]
    pub position_ms: i64,
}

/// A video that the caller watched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WatchedVideo {
    /// The video, with how far it was watched.
    pub video: Video,
    /// When it was last watched.
    pub watched_at: DateTime<Utc>,
}

/// Which watched videos to list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListHistory {
    /// Only those that were not watched to the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unfinished: Option<bool>,
    /// `next_cursor` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(max_length = 2_000)]
    pub cursor: Option<String>,
    /// How many, 1–200; 50 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u64>,
}
