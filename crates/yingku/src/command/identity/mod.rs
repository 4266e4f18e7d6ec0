//! Accounts, sessions, invites.

pub mod account;
pub mod invite;
pub mod session;
