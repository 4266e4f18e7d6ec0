//! Videos, uploads, announcements.

mod announcement;
pub(crate) mod upload;
mod video;
