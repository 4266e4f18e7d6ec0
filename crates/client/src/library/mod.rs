//! Videos, uploads, announcements.

mod announcement;
mod subtitle;
pub(crate) mod upload;
mod video;
