//! Making of a content what is missing to play it as it is: a job, queued by the look into it.
//! Nothing here encodes pictures.

use super::ladder;
use super::source::{self, Sources, Unplayable};
use crate::app::support::job::{self, Claim};
use crate::app::{Error, Playback, Result};
use crate::blob::{BlobError, Scratch};
use crate::media::{Conversion, ConvertError, Probe, Prober};
use std::fs::File;
use std::path::Path;
use yingku_core::id::BlobId;
use yingku_core::playback::RenditionKind;
use yingku_core::playback::State;
use yingku_db::{rows, transaction};
use yingku_fmp4::{Obstacle, Source};

/// So much must be free beside what is made.
const ROOM_BYTES: u64 = 1 << 30;

/// What is made, and what it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Making {
    conversion: Conversion,
    kind: RenditionKind,
}

/// What would make a content playable; `None` where only encoding its pictures would.
pub(super) fn making(unplayable: Unplayable, probe: &Probe) -> Option<Making> {
    let audio = Conversion::Audio { duration_ms: probe.duration_ms.unwrap_or_default() };
    match unplayable {
        // Sound alone, whatever stands against it.
        _ if !probe.has_video => {
            probe.has_audio.then_some(Making { conversion: audio, kind: RenditionKind::Copy })
        }
        Unplayable::Container | Unplayable::Film(Obstacle::Fragmented) if probe.is_h264 => {
            let encodes_audio = probe.has_audio && !probe.is_aac;
            Some(Making {
                conversion: Conversion::Copy { encodes_audio },
                kind: RenditionKind::Copy,
            })
        }
        Unplayable::Film(Obstacle::AudioCodec | Obstacle::Uneven) if probe.has_audio => {
            Some(Making { conversion: audio, kind: RenditionKind::Audio })
        }
        _ => None,
    }
}

/// Why a file that was made does not help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Useless {
    /// ffmpeg cannot make it.
    Refused,
    /// It can, and it cannot be played either.
    Unplayable(Unplayable),
}

impl Playback {
    /// Makes what a content lacks, writes down how it can be played now, and ends the job with
    /// the same commit.
    pub(in crate::app) async fn convert_content(&self, claim: &Claim) -> Result<()> {
        let id = job::blob_of(&claim.payload);
        let found = yingku_db::blob::find(&self.base.db, id).await?;
        // Purged while it was queued.
        let Some(blob) = found else {
            return transaction!(self.base.db, |tx| claim.done(tx).await);
        };
        let (pictures, sound) = Sources::of(self, &blob).await?.open(self).await?;
        let unplayable = source::plan(pictures, sound).await?.err();
        let probe = self.look_into(&blob).await?.probe;
        let has_pictures = probe.as_ref().is_some_and(|probe| probe.pictures.is_some());
        let making = unplayable.zip(probe).and_then(|(why, probe)| making(why, &probe));
        let is_playable = unplayable.is_none();
        if let Some(making) = making
            && let Ok(scratch) = self.make(&blob, making).await?
        {
            return self.keep_made(claim, id, making.kind, scratch).await;
        }
        let settled = match is_playable {
            true => (State::Ready, None),
            // What cannot be copied may still be decoded.
            false if has_pictures => (State::Preparing, Some("encoding")),
            false => (State::Unplayable, Some("conversion")),
        };
        self.settle_content(claim, id, settled, None).await
    }

    /// Makes sure that so many bytes can be written, and some room is left.
    ///
    /// # Errors
    /// [`BlobError::Full`] where not.
    pub(super) async fn check_free(&self, size_bytes: u64) -> Result<()> {
        if self.base.blobs.free_bytes().await? < size_bytes.saturating_add(ROOM_BYTES) {
            return Err(BlobError::Full.into());
        }
        Ok(())
    }

    async fn make(
        &self,
        blob: &rows::Blob,
        making: Making,
    ) -> Result<std::result::Result<Scratch, Useless>> {
        let Some(prober) = self.base.prober().await else { return Ok(Err(Useless::Refused)) };
        self.check_free(blob.size_bytes.unsigned_abs()).await?;
        let path = self.base.blobs.local_path(&blob.storage_key).await?;
        let made = self.try_to_make(&prober, making, &path).await?;
        // Sound that is copied may be uneven; encoded, it is not.
        let encoded = Conversion::Copy { encodes_audio: true };
        match (&made, making.conversion) {
            (
                Err(Useless::Unplayable(Unplayable::Film(Obstacle::Uneven))),
                Conversion::Copy { encodes_audio: false },
            ) => {
                let making = Making { conversion: encoded, ..making };
                self.try_to_make(&prober, making, &path).await
            }
            _ => Ok(made),
        }
    }

    async fn try_to_make(
        &self,
        prober: &Prober,
        making: Making,
        path: &Path,
    ) -> Result<std::result::Result<Scratch, Useless>> {
        let scratch = self.base.blobs.staging.scratch().await?;
        match prober.convert(making.conversion, path, scratch.path()).await {
            Ok(()) => {}
            Err(ConvertError::Refused(why)) => {
                tracing::info!(why, "a content cannot be converted");
                return Ok(Err(Useless::Refused));
            }
            Err(error @ ConvertError::Failed(_)) => return Err(Error::Internal(error.to_string())),
        }
        let made = scratch.open().map_err(BlobError::from)?;
        let planned = match making.kind {
            RenditionKind::Audio => {
                let original = File::open(path).map_err(BlobError::from)?;
                source::plan(original, Some(made)).await?
            }
            _ => source::plan(made, None).await?,
        };
        Ok(planned.map(|_| scratch).map_err(Useless::Unplayable))
    }

    async fn keep_made(
        &self,
        claim: &Claim,
        blob_id: BlobId,
        kind: RenditionKind,
        scratch: Scratch,
    ) -> Result<()> {
        let made = self.keep_rendition(blob_id, kind, scratch).await?;
        let storage_key = made.storage_key.clone();
        let settled = self.settle_content(claim, blob_id, (State::Ready, None), Some(made)).await;
        if settled.is_err() {
            self.base.blobs.delete(&storage_key).await?;
        }
        settled
    }

    /// Keeps a file that was made of a content, and answers the row that is to be written.
    pub(super) async fn keep_rendition(
        &self,
        blob_id: BlobId,
        kind: RenditionKind,
        scratch: Scratch,
    ) -> Result<rows::Rendition> {
        let size_bytes = scratch.open().map_err(BlobError::from)?.size_bytes();
        Ok(rows::Rendition {
            blob_id,
            kind,
            storage_key: self.base.blobs.keep_scratch(scratch).await?,
            size_bytes: i64::try_from(size_bytes).unwrap_or(i64::MAX),
            created_at_ms: self.base.now(),
        })
    }

    /// Writes down how a content can be played, with what was made of it, and ends the job.
    async fn settle_content(
        &self,
        claim: &Claim,
        blob_id: BlobId,
        (state, reason): (State, Option<&str>),
        made: Option<rows::Rendition>,
    ) -> Result<()> {
        let row = source::row(blob_id, state, reason, self.base.now());
        let useless = transaction!(self.base.db, |tx| {
            // Purged while something was made of it.
            if !yingku_db::blob::hold(tx, blob_id).await? {
                claim.done(tx).await?;
                return Ok(made.as_ref().map(|made| made.storage_key.clone()));
            }
            let replaced = match &made {
                Some(made) => yingku_db::rendition::put(tx, made.clone()).await?,
                None => None,
            };
            yingku_db::film::put(tx, row.clone()).await?;
            if state != State::Unplayable {
                ladder::enqueue(tx, blob_id).await?;
            }
            claim.done(tx).await?;
            Ok::<_, Error>(replaced)
        })?;
        self.base.jobs.wake();
        if let Some(key) = useless {
            self.base.blobs.delete(&key).await?;
        }
        Ok(())
    }

    /// Writes down that a content cannot be played, after its job was given up.
    pub(in crate::app) async fn give_up_content(&self, payload: &serde_json::Value) -> Result<()> {
        let id = job::blob_of(payload);
        let row = source::row(id, State::Unplayable, Some("conversion"), self.base.now());
        transaction!(self.base.db, |tx| {
            if yingku_db::blob::hold(tx, id).await? {
                yingku_db::film::put(tx, row.clone()).await?;
            }
            Ok::<_, Error>(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROBE: Probe = Probe {
        duration_ms: Some(5_000),
        has_video: true,
        has_audio: true,
        format: String::new(),
        is_h264: true,
        is_aac: true,
        pictures: None,
        streams: Vec::new(),
    };

    #[test]
    fn what_is_made_of_what() {
        let copy = |encodes_audio| {
            Some(Making {
                conversion: Conversion::Copy { encodes_audio },
                kind: RenditionKind::Copy,
            })
        };
        let audio =
            |kind| Some(Making { conversion: Conversion::Audio { duration_ms: 5_000 }, kind });
        let ac3 = Probe { is_aac: false, ..PROBE };
        let silent = Probe { has_audio: false, is_aac: false, ..PROBE };
        let hevc = Probe { is_h264: false, ..PROBE };
        let song = Probe { has_video: false, is_h264: false, is_aac: false, ..PROBE };
        let container = Unplayable::Container;
        let of = Unplayable::Film;
        for (why, probe, expected) in [
            (container, &PROBE, copy(false)),
            (container, &ac3, copy(true)),
            (container, &silent, copy(false)),
            (container, &hevc, None),
            (container, &song, audio(RenditionKind::Copy)),
            (of(Obstacle::Edited), &song, audio(RenditionKind::Copy)),
            (of(Obstacle::Fragmented), &PROBE, copy(false)),
            (of(Obstacle::AudioCodec), &ac3, audio(RenditionKind::Audio)),
            (of(Obstacle::AudioCodec), &song, audio(RenditionKind::Copy)),
            (of(Obstacle::Uneven), &PROBE, audio(RenditionKind::Audio)),
            (of(Obstacle::VideoCodec), &hevc, None),
            (of(Obstacle::SparseKeyFrames), &PROBE, None),
            (of(Obstacle::Turned), &PROBE, None),
        ] {
            assert_eq!(making(why, probe), expected, "{why:?} {probe:?}");
        }
    }
}
