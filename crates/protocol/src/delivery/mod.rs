//! Tickets and downloads.

mod download;

pub use download::*;
