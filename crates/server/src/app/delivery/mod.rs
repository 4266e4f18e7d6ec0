//! Handing files out: tickets and their waits, what was sent of each, and records of both.

pub(super) mod fetch;
pub(super) mod record;
pub(super) mod sending;
pub(super) mod ticket;
