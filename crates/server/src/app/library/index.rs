//! Writes the search index of all videos anew, after an update that changed what they are found by.

use crate::app::library::video::tags_of;
use crate::app::support::job::{self, Claim};
use crate::app::{Library, Result};
use serde_json::json;
use yingku_core::id::VideoId;
use yingku_core::job::Kind;
use yingku_core::video::search_text;
use yingku_db::transaction;

/// Videos of one job: each is a short transaction.
const MOST_AT_ONCE: u64 = 100;

impl Library {
    /// Writes the index of the next videos, and queues a job for those behind them with the same
    /// commit.
    pub(in crate::app) async fn index_videos(&self, claim: &Claim) -> Result<()> {
        let after = VideoId(claim.payload["after"].as_i64().unwrap_or_default());
        transaction!(self.base.db, |tx| {
            let rows = yingku_db::video::lock_after(tx, after, MOST_AT_ONCE).await?;
            for row in &rows {
                let tags = tags_of(tx, row.id).await?;
                let text = search_text(&row.title, &row.category, &tags);
                if text != row.search_text || !row.state.is_present() {
                    yingku_db::video::set_search_text(tx, row.id, &text).await?;
                }
            }
            if let Some(last) = rows.last() {
                job::enqueue(tx, Kind::IndexVideos, &json!({ "after": last.id })).await?;
            }
            claim.done(tx).await
        })?;
        self.base.jobs.wake();
        Ok(())
    }
}
