//! What the file of a video consists of.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A part of a file: pictures, sound or subtitles, as ffprobe describes it. Names of codecs,
/// profiles, formats and colours are those of ffmpeg.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Stream {
    /// What it consists of.
    pub kind: StreamKind,
    /// Codec, for example `h264`, `aac` or `subrip`; empty where ffmpeg does not know it.
    pub codec: String,
    /// Profile of the codec, for example `High` or `LC`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Language as the file writes it, mostly three letters (ISO 639-2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Title that the file gives it, for example `Director's commentary`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whether players choose it among those of its kind.
    pub is_default: bool,
    /// Whether subtitles are shown even to those who want none.
    pub is_forced: bool,
    /// Width in pixels, as stored in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<i64>,
    /// Height in pixels, as stored in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<i64>,
    /// How far players turn the pictures, clockwise in degrees, where they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation_degrees: Option<i64>,
    /// Pictures in a second, on average.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame_rate: Option<f64>,
    /// How a pixel is stored, for example `yuv420p10le`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixel_format: Option<String>,
    /// Colour primaries, for example `bt709`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color_primaries: Option<String>,
    /// Transfer function, for example `bt709`, or `smpte2084` (PQ).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color_transfer: Option<String>,
    /// Matrix of the colours, for example `bt709`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color_space: Option<String>,
    /// Channels of sound: 2 for stereo, 6 for 5.1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<i64>,
    /// Samples of sound in a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample_rate_hz: Option<i64>,
}

/// What a stream consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StreamKind {
    /// Moving pictures; a cover does not count.
    Video,
    /// Sound.
    Audio,
    /// Subtitles, as text or as pictures.
    Subtitle,
}

impl StreamKind {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            StreamKind::Video => "video",
            StreamKind::Audio => "audio",
            StreamKind::Subtitle => "subtitle",
        }
    }
}
