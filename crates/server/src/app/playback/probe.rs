//! Looking into contents: a job for each, queued by the upload that brings it.

use super::convert;
use super::source::{self, PLANNER, Sources};
use crate::app::support::job::{self, Claim};
use crate::app::{Playback, Result};
use crate::blob::BlobError;
use crate::media::{Probe, ProbeError};
use serde_json::json;
use yingku_core::content::ProbeState;
use yingku_core::id::BlobId;
use yingku_core::job::Kind;
use yingku_core::playback::State;
use yingku_db::{Tx, rows, transaction};

/// Contents that are queued in one transaction.
const MOST_QUEUED: u64 = 100;

/// What a look into a content came to.
pub(super) struct Look {
    /// `done`, `unreadable`, `no_ffmpeg` or `no_sandbox`.
    state: ProbeState,
    /// What it holds, where it is `done`.
    pub(super) probe: Option<Probe>,
}

impl Look {
    /// Whether nothing could be looked into: ffmpeg or its sandbox is not here.
    pub(super) fn is_blind(&self) -> bool {
        matches!(self.state, ProbeState::NoFfmpeg | ProbeState::NoSandbox)
    }

    fn without(state: ProbeState) -> Look {
        Look { state, probe: None }
    }
}

impl Playback {
    /// Looks into a content, writes down what it holds and how it can be played, and ends the
    /// job with the same commit.
    pub(in crate::app) async fn probe_content(&self, claim: &Claim) -> Result<()> {
        let id = job::blob_of(&claim.payload);
        let found = yingku_db::blob::find(&self.base.db, id).await?;
        // Purged while it was queued.
        let Some(blob) = found else {
            return transaction!(self.base.db, |tx| claim.done(tx).await);
        };
        let look = self.look_into(&blob).await?;
        // With what was made of it before: that need not be made again.
        let (pictures, sound) = Sources::of(self, &blob).await?.open(self).await?;
        let unplayable = source::plan(pictures, sound).await?.err();
        let making = match (unplayable, &look.probe) {
            (Some(unplayable), Some(probe)) => convert::making(unplayable, probe),
            _ => None,
        };
        let has_pictures = look.probe.as_ref().is_some_and(|probe| probe.pictures.is_some());
        let has_subtitles = look.probe.as_ref().is_some_and(Probe::has_subtitles);
        let (state, reason, next) = match (unplayable, making) {
            (None, _) => (State::Ready, None, has_pictures.then_some(Kind::Plan)),
            (Some(_), Some(_)) => (State::Preparing, Some("converting"), Some(Kind::Convert)),
            (Some(_), None) if has_pictures => {
                (State::Preparing, Some("encoding"), Some(Kind::Plan))
            }
            (Some(_), None) => (State::Unplayable, Some("conversion"), None),
        };
        let row = source::row(id, state, reason, self.base.now());
        transaction!(self.base.db, |tx| {
            // Purged while it was looked into.
            if !yingku_db::blob::hold(tx, id).await? {
                return claim.done(tx).await;
            }
            write(tx, id, &look).await?;
            yingku_db::film::put(tx, row.clone()).await?;
            // What was encoded before it was looked into again is still played.
            self.note_begun(tx, id).await?;
            if let Some(next) = next {
                job::enqueue_about(tx, next, id).await?;
            }
            if has_pictures && !yingku_db::picture::has_any(tx, id).await? {
                job::enqueue_about(tx, Kind::Picture, id).await?;
            }
            if has_subtitles && !yingku_db::subtitle::is_taken(tx, id).await? {
                job::enqueue_about(tx, Kind::Subtitle, id).await?;
            }
            claim.done(tx).await
        })?;
        self.base.jobs.wake();
        Ok(())
    }

    pub(super) async fn look_into(&self, blob: &rows::Blob) -> Result<Look> {
        let Some(prober) = self.base.prober().await else {
            return Ok(Look::without(ProbeState::NoFfmpeg));
        };
        if self.base.settings(&self.base.db).await?.sandbox_required && !prober.is_sandboxed() {
            return Ok(Look::without(ProbeState::NoSandbox));
        }
        let path = self.base.blobs.local_path(&blob.storage_key).await?;
        match prober.probe(&path).await {
            Ok(probe) if probe.has_video || probe.has_audio => {
                Ok(Look { state: ProbeState::Done, probe: Some(probe) })
            }
            Ok(_) => Ok(Look::without(ProbeState::Unreadable)),
            Err(ProbeError::Failed(error)) => Err(BlobError::from(error).into()),
            Err(error) => {
                tracing::info!(blob = %blob.id, %error, "a content cannot be read");
                Ok(Look::without(ProbeState::Unreadable))
            }
        }
    }

    /// Queues a look into every content that could not be looked into before and can be now, and
    /// into those that an older version looked into or planned.
    pub(in crate::app) async fn find_unprobed(&self) -> Result<()> {
        let all = [ProbeState::NoFfmpeg, ProbeState::NoSandbox];
        // To look for ffprobe starts programs; mostly there is nothing for it to do.
        if yingku_db::film::list_to_probe(&self.base.db, &all, PLANNER, BlobId(0), 1)
            .await?
            .is_empty()
        {
            return Ok(());
        }
        let prober = self.base.prober().await;
        let required = self.base.settings(&self.base.db).await?.sandbox_required;
        let states: &[ProbeState] = match prober {
            None => &[],
            Some(prober) if required && !prober.is_sandboxed() => &[ProbeState::NoFfmpeg],
            Some(_) => &[ProbeState::NoFfmpeg, ProbeState::NoSandbox],
        };
        let mut after = BlobId(0);
        loop {
            let ids =
                yingku_db::film::list_to_probe(&self.base.db, states, PLANNER, after, MOST_QUEUED)
                    .await?;
            let Some(&last) = ids.last() else { return Ok(()) };
            after = last;
            self.base.enqueue_about_all(Kind::Probe, &ids).await?;
        }
    }
}

async fn write(tx: &Tx, id: BlobId, look: &Look) -> Result<()> {
    let probe = look.probe.as_ref();
    let pictures = probe.and_then(|probe| probe.pictures.as_ref());
    let size = pictures.map(|pictures| (pictures.width.into(), pictures.height.into())).unzip();
    let duration_ms = probe.and_then(|probe| probe.duration_ms);
    let streams = json!(probe.map_or(&[][..], |probe| &probe.streams)).to_string();
    Ok(yingku_db::blob::set_probe(tx, id, look.state, duration_ms, size, &streams).await?)
}
