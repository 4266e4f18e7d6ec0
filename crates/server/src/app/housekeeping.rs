//! What the house does by itself: what has expired goes, the trash is emptied by time,
//! content that nothing refers to is collected after a delay.

use super::video::{TRASHED, purge};
use super::{App, Caller, Error, Result};
use std::sync::Arc;
use yingku_core::Millis;
use yingku_core::account::THROTTLE_WINDOW_MS;
use yingku_db::transaction;
use yingku_protocol::Lang;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Content stays this long after its last reference: a download that runs is not cut.
pub(crate) const CONTENT_DELAY_MS: i64 = 60 * 60 * 1_000;

/// Answers to money calls are kept for repeats this long.
const ANSWERS_MS: i64 = 30 * DAY_MS;

/// What an upload that died has left is removed after this long without a write.
const INCOMING_MS: i64 = DAY_MS;

impl App {
    /// Does what is due. Safe on any number of nodes at once.
    pub async fn tidy(self: &Arc<Self>) -> Result<()> {
        let now = self.now();
        transaction!(self.db, |tx| {
            yingku_db::session::delete_expired(tx, now).await?;
            yingku_db::throttle::delete_old(tx, now - THROTTLE_WINDOW_MS).await?;
            yingku_db::ledger::delete_old_answers(tx, now - ANSWERS_MS).await?;
            Ok::<_, Error>(())
        })?;
        self.forget_digests().await?;
        self.empty_trash(now).await?;
        self.collect_content(now - CONTENT_DELAY_MS).await?;
        self.tidy_uploads(now).await?;
        self.blobs.sweep_incoming(now - INCOMING_MS).await?;
        Ok(())
    }

    /// Purges what was in the trash for `trash.days`; never what somebody owns.
    async fn empty_trash(&self, now: Millis) -> Result<()> {
        let days = self.settings(&self.db).await?.trash_days;
        if days == 0 {
            return Ok(());
        }
        let caller = Caller::operator(Lang::En);
        for id in yingku_db::video::list_to_purge(&self.db, now - days * DAY_MS).await? {
            transaction!(self.db, |tx| {
                let row = yingku_db::video::lock(tx, id).await?;
                let Some(row) = row.filter(|row| row.state == TRASHED) else { return Ok(()) };
                if super::video::count_owners(tx, id).await? > 0 {
                    return Ok(());
                }
                purge(tx, &caller, row, 0, now).await
            })?;
        }
        Ok(())
    }

    /// Deletes content that nothing has referred to since before `before`; answers how much.
    pub(crate) async fn collect_content(&self, before: Millis) -> Result<u64> {
        let mut collected = 0;
        for blob in yingku_db::blob::list_unreferenced(&self.db, before).await? {
            let gone =
                transaction!(self.db, |tx| yingku_db::blob::delete_unreferenced(tx, blob.id)
                    .await)?;
            // The row first: a file without a row is waste, a row without a file is a loss.
            if gone {
                self.blobs.delete(&blob.storage_key).await?;
                collected += 1;
            }
        }
        Ok(collected)
    }
}
