//! Buying videos.

use crate::Ticket;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Buys a video.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BuyVideo {
    /// The price that the buyer saw, in minor units.
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub expected_price_minor: i64,
}

/// A video was bought: the debit, the purchase and the ticket are one transaction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VideoBought {
    /// Number of the purchase.
    pub id: i64,
    /// Number of the journal entry.
    pub entry_id: i64,
    /// Number of the video.
    pub video_id: i64,
    /// What was paid, in minor units.
    pub price_paid_minor: i64,
    /// Balance afterwards, in minor units.
    pub balance_minor: i64,
    /// The right to fetch it.
    pub ticket: Ticket,
}

/// A video that the caller bought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OwnedVideo {
    /// Number of the purchase.
    pub id: i64,
    /// Number of the video.
    pub video_id: i64,
    /// Title of the video.
    pub title: String,
    /// When it was bought.
    pub bought_at: DateTime<Utc>,
    /// What was paid, in minor units.
    pub price_paid_minor: i64,
    /// Whether it is no longer offered to others.
    pub withdrawn: bool,
    /// Whether it can still be downloaded.
    pub downloadable: bool,
}
