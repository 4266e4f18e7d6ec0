//! What the library holds: videos, the uploads that bring them, and announcements.

pub(super) mod announcement;
pub(super) mod markdown;
pub(super) mod resumable;
pub(super) mod upload;
pub(super) mod video;
