//! Subtitles of films: a job takes them out of the files of contents, and players are sent them
//! with the film.

use super::film::Asset;
use super::name::FileName;
use super::playlist;
use super::right::Right;
use crate::app::support::error::not_found;
use crate::app::support::job::{self, Claim};
use crate::app::{Error, Playback, Result};
use crate::blob::{BlobError, Scratch};
use crate::media::{ConvertError, Probe, is_text};
use std::path::Path;
use yingku_core::id::{BlobId, SubtitleId};
use yingku_core::job::Kind;
use yingku_core::subtitle::{self, MAX_OF_A_FILM, SubtitleOrigin};
use yingku_db::{rows, transaction};
use yingku_protocol::{Stream, StreamKind};

/// Contents that are queued in one transaction.
const MOST_QUEUED: u64 = 100;
/// A language that is not known (ISO 639-2).
const UNKNOWN: &str = "und";

impl Playback {
    /// Takes the subtitles out of a content, and ends the job with the commit that keeps them.
    pub(in crate::app) async fn take_subtitles(&self, claim: &Claim) -> Result<()> {
        let id = job::blob_of(&claim.payload);
        // Purged while it was queued.
        let Some(blob) = yingku_db::blob::find(&self.base.db, id).await? else {
            return transaction!(self.base.db, |tx| claim.done(tx).await);
        };
        let look = self.look_into(&blob).await?;
        // Housekeeping queues it again.
        if look.is_blind() {
            return transaction!(self.base.db, |tx| claim.done(tx).await);
        }
        let taken = match &look.probe {
            Some(probe) => self.subtitles_of(&blob, probe).await?,
            None => Vec::new(),
        };
        transaction!(self.base.db, |tx| {
            // Purged while they were taken.
            if !yingku_db::blob::hold(tx, id).await? {
                return claim.done(tx).await;
            }
            yingku_db::subtitle::delete_embedded(tx, id).await?;
            for row in &taken {
                yingku_db::subtitle::insert(tx, row.clone()).await?;
            }
            if taken.is_empty() {
                yingku_db::subtitle::put_nothing(tx, id, self.base.now()).await?;
            }
            claim.done(tx).await
        })
    }

    /// Queues the taking of subtitles out of every content of which none were taken.
    pub(in crate::app) async fn find_untaken_subtitles(&self) -> Result<()> {
        let mut after = BlobId(0);
        loop {
            let ids = yingku_db::subtitle::list_to_take(&self.base.db, after, MOST_QUEUED).await?;
            let Some(&last) = ids.last() else { return Ok(()) };
            after = last;
            self.base.enqueue_about_all(Kind::Subtitle, &ids).await?;
        }
    }

    async fn subtitles_of(&self, blob: &rows::Blob, probe: &Probe) -> Result<Vec<rows::Subtitle>> {
        let Some(prober) = self.base.prober().await else { return Ok(Vec::new()) };
        let all = probe.streams.iter().filter(|stream| stream.kind == StreamKind::Subtitle);
        let texts: Vec<(usize, &Stream)> =
            all.enumerate().filter(|(_, it)| is_text(&it.codec)).take(MAX_OF_A_FILM).collect();
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let mut outputs = Vec::new();
        for _ in &texts {
            outputs.push(self.base.blobs.staging.scratch().await?);
        }
        let numbers: Vec<usize> = texts.iter().map(|(number, _)| *number).collect();
        let paths: Vec<&Path> = outputs.iter().map(Scratch::path).collect();
        let path = self.base.blobs.local_path(&blob.storage_key).await?;
        match prober.embedded_subtitles(&path, &numbers, &paths).await {
            Ok(()) => {}
            Err(ConvertError::Refused(why)) => {
                tracing::info!(why, "subtitles cannot be taken");
                return Ok(Vec::new());
            }
            Err(error @ ConvertError::Failed(_)) => return Err(Error::Internal(error.to_string())),
        }
        let mut taken = Vec::new();
        for ((_, stream), output) in texts.iter().zip(&outputs) {
            let text = tokio::fs::read(output.path()).await.map_err(BlobError::from)?;
            let text = String::from_utf8_lossy(&text).into_owned();
            if text.contains("-->") {
                taken.push(row(blob.id, stream, text, self.base.now()));
            }
        }
        Ok(taken)
    }

    /// What a player is sent of subtitles: their playlist, or what they say, within a preview of so
    /// many milliseconds where that is not 0.
    pub(super) async fn open_text(
        &self,
        right: &Right,
        id: SubtitleId,
        file: FileName,
        preview_ms: i64,
    ) -> Result<Asset> {
        let missing = || not_found("subtitle");
        let found = yingku_db::subtitle::find(&self.base.db, id).await?;
        let found = found.filter(|row| row.blob_id == right.blob.id).ok_or_else(missing)?;
        let duration_ms = right.blob.duration_ms.unwrap_or_default();
        match (file, preview_ms) {
            (FileName::Playlist, 0) => Ok(playlist_of(duration_ms)),
            (FileName::Playlist, preview_ms) => Ok(playlist_of(preview_ms.min(duration_ms))),
            (FileName::Text, 0) => Ok(Asset::Text(found.text)),
            (FileName::Text, preview_ms) => {
                Ok(Asset::Text(subtitle::until(&found.text, preview_ms)))
            }
            _ => Err(missing()),
        }
    }
}

fn playlist_of(duration_ms: i64) -> Asset {
    Asset::Playlist(playlist::text(duration_ms as f64 / 1_000.0))
}

/// Subtitles as the file of the film describes them. What it says wrongly is left out.
fn row(blob_id: BlobId, stream: &Stream, text: String, now: i64) -> rows::Subtitle {
    let language = stream.language.as_deref().and_then(|it| subtitle::language(it).ok());
    rows::Subtitle {
        id: SubtitleId(0),
        blob_id,
        origin: SubtitleOrigin::Embedded,
        language: language.unwrap_or_else(|| UNKNOWN.to_owned()),
        label: stream.title.clone().unwrap_or_default(),
        format: None,
        encoding: None,
        source: None,
        text,
        created_at_ms: now,
    }
}
