//! The dashboard: how the site does.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which days to show.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ShowDashboard {
    /// How many days up to today, 1–366; 30 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 366)]
    pub days: Option<u32>,
}

/// How the site does: now, and day by day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Dashboard {
    /// The days, oldest first; today, as far as it has come, is the last.
    pub days: Vec<DashboardDay>,
    /// Accounts, admins and locked ones included.
    pub accounts: i64,
    /// Accounts whose membership runs.
    pub members: i64,
    /// Visible videos.
    pub videos: i64,
    /// Videos in the trash.
    pub trashed_videos: i64,
    /// All content that is kept, what is in the trash included, in bytes.
    pub stored_bytes: i64,
    /// Free space on the disk of the store, in bytes.
    pub free_bytes: i64,
    /// All that was ever sold, without what was refunded, in minor units.
    pub sales_minor: i64,
    /// What is in all wallets together: what the site owes, in minor units.
    pub wallets_minor: i64,
    /// Tickets whose wait is not over.
    pub waiting_downloads: i64,
}

/// One calendar day in the site's time zone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DashboardDay {
    /// The date, for example `2026-11-01`.
    pub date: String,
    /// What was sold, less what was refunded on this day, whenever it was bought; in minor
    /// units. Below zero where more was refunded.
    pub sales_minor: i64,
    /// Purchases of videos and plans, later refunded ones included.
    pub purchases: i64,
    /// Downloads of which the first byte was sent on this day.
    pub downloads: i64,
    /// Accounts that were registered.
    pub new_accounts: i64,
    /// Content that had come by the end of the day, in bytes. Only what is kept now counts:
    /// what was deleted since is not known any more.
    pub stored_bytes: i64,
}
