//! Films as they are played: what was computed from a content's own tables, kept in memory
//! for as long as somebody watches and there is room.

use super::playlist;
use crate::app::{App, Error, Result, error::not_found};
use crate::blob::{Blob, BlobError};
use moka::future::Cache;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use yingku_core::Millis;
use yingku_core::playback::State;
use yingku_db::rows;
use yingku_fmp4::{Error as ReadError, Movie, Obstacle, Source, Streamable, Track};

/// The version of the rules by which contents are planned. A higher one looks at all of them
/// again.
pub(super) const PLANNER: i64 = 1;
/// Bytes of tables that are kept in memory: a film of two hours has two to three million.
const MOST_BYTES: u64 = 48 << 20;
/// Tables that nobody asked for in this time are forgotten.
const IDLE: Duration = Duration::from_secs(10 * 60);
/// What is made of a content: pictures and sound in a plain MP4, …
pub(super) const COPY: &str = "copy";
/// … or the sound alone.
pub(super) const AUDIO: &str = "audio";
/// Films whose tables are read at the same time.
const MOST_READ: usize = 2;

/// The films that are known, by the number of their content.
pub(in crate::app) struct Films {
    known: Cache<i64, Arc<Film>>,
    places: Semaphore,
}

impl Default for Films {
    fn default() -> Self {
        let weigh = |_: &i64, film: &Arc<Film>| {
            u32::try_from(film.streamable.table_bytes()).unwrap_or(u32::MAX)
        };
        let known = Cache::builder().max_capacity(MOST_BYTES).time_to_idle(IDLE).weigher(weigh);
        Films { known: known.build(), places: Semaphore::new(MOST_READ) }
    }
}

impl Films {
    /// Forgets a film of which something new was made.
    pub(super) async fn forget(&self, blob_id: i64) {
        self.known.invalidate(&blob_id).await;
    }

    /// A film that can be played. However many ask at once, its tables are read once.
    ///
    /// # Errors
    /// `not_found` where it cannot be played; what the storage says.
    pub(super) async fn find(&self, app: &App, blob: &rows::Blob) -> Result<Arc<Film>> {
        let read = async {
            // The semaphore is never closed.
            let _place = self.places.acquire().await.ok();
            let sources = Sources::of(app, blob).await?;
            let (pictures, sound) = sources.open(app).await?;
            let planned = plan(pictures, sound).await?.map_err(|_| not_found("segment"))?;
            Ok::<_, Error>(Arc::new(Film { streamable: planned, sources }))
        };
        // All who asked get the same answer; what is behind it is logged here.
        self.known.try_get_with(blob.id, read).await.map_err(|error| {
            if let Some(fault) = error.fault() {
                tracing::error!(blob = blob.id, fault, "a film cannot be read");
            }
            error.refusal().into()
        })
    }
}

/// Where the parts of a film lie, by their keys.
#[derive(Clone, Debug)]
pub(super) struct Sources {
    /// The file with the pictures, or with all there is.
    pub(super) pictures: String,
    /// The file with the sound, where that is another.
    pub(super) sound: Option<String>,
}

impl Sources {
    /// The content itself, and what was made of it.
    async fn of(app: &App, blob: &rows::Blob) -> Result<Sources> {
        let mut sources = Sources { pictures: blob.storage_key.clone(), sound: None };
        for made in yingku_db::rendition::list(&app.db, blob.id).await? {
            match made.kind.as_str() {
                COPY => sources.pictures = made.storage_key,
                AUDIO => sources.sound = Some(made.storage_key),
                _ => {}
            }
        }
        Ok(sources)
    }

    async fn open(&self, app: &App) -> Result<(BlobSource, Option<BlobSource>)> {
        let pictures = BlobSource(app.blobs.get(&self.pictures).await?);
        let sound = match &self.sound {
            Some(key) => Some(BlobSource(app.blobs.get(key).await?)),
            None => None,
        };
        Ok((pictures, sound))
    }
}

/// Why a film cannot be played from its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unplayable {
    /// They are no MP4, or a damaged one.
    Container,
    /// They are, and something in them stands against it.
    Film(Obstacle),
}

impl Unplayable {
    /// The stable word.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Unplayable::Container => "container",
            Unplayable::Film(obstacle) => match obstacle {
                Obstacle::Empty => "unreadable",
                Obstacle::Fragmented => "fragmented",
                Obstacle::VideoCodec => "video_codec",
                Obstacle::AudioCodec => "audio_codec",
                Obstacle::Turned => "turned",
                Obstacle::Edited => "edited",
                Obstacle::SparseKeyFrames | Obstacle::OpenGroups => "key_frames",
                Obstacle::Uneven => "uneven",
            },
        }
    }
}

/// How a film can be played from a file, or from two.
///
/// # Errors
/// What the disk says.
pub(super) async fn plan<S: Source + Send + 'static>(
    pictures: S,
    sound: Option<S>,
) -> Result<std::result::Result<Streamable, Unplayable>> {
    let planned = spawn_blocking(move || {
        let sound = sound.map(|sound| Movie::read(&sound)).transpose()?;
        Streamable::plan(Movie::read(&pictures)?, &pictures, sound)
    });
    match planned.await.map_err(|error| Error::Internal(error.to_string()))? {
        Ok(Ok(film)) => Ok(Ok(film)),
        Ok(Err(obstacle)) => Ok(Err(Unplayable::Film(obstacle))),
        Err(ReadError::Io(error)) if error.kind() != io::ErrorKind::UnexpectedEof => {
            Err(BlobError::from(error).into())
        }
        Err(_) => Ok(Err(Unplayable::Container)),
    }
}

/// The row that says how a content can be played.
pub(super) fn row(blob_id: i64, state: State, reason: Option<&str>, now: Millis) -> rows::Film {
    rows::Film {
        blob_id,
        state: state.as_str().to_owned(),
        reason: reason.map(str::to_owned),
        planner: PLANNER,
        planned_at_ms: now,
    }
}

/// A kept content, to be read at any place.
pub(super) struct BlobSource(pub(super) Blob);

impl Source for BlobSource {
    fn size_bytes(&self) -> u64 {
        self.0.size_bytes()
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.0.read_exact_at(buffer, offset)
    }
}

/// A film that can be played.
pub(super) struct Film {
    streamable: Streamable,
    sources: Sources,
}

/// What is sent for a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asset {
    /// A playlist.
    Playlist(String),
    /// Bytes made here, then these ranges of the content; what does not change any more.
    Media {
        /// What comes first.
        head: Vec<u8>,
        /// Ranges of the content.
        ranges: Vec<Range<u64>>,
        /// Whether it is sound alone.
        is_audio: bool,
    },
}

impl Film {
    /// The key of the file that an asset's ranges are of.
    pub(super) fn source_of(&self, asset: &Asset) -> &str {
        match (&self.sources.sound, asset) {
            (Some(sound), Asset::Media { is_audio: true, .. }) => sound,
            _ => &self.sources.pictures,
        }
    }

    /// What is sent for a name below the address: `master.m3u8`, `video/index.m3u8`,
    /// `video/init.mp4`, `video/12.m4s`, and the same for `audio`. Of a preview, what begins within
    /// so many milliseconds; 0 for all of it.
    pub(super) fn find(&self, name: &str, preview_ms: i64) -> Option<Asset> {
        if name == playlist::MASTER {
            return Some(Asset::Playlist(playlist::master(&self.streamable)));
        }
        let (folder, file) = name.split_once('/')?;
        let (track, is_audio) = match folder {
            playlist::VIDEO => (self.streamable.video.as_ref()?, false),
            playlist::AUDIO => (self.streamable.audio.as_ref()?, true),
            _ => return None,
        };
        match file {
            "index.m3u8" => {
                Some(Asset::Playlist(playlist::media(track, previewed(track, preview_ms))))
            }
            "init.mp4" => Some(Asset::Media { head: track.init(), ranges: Vec::new(), is_audio }),
            _ => segment(track, file, previewed(track, preview_ms), is_audio),
        }
    }
}

/// How many segments of a track a preview has.
fn previewed(track: &Track, preview_ms: i64) -> usize {
    let is_in = |start: i64| track.seconds(start) * 1_000.0 < preview_ms as f64;
    match preview_ms {
        0 => track.segments.len(),
        _ => {
            let begun = track.segments.iter().take_while(|segment| is_in(segment.start)).count();
            begun.min(track.segments.len() - 1)
        }
    }
}

fn segment(track: &Track, file: &str, count: usize, is_audio: bool) -> Option<Asset> {
    let number = file.strip_suffix(".m4s")?;
    let parsed: usize = number.parse().ok()?;
    // One address for each: `+1` and `01` are none.
    let is_there = parsed < count && parsed.to_string() == number;
    let segment = track.segment(parsed).filter(|_| is_there)?;
    Some(Asset::Media { head: segment.head, ranges: segment.ranges, is_audio })
}
