//! Making of a content what is missing to play it: a job, queued by the look into it. Nothing
//! here encodes pictures.

use super::film::{self, AUDIO, BlobSource, COPY, Unplayable};
use crate::app::job::Claim;
use crate::app::{App, Error, Result};
use crate::blob::{BlobError, Scratch};
use crate::media::{Conversion, ConvertError, Probe, Prober};
use std::fs::File;
use std::path::Path;
use yingku_core::playback::State;
use yingku_db::{rows, transaction};
use yingku_fmp4::{Obstacle, Source};

/// So much must be free beside what is made.
const ROOM_BYTES: u64 = 1 << 30;

/// What is made, and what it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Making {
    conversion: Conversion,
    kind: &'static str,
}

/// What would make a content playable; `None` where only encoding its pictures would.
pub(super) fn making(unplayable: Unplayable, probe: &Probe) -> Option<Making> {
    let audio = Conversion::Audio { duration_ms: probe.duration_ms.unwrap_or_default() };
    match unplayable {
        Unplayable::Container | Unplayable::Film(Obstacle::Fragmented) if probe.is_h264 => {
            let encodes_audio = probe.has_audio && !probe.is_aac;
            Some(Making { conversion: Conversion::Copy { encodes_audio }, kind: COPY })
        }
        // Sound alone, in another format or file.
        Unplayable::Container | Unplayable::Film(Obstacle::Fragmented | Obstacle::AudioCodec)
            if !probe.has_video && probe.has_audio =>
        {
            Some(Making { conversion: audio, kind: COPY })
        }
        Unplayable::Film(Obstacle::AudioCodec | Obstacle::Uneven)
            if probe.has_video && probe.has_audio =>
        {
            Some(Making { conversion: audio, kind: AUDIO })
        }
        _ => None,
    }
}

/// What came of it.
enum Made {
    /// A file with which the film can be played.
    File(Scratch),
    /// Nothing that helps; why.
    Nothing(&'static str),
}

impl App {
    /// Makes what a content lacks, writes down how it can be played now, and ends the job with
    /// the same commit.
    pub(in crate::app) async fn convert_content(&self, claim: &Claim) -> Result<()> {
        let id = claim.payload["blob_id"].as_i64().unwrap_or_default();
        let found = yingku_db::blob::find(&self.db, id).await?;
        // Purged while it was queued.
        let Some(blob) = found else { return transaction!(self.db, |tx| claim.done(tx).await) };
        let file = BlobSource(self.blobs.get(&blob.storage_key).await?);
        let unplayable = film::plan(file, None).await?.err();
        let probe = self.look_into(&blob).await?.probe;
        let making = unplayable.zip(probe).and_then(|(why, probe)| making(why, &probe));
        let Some(making) = making else {
            let (state, reason) = match unplayable {
                None => (State::Ready, None),
                Some(unplayable) => (State::Unplayable, Some(unplayable.reason())),
            };
            return self.settle_content(claim, id, state, reason, None).await;
        };
        match self.make(&blob, making).await? {
            Made::Nothing(reason) => {
                self.settle_content(claim, id, State::Unplayable, Some(reason), None).await
            }
            Made::File(scratch) => self.keep_made(claim, id, making.kind, scratch).await,
        }
    }

    async fn make(&self, blob: &rows::Blob, making: Making) -> Result<Made> {
        let Some(prober) = self.prober().await else { return Ok(Made::Nothing("no_ffmpeg")) };
        let size_bytes = blob.size_bytes.unsigned_abs();
        if self.blobs.free_bytes().await? < size_bytes.saturating_add(ROOM_BYTES) {
            return Err(BlobError::Full.into());
        }
        let path = self.blobs.local_path(&blob.storage_key).await?;
        let made = self.try_to_make(&prober, making, &path).await?;
        // Sound that is copied may be uneven; encoded, it is not.
        let encoded = Conversion::Copy { encodes_audio: true };
        match (made, making.conversion) {
            (Made::Nothing("uneven"), Conversion::Copy { encodes_audio: false }) => {
                let making = Making { conversion: encoded, ..making };
                self.try_to_make(&prober, making, &path).await
            }
            (made, _) => Ok(made),
        }
    }

    async fn try_to_make(&self, prober: &Prober, making: Making, path: &Path) -> Result<Made> {
        let scratch = self.blobs.scratch().await?;
        match prober.convert(making.conversion, path, scratch.path()).await {
            Ok(()) => {}
            Err(ConvertError::Refused(why)) => {
                tracing::info!(why, "a content cannot be converted");
                return Ok(Made::Nothing("conversion"));
            }
            Err(error @ ConvertError::Failed(_)) => return Err(Error::Internal(error.to_string())),
        }
        let made = scratch.open().map_err(BlobError::from)?;
        let planned = match making.kind {
            AUDIO => {
                let original = File::open(path).map_err(BlobError::from)?;
                film::plan(original, Some(made)).await?
            }
            _ => film::plan(made, None).await?,
        };
        Ok(match planned {
            Ok(_) => Made::File(scratch),
            Err(unplayable) => Made::Nothing(unplayable.reason()),
        })
    }

    async fn keep_made(
        &self,
        claim: &Claim,
        blob_id: i64,
        kind: &'static str,
        scratch: Scratch,
    ) -> Result<()> {
        let size_bytes = scratch.open().map_err(BlobError::from)?.size_bytes();
        let storage_key = self.blobs.keep_scratch(scratch).await?;
        let made = rows::Rendition {
            blob_id,
            kind: kind.to_owned(),
            storage_key: storage_key.clone(),
            size_bytes: i64::try_from(size_bytes).unwrap_or(i64::MAX),
            created_at_ms: self.now(),
        };
        let settled = self.settle_content(claim, blob_id, State::Ready, None, Some(made)).await;
        if settled.is_err() {
            self.blobs.delete(&storage_key).await?;
        }
        settled
    }

    /// Writes down how a content can be played, with what was made of it, and ends the job.
    async fn settle_content(
        &self,
        claim: &Claim,
        blob_id: i64,
        state: State,
        reason: Option<&str>,
        made: Option<rows::Rendition>,
    ) -> Result<()> {
        let row = film::row(blob_id, state, reason, self.now());
        let useless = transaction!(self.db, |tx| {
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
            claim.done(tx).await?;
            Ok::<_, Error>(replaced)
        })?;
        self.films.forget(blob_id).await;
        if let Some(key) = useless {
            self.blobs.delete(&key).await?;
        }
        Ok(())
    }

    /// Writes down that a content cannot be played, after its job was given up.
    pub(in crate::app) async fn give_up_content(&self, payload: &serde_json::Value) -> Result<()> {
        let id = payload["blob_id"].as_i64().unwrap_or_default();
        let row = film::row(id, State::Unplayable, Some("conversion"), self.now());
        transaction!(self.db, |tx| {
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
        width: Some(64),
        height: Some(48),
        has_video: true,
        has_audio: true,
        format: String::new(),
        is_h264: true,
        is_aac: true,
        pictures: None,
    };

    #[test]
    fn what_is_made_of_what() {
        let copy = |encodes_audio| {
            Some(Making { conversion: Conversion::Copy { encodes_audio }, kind: COPY })
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
            (container, &song, audio(COPY)),
            (of(Obstacle::Fragmented), &PROBE, copy(false)),
            (of(Obstacle::AudioCodec), &ac3, audio(AUDIO)),
            (of(Obstacle::AudioCodec), &song, audio(COPY)),
            (of(Obstacle::Uneven), &PROBE, audio(AUDIO)),
            (of(Obstacle::VideoCodec), &hevc, None),
            (of(Obstacle::SparseKeyFrames), &PROBE, None),
            (of(Obstacle::Turned), &PROBE, None),
        ] {
            assert_eq!(making(why, probe), expected, "{why:?} {probe:?}");
        }
    }
}
