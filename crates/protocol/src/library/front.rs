//! What a viewer is offered: the front page, and what goes with a video.

use crate::Video;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The front page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Front {
    /// The video at its head: the one that the admins chose, else the newest that can be played;
    /// none in an empty library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hero: Option<Video>,
    /// Rows of videos, none of them empty; none at all where the library is so small that one list shows
    /// it.
    pub shelves: Vec<FrontShelf>,
}

/// A row of videos on the front page, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FrontShelf {
    /// What they have in common.
    pub kind: FrontShelfKind,
    /// Their category, where that is it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The videos.
    pub videos: Vec<Video>,
}

/// What the videos of a row have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FrontShelfKind {
    /// They are the newest.
    New,
    /// They are of one category.
    Category,
    /// They are free.
    Free,
}

/// What goes with a video.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Related {
    /// What comes next in its category, by title, with numbers in their order; none after the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Video>,
    /// Others: with tags of it first, then of its category, then the newest.
    pub items: Vec<Video>,
}
