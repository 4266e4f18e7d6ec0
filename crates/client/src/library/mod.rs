//! Videos, uploads, announcements.

mod announcement;
mod discussion;
mod subtitle;
pub(crate) mod upload;
mod video;
