//! Accounts.

use crate::Membership;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
pub use yingku_core::account::Role;

/// An account, as its owner and admins see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Account {
    /// Number of the account.
    pub id: i64,
    /// Login name as it was registered; unique without regard to case or width.
    pub name: String,
    /// Name to show instead, if the owner gave one.
    pub display_name: Option<String>,
    /// Role.
    pub role: Role,
    /// Whether an admin locked it.
    pub locked: bool,
    /// Membership as of now.
    pub membership: Membership,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// Whether it may neither comment nor send danmaku.
    #[serde(default)]
    pub muted: bool,
    /// Whether it is kept what it watches.
    #[serde(default = "kept")]
    pub keeps_history: bool,
    /// Admins' note about the account; absent for everybody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// An older server keeps it always.
fn kept() -> bool {
    true
}

/// Registers an account.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterAccount {
    /// Login name, 1–64 characters after NFKC; Chinese is welcome.
    #[schema(min_length = 1, max_length = 64, pattern = "name")]
    pub name: String,
    /// Password, 8–128 characters.
    #[schema(min_length = 8, max_length = 128)]
    pub password: String,
    /// Name to show, up to 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, pattern = "line?")]
    pub display_name: Option<String>,
    /// Role; `user` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Invite code, where policy asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub invite: Option<String>,
}

/// Makes the first admin, with the code that `serve` printed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    /// The setup code.
    #[schema(max_length = 200)]
    pub code: String,
    /// Login name of the first admin.
    #[schema(min_length = 1, max_length = 64, pattern = "name")]
    pub name: String,
    /// Password, 8–128 characters.
    #[schema(min_length = 8, max_length = 128)]
    pub password: String,
}

/// Changes what the owner may change of an account.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditMe {
    /// Name to show; an empty text removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, pattern = "line?")]
    pub display_name: Option<String>,
    /// Whether it is kept what the caller watches; what was kept before stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keeps_history: Option<bool>,
}

/// Changes what an admin may change of an account. A changed role ends its sessions.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditAccount {
    /// New role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Whether it may neither comment nor send danmaku.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub muted: Option<bool>,
    /// Note for admins, up to 2,000 characters; an empty text removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2_000, pattern = "text?")]
    pub note: Option<String>,
}

/// Makes an account as an admin, whatever the sign-up policy says.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateAdmin {
    /// Login name.
    #[schema(min_length = 1, max_length = 64, pattern = "name")]
    pub name: String,
    /// Password, 8–128 characters.
    #[schema(min_length = 8, max_length = 128)]
    pub password: String,
}

/// Changes the caller's own password. Other sessions end.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password until now.
    #[schema(max_length = 128)]
    pub current_password: String,
    /// The new one, 8–128 characters.
    #[schema(min_length = 8, max_length = 128)]
    pub new_password: String,
}

/// A one-time code with which a forgotten password is replaced; shown once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ResetCode {
    /// Number of the account.
    pub id: i64,
    /// Login name of the account.
    pub name: String,
    /// The code to hand over.
    pub code: String,
    /// It works until then (24 hours).
    pub expires_at: DateTime<Utc>,
}

/// Replaces a forgotten password with a reset code.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// Login name.
    #[schema(min_length = 1, max_length = 64, pattern = "name")]
    pub name: String,
    /// The code that an admin handed over.
    #[schema(max_length = 200)]
    pub code: String,
    /// The new password, 8–128 characters.
    #[schema(min_length = 8, max_length = 128)]
    pub new_password: String,
}

/// From where an account cannot log in for a while, after too many failures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Throttles {
    /// The addresses.
    pub items: Vec<Throttle>,
}

/// An address that an account cannot log in from for a while.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Throttle {
    /// The address.
    pub address: String,
    /// What there were too many failures of.
    pub reason: ThrottleReason,
    /// How many failures counted in the last 15 minutes.
    pub failures: i64,
    /// When another attempt is let through.
    pub until: DateTime<Utc>,
}

/// What there were too many failures of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ThrottleReason {
    /// Of this account, from that address: 5.
    Account,
    /// From that address, of any accounts: 30.
    Address,
}
