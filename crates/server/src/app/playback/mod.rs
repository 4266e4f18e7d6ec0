//! Playing: how a content is played, the addresses to watch it at, and what is sent for them.
//! A film that every browser plays is sent as it is, cut into segments that are computed from
//! its own tables (the crate `fmp4`). Who may watch is decided in core; HTTP is not known here.

mod convert;
mod film;
mod link;
mod playlist;
mod probe;
mod right;

pub use film::Asset;
pub(super) use film::Films;
pub(super) use probe::enqueue as enqueue_probe;
pub(super) use right::Rights;

use super::{App, Caller, Error, Result};
use crate::blob::Blob;
use link::Link;
use right::Right;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use yingku_core::playback::{LINK_LIFE_MS, is_live, may_watch};
use yingku_db::rows;
use yingku_protocol::Code;

impl App {
    /// The path under which the caller can watch a video that can be played; `None` where it
    /// may not.
    pub(super) fn watch_path(
        &self,
        caller: &Caller,
        video: &rows::Video,
        owned: bool,
    ) -> Option<String> {
        let account = caller.account()?;
        may_watch(&right::facts(account, video, owned)).ok()?;
        let link = Link {
            video_id: video.id,
            account_id: account.id,
            epoch: account.epoch,
            expires_at: self.now() + LINK_LIFE_MS,
        };
        Some(format!("/s/{}/{}", link.write(&self.link_key), playlist::MASTER))
    }

    /// Finds what an address to watch at stands for.
    ///
    /// # Errors
    /// [`Code::WatchEnded`] where it is none of ours, has expired, or the right behind it has
    /// ended; the last is known within a second.
    pub async fn find_watch(&self, link: &str) -> Result<Watch> {
        let ended = || Error::from(Code::WatchEnded);
        let link = Link::read(link, &self.link_key).ok_or_else(ended)?;
        if !is_live(self.now(), link.expires_at) {
            return Err(ended());
        }
        let right = right::find(self, link.account_id, link.video_id).await?;
        let right = right.filter(|right| right.holds(link.epoch)).ok_or_else(ended)?;
        Ok(Watch { right })
    }

    /// What is sent for a name below an address to watch at.
    ///
    /// # Errors
    /// `not_found` where there is nothing with that name.
    pub async fn open_watch(&self, watch: &Watch, name: &str) -> Result<Sent> {
        let film = self.films.find(self, &watch.right.blob).await?;
        let asset = film.find(name).ok_or_else(|| super::error::not_found("segment"))?;
        let blob = self.blobs.get(film.source_of(&asset)).await?;
        let (account, epoch) = (watch.right.account.id, watch.right.account.epoch);
        let cut = self.live_downloads.follow(account, epoch);
        Ok(Sent { asset, blob, cut })
    }
}

/// Somebody who watches, with the right to.
pub struct Watch {
    right: Arc<Right>,
}

impl Watch {
    /// BLAKE3 hash of the content, in hex.
    pub fn content_hash(&self) -> &str {
        &self.right.blob.content_hash
    }

    /// When the content came, in milliseconds since the epoch.
    pub fn modified_at_ms(&self) -> i64 {
        self.right.blob.created_at_ms
    }
}

/// One answer to somebody who watches.
pub struct Sent {
    /// What is sent.
    pub asset: Asset,
    /// Where its media lies.
    pub blob: Blob,
    cut: super::delivery::Cut,
}

impl Sent {
    /// Cancelled when the account's epoch rises; followed for as long as this is kept.
    pub fn cut(&self) -> CancellationToken {
        self.cut.token.clone()
    }
}
