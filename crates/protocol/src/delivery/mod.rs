//! Tickets and downloads.

mod download;
mod link;

pub use download::*;
pub use link::*;
