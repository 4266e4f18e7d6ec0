//! What somebody watched, and how far: the place where a film goes on, on every device.

use crate::app::support::cursor;
use crate::app::support::error::{invalid, not_found};
use crate::app::{Caller, Library, Result, moment};
use yingku_core::field::number;
use yingku_core::history::{LONGEST_MS, is_done};
use yingku_core::id::VideoId;
use yingku_db::rows;
use yingku_protocol::{ListHistory, Page, Progress, PutProgress, WatchedVideo};

impl Library {
    /// Writes down how far the caller has watched a video, unless it wants no history.
    pub async fn put_progress(
        &self,
        caller: &Caller,
        id: VideoId,
        wanted: &PutProgress,
    ) -> Result<Progress> {
        let account = caller.require_account()?;
        let (account_id, keeps_history) = (account.id, account.keeps_history);
        let position_ms = number(wanted.position_ms, 0, LONGEST_MS)
            .map_err(|problem| invalid("position_ms", problem))?;
        let blob_id = self.find_video(caller, id).await?.blob_id;
        let blob_id = blob_id.ok_or_else(|| not_found("video"))?;
        let blob = yingku_db::blob::find(&self.base.db, blob_id).await?;
        let duration_ms = blob.and_then(|blob| blob.duration_ms);
        let row = rows::Progress {
            account_id,
            video_id: id,
            position_ms: position_ms.min(duration_ms.unwrap_or(LONGEST_MS)),
            is_done: is_done(position_ms, duration_ms),
            watched_at_ms: self.base.now(),
        };
        authorized!(self.base.db, caller, |tx| {
            if keeps_history {
                yingku_db::progress::put(tx, row.clone()).await?;
            }
            Ok(progress(&row))
        })
    }

    /// What the caller watched, last watched first. What it may no longer see is left out.
    pub async fn list_history(
        &self,
        caller: &Caller,
        wanted: &ListHistory,
    ) -> Result<Page<WatchedVideo>> {
        let account_id = caller.require_account()?.id;
        let limit = cursor::limit(wanted.limit)?;
        let before = cursor::pair(wanted.cursor.as_deref())?;
        let is_unfinished = wanted.unfinished.unwrap_or_default();
        let rows =
            yingku_db::progress::list(&self.base.db, account_id, is_unfinished, before, limit + 1)
                .await?;
        let place = |row: &rows::Progress| (row.watched_at_ms, row.video_id);
        let (rows, next_cursor) = cursor::page(rows, limit, place);
        let ids: Vec<VideoId> = rows.iter().map(|row| row.video_id).collect();
        let mut shown = self.show_seen(caller, &ids).await?;
        let items = rows.iter().filter_map(|row| {
            let video = shown.remove(&row.video_id.0)?;
            Some(WatchedVideo { video, watched_at: moment(row.watched_at_ms) })
        });
        Ok(Page { items: items.collect(), next_cursor })
    }

    /// Forgets that the caller watched a video, or anything at all.
    pub async fn forget_history(&self, caller: &Caller, id: Option<VideoId>) -> Result<()> {
        let account_id = caller.require_account()?.id;
        authorized!(self.base.db, caller, |tx| {
            Ok(yingku_db::progress::delete(tx, account_id, id).await?)
        })
    }
}

pub(super) fn progress(row: &rows::Progress) -> Progress {
    Progress { position_ms: row.position_ms, is_done: row.is_done }
}
