//! Videos, uploads, announcements.

pub mod announcement;
pub mod comment;
pub mod history;
pub mod import;
pub mod open_upload;
pub mod subtitle;
pub mod upload;
pub mod video;
