//! Posters of videos: which candidates there are, and which is shown. A job takes them
//! (`app/playback/picture.rs`).

use crate::app::playback::picture::parts_of;
use crate::app::support::audit::Act;
use crate::app::support::error::{invalid, not_found};
use crate::app::{Caller, Error, Library, Result};
use bytes::Bytes;
use serde_json::json;
use yingku_core::field::FieldProblem;
use yingku_core::id::{BlobId, VideoId};
use yingku_core::picture::{CELL, MAX_COVERS, PictureKind, SHEET_SIDE};
use yingku_db::{Tx, rows};
use yingku_protocol::{ChoosePoster, Poster, PosterFile, Posters, Sheet, Video};

impl Library {
    /// The candidates for a video's poster, the one that is shown first.
    pub async fn list_posters(&self, id: VideoId) -> Result<Posters> {
        let row = yingku_db::video::find(&self.base.db, id).await?;
        let blob_id = row.and_then(|row| row.blob_id).ok_or_else(|| not_found("video"))?;
        let all = yingku_db::picture::list_posters(&self.base.db, blob_id).await?;
        Ok(Posters { items: all.iter().map(poster).collect() })
    }

    /// Shows another of a video's candidates.
    pub async fn choose_poster(
        &self,
        caller: &Caller,
        id: VideoId,
        wanted: &ChoosePoster,
    ) -> Result<Video> {
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let row = yingku_db::video::lock(tx, id).await?;
            let row = row.ok_or_else(|| not_found("video"))?;
            let blob_id = row.blob_id.ok_or_else(|| not_found("video"))?;
            put_first(tx, blob_id, &wanted.name).await?;
            let facts = json!({ "poster": wanted.name });
            Act::new("video.poster").on("video", id).with(facts).write(tx, caller, now).await?;
            self.show_one(tx, caller, row).await
        })
    }

    /// Keeps a picture as a video's poster: JPEG, PNG or WebP.
    ///
    /// # Errors
    /// `invalid_field` for `file` where it is none of them, or there are too many;
    /// `no_ffmpeg` where nothing here can make its sizes.
    pub async fn add_poster(&self, caller: &Caller, id: VideoId, source: Bytes) -> Result<Video> {
        let row = yingku_db::video::find(&self.base.db, id).await?;
        let blob_id = row.and_then(|row| row.blob_id).ok_or_else(|| not_found("video"))?;
        let covers = yingku_db::picture::list(&self.base.db, blob_id, PictureKind::Cover).await?;
        if covers.len() >= MAX_COVERS {
            return Err(invalid("file", FieldProblem::TooMany(MAX_COVERS as u64)));
        }
        let cover = self.playback.keep_cover(blob_id, &source).await?;
        let now = self.base.now();
        let done = authorized!(self.base.db, caller, |tx| {
            let row = yingku_db::video::lock(tx, id).await?;
            let row = row.filter(|row| row.blob_id == Some(blob_id));
            let row = row.ok_or_else(|| not_found("video"))?;
            yingku_db::picture::insert(tx, cover.clone()).await?;
            put_first(tx, blob_id, &cover.name).await?;
            let facts = json!({ "poster": cover.name });
            Act::new("video.poster").on("video", id).with(facts).write(tx, caller, now).await?;
            self.show_one(tx, caller, row).await
        });
        if done.is_err() {
            self.forget_files(cover.storage_key.as_slice()).await?;
        }
        done
    }

    /// Removes a poster that was uploaded; another candidate is shown.
    pub async fn delete_poster(&self, caller: &Caller, id: VideoId, name: &str) -> Result<Video> {
        let now = self.base.now();
        let (shown, key) = authorized!(self.base.db, caller, |tx| {
            let row = yingku_db::video::lock(tx, id).await?;
            let row = row.ok_or_else(|| not_found("video"))?;
            let blob_id = row.blob_id.ok_or_else(|| not_found("video"))?;
            let mut all = yingku_db::picture::list_posters(tx, blob_id).await?;
            let is_it = |one: &rows::Picture| one.name == name && one.kind == PictureKind::Cover;
            let place = all.iter().position(is_it).ok_or_else(|| not_found("picture"))?;
            let gone = all.remove(place);
            yingku_db::picture::delete(tx, name).await?;
            for (place, other) in (0..).zip(&all) {
                yingku_db::picture::set_place(tx, &other.name, place).await?;
            }
            let facts = json!({ "poster": name });
            Act::new("video.poster").on("video", id).with(facts).write(tx, caller, now).await?;
            Ok::<_, Error>((self.show_one(tx, caller, row).await?, gone.storage_key))
        })?;
        self.forget_files(key.as_slice()).await?;
        Ok(shown)
    }

    async fn forget_files(&self, keys: &[String]) -> Result<()> {
        for key in keys {
            self.base.blobs.delete(key).await?;
        }
        Ok(())
    }

    /// When the small frames of a video are, and where in its sheets: WebVTT, whose texts are
    /// addresses with a place (`#xywh=x,y,width,height`; Media Fragments URI 1.0).
    pub async fn preview_index(&self, caller: &Caller, id: VideoId) -> Result<String> {
        let row = self.find_video(caller, id).await?;
        let blob_id = row.blob_id.ok_or_else(|| not_found("video"))?;
        let blob = yingku_db::blob::find(&self.base.db, blob_id).await?;
        let duration_ms = blob.and_then(|blob| blob.duration_ms).unwrap_or_default();
        let sheets = yingku_db::picture::list(&self.base.db, blob_id, PictureKind::Sheet).await?;
        Ok(web_vtt(&sheets, duration_ms))
    }
}

/// Puts one candidate of a content first, and the others behind it in their order.
async fn put_first(tx: &Tx, blob_id: BlobId, name: &str) -> Result<()> {
    let mut frames = yingku_db::picture::list_posters(tx, blob_id).await?;
    let at = frames.iter().position(|frame| frame.name == name);
    let chosen = frames.remove(at.ok_or_else(|| not_found("picture"))?);
    frames.insert(0, chosen);
    for (place, frame) in (0..).zip(&frames) {
        yingku_db::picture::set_place(tx, &frame.name, place).await?;
    }
    Ok(())
}

fn path_of(picture: &rows::Picture, file: &str) -> String {
    format!("/p/{}/{file}", picture.name)
}

pub(super) fn poster(picture: &rows::Picture) -> Poster {
    let files = parts_of(picture).into_iter().map(|part| PosterFile {
        path: path_of(picture, &part.name),
        media_type: part.media_type,
        width: part.width,
        height: part.height,
    });
    Poster {
        name: picture.name.clone(),
        at_ms: picture.at_ms,
        is_uploaded: picture.kind == PictureKind::Cover,
        files: files.collect(),
        blur: picture.blur.clone(),
    }
}

pub(super) fn sheet(picture: &rows::Picture) -> Option<Sheet> {
    let part = parts_of(picture).into_iter().next()?;
    Some(Sheet {
        path: path_of(picture, &part.name),
        frames: moments_of(picture).len(),
        columns: SHEET_SIDE,
        frame_width: CELL.0,
        frame_height: CELL.1,
    })
}

fn moments_of(sheet: &rows::Picture) -> Vec<i64> {
    serde_json::from_str(&sheet.moments).unwrap_or_default()
}

/// Each frame is shown until the next; the first from the beginning, the last to the end.
fn web_vtt(sheets: &[rows::Picture], duration_ms: i64) -> String {
    let mut cells = Vec::new();
    for sheet in sheets {
        let path = parts_of(sheet).first().map(|part| path_of(sheet, &part.name));
        let moments = moments_of(sheet).into_iter().enumerate();
        cells.extend(path.into_iter().flat_map(|path| {
            moments.clone().map(move |(place, at_ms)| (at_ms, path.clone(), place as u32))
        }));
    }
    let mut text = "WEBVTT\n".to_owned();
    for (number, (at_ms, path, place)) in cells.iter().enumerate() {
        let start = if number == 0 { 0 } else { *at_ms };
        let next = cells.get(number + 1).map(|(next, ..)| *next);
        let end = next.unwrap_or_else(|| duration_ms.max(at_ms + 1));
        let (x, y) = (place % SHEET_SIDE * CELL.0, place / SHEET_SIDE * CELL.1);
        let (width, height) = CELL;
        text +=
            &format!("\n{} --> {}\n{path}#xywh={x},{y},{width},{height}\n", time(start), time(end));
    }
    text
}

/// A time of WebVTT: `00:01:02.003`.
fn time(ms: i64) -> String {
    let seconds = ms / 1_000;
    format!("{:02}:{:02}:{:02}.{:03}", seconds / 3_600, seconds / 60 % 60, seconds % 60, ms % 1_000)
}
