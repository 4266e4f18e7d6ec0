//! Accounts, sessions, invites.

mod account;
mod invite;
mod session;

pub use account::*;
pub use invite::*;
pub use session::*;
