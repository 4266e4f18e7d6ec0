//! Downloads.

pub(crate) mod download;
