//! Rights to watch, known for a second: what a segment costs must not be six rows each.

use crate::app::video::{PURGED, VISIBLE};
use crate::app::{App, Result};
use moka::future::Cache;
use std::sync::Arc;
use std::time::Duration;
use yingku_core::account::Role;
use yingku_core::playback::{WatchFacts, may_watch};
use yingku_db::rows;

/// For so long a right is believed without asking: whatever ends it is known after this.
const KNOWN_FOR: Duration = Duration::from_millis(900);
/// Rights that are known at the same time.
const MOST_KNOWN: u64 = 10_000;

/// What is known of an account and a video.
pub(super) struct Right {
    pub(super) account: rows::Account,
    pub(super) blob: rows::Blob,
    video: rows::Video,
    owned: bool,
}

impl Right {
    /// Whether the account may still watch at an address that was given at this epoch.
    pub(super) fn holds(&self, epoch: i64) -> bool {
        let facts = facts(&self.account, &self.video, self.owned);
        self.account.epoch == epoch && may_watch(&facts).is_ok()
    }
}

/// What the rule asks for.
pub(super) fn facts(account: &rows::Account, video: &rows::Video, owned: bool) -> WatchFacts {
    WatchFacts {
        role: Role::parse(&account.role).unwrap_or(Role::User),
        locked: account.locked,
        visible: video.state == VISIBLE,
        purged: video.state == PURGED,
        is_free: video.is_free,
        owned,
    }
}

/// The rights that are known, by account and video.
pub(in crate::app) struct Rights {
    known: Cache<(i64, i64), Option<Arc<Right>>>,
}

impl Default for Rights {
    fn default() -> Self {
        let known = Cache::builder().max_capacity(MOST_KNOWN).time_to_live(KNOWN_FOR).build();
        Rights { known }
    }
}

impl Rights {
    /// What is known of an account and a video; `None` where one of them is not there.
    pub(super) async fn find(
        &self,
        app: &App,
        account_id: i64,
        video_id: i64,
    ) -> Result<Option<Arc<Right>>> {
        let key = (account_id, video_id);
        if let Some(known) = self.known.get(&key).await {
            return Ok(known);
        }
        let right = load(app, account_id, video_id).await?.map(Arc::new);
        self.known.insert(key, right.clone()).await;
        Ok(right)
    }
}

async fn load(app: &App, account_id: i64, video_id: i64) -> Result<Option<Right>> {
    let account = yingku_db::account::find(&app.db, account_id).await?;
    let video = yingku_db::video::find(&app.db, video_id).await?;
    let (Some(account), Some(video)) = (account, video) else { return Ok(None) };
    let Some(blob_id) = video.blob_id else { return Ok(None) };
    let Some(blob) = yingku_db::blob::find(&app.db, blob_id).await? else { return Ok(None) };
    let owned = yingku_db::video::owned(&app.db, account_id, &[video_id]).await?;
    Ok(Some(Right { account, blob, video, owned: !owned.is_empty() }))
}
