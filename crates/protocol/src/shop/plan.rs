//! Plans and membership.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A membership plan on sale.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Plan {
    /// Number of the plan.
    pub id: i64,
    /// Short name that never changes, for example `month`.
    pub code: String,
    /// Title in English.
    pub title_en: String,
    /// Title in Chinese.
    pub title_zh: String,
    /// Price, in minor units.
    pub price_minor: i64,
    /// Length in calendar months; null for ever.
    pub months: Option<i64>,
    /// Whether it can be bought.
    pub on_sale: bool,
}

/// Creates or changes a plan; what is absent stays (a new plan needs a price).
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPlan {
    /// Title in English, 1–100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100, pattern = "line")]
    pub title_en: Option<String>,
    /// Title in Chinese, 1–100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100, pattern = "line")]
    pub title_zh: Option<String>,
    /// Price in minor units, 1–100,000,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100_000_000)]
    pub price_minor: Option<i64>,
    /// Length in calendar months, 1–1,200; 0 for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1_200)]
    pub months: Option<i64>,
    /// Whether it can be bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_sale: Option<bool>,
}

/// A membership as of now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Membership {
    /// Whether it runs now.
    pub active: bool,
    /// Whether it runs for ever.
    pub lifetime: bool,
    /// When it ends or ended; null for ever, and where there never was one.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Buys a plan from the wallet.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BuyMembership {
    /// Code of the plan.
    #[schema(min_length = 1, max_length = 32, pattern = "code")]
    pub plan: String,
    /// The price that the buyer saw, in minor units.
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub expected_price_minor: i64,
    /// The length that the buyer saw, in calendar months; 0 for ever. Not compared when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1_200)]
    pub expected_months: Option<i64>,
}

/// A membership was bought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MembershipBought {
    /// Number of the purchase.
    pub id: i64,
    /// Number of the journal entry.
    pub entry_id: i64,
    /// Code of the plan.
    pub plan: String,
    /// What was paid, in minor units.
    pub price_paid_minor: i64,
    /// Balance afterwards, in minor units.
    pub balance_minor: i64,
    /// Membership afterwards.
    pub membership: Membership,
}
