//! What every use-case needs and none is about: errors, cursors, tokens, what is known for a
//! second. Nothing here knows a use-case.

pub(super) mod account;
pub(super) mod audit;
pub(super) mod base;
pub(super) mod caller;
pub(super) mod cursor;
pub(super) mod error;
pub(super) mod job;
pub(super) mod known;
pub(super) mod live;
pub(super) mod membership;
pub(super) mod names;
pub(super) mod queue;
pub(super) mod token;
