//! Invites: codes with which people may register.

use crate::Role;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Makes an invite.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateInvite {
    /// What it is for, up to 100 characters.
    #[serde(default)]
    #[schema(max_length = 100, pattern = "line?")]
    pub label: String,
    /// Role that it admits.
    pub role: Role,
    /// How many accounts may register with it, 1–10,000; 1 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 10_000)]
    pub uses: Option<i64>,
    /// How many hours it works, 1–8,760; 168 (a week) when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 8_760)]
    pub valid_hours: Option<i64>,
}

/// An invite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Invite {
    /// Number of the invite.
    pub id: i64,
    /// The code; shown once, when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What it is for.
    pub label: String,
    /// Role that it admits.
    pub role: Role,
    /// How many accounts may register with it in all.
    pub uses: i64,
    /// How many did.
    pub used: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// It works until then.
    pub expires_at: DateTime<Utc>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<DateTime<Utc>>,
}
