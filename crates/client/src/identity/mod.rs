//! Accounts, sessions, invites.

mod account;
mod invite;
mod session;
