//! Workers: machines that encode for the site, and what they encode. Times of films
//! are in units of 1/90,000 second, from the beginning of the film.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Registers a worker.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateWorker {
    /// What it is called, 1–40 characters.
    #[schema(min_length = 1, max_length = 40, pattern = "line")]
    pub name: String,
}

/// A worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Worker {
    /// Number of the worker.
    pub id: i64,
    /// Its token; only in the answer to its registration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// What it is called.
    pub name: String,
    /// How many jobs it runs now.
    pub running: i64,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// When it was heard of last, to within ten seconds.
    pub seen_at: Option<DateTime<Utc>>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Asks for something to encode.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimUnit {
    /// Nothing of these contents (`content_id` of earlier assignments), at most 100.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub except: Vec<i64>,
}

/// What a worker is to encode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Assignment {
    /// Number of the job.
    pub job_id: i64,
    /// Proves that the job is this worker's; goes along with every request about it.
    pub fence: i64,
    /// The job is another's unless it is renewed within so many milliseconds.
    pub lease_ms: i64,
    /// Whether somebody waits for it.
    pub is_urgent: bool,
    /// Number of the content.
    pub content_id: i64,
    /// Names the file that it is encoded from; another file has another name.
    pub source: String,
    /// Size of that file.
    pub source_bytes: u64,
    /// When the film begins, by its file's own clock.
    pub origin: i64,
    /// Whether each picture is two fields.
    pub is_interlaced: bool,
    /// Whether the colours are brought to those of an ordinary screen.
    pub is_hdr: bool,
    /// How much later than decoded a picture is shown at most.
    pub lead: u64,
    /// What is to be encoded, each by one process.
    pub runs: Vec<UnitRun>,
}

/// Segments, one after the other, that are encoded in the same sizes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UnitRun {
    /// Number of the first segment.
    pub first: u64,
    /// Whether the film ends with the last.
    pub is_last: bool,
    /// The segments.
    pub segments: Vec<UnitSegment>,
    /// The sizes.
    pub sizes: Vec<UnitSize>,
}

/// A segment of a film.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UnitSegment {
    /// When it begins.
    pub start: u64,
    /// When it ends.
    pub end: u64,
    /// How many pictures it has.
    pub pictures: u32,
}

/// A size in which a film is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UnitSize {
    /// Its name: the pixels of the shorter side.
    pub name: u32,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Bits in a second at most.
    pub max_bits: u64,
    /// The level of H.264 times ten.
    pub level: u32,
}

/// Which claim of a job a request is about.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// `fence` of the assignment.
    pub fence: i64,
}

/// What comes along with segments that were encoded.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PutPart {
    /// `fence` of the assignment.
    pub fence: i64,
    /// The name of their size.
    #[param(minimum = 1)]
    pub size: u32,
    /// Number of the first segment.
    #[param(minimum = 0)]
    pub first: u64,
    /// How many segments there are.
    #[param(minimum = 1)]
    pub count: u64,
    /// How long it took to encode them, in milliseconds.
    #[param(minimum = 0)]
    pub took_ms: i64,
}

/// Ends an assignment.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndUnit {
    /// `fence` of the assignment.
    pub fence: i64,
    /// How it ends.
    pub outcome: UnitOutcome,
    /// Why it failed, in the words of whatever failed; up to 2,000 characters.
    #[serde(default)]
    #[schema(max_length = 2_000)]
    pub detail: String,
}

/// How an assignment ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnitOutcome {
    /// All of it was sent.
    Done,
    /// It could not be encoded: it is tried again, here or elsewhere.
    Failed,
    /// The worker stops, or cannot do this one: another may.
    Released,
}
