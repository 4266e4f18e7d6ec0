//! Jobs: work that the server does in the background.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
pub use yingku_core::job::JobState;

/// A job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Job {
    /// Number of the job.
    pub id: i64,
    /// What it does, as a stable word, for example `probe`.
    pub kind: String,
    /// What it does, for a person.
    pub title: String,
    /// What it is done to.
    #[schema(value_type = Object)]
    pub payload: serde_json::Value,
    /// Number of the video that it is about, where it is about one.
    pub video_id: Option<i64>,
    /// Title of that video.
    pub video: Option<String>,
    /// How far it is.
    pub state: JobState,
    /// Higher ones go first.
    pub priority: i64,
    /// How often it was begun since it was queued.
    pub attempts: i64,
    /// The process that runs it.
    pub holder: Option<String>,
    /// Why it failed last, as a stable word.
    pub reason: Option<String>,
    /// Why it failed last, for a person.
    pub explanation: Option<String>,
    /// Why it failed last, in the words of whatever failed.
    pub detail: Option<String>,
    /// It does not begin before.
    pub run_at: DateTime<Utc>,
    /// While it runs: another process takes it over after this.
    pub lease_until: Option<DateTime<Utc>>,
    /// When it was first queued.
    pub created_at: DateTime<Utc>,
    /// When it was last begun, renewed or ended.
    pub updated_at: DateTime<Utc>,
}

/// Which jobs to list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListJobs {
    /// Only in this state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<JobState>,
    /// Only of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(
        pattern = "^(probe|convert|plan|sound|unit|picture|subtitle|index_videos|publish_video|find_unprobed|expire_sessions|forget_failures|forget_answers|forget_digests|prune_audit|empty_trash|collect_content|expire_uploads|sweep_incoming|forget_jobs)$"
    )]
    pub kind: Option<String>,
    /// `next_cursor` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(max_length = 2_000)]
    pub cursor: Option<String>,
    /// How many, 1–200; 50 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u64>,
}
