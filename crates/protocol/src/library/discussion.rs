//! What viewers say about films: comments under them, and danmaku over the picture.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingku_core::discussion::DanmakuMode;

/// A comment under a video, or a reply to one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Comment {
    /// Number of the comment.
    pub id: i64,
    /// Number of the video.
    pub video_id: i64,
    /// Number of the comment that it replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<i64>,
    /// Number of its author's account.
    pub account_id: i64,
    /// The name that its author shows.
    pub author: String,
    /// Plain text.
    pub text: String,
    /// Whether it waits for an admin; its author and admins alone see it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_pending: bool,
    /// How many accounts like it.
    pub likes: i64,
    /// Whether the caller does.
    pub liked: bool,
    /// Whether the caller may delete it.
    pub deletable: bool,
    /// How many replies it has.
    pub reply_count: i64,
    /// Its first replies, oldest first; in the list of a video.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub replies: Vec<Comment>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// Writes a comment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteComment {
    /// Plain text.
    #[schema(min_length = 1, max_length = 1_000)]
    pub text: String,
    /// Number of the comment that it replies to; one that is itself a reply takes none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<i64>,
}

/// Reports something that should not be there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteReport {
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub reason: Option<String>,
}

/// Which comments to list, for admins.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListComments {
    /// Only those that are reported, or wait to be let through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs_review: Option<bool>,
    /// `next_cursor` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(max_length = 2_000)]
    pub cursor: Option<String>,
    /// How many, 1–200; 50 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u64>,
}

/// A comment or a danmaku, as admins review it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reviewed {
    /// Its number.
    pub id: i64,
    /// Number of the video.
    pub video_id: i64,
    /// Title of the video.
    pub title: String,
    /// Number of its author's account.
    pub account_id: i64,
    /// The name of that account.
    pub author: String,
    /// Plain text.
    pub text: String,
    /// Whether it waits to be let through.
    pub is_pending: bool,
    /// Who reported it, and why.
    pub reports: Vec<Report>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// A report about a comment or a danmaku.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// Name of the account that reported it.
    pub account: String,
    /// Why; may be empty.
    pub reason: String,
}

/// How many there are for the admins to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewCount {
    /// Comments.
    pub comments: u64,
    /// Danmaku.
    pub danmaku: u64,
}

/// A short text over the picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Danmaku {
    /// Its number.
    pub id: i64,
    /// The moment of the film, in milliseconds from its beginning.
    pub at_ms: i64,
    /// One line of plain text.
    pub text: String,
    /// How it moves.
    pub mode: DanmakuMode,
    /// `#rrggbb`.
    pub color: String,
    /// Number of its author's account; for the author and for admins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<i64>,
}

/// Danmaku of a part of a film.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DanmakuRange {
    /// The newest 3,000 of it, in the order of the film.
    pub items: Vec<Danmaku>,
}

/// Which part of a film.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListDanmaku {
    /// From this moment on, in milliseconds.
    #[param(minimum = 0)]
    pub from_ms: i64,
    /// Up to this moment, which is not a part of it; ten minutes later at most.
    #[param(minimum = 0)]
    pub to_ms: i64,
}

/// Sends a danmaku.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteDanmaku {
    /// The moment of the film, in milliseconds from its beginning.
    #[schema(minimum = 0, maximum = 86_400_000)]
    pub at_ms: i64,
    /// One line of plain text.
    #[schema(min_length = 1, max_length = 100)]
    pub text: String,
    /// How it moves; `scroll` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<DanmakuMode>,
    /// `#rrggbb`; white when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^#[0-9a-fA-F]{6}$")]
    pub color: Option<String>,
}
