//! Watching, and machines that encode.

mod watch;
mod worker;

pub use watch::*;
pub use worker::*;
