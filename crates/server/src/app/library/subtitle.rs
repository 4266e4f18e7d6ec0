//! Subtitles that admins upload, and what they say about all of them. Those in the file of a film are
//! taken out by a job (`app/playback/subtitle.rs`).

use crate::app::support::audit::Act;
use crate::app::support::error::{invalid, not_found};
use crate::app::{Caller, Error, Library, Result, moment};
use crate::blob::BlobError;
use crate::media::{ConvertError, decode};
use bytes::Bytes;
use serde_json::json;
use yingku_core::field::FieldProblem;
use yingku_core::id::{BlobId, SubtitleId, VideoId};
use yingku_core::subtitle::{
    MAX_OF_A_FILM, SubtitleFormat, SubtitleOrigin, TextEncoding, format_of, label, language,
};
use yingku_db::rows;
use yingku_db::subtitle::Known;
use yingku_protocol::{AddSubtitle, Code, EditSubtitle, Subtitle, Subtitles};

/// How a file of subtitles may be written.
const FORMATS: &str = "SRT/ASS/VTT";

impl Library {
    /// The subtitles of a video.
    pub async fn list_subtitles(&self, caller: &Caller, id: VideoId) -> Result<Subtitles> {
        let row = self.find_video(caller, id).await?;
        let blob_id = row.blob_id.ok_or_else(|| not_found("video"))?;
        let known = yingku_db::subtitle::list(&self.base.db, blob_id).await?;
        Ok(Subtitles { items: known.into_iter().map(shown).collect() })
    }

    /// Keeps a file of subtitles with a video.
    ///
    /// # Errors
    /// `invalid_field` for `file` where it is neither SubRip, ASS nor WebVTT, or cannot be read in
    /// `encoding`; [`Code::NoFfmpeg`] where nothing here can convert it.
    pub async fn add_subtitle(
        &self,
        caller: &Caller,
        id: VideoId,
        wanted: &AddSubtitle,
        source: Bytes,
    ) -> Result<Subtitle> {
        let language = language(&wanted.language).map_err(|it| invalid("language", it))?;
        let label = label(wanted.label.as_deref().unwrap_or_default())
            .map_err(|it| invalid("label", it))?;
        let found = yingku_db::video::find(&self.base.db, id).await?;
        let blob_id = found.and_then(|row| row.blob_id).ok_or_else(|| not_found("video"))?;
        let file_name = wanted.file_name.as_deref().unwrap_or_default();
        let read = self.read_subtitle(&source, file_name, None, wanted.encoding).await?;
        let now = self.base.now();
        let row = rows::Subtitle {
            id: SubtitleId(0),
            blob_id,
            origin: SubtitleOrigin::Uploaded,
            language,
            label,
            format: Some(read.format),
            encoding: Some(read.encoding),
            source: Some(source.to_vec()),
            text: read.text,
            created_at_ms: now,
        };
        authorized!(self.base.db, caller, |tx| {
            if !yingku_db::blob::hold(tx, blob_id).await? {
                return Err(not_found("video"));
            }
            if yingku_db::subtitle::count(tx, blob_id).await? >= MAX_OF_A_FILM as u64 {
                return Err(invalid("file", FieldProblem::TooMany(MAX_OF_A_FILM as u64)));
            }
            let row = rows::Subtitle {
                id: yingku_db::subtitle::insert(tx, row.clone()).await?,
                ..row.clone()
            };
            let facts = json!({ "subtitle": row.id.0, "language": row.language });
            Act::new("subtitle.add").on("video", id).with(facts).write(tx, caller, now).await?;
            Ok(shown(known(&row)))
        })
    }

    /// Changes what is said about subtitles, or how their characters are read.
    ///
    /// # Errors
    /// See [`Library::add_subtitle`].
    pub async fn edit_subtitle(
        &self,
        caller: &Caller,
        id: SubtitleId,
        wanted: &EditSubtitle,
    ) -> Result<Subtitle> {
        let mut row = self.find_subtitle(id).await?;
        if let Some(wanted) = &wanted.language {
            row.language = language(wanted).map_err(|it| invalid("language", it))?;
        }
        if let Some(wanted) = &wanted.label {
            row.label = label(wanted).map_err(|it| invalid("label", it))?;
        }
        if let Some(encoding) = wanted.encoding {
            // What was embedded came as UTF-8.
            let embedded = || invalid("encoding", FieldProblem::BadFormat("utf-8"));
            let source = row.source.as_deref().ok_or_else(embedded)?;
            let read = self.read_subtitle(source, "", row.format, Some(encoding)).await?;
            row = rows::Subtitle { encoding: Some(encoding), text: read.text, ..row };
        }
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            if yingku_db::subtitle::find(tx, id).await?.is_none() {
                return Err(not_found("subtitle"));
            }
            yingku_db::subtitle::update(tx, row.clone()).await?;
            let facts = json!({ "subtitle": row.id.0, "language": row.language });
            let video_id = video_of(tx, row.blob_id).await?;
            Act::new("subtitle.edit")
                .on("video", video_id)
                .with(facts)
                .write(tx, caller, now)
                .await?;
            Ok(shown(known(&row)))
        })
    }

    /// Removes subtitles from a video.
    pub async fn delete_subtitle(&self, caller: &Caller, id: SubtitleId) -> Result<()> {
        let row = self.find_subtitle(id).await?;
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            yingku_db::subtitle::delete(tx, id).await?;
            // A file whose subtitles were all removed is not looked into again.
            if !yingku_db::subtitle::is_taken(tx, row.blob_id).await? {
                yingku_db::subtitle::put_nothing(tx, row.blob_id, now).await?;
            }
            let facts = json!({ "subtitle": id.0, "language": row.language });
            let video_id = video_of(tx, row.blob_id).await?;
            Act::new("subtitle.delete")
                .on("video", video_id)
                .with(facts)
                .write(tx, caller, now)
                .await
        })
    }

    /// Subtitles as WebVTT, so that an admin can see how they are read.
    pub async fn subtitle_text(&self, id: SubtitleId) -> Result<String> {
        Ok(self.find_subtitle(id).await?.text)
    }

    async fn find_subtitle(&self, id: SubtitleId) -> Result<rows::Subtitle> {
        let found = yingku_db::subtitle::find(&self.base.db, id).await?;
        found.ok_or_else(|| not_found("subtitle"))
    }

    async fn read_subtitle(
        &self,
        source: &[u8],
        file_name: &str,
        format: Option<SubtitleFormat>,
        encoding: Option<TextEncoding>,
    ) -> Result<ReadSubtitle> {
        let unreadable = || invalid("file", FieldProblem::BadFormat(FORMATS));
        if source.is_empty() {
            return Err(invalid("file", FieldProblem::Empty));
        }
        let wrong = || invalid("encoding", FieldProblem::BadCharacter);
        let (text, encoding) = decode(source, encoding).ok_or_else(wrong)?;
        let format = format.or_else(|| format_of(file_name, &text)).ok_or_else(unreadable)?;
        let prober = self.base.prober().await.filter(|prober| prober.can_encode());
        let prober = prober.ok_or(Error::from(Code::NoFfmpeg))?;
        if self.base.settings(&self.base.db).await?.sandbox_required && !prober.is_sandboxed() {
            return Err(Code::NoFfmpeg.into());
        }
        let input = self.base.blobs.staging.scratch().await?;
        let output = self.base.blobs.staging.scratch().await?;
        tokio::fs::write(input.path(), text).await.map_err(BlobError::from)?;
        match prober.subtitles(format, input.path(), output.path()).await {
            Ok(()) => {}
            Err(ConvertError::Refused(_)) => return Err(unreadable()),
            Err(error @ ConvertError::Failed(_)) => return Err(Error::Internal(error.to_string())),
        }
        let text = tokio::fs::read(output.path()).await.map_err(BlobError::from)?;
        let text = String::from_utf8(text).map_err(|_| unreadable())?;
        match text.contains("-->") {
            true => Ok(ReadSubtitle { format, encoding, text }),
            false => Err(unreadable()),
        }
    }
}

/// A file of subtitles, as it was read.
struct ReadSubtitle {
    format: SubtitleFormat,
    encoding: TextEncoding,
    /// As WebVTT.
    text: String,
}

/// The video of a content, for the audit log.
async fn video_of(tx: &yingku_db::Tx, blob_id: BlobId) -> Result<i64> {
    let found = yingku_db::video::find_by_blob(tx, blob_id).await?;
    Ok(found.map_or(0, |row| row.id.0))
}

fn known(row: &rows::Subtitle) -> Known {
    Known {
        id: row.id,
        blob_id: row.blob_id,
        origin: row.origin,
        language: row.language.clone(),
        label: row.label.clone(),
        format: row.format,
        encoding: row.encoding,
        created_at_ms: row.created_at_ms,
    }
}

fn shown(known: Known) -> Subtitle {
    Subtitle {
        id: known.id.0,
        language: known.language,
        label: known.label,
        origin: known.origin,
        format: known.format,
        encoding: known.encoding,
        created_at: moment(known.created_at_ms),
    }
}
