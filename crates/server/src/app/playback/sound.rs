//! Encoding the sound of a content: all of it by one process, since sound that is encoded in
//! parts has gaps between them. What is done already is published while it goes on.

use super::ladder::Ladder;
use super::queue::SOUND;
use super::source::Sources;
use crate::app::support::job::{self, Claim};
use crate::app::{Error, Playback, Result};
use crate::blob::{BlobError, Scratch};
use crate::media::{Conversion, ConvertError};
use std::time::{Duration, Instant};
use tokio::task::spawn_blocking;
use yingku_core::id::BlobId;
use yingku_db::{rows, transaction};
use yingku_fmp4::{Cut, Encoded, SoundPlan};

/// How often it is looked for what is done already.
const LOOK: Duration = Duration::from_millis(500);
/// So many segments make a part: a minute. The first part is one segment.
const SEGMENTS: usize = 15;

impl Playback {
    /// Encodes what is missing of the sound, publishes it in parts, and ends the job with the
    /// last one.
    pub(in crate::app) async fn encode_sound(&self, claim: &Claim) -> Result<()> {
        let id = job::blob_of(&claim.payload);
        let blob = yingku_db::blob::find(&self.base.db, id).await?;
        let found = self.find_ladder(id).await?;
        let planned = found.and_then(|(row, ladder)| {
            let length = ladder.sound_ms()?;
            Some((row, ladder.sound()?, length))
        });
        // Purged, or planned anew, while it was queued.
        let (Some(blob), Some((row, plan, duration_ms))) = (blob, planned) else {
            return transaction!(self.base.db, |tx| claim.done(tx).await);
        };
        let sources = Sources::of(self, &blob).await?;
        let path = self.base.blobs.local_path(sources.decoded()).await?;
        let prober =
            self.base.prober().await.ok_or_else(|| Error::Internal("no ffmpeg".to_owned()))?;
        let scratch = self.base.blobs.staging.scratch().await?;
        let conversion = Conversion::Sound { duration_ms };
        let encoding = prober.convert(conversion, &path, scratch.path());
        tokio::pin!(encoding);
        let mut sound = Sound { claim, row: &row, plan, scratch: &scratch, begun: Instant::now() };
        let mut next = self.published_sound(id).await?;
        let ended = loop {
            tokio::select! {
                ended = &mut encoding => break ended,
                () = tokio::time::sleep(LOOK) => {
                    let least = if next == 0 { 1 } else { SEGMENTS };
                    next = self.publish_sound(&mut sound, next, least, false).await?;
                }
            }
        };
        match ended {
            Ok(()) => {}
            Err(ConvertError::Refused(why)) => {
                return Err(Error::Internal(format!("the sound cannot be encoded: {why}")));
            }
            Err(error @ ConvertError::Failed(_)) => return Err(Error::Internal(error.to_string())),
        }
        self.publish_sound(&mut sound, next, 0, true).await?;
        Ok(())
    }

    /// How many segments of the sound are published.
    async fn published_sound(&self, blob_id: BlobId) -> Result<usize> {
        let made = yingku_db::ladder::list_made(&self.base.db, blob_id).await?;
        let past = made.iter().filter(|made| made.size == SOUND).map(|made| made.past).max();
        Ok(usize::try_from(past.unwrap_or_default()).unwrap_or_default())
    }

    /// Publishes the segments from `next` on that are done, where there are `least`; answers
    /// which is the next then.
    async fn publish_sound(
        &self,
        sound: &mut Sound<'_>,
        next: usize,
        least: usize,
        is_all: bool,
    ) -> Result<usize> {
        let Some((cut, file)) = sound.cut(next, is_all).await? else { return Ok(next) };
        let count = cut.segments.len();
        if count < least {
            return Ok(next);
        }
        let took_ms = sound.begun.elapsed().as_millis() as i64;
        let parts = match count {
            0 => Vec::new(),
            _ => vec![self.part(SOUND, next, cut, file, took_ms).await?],
        };
        sound.begun = Instant::now();
        self.publish(sound.claim, is_all, sound.row, parts).await?;
        Ok(next + count)
    }

    /// A film whose sound cannot be encoded is played without it.
    pub(in crate::app) async fn give_up_sound(&self, payload: &serde_json::Value) -> Result<()> {
        let id = job::blob_of(payload);
        transaction!(self.base.db, |tx| {
            if !yingku_db::blob::hold(tx, id).await? {
                return Ok(());
            }
            let row = yingku_db::ladder::find(tx, id).await?;
            if let Some(ladder) = row.as_ref().map(Ladder::read).transpose()?.flatten() {
                let plan = ladder.without_sound()?;
                yingku_db::ladder::set_plan(tx, id, &plan).await?;
                self.note_begun(tx, id).await?;
            }
            Ok::<_, Error>(())
        })?;
        Ok(())
    }
}

/// Sound that is being encoded.
struct Sound<'a> {
    claim: &'a Claim,
    row: &'a rows::Ladder,
    plan: SoundPlan,
    scratch: &'a Scratch,
    /// When the part that is encoded now was begun.
    begun: Instant,
}

impl Sound<'_> {
    /// What is done from that segment on; `None` while there is nothing to be read.
    async fn cut(&self, next: usize, is_all: bool) -> Result<Option<(Cut, std::fs::File)>> {
        let file = self.scratch.open().map_err(BlobError::from)?;
        let plan = self.plan;
        let cut = spawn_blocking(move || {
            let encoded = Encoded::read(&file)?;
            Ok::<_, yingku_fmp4::Error>((encoded.cut_sound(&plan, next, is_all), file))
        });
        match cut.await.map_err(|error| Error::Internal(error.to_string()))? {
            Ok(cut) => Ok(Some(cut)),
            Err(error) if is_all => Err(Error::Internal(error.to_string())),
            // The beginning of the file is not written yet.
            Err(_) => Ok(None),
        }
    }
}
