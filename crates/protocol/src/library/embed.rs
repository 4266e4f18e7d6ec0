//! Videos on other pages.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// How another page shows a video: a response of oEmbed 1.0 (<https://oembed.com>), of the type `video`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OEmbed {
    /// `1.0`.
    pub version: String,
    /// `video`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Title of the video.
    pub title: String,
    /// Name of the site.
    pub provider_name: String,
    /// Address of the site.
    pub provider_url: String,
    /// An `iframe` with the video.
    pub html: String,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// Address of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail_url: Option<String>,
    /// Its width in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail_width: Option<u32>,
    /// Its height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail_height: Option<u32>,
}

/// Which video another page wants to show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AskOEmbed {
    /// Address of the page of a video.
    #[param(max_length = 2_000)]
    pub url: String,
    /// `json`, and nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The most pixels there are from side to side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maxwidth: Option<u32>,
    /// The most pixels there are from top to bottom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maxheight: Option<u32>,
}
