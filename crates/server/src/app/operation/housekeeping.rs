//! What jobs do by themselves, again and again: what has expired goes, the trash is emptied by time,
//! content that nothing refers to is collected after a delay.

use crate::app::library::video::purge;
use crate::app::support::job::Claim;
use crate::app::{Caller, Operation, Result};
use std::sync::Arc;
use yingku_core::Millis;
use yingku_core::account::THROTTLE_WINDOW_MS;
use yingku_core::job::Kind;
use yingku_core::video::State as VideoState;
use yingku_db::transaction;
use yingku_protocol::Lang;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Content stays this long after its last reference: a download that runs is not cut.
pub(crate) const CONTENT_DELAY_MS: i64 = 60 * 60 * 1_000;

/// Answers to money calls are kept for repeats this long.
const ANSWERS_MS: i64 = 30 * DAY_MS;

/// Jobs that ended are shown this long.
const JOBS_MS: i64 = 7 * DAY_MS;

/// What an upload that died has left is removed after this long without a write.
const INCOMING_MS: i64 = DAY_MS;

impl Operation {
    /// Does a job and ends it.
    pub(in crate::app) async fn perform(self: &Arc<Self>, claim: &Claim) -> Result<()> {
        match claim.kind() {
            Kind::Probe => return self.playback.probe_content(claim).await,
            Kind::Convert => return self.playback.convert_content(claim).await,
            Kind::Plan => return self.playback.plan_content(claim).await,
            Kind::Sound => return self.playback.encode_sound(claim).await,
            Kind::Unit => return self.playback.encode_unit(claim).await,
            Kind::Picture => return self.playback.take_pictures(claim).await,
            Kind::Subtitle => return self.playback.take_subtitles(claim).await,
            Kind::IndexVideos => return self.library.index_videos(claim).await,
            Kind::PublishVideo => return self.library.publish_scheduled(claim).await,
            _ => {}
        }
        self.tidy_by(claim.kind()).await?;
        transaction!(self.base.db, |tx| claim.done(tx).await)
    }

    /// Does everything that recurs, now. Safe on any number of nodes at once. A step that fails
    /// is logged, and does not keep the others from being done.
    ///
    /// # Errors
    /// That of the first step that failed, after all of them were tried.
    pub async fn tidy(self: &Arc<Self>) -> Result<()> {
        let mut failed = None;
        for &kind in Kind::ALL.iter().filter(|kind| kind.every_ms().is_some()) {
            if let Err(error) = self.tidy_by(kind).await {
                let fault = error.fault();
                tracing::error!(kind = kind.as_str(), ?fault, "a step of housekeeping failed");
                failed.get_or_insert(error);
            }
        }
        failed.map_or(Ok(()), Err)
    }

    async fn tidy_by(self: &Arc<Self>, kind: Kind) -> Result<()> {
        let now = self.base.now();
        match kind {
            // Done once each; see `perform`.
            Kind::Probe
            | Kind::Convert
            | Kind::Plan
            | Kind::Sound
            | Kind::Unit
            | Kind::Picture
            | Kind::Subtitle
            | Kind::IndexVideos
            | Kind::PublishVideo => Ok(()),
            Kind::FindUnprobed => {
                // Each is tried, whatever became of the others.
                let unprobed = self.playback.find_unprobed().await;
                let outdated = self.playback.find_outdated().await;
                let unpictured = self.playback.find_unpictured().await;
                let untaken = self.playback.find_untaken_subtitles().await;
                unprobed.and(outdated).and(unpictured).and(untaken)
            }
            Kind::ExpireSessions => self.delete_expired_sessions(now).await,
            Kind::ForgetFailures => self.delete_old_failures(now).await,
            Kind::ForgetAnswers => self.delete_old_answers(now).await,
            Kind::ForgetDigests => self.identity.forget_digests().await,
            Kind::PruneAudit => self.prune_audit(now).await,
            Kind::EmptyTrash => self.empty_trash(now).await,
            Kind::CollectContent => self.collect_content(now - CONTENT_DELAY_MS).await.map(drop),
            Kind::ExpireUploads => self.library.tidy_uploads(now).await,
            Kind::SweepIncoming => {
                Ok(self.base.blobs.staging.sweep(now - INCOMING_MS).await.map(drop)?)
            }
            Kind::ForgetJobs => {
                Ok(transaction!(self.base.db, |tx| yingku_db::job::delete_ended(tx, JOBS_MS)
                    .await)?)
            }
        }
    }

    async fn delete_expired_sessions(&self, now: Millis) -> Result<()> {
        transaction!(self.base.db, |tx| yingku_db::session::delete_expired(tx, now).await)?;
        Ok(())
    }

    async fn delete_old_failures(&self, now: Millis) -> Result<()> {
        let before = now - THROTTLE_WINDOW_MS;
        transaction!(self.base.db, |tx| yingku_db::throttle::delete_old(tx, before).await)?;
        Ok(())
    }

    async fn delete_old_answers(&self, now: Millis) -> Result<()> {
        let before = now - ANSWERS_MS;
        transaction!(self.base.db, |tx| yingku_db::ledger::delete_old_answers(tx, before).await)?;
        Ok(())
    }

    /// Deletes entries of the audit log that are older than `audit.keep_days`.
    async fn prune_audit(&self, now: Millis) -> Result<()> {
        let days = self.base.settings(&self.base.db).await?.audit_keep_days;
        if days == 0 {
            return Ok(());
        }
        let before = now - days * DAY_MS;
        while transaction!(self.base.db, |tx| yingku_db::audit::delete_old(tx, before).await)? > 0 {
        }
        Ok(())
    }

    /// Purges what was in the trash for `trash.days`; never what somebody owns.
    async fn empty_trash(&self, now: Millis) -> Result<()> {
        let days = self.base.settings(&self.base.db).await?.trash_days;
        if days == 0 {
            return Ok(());
        }
        let caller = Caller::operator(Lang::En);
        for id in yingku_db::video::list_to_purge(&self.base.db, now - days * DAY_MS).await? {
            transaction!(self.base.db, |tx| {
                let row = yingku_db::video::lock(tx, id).await?;
                let Some(row) = row.filter(|row| row.state == VideoState::Trashed) else {
                    return Ok(());
                };
                if crate::app::library::video::count_owners(tx, id).await? > 0 {
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
        for blob in yingku_db::blob::list_unreferenced(&self.base.db, before).await? {
            let gone = transaction!(self.base.db, |tx| {
                let gone = yingku_db::blob::delete_unreferenced(tx, blob.id).await?;
                let mut made = Vec::new();
                if gone {
                    made = yingku_db::rendition::delete_of(tx, blob.id).await?;
                    made.extend(yingku_db::ladder::delete_of(tx, blob.id).await?);
                    made.extend(yingku_db::picture::delete_of(tx, blob.id).await?);
                    yingku_db::subtitle::delete_of(tx, blob.id).await?;
                }
                Ok::<_, yingku_db::Error>((gone, made))
            })?;
            // The row first: a file without a row is waste, a row without a file is a loss.
            if let (true, made) = gone {
                for key in made.iter().chain([&blob.storage_key]) {
                    self.base.blobs.delete(key).await?;
                }
                collected += 1;
            }
        }
        Ok(collected)
    }
}
