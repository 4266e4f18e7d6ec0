//! Watching: whether and how a video can be watched, how far its encoding has come, and what was
//! watched.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whether a video can be watched in the browser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Playback {
    /// Whether it can be played.
    pub state: PlaybackState,
    /// Why not, as a stable word, for example `video_codec`.
    pub reason: Option<String>,
    /// Why not, for a person.
    pub detail: Option<String>,
    /// Where any player can play it (HLS, RFC 8216), for 12 hours; only in the answer to a `GET`
    /// of one video, and only for accounts that may watch it, or its beginning. Whoever has the address can watch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hls_url: Option<String>,
    /// How much of it the address plays, in milliseconds, where that is a preview.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview_ms: Option<i64>,
    /// How long the address waits before it plays, in milliseconds, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_ms: Option<i64>,
    /// How far its encoding has come, where it is encoded; for admins only, on one video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
}

impl Playback {
    /// A video in that state, of which no more is known.
    pub fn new(state: PlaybackState) -> Playback {
        Playback {
            state,
            reason: None,
            detail: None,
            hls_url: None,
            preview_ms: None,
            wait_ms: None,
            encoding: None,
        }
    }
}

/// How far the encoding of a video has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Encoding {
    /// Whether anything is being done.
    pub stage: EncodingStage,
    /// How much of all sizes is done, in percent.
    pub percent: u32,
    /// Seconds of film that were encoded in a second, of late, by all workers together.
    pub speed: Option<f64>,
    /// How long the rest takes at that speed.
    pub seconds_left: Option<u64>,
    /// Its sizes, smallest first.
    pub sizes: Vec<EncodedSize>,
}

/// Whether anything is being encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EncodingStage {
    /// It waits for a worker.
    Queued,
    /// Some part of it is being encoded.
    Encoding,
    /// All of it is done.
    Done,
    /// Some part was given up: its job says why.
    Failed,
}

impl EncodingStage {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            EncodingStage::Queued => "queued",
            EncodingStage::Encoding => "encoding",
            EncodingStage::Done => "done",
            EncodingStage::Failed => "failed",
        }
    }
}

/// A size in which a video is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EncodedSize {
    /// Pixels of the shorter side.
    pub size: u32,
    /// How much of it is done, in percent.
    pub percent: u32,
}

/// How far a video is from being played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaybackState {
    /// Nobody knows yet, or it is being converted.
    Preparing,
    /// All of it can be played.
    Ready,
    /// Some of it can be played, and no more will be made.
    Partial,
    /// It cannot be played; `reason` and `detail` say why.
    Unplayable,
}

/// A video that was watched in one go, by one login.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WatchRecord {
    /// Number of the record.
    pub id: i64,
    /// Number of the account that watched.
    pub account_id: i64,
    /// Its name.
    pub account: String,
    /// Number of the video.
    pub video_id: i64,
    /// Title of the video.
    pub title: String,
    /// When it began to play.
    pub started_at: DateTime<Utc>,
    /// When it was last heard of, to within ten seconds.
    pub last_at: DateTime<Utc>,
}
