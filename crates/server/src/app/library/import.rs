//! Importing: films of a folder of this machine become videos without travelling, by the same
//! checks and records as uploads.

use crate::app::library::sidecar::Sidecar;
use crate::app::library::upload::{refuse_if_used, too_large};
use crate::app::support::error::invalid;
use crate::app::{Caller, Error, Library, Result, Upload};
use crate::blob::{AdoptError, Adoption, BlobError};
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use yingku_core::content;
use yingku_core::field::FieldProblem;
use yingku_core::id::VideoId;
use yingku_core::import::naming;
use yingku_db::{rows, transaction};
use yingku_protocol::{Code, Refusal, UploadVideo, Video};

/// What happens to the files of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportMode {
    /// They are copied, and stay.
    Copy,
    /// They get a second name in the store, and stay: they must not be changed afterwards.
    Link,
    /// They are gone from the folder once they are videos.
    Move,
}

/// A film that was found in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundFilm {
    /// Where it lies.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// The folders that it lies in, below the one that is imported.
    pub folders: Vec<String>,
    /// Whether it is the only film of its folder.
    pub is_alone: bool,
}

/// What became of a film.
#[derive(Debug)]
pub enum Imported {
    /// A video, by this.
    Added(Box<Video>),
    /// It would become one.
    Planned(Box<UploadVideo>),
    /// This video has its content.
    Existing(VideoId),
    /// A video in the trash has its content.
    InTrash(VideoId),
    /// It was imported, or refused, before, and is unchanged since.
    Seen,
}

/// The films of a folder and of those below it, in natural order: 第2讲 before 第10讲. What is
/// hidden is left out, and links to folders are not followed: they may lead in a circle.
///
/// # Errors
/// What the file system says of the folder itself; folders below that cannot be read are logged.
pub fn find_films(root: &Path) -> std::io::Result<Vec<FoundFilm>> {
    let mut entries = Vec::new();
    let walk = walkdir::WalkDir::new(root).min_depth(1).into_iter();
    let is_shown =
        |entry: &walkdir::DirEntry| !entry.file_name().to_string_lossy().starts_with('.');
    std::fs::read_dir(root)?;
    for entry in walk.filter_entry(is_shown) {
        match entry {
            Ok(entry) => entries.push(entry.into_path()),
            Err(error) => tracing::warn!(%error, "a folder cannot be read"),
        }
    }
    entries.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        content::is_film_name(&name) && path.is_file()
    });
    alphanumeric_sort::sort_path_slice(&mut entries);
    let mut in_folder: BTreeMap<PathBuf, usize> = BTreeMap::new();
    for path in &entries {
        *in_folder.entry(path.parent().unwrap_or(root).to_owned()).or_default() += 1;
    }
    let found = entries.into_iter().map(|path| {
        let parent = path.parent().unwrap_or(root);
        let below = parent.strip_prefix(root).unwrap_or(Path::new(""));
        let names = below.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
        FoundFilm {
            size_bytes: path.metadata().map_or(0, |metadata| metadata.len()),
            folders: names.collect(),
            is_alone: in_folder.get(parent) == Some(&1),
            path,
        }
    });
    Ok(found.collect())
}

impl Library {
    /// Makes a video of a film in a folder. `about` holds for all of them; what the film's place
    /// and a file beside it say goes into what `about` leaves open.
    ///
    /// # Errors
    /// Where it is refused. That it is no film is noted: it is not read again until it changes.
    pub async fn import_film(
        &self,
        caller: &Caller,
        film: &FoundFilm,
        about: &UploadVideo,
        mode: ImportMode,
        is_dry: bool,
    ) -> Result<Imported> {
        let metadata = tokio::fs::metadata(&film.path).await.map_err(BlobError::from)?;
        let seen = self.find_imported(&film.path).await?;
        if seen.is_some_and(|seen| is_same(&seen, &metadata)) {
            return Ok(Imported::Seen);
        }
        let about = describe(film, about).await?;
        let outcome = match self.find_content(&film.path).await? {
            Some(outcome) => Ok(outcome),
            None if is_dry => return Ok(Imported::Planned(Box::new(about))),
            None => self.adopt_film(caller, film, &about, mode).await,
        };
        if !is_dry {
            self.note_imported(&film.path, &metadata, &outcome).await?;
        }
        if mode == ImportMode::Move && matches!(outcome, Ok(Imported::Added(_))) {
            tokio::fs::remove_file(&film.path).await.map_err(BlobError::from)?;
        }
        outcome
    }

    /// The video that has the content of a file: asked by its fingerprint, and only where that is
    /// known read as a whole.
    async fn find_content(&self, path: &Path) -> Result<Option<Imported>> {
        let staging = &self.base.blobs.staging;
        let (size_bytes, fingerprint) = staging.fingerprint_of(path).await?;
        let size_bytes = i64::try_from(size_bytes).unwrap_or(i64::MAX);
        let known =
            yingku_db::blob::ids_by_fingerprint(&self.base.db, &fingerprint, size_bytes).await?;
        if known.is_empty() {
            return Ok(None);
        }
        let hash = staging.hash_of(path).await?;
        let Some(blob) = yingku_db::blob::find_by_hash(&self.base.db, &hash).await? else {
            return Ok(None);
        };
        match refuse_if_used(&self.base.db, blob.id).await {
            Ok(()) => Ok(None),
            Err(error) => used(error).map(Some),
        }
    }

    async fn adopt_film(
        &self,
        caller: &Caller,
        film: &FoundFilm,
        about: &UploadVideo,
        mode: ImportMode,
    ) -> Result<Imported> {
        let upload = Upload::check(about)?;
        let settings = self.base.settings(&self.base.db).await?;
        upload.check_pricing(&settings)?;
        if film.size_bytes > settings.upload_max_bytes {
            return Err(too_large(settings.upload_max_bytes));
        }
        // A second name of a symbolic link would leave the bytes outside the store.
        let is_copied = mode == ImportMode::Copy || film.path.is_symlink();
        let how = if is_copied { Adoption::Copy } else { Adoption::Link };
        let adopted = match self.take(&film.path, how).await {
            // What is moved may come from anywhere.
            Err(AdoptError::Elsewhere) if mode == ImportMode::Move => {
                self.take(&film.path, Adoption::Copy).await
            }
            adopted => adopted,
        };
        let received = adopted.map_err(|error| match error {
            AdoptError::Changed => Refusal::from(Code::FileChanged).into(),
            AdoptError::Elsewhere => Refusal::from(Code::OtherFileSystem).into(),
            AdoptError::Blob(error) => Error::Storage(error),
        })?;
        match self.add_video(caller, upload, received).await {
            Ok(video) => Ok(Imported::Added(Box::new(video))),
            Err(error) => used(error),
        }
    }

    async fn take(
        &self,
        path: &Path,
        how: Adoption,
    ) -> std::result::Result<crate::blob::Received, AdoptError> {
        let size_bytes = tokio::fs::metadata(path).await?.len();
        if how == Adoption::Copy && size_bytes > self.base.blobs.free_bytes().await? {
            return Err(BlobError::Full.into());
        }
        self.base.blobs.staging.adopt(path, how).await
    }

    async fn find_imported(&self, path: &Path) -> Result<Option<rows::Imported>> {
        Ok(yingku_db::imported::find(&self.base.db, &hash_of(path)).await?)
    }

    /// Notes what became of a file, unless that says nothing of the file.
    async fn note_imported(
        &self,
        path: &Path,
        metadata: &Metadata,
        outcome: &Result<Imported>,
    ) -> Result<()> {
        let (code, video_id) = match outcome {
            Ok(Imported::Added(video)) => (None, Some(VideoId(video.id))),
            Ok(Imported::Existing(id)) => (Some(Code::VideoExists), Some(*id)),
            Ok(Imported::InTrash(id)) => (Some(Code::VideoInTrash), Some(*id)),
            Err(Error::Refused(refusal)) if refusal.code == Code::NotAFilm => {
                (Some(refusal.code), None)
            }
            _ => return Ok(()),
        };
        let row = rows::Imported {
            path_hash: hash_of(path),
            path: path.display().to_string(),
            size_bytes: size_of(metadata),
            modified_ms: modified_of(metadata),
            code: code.map(|code| code.as_str().to_owned()),
            video_id,
            looked_at_ms: self.base.now(),
        };
        transaction!(self.base.db, |tx| yingku_db::imported::put(tx, row.clone()).await)
            .map_err(Error::Database)
    }
}

/// A film as a video: what was said of all, what lies beside it, and what its place says.
async fn describe(film: &FoundFilm, about: &UploadVideo) -> Result<UploadVideo> {
    let file_name = film.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if film.size_bytes == 0 {
        return Err(invalid("file", FieldProblem::Empty));
    }
    let (path, is_alone) = (film.path.clone(), film.is_alone);
    let read = tokio::task::spawn_blocking(move || Sidecar::beside(&path, is_alone)).await;
    let beside = read.map_err(|error| Error::Internal(error.to_string()))??;
    let folders: Vec<&str> = film.folders.iter().map(String::as_str).collect();
    let place = naming(&folders, &file_name, film.is_alone);
    let category = Some(place.category).filter(|category| !category.is_empty());
    let tags = Some(beside.tags.join(",")).filter(|tags| !tags.is_empty());
    Ok(UploadVideo {
        title: beside.title.or(Some(place.title)),
        description: about.description.clone().or(beside.description),
        category: about.category.clone().or(beside.category).or(category),
        tags: about.tags.clone().or(tags),
        is_free: about.is_free.or(beside.is_free),
        price_minor: about.price_minor.or(beside.price_minor),
        member_price_minor: about.member_price_minor.or(beside.member_price_minor),
        visibility: about.visibility.or(beside.visibility),
        file_name,
        content_hash: None,
    })
}

/// Content that a video has already is no failure of an import.
fn used(error: Error) -> Result<Imported> {
    let Error::Refused(refusal) = &error else { return Err(error) };
    let id = refusal.facts.get("video_id").and_then(serde_json::Value::as_i64).map(VideoId);
    match (refusal.code, id) {
        (Code::VideoExists, Some(id)) => Ok(Imported::Existing(id)),
        (Code::VideoInTrash, Some(id)) => Ok(Imported::InTrash(id)),
        _ => Err(error),
    }
}

fn hash_of(path: &Path) -> String {
    blake3::hash(path.as_os_str().as_encoded_bytes()).to_hex().to_string()
}

fn is_same(seen: &rows::Imported, metadata: &Metadata) -> bool {
    seen.size_bytes == size_of(metadata) && seen.modified_ms == modified_of(metadata)
}

fn size_of(metadata: &Metadata) -> i64 {
    i64::try_from(metadata.len()).unwrap_or(i64::MAX)
}

fn modified_of(metadata: &Metadata) -> i64 {
    let since = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    since.and_then(|since| i64::try_from(since.as_millis()).ok()).unwrap_or_default()
}
