//! Subtitles of videos.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingku_core::subtitle::{SubtitleFormat, SubtitleOrigin, TextEncoding};

/// Subtitles of a video. Players find them in the playlist of the video.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Subtitle {
    /// Their number.
    pub id: i64,
    /// Their language (BCP 47), for example `zh-Hans`; `und` where it is not known.
    pub language: String,
    /// What they are called beside their language, for example `Director's commentary`; may be
    /// empty.
    pub label: String,
    /// Where they come from.
    pub origin: SubtitleOrigin,
    /// How the file was written that was uploaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<SubtitleFormat>,
    /// How the characters of that file are read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<TextEncoding>,
    /// When they came.
    pub created_at: DateTime<Utc>,
}

/// Subtitles of one video.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Subtitles {
    /// In the order in which they came.
    pub items: Vec<Subtitle>,
}

/// What an uploaded file of subtitles is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AddSubtitle {
    /// Name of the file; its ending says the format, else its beginning does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(max_length = 255)]
    pub file_name: Option<String>,
    /// Its language (BCP 47).
    #[param(min_length = 2, max_length = 35)]
    pub language: String,
    /// What it is called beside its language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(max_length = 100)]
    pub label: Option<String>,
    /// How its characters are read; without it, that is recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub encoding: Option<TextEncoding>,
}

/// What is to change about subtitles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditSubtitle {
    /// Their language (BCP 47).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 2, max_length = 35)]
    pub language: Option<String>,
    /// What they are called beside their language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub label: Option<String>,
    /// How the characters of the uploaded file are read: it is read anew. Embedded ones have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<TextEncoding>,
}
