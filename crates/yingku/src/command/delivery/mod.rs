//! Downloads.

pub mod download;
