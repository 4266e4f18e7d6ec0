//! The files of a film: the content and what was made of it, and whether browsers can play them as
//! they are.

use crate::app::{Error, Playback, Result};
use crate::blob::{Blob, BlobError};
use std::io;
use tokio::task::spawn_blocking;
use yingku_core::Millis;
use yingku_core::id::BlobId;
use yingku_core::playback::RenditionKind;
use yingku_core::playback::State;
use yingku_db::rows;
use yingku_fmp4::{Error as ReadError, Movie, Obstacle, Source, Streamable};

/// The version of the rules by which contents are planned. A higher one looks at all of them
/// again.
pub(super) const PLANNER: i64 = 2;

/// Where the parts of a film lie, by their keys.
#[derive(Clone, Debug)]
pub(super) struct Sources {
    /// The file with the pictures, or with all there is.
    pub(super) pictures: String,
    /// The file with the sound, where that is another.
    pub(super) sound: Option<String>,
    /// A copy from which it is encoded, where it is not from the file with the pictures.
    pub(super) copy: Option<String>,
}

impl Sources {
    /// The content itself, and what was made of it.
    pub(super) async fn of(playback: &Playback, blob: &rows::Blob) -> Result<Sources> {
        let mut sources = Sources { pictures: blob.storage_key.clone(), sound: None, copy: None };
        for made in yingku_db::rendition::list(&playback.base.db, blob.id).await? {
            match made.kind {
                RenditionKind::Copy => sources.pictures = made.storage_key,
                RenditionKind::Audio => sources.sound = Some(made.storage_key),
                RenditionKind::Source => sources.copy = Some(made.storage_key),
            }
        }
        Ok(sources)
    }

    /// The key of the file that it is encoded from.
    pub(super) fn decoded(&self) -> &str {
        self.copy.as_ref().unwrap_or(&self.pictures)
    }

    pub(super) async fn open(
        &self,
        playback: &Playback,
    ) -> Result<(BlobSource, Option<BlobSource>)> {
        let pictures = BlobSource(playback.base.blobs.get(&self.pictures).await?);
        let sound = match &self.sound {
            Some(key) => Some(BlobSource(playback.base.blobs.get(key).await?)),
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

/// How every browser can play a film from a file, or from two.
///
/// # Errors
/// What the disk says.
pub(super) async fn plan<S: Source + Send + 'static>(
    pictures: S,
    sound: Option<S>,
) -> Result<std::result::Result<Streamable, Unplayable>> {
    Ok(read(pictures, sound).await?.and_then(|film| match film.is_universal() {
        true => Ok(film),
        false => Err(Unplayable::Film(Obstacle::VideoCodec)),
    }))
}

/// How some browsers at least can play it.
pub(super) async fn read<S: Source + Send + 'static>(
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
pub(super) fn row(blob_id: BlobId, state: State, reason: Option<&str>, now: Millis) -> rows::Film {
    rows::Film {
        blob_id,
        state,
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
