//! Videos.

use crate::{Playback, Poster, Progress, Sheet, Stream};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingku_core::saved::SavedList;
pub use yingku_core::video::Visibility;

/// A video, as the caller may see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Video {
    /// Number of the video.
    pub id: i64,
    /// Title.
    pub title: String,
    /// Name it is downloaded under.
    pub file_name: String,
    /// Description, plain text.
    pub description: String,
    /// Category; empty for none.
    pub category: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Whether it costs nothing.
    pub is_free: bool,
    /// Price for accounts that are no members, in minor units; 0 when free.
    pub price_minor: i64,
    /// Price for members, in minor units; 0 when free.
    pub member_price_minor: i64,
    /// Whether members may watch it without buying it, where it is paid.
    pub members_watch: bool,
    /// Price for this caller now, in minor units; 0 when free or owned.
    pub your_price_minor: i64,
    /// Whether this caller bought it.
    pub owned: bool,
    /// Whether it is no longer offered (in the trash, purged, or a draft by now).
    pub withdrawn: bool,
    /// For whom it is; of one in the trash, for whom it was.
    pub visibility: Visibility,
    /// When it becomes public, where it is scheduled; admins only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publish_at: Option<DateTime<Utc>>,
    /// Size of the file in bytes.
    pub size_bytes: i64,
    /// BLAKE3 hash of the file, 64 hex digits.
    pub content_hash: String,
    /// Media type by content, for example `video/mp4`.
    pub media_type: String,
    /// Length in milliseconds, where ffprobe found it.
    pub duration_ms: Option<i64>,
    /// Width of the picture as it is shown (upright, in square pixels).
    pub width: Option<i64>,
    /// Height of the picture as it is shown (upright, in square pixels).
    pub height: Option<i64>,
    /// What the file consists of, in its order; only in the answer to a `GET` of one video.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub streams: Vec<Stream>,
    /// Whether and how it can be watched.
    pub playback: Playback,
    /// How far the caller has watched it; absent where it never did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// Which of the caller's own lists it is in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<SavedList>,
    /// How often it was watched: once in six hours for each account.
    #[serde(default)]
    pub view_count: i64,
    /// The picture that stands for it; none before one was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poster: Option<Poster>,
    /// The beginning of the film in small frames, where they were taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<Sheet>,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
    /// When it was last edited.
    pub updated_at: DateTime<Utc>,
    /// When it went to the trash; admins only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trashed_at: Option<DateTime<Utc>>,
    /// How many accounts own it; for admins only, in the trash and on one video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyers: Option<i64>,
    /// True in the answer to an upload of content that was here already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub existing: bool,
}

/// The categories and tags that visible videos have: each sorted, and the first 200. Of ways
/// to write one that differ in case or width alone, the oldest video's is taken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Labels {
    /// Categories.
    pub categories: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
}

/// Which videos to list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListVideos {
    /// Any part of the title, a tag or the category, from one character on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(max_length = 200)]
    pub search: Option<String>,
    /// `free` or `paid`; both when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<PriceFilter>,
    /// Only this category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(max_length = 50)]
    pub category: Option<String>,
    /// Only with this tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(max_length = 50)]
    pub tag: Option<String>,
    /// For admins, those that are not public too; others may ask for `public` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<VisibilityFilter>,
    /// Order; newest first when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<VideoSort>,
    /// `next_cursor` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(max_length = 2_000)]
    pub cursor: Option<String>,
    /// How many, 1–200; 50 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u64>,
}

/// Free or paid videos.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriceFilter {
    /// Those that cost nothing.
    Free,
    /// Those that are sold.
    Paid,
}

/// For whom the videos of a list are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VisibilityFilter {
    /// Everybody's.
    Public,
    /// Those for whoever has the address.
    Unlisted,
    /// Those whose time will come.
    Scheduled,
    /// Those for admins alone.
    Draft,
    /// All of these.
    All,
}

/// Which videos of the trash to list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListTrash {
    /// Any part of the title, a tag or the category, from one character on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(max_length = 200)]
    pub search: Option<String>,
    /// `next_cursor` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(max_length = 2_000)]
    pub cursor: Option<String>,
    /// How many, 1–200; 50 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u64>,
}

/// Orders of a list of videos.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VideoSort {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
    /// By title.
    Title,
}

/// What comes with an upload, in the query; the body is the file itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct UploadVideo {
    /// Name of the file, 1–255 bytes after it was made safe.
    #[param(min_length = 1, max_length = 255)]
    pub file_name: String,
    /// Title, 1–200 characters; the file's stem when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(min_length = 1, max_length = 200, pattern = "line")]
    pub title: Option<String>,
    /// Whether it costs nothing; false when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_free: Option<bool>,
    /// Own price in minor units, 1–100,000,000; the site's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 100_000_000)]
    pub price_minor: Option<i64>,
    /// Own price for members in minor units, 1–`price_minor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 100_000_000)]
    pub member_price_minor: Option<i64>,
    /// Description, up to 10,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(max_length = 10_000, pattern = "text?")]
    pub description: Option<String>,
    /// Category, up to 50 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(max_length = 50, pattern = "line?")]
    pub category: Option<String>,
    /// Tags, separated by commas: up to 20 of up to 50 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(max_length = 1_019, pattern = "tags")]
    pub tags: Option<String>,
    /// For whom it is: `public`, `unlisted` or `draft`; as `upload.publish_as` says when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// BLAKE3 hash that the sender computed (64 hex digits), to be checked at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(pattern = "hash")]
    pub content_hash: Option<String>,
}

/// Changes a video; what is absent stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditVideo {
    /// Title, 1–200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200, pattern = "line")]
    pub title: Option<String>,
    /// Description, up to 10,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 10_000, pattern = "text?")]
    pub description: Option<String>,
    /// Category, up to 50 characters; an empty text removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 50, pattern = "line?")]
    pub category: Option<String>,
    /// Tags: up to 20 of up to 50 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 20)]
    pub tags: Option<Vec<String>>,
    /// Whether it costs nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_free: Option<bool>,
    /// Own price in minor units; 0 goes back to the site's prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub price_minor: Option<i64>,
    /// Own price for members in minor units; 0 goes back to the site's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub member_price_minor: Option<i64>,
    /// Whether members may watch it without buying it, where it is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members_watch: Option<bool>,
    /// For whom it is: `scheduled` needs `publish_at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// When it becomes public; makes it `scheduled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish_at: Option<DateTime<Utc>>,
}

/// Changes several videos at once, all of them or none; what is absent stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditVideos {
    /// Numbers of the videos, 1–200.
    #[schema(min_items = 1, max_items = 200)]
    pub ids: Vec<i64>,
    /// Whether they cost nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_free: Option<bool>,
    /// Own price in minor units; 0 goes back to the site's prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub price_minor: Option<i64>,
    /// Own price for members in minor units; 0 goes back to the site's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub member_price_minor: Option<i64>,
    /// Whether members may watch them without buying them, where they are paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members_watch: Option<bool>,
    /// For whom they are: `scheduled` needs `publish_at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// When they become public; makes them `scheduled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish_at: Option<DateTime<Utc>>,
    /// Category, up to 50 characters; an empty text removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 50, pattern = "line?")]
    pub category: Option<String>,
    /// Tags that each gets, behind those that it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 20)]
    pub add_tags: Option<Vec<String>>,
    /// Tags that each loses, without regard to case or width.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 20)]
    pub remove_tags: Option<Vec<String>>,
}

/// Names several videos.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VideoIds {
    /// Numbers of the videos, 1–200.
    #[schema(min_items = 1, max_items = 200)]
    pub ids: Vec<i64>,
}

/// Several videos, in the order in which they were named.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Videos {
    /// The videos.
    pub items: Vec<Video>,
}

/// Asks whether content might be here already.
#[derive(Clone, Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AskFingerprint {
    /// Size of the file in bytes.
    #[param(minimum = 0)]
    pub size_bytes: i64,
    /// Sampled fingerprint: MD5 over 10 bytes each at 0, size/3, 2*(size/3) and size-10.
    #[param(pattern = "fingerprint")]
    pub fingerprint: String,
}

/// Whether content might be here already. A hint, never proof.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FingerprintAnswer {
    /// Whether some content has that size and fingerprint.
    pub known: bool,
    /// The video that has it.
    pub video_id: Option<i64>,
    /// Whether that video is in the trash.
    pub in_trash: bool,
}

/// Purges a video for good.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PurgeVideo {
    /// Purge although accounts bought it and were not refunded.
    #[serde(default)]
    pub even_if_bought: bool,
}
