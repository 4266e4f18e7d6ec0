//! Downloads: tickets and their records.

use super::FileLink;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How far a download has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DownloadState {
    /// The wait is not over.
    Waiting,
    /// May be fetched.
    Ready,
    /// Bytes were sent.
    Started,
    /// Every byte was sent.
    Completed,
}

/// The right to fetch one video once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Ticket {
    /// Number of the ticket, and of its record.
    pub id: i64,
    /// Number of the video.
    pub video_id: i64,
    /// Title of the video.
    pub title: String,
    /// Name to save it under.
    pub file_name: String,
    /// Size in bytes.
    pub size_bytes: i64,
    /// BLAKE3 hash of the file, 64 hex digits.
    pub content_hash: String,
    /// State.
    pub state: DownloadState,
    /// No byte is sent before.
    pub available_at: DateTime<Utc>,
    /// What is left of the wait, in milliseconds.
    pub wait_ms: i64,
    /// It works until then.
    pub expires_at: DateTime<Utc>,
    /// Where to fetch it, relative to the server's address; needs no login.
    #[schema(value_type = String)]
    pub url: FileLink,
    /// What was paid with this ticket, in minor units.
    pub price_paid_minor: i64,
}

/// The record of a download.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DownloadRecord {
    /// Number of the record.
    pub id: i64,
    /// Number of the account that downloads.
    pub account_id: i64,
    /// Its name.
    pub account: String,
    /// Number of the video.
    pub video_id: i64,
    /// Title of the video.
    pub title: String,
    /// When the ticket was asked for.
    pub created_at: DateTime<Utc>,
    /// No byte was sent before.
    pub available_at: DateTime<Utc>,
    /// When every byte had been sent.
    pub completed_at: Option<DateTime<Utc>>,
    /// What was paid with this ticket, in minor units.
    pub price_paid_minor: i64,
    /// State.
    pub state: DownloadState,
    /// Bytes that were sent, repeats included.
    pub bytes_sent: i64,
}
