//! Pictures of contents: a job takes them, once for each content. Posters and sheets are files of
//! the store, each with all that belongs to it, one behind the other.

use super::source::Sources;
use crate::app::support::error::{invalid, not_found};
use crate::app::support::job::{self, Claim};
use crate::app::support::token;
use crate::app::{Error, Playback, Result};
use crate::blob::{Blob, BlobError, Scratch};
use crate::media::{Coding, ConvertError, CoverFormat, FRAME_FILES, Probe, Prober};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fs::File;
use std::io::Write as _;
use std::ops::Range;
use std::path::Path;
use tokio::task::spawn_blocking;
use yingku_core::field::FieldProblem;
use yingku_core::id::BlobId;
use yingku_core::job::Kind;
use yingku_core::picture::{CELL, PictureKind, SHEET_SIDE, SheetPlan, moments, sheets};
use yingku_db::{rows, transaction};
use yingku_protocol::Code;

/// Contents that are queued in one transaction.
const MOST_QUEUED: u64 = 100;

/// What lies in a picture's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::app) struct PartOfPicture {
    /// Its name in the picture's address, such as `640.webp`.
    pub(in crate::app) name: String,
    /// Its media type.
    pub(in crate::app) media_type: String,
    /// In pixels.
    pub(in crate::app) width: u32,
    /// In pixels.
    pub(in crate::app) height: u32,
    /// Where it begins in the file.
    offset: u64,
    /// How long it is, in bytes.
    size: u64,
}

/// The files of a picture, as its row says.
pub(in crate::app) fn parts_of(picture: &rows::Picture) -> Vec<PartOfPicture> {
    serde_json::from_str(&picture.files).unwrap_or_default()
}

/// A file of a picture, ready to be sent.
#[derive(Clone, Debug)]
pub struct PictureFile {
    /// Where it lies.
    pub blob: Blob,
    /// Which part of that it is, in bytes.
    pub range: Range<u64>,
    /// Its media type.
    pub media_type: String,
    /// When it was made, in milliseconds since the epoch.
    pub created_at_ms: i64,
}

/// A picture that was taken, and is not kept yet.
struct Taken {
    kind: PictureKind,
    at_ms: i64,
    parts: Vec<PartOfPicture>,
    bytes: Vec<u8>,
    blur: String,
    moments: Vec<i64>,
    /// How much there is to be seen in it: bytes of its JPEG.
    detail: usize,
}

impl Playback {
    /// Takes the pictures of a content, and ends the job with the commit that keeps them.
    pub(in crate::app) async fn take_pictures(&self, claim: &Claim) -> Result<()> {
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
        let taken = match look.probe {
            Some(probe) if probe.pictures.is_some() => self.take_from(&blob, &probe).await?,
            _ => Vec::new(),
        };
        let mut kept = Vec::new();
        for (place, taken) in ranked(taken) {
            kept.push(self.keep_picture(id, place, taken).await?);
        }
        if kept.is_empty() {
            kept.push(row(id, PictureKind::Nothing, 0, self.base.now()));
        }
        let replaced = transaction!(self.base.db, |tx| {
            // Purged while they were taken.
            let replaced = match yingku_db::blob::hold(tx, id).await? {
                true => yingku_db::picture::put_all(tx, id, kept.clone()).await?,
                false => kept.iter().filter_map(|row| row.storage_key.clone()).collect(),
            };
            claim.done(tx).await?;
            Ok(replaced)
        });
        let useless = match &replaced {
            Ok(replaced) => replaced.clone(),
            Err(_) => kept.iter().filter_map(|row| row.storage_key.clone()).collect(),
        };
        for key in &useless {
            self.base.blobs.delete(key).await?;
        }
        replaced.map(drop)
    }

    /// Queues the taking of pictures of every content of which none were taken.
    pub(in crate::app) async fn find_unpictured(&self) -> Result<()> {
        let mut after = BlobId(0);
        loop {
            let ids = yingku_db::picture::list_to_take(&self.base.db, after, MOST_QUEUED).await?;
            let Some(&last) = ids.last() else { return Ok(()) };
            after = last;
            self.base.enqueue_about_all(Kind::Picture, &ids).await?;
        }
    }

    /// Finds a file of a picture.
    ///
    /// # Errors
    /// `not_found` where there is none of that name.
    pub async fn find_picture(&self, name: &str, file: &str) -> Result<PictureFile> {
        let missing = || not_found("picture");
        let row = yingku_db::picture::find(&self.base.db, name).await?.ok_or_else(missing)?;
        let part = parts_of(&row).into_iter().find(|part| part.name == file);
        let (part, key) = part.zip(row.storage_key.as_deref()).ok_or_else(missing)?;
        Ok(PictureFile {
            blob: self.base.blobs.get(key).await?,
            range: part.offset..part.offset + part.size,
            media_type: part.media_type,
            created_at_ms: row.created_at_ms,
        })
    }

    /// Makes the sizes of a picture that an admin uploaded, and keeps them in a file; whoever calls
    /// writes the row.
    ///
    /// # Errors
    /// `invalid_field` for `file` where it is no picture; [`Code::NoFfmpeg`].
    pub(in crate::app) async fn keep_cover(
        &self,
        id: BlobId,
        source: &[u8],
    ) -> Result<rows::Picture> {
        let wrong = || invalid("file", FieldProblem::BadFormat("JPEG/PNG/WebP"));
        if source.is_empty() {
            return Err(invalid("file", FieldProblem::Empty));
        }
        let format = CoverFormat::of(source).ok_or_else(wrong)?;
        let prober = self.base.prober().await.filter(Prober::can_encode);
        let prober = prober.ok_or(Error::from(Code::NoFfmpeg))?;
        if self.base.settings(&self.base.db).await?.sandbox_required && !prober.is_sandboxed() {
            return Err(Code::NoFfmpeg.into());
        }
        let input = self.base.blobs.staging.scratch().await?;
        tokio::fs::write(input.path(), source).await.map_err(BlobError::from)?;
        let outputs = self.scratches().await?;
        let paths: Vec<&Path> = outputs.iter().map(Scratch::path).collect();
        if !is_made(prober.cover(format, input.path(), &paths).await)? {
            return Err(wrong());
        }
        let taken = frame_of(0, &read_all(&outputs).await?).ok_or_else(wrong)?;
        self.keep_picture(id, 0, Taken { kind: PictureKind::Cover, ..taken }).await
    }

    /// Empty files for all sizes of a poster.
    async fn scratches(&self) -> Result<Vec<Scratch>> {
        let mut outputs = Vec::new();
        for _ in FRAME_FILES {
            outputs.push(self.base.blobs.staging.scratch().await?);
        }
        Ok(outputs)
    }

    async fn take_from(&self, blob: &rows::Blob, probe: &Probe) -> Result<Vec<Taken>> {
        let Some(prober) = self.base.prober().await else { return Ok(Vec::new()) };
        let sources = Sources::of(self, blob).await?;
        let path = self.base.blobs.local_path(sources.decoded()).await?;
        let is_hdr = probe.pictures.as_ref().is_some_and(|pictures| pictures.is_hdr);
        let duration_ms = probe.duration_ms.unwrap_or_default();
        let mut taken = Vec::new();
        for at_ms in moments(duration_ms) {
            taken.extend(self.take_frame(&prober, &path, at_ms, is_hdr).await?);
        }
        for plan in sheets(duration_ms) {
            taken.extend(self.take_sheet(&prober, &path, plan, is_hdr).await?);
        }
        Ok(taken)
    }

    async fn take_frame(
        &self,
        prober: &Prober,
        path: &Path,
        at_ms: i64,
        is_hdr: bool,
    ) -> Result<Option<Taken>> {
        let outputs = self.scratches().await?;
        let paths: Vec<&Path> = outputs.iter().map(Scratch::path).collect();
        if !is_made(prober.frame(path, at_ms, is_hdr, &paths).await)? {
            return Ok(None);
        }
        Ok(frame_of(at_ms, &read_all(&outputs).await?))
    }

    async fn take_sheet(
        &self,
        prober: &Prober,
        path: &Path,
        plan: SheetPlan,
        is_hdr: bool,
    ) -> Result<Option<Taken>> {
        let output = self.base.blobs.staging.scratch().await?;
        let moments = match prober.sheet(path, plan, is_hdr, output.path()).await {
            Ok(moments) => moments,
            Err(error) => return is_made(Err(error)).map(|_| None),
        };
        let bytes = tokio::fs::read(output.path()).await.map_err(BlobError::from)?;
        if moments.is_empty() || bytes.is_empty() {
            return Ok(None);
        }
        let part = PartOfPicture {
            name: "sheet.webp".to_owned(),
            media_type: "image/webp".to_owned(),
            width: CELL.0 * SHEET_SIDE,
            height: CELL.1 * SHEET_SIDE,
            offset: 0,
            size: bytes.len() as u64,
        };
        Ok(Some(Taken {
            kind: PictureKind::Sheet,
            at_ms: plan.start_ms,
            parts: Vec::from([part]),
            detail: bytes.len(),
            bytes,
            blur: String::new(),
            moments,
        }))
    }

    async fn keep_picture(&self, id: BlobId, place: i64, taken: Taken) -> Result<rows::Picture> {
        let scratch = self.base.blobs.staging.scratch().await?;
        let path = scratch.path().to_owned();
        let written =
            spawn_blocking(move || File::options().write(true).open(path)?.write_all(&taken.bytes));
        written
            .await
            .map_err(|error| Error::Internal(error.to_string()))?
            .map_err(BlobError::from)?;
        Ok(rows::Picture {
            at_ms: taken.at_ms,
            storage_key: Some(self.base.blobs.keep_scratch(scratch).await?),
            files: json!(taken.parts).to_string(),
            blur: taken.blur,
            moments: json!(taken.moments).to_string(),
            ..row(id, taken.kind, place, self.base.now())
        })
    }
}

async fn read_all(files: &[Scratch]) -> Result<Vec<Vec<u8>>> {
    let mut all = Vec::new();
    for file in files {
        all.push(tokio::fs::read(file.path()).await.map_err(BlobError::from)?);
    }
    Ok(all)
}

fn row(blob_id: BlobId, kind: PictureKind, place: i64, now: i64) -> rows::Picture {
    rows::Picture {
        name: token::name(),
        blob_id,
        kind,
        place,
        at_ms: 0,
        storage_key: None,
        files: "[]".to_owned(),
        blur: String::new(),
        moments: "[]".to_owned(),
        created_at_ms: now,
    }
}

/// Whether ffmpeg made it. What it cannot make of a film is left out; what is not the film's
/// fault is tried again.
fn is_made(made: std::result::Result<(), ConvertError>) -> Result<bool> {
    match made {
        Ok(()) => Ok(true),
        Err(ConvertError::Refused(why)) => {
            tracing::info!(why, "a picture cannot be taken");
            Ok(false)
        }
        Err(error @ ConvertError::Failed(_)) => Err(Error::Internal(error.to_string())),
    }
}

/// A poster of what ffmpeg wrote for a frame; `None` where there was no frame. Sizes that are the
/// same as a smaller one, of a film that is no larger, are left out.
fn frame_of(at_ms: i64, files: &[Vec<u8>]) -> Option<Taken> {
    let (tiny, files) = files.split_last()?;
    let mut taken = Taken {
        kind: PictureKind::Frame,
        at_ms,
        parts: Vec::new(),
        bytes: Vec::new(),
        blur: format!("data:image/webp;base64,{}", BASE64_STANDARD.encode(tiny)),
        moments: Vec::new(),
        detail: 0,
    };
    for ((wanted, coding), bytes) in FRAME_FILES.iter().zip(files) {
        let size = imagesize::blob_size(bytes).ok()?;
        let (width, height) = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
        let (ending, media_type) = match coding {
            Coding::Webp => ("webp", "image/webp"),
            Coding::Jpeg => ("jpg", "image/jpeg"),
        };
        if taken.parts.iter().any(|part| part.width == width && part.media_type == media_type) {
            continue;
        }
        if *coding == Coding::Jpeg {
            taken.detail = bytes.len();
        }
        taken.parts.push(PartOfPicture {
            name: format!("{wanted}.{ending}"),
            media_type: media_type.to_owned(),
            width,
            height,
            offset: taken.bytes.len() as u64,
            size: bytes.len() as u64,
        });
        taken.bytes.extend_from_slice(bytes);
    }
    Some(taken)
}

/// Gives each picture its place: the frame in which most is to be seen first, the sheets in the
/// order of the film.
fn ranked(taken: Vec<Taken>) -> Vec<(i64, Taken)> {
    let (mut frames, sheets): (Vec<_>, Vec<_>) =
        taken.into_iter().partition(|taken| taken.kind == PictureKind::Frame);
    frames.sort_by_key(|frame| std::cmp::Reverse(frame.detail));
    (0..).zip(frames).chain((0..).zip(sheets)).collect()
}
