//! Announcements.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// An announcement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Announcement {
    /// Number of the announcement.
    pub id: i64,
    /// Title.
    pub title: String,
    /// Content as it was written: Markdown.
    pub content: String,
    /// The same as sanitised HTML.
    pub content_html: String,
    /// When it is or was published.
    pub published_at: DateTime<Utc>,
    /// Who wrote it.
    pub author: String,
    /// When it was last edited, if it was.
    pub edited_at: Option<DateTime<Utc>>,
    /// When it was withdrawn; admins only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Whether this caller has not read it.
    pub unread: bool,
    /// Whether it stands on the front page.
    pub pinned: bool,
}

/// An earlier text of an announcement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AnnouncementRevision {
    /// Number of the revision.
    pub id: i64,
    /// Title then.
    pub title: String,
    /// Content then.
    pub content: String,
    /// Who wrote it.
    pub author: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// Publishes an announcement.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishAnnouncement {
    /// Title, 1–200 characters.
    #[schema(min_length = 1, max_length = 200, pattern = "line")]
    pub title: String,
    /// Content in Markdown, 1–20,000 characters.
    #[schema(min_length = 1, max_length = 20_000, pattern = "text")]
    pub content: String,
    /// When to publish; at once when absent. May lie ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<DateTime<Utc>>,
    /// Whether it stands on the front page, in place of the one that stands there.
    #[serde(default)]
    pub pinned: bool,
}

/// Asks how a content will look.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewAnnouncement {
    /// Content in Markdown, 1–20,000 characters.
    #[schema(min_length = 1, max_length = 20_000, pattern = "text")]
    pub content: String,
}

/// How a content will look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AnnouncementPreview {
    /// The content as sanitised HTML.
    pub content_html: String,
}

/// Changes an announcement; what is absent stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditAnnouncement {
    /// Title, 1–200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200, pattern = "line")]
    pub title: Option<String>,
    /// Content in Markdown, 1–20,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 20_000, pattern = "text")]
    pub content: Option<String>,
    /// When to publish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<DateTime<Utc>>,
    /// Whether it stands on the front page; at most one does, the one that was pinned last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned: Option<bool>,
}

/// Which announcements to list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListAnnouncements {
    /// For admins: those to come and those withdrawn as well.
    #[serde(default)]
    pub all: bool,
    /// Only the one that stands on the front page.
    #[serde(default)]
    pub pinned: bool,
    /// `next_cursor` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(max_length = 2_000)]
    pub cursor: Option<String>,
    /// How many, 1–200; 50 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u64>,
}

/// How many announcements the caller has not read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Unread {
    /// Their number, counted up to 100.
    pub count: i64,
}
