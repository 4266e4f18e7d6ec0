//! Wallets and their entries.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A wallet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Wallet {
    /// Number of the account it belongs to.
    pub id: i64,
    /// Balance in minor units; never below zero.
    pub balance_minor: i64,
    /// ISO 4217 code of the currency.
    pub currency: String,
}

/// One movement of a wallet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WalletEntry {
    /// Number of the journal entry.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// `welcome`, `credit`, `purchase` or `reversal`.
    pub kind: String,
    /// Change of the balance, in minor units; below zero for what was paid.
    pub amount_minor: i64,
    /// Balance afterwards, in minor units.
    pub balance_minor: i64,
    /// What it was for: a reason, a title, a plan.
    pub reason: String,
    /// The entry that this one reverses.
    pub reverses_id: Option<i64>,
    /// The entry that reverses this one.
    pub reversed_by_id: Option<i64>,
}

/// Credits a wallet.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreditWallet {
    /// Amount in minor units, 1–100,000,000,000.
    #[schema(minimum = 1, maximum = 100_000_000_000i64)]
    pub amount_minor: i64,
    /// Why, 1–500 characters.
    #[schema(min_length = 1, max_length = 500, pattern = "line")]
    pub reason: String,
}

/// A wallet was credited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Credited {
    /// Number of the journal entry.
    pub id: i64,
    /// Number of the account.
    pub account_id: i64,
    /// What was added, in minor units.
    pub amount_minor: i64,
    /// Balance afterwards, in minor units.
    pub balance_minor: i64,
}

/// Reverses a journal entry by an opposite one.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReverseEntry {
    /// Why, 1–500 characters.
    #[schema(min_length = 1, max_length = 500, pattern = "line")]
    pub reason: String,
}

/// An entry was reversed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reversed {
    /// Number of the new journal entry.
    pub id: i64,
    /// Number of the entry that it reverses.
    pub reverses_id: i64,
    /// Number of the account.
    pub account_id: i64,
    /// Change of the balance, in minor units.
    pub amount_minor: i64,
    /// What could not be taken back because it is spent, in minor units.
    pub shortfall_minor: i64,
    /// Balance afterwards, in minor units.
    pub balance_minor: i64,
}

/// What the reversal of an entry would do now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReversalPreview {
    /// Number of the entry.
    pub reverses_id: i64,
    /// Number of the account.
    pub account_id: i64,
    /// Login name of the account.
    pub account: String,
    /// Change that the balance would have, in minor units.
    pub amount_minor: i64,
    /// What could not be taken back because it is spent, in minor units.
    pub shortfall_minor: i64,
    /// Balance afterwards, in minor units.
    pub balance_minor: i64,
}
