//! Sessions: logins that are live.

use crate::Account;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Logs in.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogIn {
    /// Login name.
    #[schema(max_length = 64)]
    pub name: String,
    /// Password.
    #[schema(max_length = 128)]
    pub password: String,
    /// True for pages: the token is set as an `HttpOnly` cookie, and is not in the answer.
    #[serde(default)]
    pub cookie: bool,
}

/// A new login.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LoggedIn {
    /// Number of the session.
    pub id: i64,
    /// Bearer token; absent where it was set as a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// It ends at the latest then; earlier when it is not used.
    pub expires_at: DateTime<Utc>,
    /// Who logged in.
    pub account: Account,
}

/// Who is asking: `account` is null while logged out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// The caller's account.
    pub account: Option<Account>,
}

/// A live login of the caller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Number of the session.
    pub id: i64,
    /// Whether it is the one that asks.
    pub current: bool,
    /// The program that logged in, as it named itself.
    pub client: String,
    /// Address it logged in from.
    pub address: String,
    /// When it logged in.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to about a minute.
    pub last_used_at: DateTime<Utc>,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
}
