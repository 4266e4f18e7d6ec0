//! All that happened to one account.

use crate::DownloadState;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimelineKind {
    /// The account itself: registered, locked, its role or password changed.
    Account,
    /// Logging in and out, and failing to.
    Session,
    /// Its wallet.
    Money,
    /// A download.
    Download,
    /// What it did as an admin, to the library or to others.
    Admin,
}

/// One event of an account. What is absent does not apply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TimelineItem {
    /// Names the event, for example `audit-12`, `entry-3` or `download-7`.
    pub id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What it is about.
    pub kind: TimelineKind,
    /// What was done, as the audit log says it, for example `account.lock`; for money one of
    /// `wallet.welcome`, `wallet.credit`, `wallet.reverse`, `video.buy` and
    /// `membership.buy`; for a download `download.ask`.
    pub action: String,
    /// Account that acted; null for the operator at the machine, and for nobody.
    pub actor_id: Option<i64>,
    /// Its name; `operator`, or `nobody` for whoever was not logged in. Null where the site
    /// itself acted.
    pub actor: Option<String>,
    /// Address the call came from; null where it was not kept.
    pub address: Option<String>,
    /// What kind of thing it was done to.
    pub subject_kind: Option<String>,
    /// Number of that thing.
    pub subject_id: Option<i64>,
    /// Name of the account that it was done to.
    pub account: Option<String>,
    /// Number of the video.
    pub video_id: Option<i64>,
    /// Title that the video has now.
    pub title: Option<String>,
    /// Code of the plan that was bought.
    pub plan: Option<String>,
    /// Number of the journal entry.
    pub entry_id: Option<i64>,
    /// Change of the balance, in minor units; below zero for what was paid.
    pub amount_minor: Option<i64>,
    /// Balance afterwards, in minor units.
    pub balance_minor: Option<i64>,
    /// The journal entry that this one reverses.
    pub reverses_id: Option<i64>,
    /// The journal entry that reverses this one.
    pub reversed_by_id: Option<i64>,
    /// Number of the download's record.
    pub download_id: Option<i64>,
    /// How far the download has come by now.
    pub state: Option<DownloadState>,
    /// Bytes of the download that were sent by now, repeats included.
    pub bytes_sent: Option<i64>,
    /// Why: what an admin wrote at a credit or a reversal.
    pub reason: Option<String>,
    /// Further facts of the act, as the audit log has them; never a secret.
    pub detail: Map<String, Value>,
}
