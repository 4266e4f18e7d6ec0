//! What the library holds: videos, the uploads that bring them, and announcements.

pub(super) mod announcement;
pub(in crate::app) mod discussion;
mod front;
mod history;
pub(super) mod import;
mod index;
pub(super) mod markdown;
mod picture;
mod publication;
pub(super) mod resumable;
pub(super) mod saved;
mod sidecar;
mod subtitle;
pub(super) mod upload;
pub(super) mod video;
pub(super) mod watched;

use crate::app::support::base::Base;
use crate::app::{Playback, Result};
use std::sync::Arc;

/// Videos, uploads and announcements.
pub struct Library {
    base: Arc<Base>,
    playback: Arc<Playback>,
    upload_locks: resumable::UploadLocks,
    feed: Arc<discussion::feed::Feed>,
}

impl Library {
    pub(super) fn new(base: &Arc<Base>, playback: &Arc<Playback>) -> Library {
        Library {
            base: Arc::clone(base),
            playback: Arc::clone(playback),
            upload_locks: resumable::UploadLocks::default(),
            feed: Arc::default(),
        }
    }

    /// Most bytes of an upload.
    pub(crate) async fn upload_limit(&self) -> Result<u64> {
        Ok(self.base.settings(&self.base.db).await?.upload_max_bytes)
    }
}
