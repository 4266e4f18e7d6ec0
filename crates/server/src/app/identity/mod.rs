//! Who calls: accounts, their passwords and sessions, invites, and how often a stranger may
//! try. What an account buys, watches or downloads is elsewhere.

pub(super) mod account;
pub(super) mod caller;
pub(super) mod invite;
pub(super) mod membership;
pub(super) mod password;
pub(super) mod session;
pub(super) mod throttle;
