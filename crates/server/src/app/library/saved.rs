//! Lists of videos that viewers keep for themselves: favourites, and what to watch later.

use crate::app::support::cursor;
use crate::app::support::error::{invalid, not_found};
use crate::app::{Caller, Library, Result, moment};
use yingku_core::field::FieldProblem;
use yingku_core::id::VideoId;
use yingku_core::saved::{MOST_SAVED, SavedList};
use yingku_db::rows;
use yingku_protocol::{ListPage, Page, SavedVideo};

/// The list with that name.
///
/// # Errors
/// `not_found` where there is none.
pub fn saved_list(name: &str) -> Result<SavedList> {
    SavedList::parse(name).ok_or_else(|| not_found("list"))
}

impl Library {
    /// A list of the caller's own, last saved first. What it may no longer see is left out.
    pub async fn list_saved(
        &self,
        caller: &Caller,
        list: SavedList,
        wanted: &ListPage,
    ) -> Result<Page<SavedVideo>> {
        let account_id = caller.require_account()?.id;
        let limit = cursor::limit(wanted.limit)?;
        let before = cursor::pair(wanted.cursor.as_deref())?;
        let rows =
            yingku_db::saved::list(&self.base.db, account_id, list, before, limit + 1).await?;
        let place = |row: &rows::Saved| (row.saved_at_ms, row.video_id);
        let (rows, next_cursor) = cursor::page(rows, limit, place);
        let ids: Vec<VideoId> = rows.iter().map(|row| row.video_id).collect();
        let mut shown = self.show_seen(caller, &ids).await?;
        let items = rows.iter().filter_map(|row| {
            let video = shown.remove(&row.video_id.0)?;
            Some(SavedVideo { video, saved_at: moment(row.saved_at_ms) })
        });
        Ok(Page { items: items.collect(), next_cursor })
    }

    /// Puts a video at the head of a list of the caller's own.
    pub async fn save_video(&self, caller: &Caller, list: SavedList, id: VideoId) -> Result<()> {
        let account_id = caller.require_account()?.id;
        self.find_video(caller, id).await?;
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            if yingku_db::saved::count(tx, account_id, list).await? >= MOST_SAVED {
                return Err(invalid("list", FieldProblem::TooMany(MOST_SAVED)));
            }
            let row = rows::Saved { account_id, list, video_id: id, saved_at_ms: now };
            Ok(yingku_db::saved::put(tx, row).await?)
        })
    }

    /// Takes a video out of a list of the caller's own.
    pub async fn unsave_video(&self, caller: &Caller, list: SavedList, id: VideoId) -> Result<()> {
        let account_id = caller.require_account()?.id;
        authorized!(self.base.db, caller, |tx| {
            Ok(yingku_db::saved::delete(tx, account_id, list, id).await?)
        })
    }
}
