//! Films as they are played: what was computed from a content's own tables, kept in memory
//! for as long as somebody watches and there is room.

use super::ladder::Ladder;
use super::name::TrackName;
use super::queue;
use super::source::{Sources, read};
use crate::app::support::error::not_found;
use crate::app::{Error, Playback, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use moka::future::Cache;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::futures::Notified;
use tokio::sync::{Notify, Semaphore};
use yingku_core::id::BlobId;
use yingku_db::rows;
use yingku_fmp4::{Streamable, Track};

/// Bytes of tables that are kept in memory: a film of two hours has two to three million.
const MOST_BYTES: u64 = 48 << 20;
/// Tables that nobody asked for in this time are forgotten.
const IDLE: Duration = Duration::from_secs(10 * 60);
/// Bytes that an encoded segment takes in memory, in all its sizes.
const SEGMENT_BYTES: u64 = 500;
/// Films whose tables are read at the same time.
const MOST_READ: usize = 2;

/// The films that are known, by the number of their content and when they were planned.
pub(in crate::app) struct Films {
    known: Cache<(BlobId, i64), Arc<Film>>,
    places: Semaphore,
    /// Notified when something that was encoded here was published.
    published: Notify,
}

impl Default for Films {
    fn default() -> Self {
        let weigh = |_: &(BlobId, i64), film: &Arc<Film>| {
            let tables = film.original.as_ref().map_or(0, Streamable::table_bytes);
            let segments = film.ladder.as_ref().map_or(0, Ladder::count) as u64;
            u32::try_from(tables + segments * SEGMENT_BYTES).unwrap_or(u32::MAX)
        };
        let known = Cache::builder().max_capacity(MOST_BYTES).time_to_idle(IDLE).weigher(weigh);
        Films { known: known.build(), places: Semaphore::new(MOST_READ), published: Notify::new() }
    }
}

impl Films {
    /// Says that something that was encoded was published.
    pub(super) fn published(&self) {
        self.published.notify_waiters();
    }

    /// Waits until something that was encoded here is published.
    pub(super) fn next_published(&self) -> Notified<'_> {
        self.published.notified()
    }

    /// A film that can be played, as it was planned at that time. However many ask at once, its
    /// tables are read once.
    ///
    /// # Errors
    /// `not_found` where it cannot be played; what the storage says.
    pub(super) async fn find(
        &self,
        playback: &Playback,
        blob: &rows::Blob,
        planned_at_ms: i64,
    ) -> Result<Arc<Film>> {
        let read = async {
            // The semaphore is never closed.
            let _place = self.places.acquire().await.ok();
            let sources = Sources::of(playback, blob).await?;
            let (pictures, sound) = sources.open(playback).await?;
            let original = read(pictures, sound).await?.ok();
            let ladder = playback.find_ladder(blob.id).await?.map(|(_, ladder)| ladder);
            if ladder.is_none() && !original.as_ref().is_some_and(Streamable::is_universal) {
                return Err(not_found("segment"));
            }
            Ok::<_, Error>(Arc::new(Film::new(blob.id, original, sources, ladder)))
        };
        // All who asked get the same answer; what is behind it is logged here.
        self.known.try_get_with((blob.id, planned_at_ms), read).await.map_err(|error| {
            if let Some(fault) = error.fault() {
                tracing::error!(blob = %blob.id, fault, "a film cannot be read");
            }
            error.refusal().into()
        })
    }
}

/// A film that can be played.
pub(super) struct Film {
    blob_id: BlobId,
    /// The original, where it is played as it is: by every browser, or beside what is encoded
    /// by those that can.
    pub(super) original: Option<Streamable>,
    sources: Sources,
    /// How it is encoded, where it is.
    pub(super) ladder: Option<Ladder>,
    /// Where encoded segments lie, by size and number: as far as anybody asked.
    places: moka::sync::Cache<(i64, usize), Place>,
    /// The beginnings of its sizes.
    inits: moka::sync::Cache<i64, Bytes>,
}

/// Where an encoded segment lies.
#[derive(Clone, Debug)]
pub(super) struct Place {
    storage_key: Arc<str>,
    range: Range<u64>,
}

/// What is sent for a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asset {
    /// A playlist.
    Playlist(String),
    /// Subtitles (WebVTT).
    Text(String),
    /// Bytes made here, then these ranges of a file; what does not change any more.
    Media {
        /// What comes first.
        head: Vec<u8>,
        /// Ranges of the file.
        ranges: Vec<Range<u64>>,
        /// Whether it is sound alone.
        is_audio: bool,
    },
}

impl Film {
    fn new(
        blob_id: BlobId,
        original: Option<Streamable>,
        sources: Sources,
        ladder: Option<Ladder>,
    ) -> Film {
        let sizes = ladder.as_ref().map_or(0, |ladder| ladder.sizes().len() + 1) as u64;
        let count = ladder.as_ref().map_or(0, Ladder::count) as u64;
        Film {
            blob_id,
            original,
            sources,
            ladder,
            places: moka::sync::Cache::new(sizes * count),
            inits: moka::sync::Cache::new(sizes),
        }
    }

    /// The number of its content.
    pub(super) fn blob_id(&self) -> BlobId {
        self.blob_id
    }

    /// The key of the file that it is encoded from.
    pub(super) fn decoded(&self) -> &str {
        self.sources.decoded()
    }

    /// A track of the original, with the key of its file.
    pub(super) fn track(&self, track: TrackName) -> Option<(&Track, &str)> {
        let original = self.original.as_ref()?;
        let Sources { pictures, sound, .. } = &self.sources;
        match track {
            TrackName::Video => Some((original.video.as_ref()?, pictures)),
            TrackName::Audio => {
                Some((original.audio.as_ref()?, sound.as_ref().unwrap_or(pictures)))
            }
            TrackName::Encoded(_) | TrackName::Text(_) => None,
        }
    }

    /// How long each segment of an encoded track is, in seconds; `None` where there is no such
    /// track.
    pub(super) fn encoded(&self, size: i64) -> Option<Vec<f64>> {
        let ladder = self.ladder.as_ref()?;
        match size {
            queue::SOUND => Some(ladder.sound_segments()).filter(|segments| !segments.is_empty()),
            _ => {
                let mut sizes = ladder.sizes().into_iter();
                sizes.find(|known| i64::from(known.name) == size)?;
                Some(ladder.segments().collect())
            }
        }
    }

    /// Where an encoded segment lies; `None` where it is not made yet.
    pub(super) async fn place(
        &self,
        playback: &Playback,
        size: i64,
        segment: usize,
    ) -> Result<Option<Place>> {
        if let Some(place) = self.places.get(&(size, segment)) {
            return Ok(Some(place));
        }
        let id = self.blob_id;
        let found =
            yingku_db::ladder::find_unit(&playback.base.db, id, size, segment as i64).await?;
        let Some(unit) = found else { return Ok(None) };
        let offsets: Vec<u64> = serde_json::from_str(&unit.offsets)
            .map_err(|error| Error::Internal(format!("a unit cannot be read: {error}")))?;
        let storage_key: Arc<str> = unit.storage_key.into();
        for (number, ends) in (unit.first as usize..).zip(offsets.windows(2)) {
            let place = Place { storage_key: Arc::clone(&storage_key), range: ends[0]..ends[1] };
            self.places.insert((size, number), place);
        }
        Ok(self.places.get(&(size, segment)))
    }

    /// The beginning of an encoded track; `None` where nothing of it is made yet.
    pub(super) async fn init(&self, playback: &Playback, size: i64) -> Result<Option<Bytes>> {
        if let Some(init) = self.inits.get(&size) {
            return Ok(Some(init));
        }
        for row in yingku_db::ladder::list_encodings(&playback.base.db, self.blob_id).await? {
            let init = BASE64
                .decode(row.init)
                .map_err(|error| Error::Internal(format!("a size cannot be read: {error}")))?;
            self.inits.insert(row.size, init.into());
        }
        Ok(self.inits.get(&size))
    }
}

impl Place {
    /// The key of the file.
    pub(super) fn storage_key(&self) -> &str {
        &self.storage_key
    }

    /// What is sent of it.
    pub(super) fn asset(&self, is_audio: bool) -> Asset {
        Asset::Media { head: Vec::new(), ranges: vec![self.range.clone()], is_audio }
    }
}

/// How many segments a preview of so many milliseconds has, of those with these lengths in
/// seconds: those that begin within it, but never the last. 0 for all of it.
pub(super) fn previewed(lengths: &[f64], preview_ms: i64) -> usize {
    if preview_ms == 0 {
        return lengths.len();
    }
    let mut at = 0.0;
    let begins = lengths.iter().map(|length| {
        let begin = at;
        at += length;
        begin * 1_000.0
    });
    let begun = begins.take_while(|&begin| begin < preview_ms as f64).count();
    begun.min(lengths.len().saturating_sub(1))
}
