//! Checking the ledger.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What `ledger verify` found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LedgerReport {
    /// Whether everything holds.
    pub ok: bool,
    /// How many journal entries were read.
    pub entries: i64,
    /// How many wallets were read.
    pub wallets: i64,
    /// What does not hold, at most 100 lines.
    pub problems: Vec<String>,
}
