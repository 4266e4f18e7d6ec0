//! Rights to watch, known for a second: what a segment costs must not be six rows each.

use super::link::Link;
use crate::app::support::known::Known;
use crate::app::support::membership::is_member;
use crate::app::{Playback, Result};
use std::sync::Arc;
use yingku_core::Millis;
use yingku_core::id::{AccountId, VideoId};
use yingku_core::playback::{Extent, WatchFacts, may_watch, preview_of};
use yingku_core::setting::Settings;
use yingku_core::video::State as VideoState;
use yingku_db::rows;

/// What is known of an account and a video.
pub(in crate::app) struct Right {
    pub(super) account: rows::Account,
    pub(super) blob: rows::Blob,
    pub(super) settings: Settings,
    pub(super) video: rows::Video,
    /// When it was decided how the content is played.
    pub(super) planned_at_ms: i64,
    owned: bool,
}

impl Right {
    /// Whether the account may still watch what the address says.
    pub(super) fn holds(&self, link: &Link, now: Millis) -> bool {
        let facts = facts(&Watched {
            account: &self.account,
            video: &self.video,
            duration_ms: self.blob.duration_ms,
            owned: self.owned,
            settings: &self.settings,
            now,
        });
        let wanted = match link.preview_ms {
            0 => Extent::Full,
            preview_ms => Extent::Preview(preview_ms),
        };
        self.account.epoch == link.epoch && may_watch(&facts).is_ok_and(|extent| extent >= wanted)
    }
}

/// An account and a video, with what the rule is asked about them.
pub(super) struct Watched<'a> {
    pub(super) account: &'a rows::Account,
    pub(super) video: &'a rows::Video,
    /// How long the film is.
    pub(super) duration_ms: Option<i64>,
    pub(super) owned: bool,
    pub(super) settings: &'a Settings,
    pub(super) now: Millis,
}

/// What the rule asks for.
pub(super) fn facts(watched: &Watched<'_>) -> WatchFacts {
    let Watched { account, video, settings, .. } = watched;
    WatchFacts {
        role: account.role,
        locked: account.locked,
        visible: video.state.is_published(),
        purged: video.state == VideoState::Purged,
        is_free: video.is_free,
        owned: watched.owned,
        by_membership: video.members_watch && is_member(account, watched.now),
        preview_ms: preview_of(settings.preview_ms, watched.duration_ms),
    }
}

/// The rights that are known, by account and video.
pub(in crate::app) type Rights = Known<(AccountId, VideoId), Arc<Right>>;

/// What is known of an account and a video; `None` where one of them is not there.
pub(super) async fn find(
    playback: &Playback,
    account_id: AccountId,
    video_id: VideoId,
) -> Result<Option<Arc<Right>>> {
    let key = (account_id, video_id);
    if let Some(right) = playback.rights.get(&playback.base.db, &key) {
        return Ok(Some(right));
    }
    let changes = playback.base.db.changes();
    let right = load(playback, account_id, video_id).await?.map(Arc::new);
    if let Some(right) = &right {
        playback.rights.put(changes, key, Arc::clone(right));
    }
    Ok(right)
}

async fn load(
    playback: &Playback,
    account_id: AccountId,
    video_id: VideoId,
) -> Result<Option<Right>> {
    let account = yingku_db::account::find(&playback.base.db, account_id).await?;
    let video = yingku_db::video::find(&playback.base.db, video_id).await?;
    let (Some(account), Some(video)) = (account, video) else { return Ok(None) };
    let Some(blob_id) = video.blob_id else { return Ok(None) };
    let Some(blob) = yingku_db::blob::find(&playback.base.db, blob_id).await? else {
        return Ok(None);
    };
    let owned = yingku_db::video::owned(&playback.base.db, account_id, &[video_id]).await?;
    let settings = playback.base.settings(&playback.base.db).await?;
    let film = yingku_db::film::find(&playback.base.db, blob_id).await?;
    let planned_at_ms = film.map_or(0, |film| film.planned_at_ms);
    Ok(Some(Right { account, blob, settings, video, planned_at_ms, owned: !owned.is_empty() }))
}
