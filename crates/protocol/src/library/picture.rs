//! Pictures of videos.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A picture that stands for a video.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Poster {
    /// Its name.
    pub name: String,
    /// Where in the film it was taken, in milliseconds.
    pub at_ms: i64,
    /// Whether an admin uploaded it; it is then no frame of the film.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_uploaded: bool,
    /// Its files: sizes in WebP, the smallest first, and one in JPEG.
    pub files: Vec<PosterFile>,
    /// A tiny one to be shown until another is loaded: a `data:` URL.
    pub blur: String,
}

/// A file of a poster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PosterFile {
    /// Its path on this server. It never changes.
    pub path: String,
    /// `image/webp` or `image/jpeg`.
    pub media_type: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// Small frames of a film side by side, row by row: the first hundred of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Sheet {
    /// Its path on this server. It never changes.
    pub path: String,
    /// How many frames there are.
    pub frames: usize,
    /// How many are in a row.
    pub columns: u32,
    /// Width of one, in pixels.
    pub frame_width: u32,
    /// Height of one, in pixels.
    pub frame_height: u32,
}

/// Candidates for a video's poster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Posters {
    /// The one that is shown first.
    pub items: Vec<Poster>,
}

/// Which of its candidates is to be a video's poster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChoosePoster {
    /// The candidate's name.
    #[schema(min_length = 1, max_length = 32)]
    pub name: String,
}
