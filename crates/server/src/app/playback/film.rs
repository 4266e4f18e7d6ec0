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
    /// A film that can be played. However many ask at once, its tables are read once.
    ///
    /// # Errors
    /// `not_found` where it cannot be played; what the storage says.
    pub(super) async fn find(&self, app: &App, blob: &rows::Blob) -> Result<Arc<Film>> {
        let read = async {
            // The semaphore is never closed.
            let _place = self.places.acquire().await.ok();
            let file = app.blobs.get(&blob.storage_key).await?;
            let planned = spawn_blocking(move || plan(&BlobSource(file))).await;
            let planned = planned.map_err(|error| Error::Internal(error.to_string()))?;
            let film = planned.map_err(BlobError::from)?.map_err(|_| not_found("segment"))?;
            Ok::<_, Error>(Arc::new(Film { streamable: film }))
        };
        self.known.try_get_with(blob.id, read).await.map_err(|error| match &*error {
            Error::Refused(refusal) => refusal.clone().into(),
            other => Error::Internal(other.fault().unwrap_or_default()),
        })
    }
}

/// How a content can be played, by looking into its file. Waits for the disk.
///
/// # Errors
/// What the disk says.
fn plan(source: &impl Source) -> io::Result<std::result::Result<Streamable, &'static str>> {
    match Movie::read(source).and_then(|movie| Streamable::plan(movie, source)) {
        Ok(Ok(film)) => Ok(Ok(film)),
        Ok(Err(obstacle)) => Ok(Err(reason(obstacle))),
        Err(ReadError::Io(error)) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
        Err(_) => Ok(Err("container")),
    }
}

/// The row for a content of that number, planned now. Waits for the disk.
///
/// # Errors
/// What the disk says.
pub(super) fn planned(source: &impl Source, blob_id: i64, now: Millis) -> io::Result<rows::Film> {
    let reason = plan(source)?.err();
    let state = if reason.is_some() { State::Unplayable } else { State::Ready };
    Ok(rows::Film {
        blob_id,
        state: state.as_str().to_owned(),
        reason: reason.map(str::to_owned),
        planner: PLANNER,
        planned_at_ms: now,
    })
}

/// The stable word for an obstacle.
fn reason(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::Empty => "unreadable",
        Obstacle::Fragmented => "fragmented",
        Obstacle::VideoCodec => "video_codec",
        Obstacle::AudioCodec => "audio_codec",
        Obstacle::Turned => "turned",
        Obstacle::Edited => "edited",
        Obstacle::SparseKeyFrames | Obstacle::OpenGroups => "key_frames",
        Obstacle::Uneven => "uneven",
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
    /// What is sent for a name below the address: `master.m3u8`, `video/index.m3u8`,
    /// `video/init.mp4`, `video/12.m4s`, and the same for `audio`.
    pub(super) fn find(&self, name: &str) -> Option<Asset> {
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
            "index.m3u8" => Some(Asset::Playlist(playlist::media(track))),
            "init.mp4" => Some(Asset::Media { head: track.init(), ranges: Vec::new(), is_audio }),
            _ => segment(track, file, is_audio),
        }
    }
}

fn segment(track: &Track, file: &str, is_audio: bool) -> Option<Asset> {
    let number = file.strip_suffix(".m4s")?;
    let parsed: usize = number.parse().ok()?;
    // One address for each: `+1` and `01` are none.
    let segment = track.segment(parsed).filter(|_| parsed.to_string() == number)?;
    Some(Asset::Media { head: segment.head, ranges: segment.ranges, is_audio })
}
