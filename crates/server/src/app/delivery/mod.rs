//! Handing files out: tickets and their waits, what was sent of each, and records of both.

pub(super) mod download;
pub(super) mod sending;
