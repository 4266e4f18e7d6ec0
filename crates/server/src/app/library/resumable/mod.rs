//! Uploads that come in several requests (tus 1.0.0): begun, gone on with after any break,
//! ended. What is answered is on the disk: data fsync, then the row, then the answer.

mod about;
mod lock;
mod receive;

pub use about::UploadAbout;
pub(crate) use lock::UploadLocks;
pub use receive::{Checksum, Piece};

use crate::app::library::upload::{refuse_if_used, too_large};
use crate::app::support::audit::Act;
use crate::app::support::cursor;
use crate::app::support::error::{invalid, not_found};
use crate::app::support::names::Names;
use crate::app::{Caller, Error, Library, Result, Upload, moment};
use bytes::Bytes;
use futures_util::Stream;
use lock::UploadLock;
use serde_json::json;
use std::sync::Arc;
use yingku_core::Millis;
use yingku_core::field::FieldProblem;
use yingku_core::id::VideoId;
use yingku_core::setting::Settings;
use yingku_db::upload::End;
use yingku_db::{rows, transaction};
use yingku_protocol::{Code, Lang, ListPage, Page, Refusal};
use yingku_protocol::{ResumableUpload, UploadKind, UploadState};

/// Uploads that were written to within this time are counted on when room is looked at.
const LIVELY_MS: i64 = 60 * 60 * 1_000;
/// An upload whose size is not known yet is counted with so many bytes that are still to come.
const UNKNOWN_BYTES: i64 = 1 << 30;
/// What became of an upload is known for so long.
const RECORD_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
/// An upload that is whole is finished by housekeeping if nobody asks for it so long.
const UNFINISHED_MS: i64 = 60 * 1_000;
/// A file without an open upload that is younger may belong to one that begins just now.
const FRESH_MS: i64 = 60 * 60 * 1_000;

/// An upload that is to begin.
#[derive(Clone, Debug)]
pub struct NewUpload {
    /// Its size; `None` where it comes later, or is that of its parts.
    pub size_bytes: Option<u64>,
    /// What it is for.
    pub kind: UploadKind,
    /// What it is to become.
    pub about: UploadAbout,
    /// What `about` was read from, as the client sent it: it is given back like that.
    pub sent_metadata: String,
    /// What `kind` and the parts were read from, as the client sent it.
    pub sent_concat: String,
}

impl Library {
    /// Begins an upload, and takes the first bytes where some come along. One that is put
    /// together of others becomes a video at once.
    pub async fn create_upload<E>(
        self: &Arc<Self>,
        caller: &Caller,
        wanted: NewUpload,
        first: Option<(Piece, impl Stream<Item = Arrived<E>> + Send + Unpin + 'static)>,
    ) -> Result<ResumableUpload>
    where
        E: Into<Error> + Send + 'static,
    {
        if wanted.kind == UploadKind::Final
            && let Some(before) = self.find_joined(caller, &wanted.about.parts).await?
        {
            // The answer to the first request was lost.
            return self.settle_upload(caller, &before.name).await.and_then(not_refused);
        }
        let row = self.open_upload(caller, &wanted).await?;
        let Some((piece, body)) = first else {
            return match row.kind == UploadKind::Final {
                true => self.settle_upload(caller, &row.name).await.and_then(not_refused),
                false => self.show_row(row).await,
            };
        };
        let name = row.name.clone();
        let appended = self.append_upload(caller, &name, piece, body).await;
        if let Err(Error::Refused(refusal)) = &appended
            && refusal.code == Code::ChecksumMismatch
        {
            // Nobody knows its name.
            self.end_upload(caller, &name).await?;
        }
        appended
    }

    /// The upload that the caller began to put together of the same parts.
    async fn find_joined(&self, caller: &Caller, parts: &[String]) -> Result<Option<rows::Upload>> {
        let finals = yingku_db::upload::list_finals(&self.base.db, caller.account_id()).await?;
        for row in finals {
            if UploadAbout::of(&row)?.parts == parts {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    async fn open_upload(&self, caller: &Caller, wanted: &NewUpload) -> Result<rows::Upload> {
        let settings = self.base.settings(&self.base.db).await?;
        let length = match wanted.kind {
            UploadKind::Final => Some(self.length_of_parts(&wanted.about.parts).await?),
            _ => wanted.size_bytes,
        };
        if length.is_some_and(|length| length > settings.upload_max_bytes) {
            return Err(too_large(settings.upload_max_bytes));
        }
        self.check_about(wanted, length, &settings).await?;
        self.check_room(caller, length, &settings).await?;
        let storage_name = self.base.blobs.staging.create_partial().await?;
        let now = self.base.now();
        let row = rows::Upload {
            id: 0,
            name: crate::app::support::token::name(),
            storage_name,
            account_id: caller.account_id(),
            kind: wanted.kind,
            length_bytes: length.map(whole),
            offset_bytes: 0,
            hash_state: String::new(),
            about: wanted.about.to_json()?,
            metadata: wanted.sent_metadata.clone(),
            concat: wanted.sent_concat.clone(),
            state: UploadState::Open,
            code: None,
            video_id: None,
            created_at_ms: now,
            updated_at_ms: now,
            expires_at_ms: now + settings.upload_expire_ms,
        };
        let id = authorized!(self.base.db, caller, |tx| {
            Ok::<_, Error>(yingku_db::upload::insert(tx, row.clone()).await?)
        })?;
        Ok(rows::Upload { id, ..row })
    }

    /// What comes along with a file must fit a video; and content that is here already is
    /// not sent again.
    async fn check_about(
        &self,
        wanted: &NewUpload,
        length: Option<u64>,
        settings: &Settings,
    ) -> Result<()> {
        let upload = Upload::check(&wanted.about.video)?;
        if wanted.kind == UploadKind::Partial {
            return Ok(());
        }
        if length == Some(0) {
            return Err(invalid("file", FieldProblem::Empty));
        }
        upload.check_pricing(settings)?;
        let Some(hash) = upload.content_hash() else { return Ok(()) };
        match yingku_db::blob::find_by_hash(&self.base.db, hash).await? {
            Some(known) => refuse_if_used(&self.base.db, known.id).await,
            None => Ok(()),
        }
    }

    async fn check_room(
        &self,
        caller: &Caller,
        length: Option<u64>,
        settings: &Settings,
    ) -> Result<()> {
        let open = yingku_db::upload::count_open(&self.base.db, caller.account_id()).await?;
        if open >= settings.upload_max_open {
            let limit = settings.upload_max_open;
            return Err(Refusal::from(Code::TooManyUploads).with("limit", limit).into());
        }
        let since = self.base.now() - LIVELY_MS;
        let to_come = yingku_db::upload::bytes_to_come(&self.base.db, since, UNKNOWN_BYTES).await?;
        let length = length.unwrap_or(UNKNOWN_BYTES.unsigned_abs());
        let needed = length.saturating_add(to_come.unsigned_abs());
        if needed > self.base.blobs.free_bytes().await? {
            return Err(Code::StorageFull.into());
        }
        Ok(())
    }

    /// How far an upload is. Whoever writes it saves and lets go first; one that is whole,
    /// and was not finished for a crash, is finished.
    pub async fn settle_upload(
        self: &Arc<Self>,
        caller: &Caller,
        name: &str,
    ) -> Result<ResumableUpload> {
        let (library, caller, name) = (Arc::clone(self), caller.clone(), name.to_owned());
        let settled = self.upload_locks.run(async move {
            let mut lock = library.lock_upload(&name).await?;
            let row = library.live_upload(&name).await?;
            match library.finish_if_whole(&caller, &mut lock, row).await {
                // What a rule says of it is on its row.
                Ok(_) | Err(Error::Refused(_)) => {}
                Err(error) => return Err(error),
            }
            library.show_upload(&name).await
        });
        settled.await.map_err(panicked)?
    }

    /// An upload as it is, whoever writes it.
    pub async fn show_upload(&self, name: &str) -> Result<ResumableUpload> {
        self.show_row(self.find_upload(name).await?).await
    }

    /// Open uploads, newest first.
    pub async fn list_uploads(&self, wanted: &ListPage) -> Result<Page<ResumableUpload>> {
        let limit = cursor::limit(wanted.limit)?;
        let before = cursor::id(wanted.cursor.as_deref())?;
        let rows = yingku_db::upload::list_open(&self.base.db, before, limit + 1).await?;
        let names = self.uploaders(&rows).await?;
        Ok(cursor::page_of(rows, limit, |row| row.id, |row| show(row, &names)))
    }

    /// Ends an upload: its bytes go. What it became stays.
    pub async fn end_upload(self: &Arc<Self>, caller: &Caller, name: &str) -> Result<()> {
        let mut lock = self.lock_upload(name).await?;
        let row = self.live_upload(name).await?;
        lock.kept.take();
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            if !yingku_db::upload::end(tx, row.id, ended(now)).await? {
                return yingku_db::upload::forget(tx, row.id, now).await.map_err(Error::from);
            }
            let about = UploadAbout::of(&row).unwrap_or_default();
            let detail =
                json!({ "file_name": about.file_name(), "offset_bytes": row.offset_bytes });
            Act::new("upload.end").with(detail).write(tx, caller, now).await
        })?;
        Ok(self.base.blobs.staging.remove_partial(&row.storage_name).await?)
    }

    async fn lock_upload(&self, name: &str) -> Result<UploadLock> {
        // What cannot be a name gets no lock.
        self.find_upload(name).await?;
        self.upload_locks.acquire(name).await.ok_or_else(|| Code::UploadBusy.into())
    }

    async fn find_upload(&self, name: &str) -> Result<rows::Upload> {
        let found = yingku_db::upload::find(&self.base.db, name).await?;
        found.ok_or_else(|| not_found("upload"))
    }

    /// The same, where it has not ended.
    async fn live_upload(&self, name: &str) -> Result<rows::Upload> {
        let row = self.find_upload(name).await?;
        let expired = row.state == UploadState::Open && row.expires_at_ms <= self.base.now();
        if expired || row.state == UploadState::Ended {
            return Err(Code::UploadEnded.into());
        }
        Ok(row)
    }

    async fn show_row(&self, row: rows::Upload) -> Result<ResumableUpload> {
        let names = self.uploaders(std::slice::from_ref(&row)).await?;
        Ok(show(row, &names))
    }

    async fn uploaders(&self, rows: &[rows::Upload]) -> Result<Names> {
        let ids: Vec<_> = rows.iter().filter_map(|row| row.account_id).collect();
        Names::load(&self.base.db, &[], &ids).await
    }

    /// Makes every upload save what came, and takes no more: for the stop.
    pub async fn park_uploads(&self) {
        self.upload_locks.close().await;
    }

    /// Does what is due: collects what has expired, finishes what is whole, removes files
    /// that nobody knows.
    pub(in crate::app) async fn tidy_uploads(self: &Arc<Self>, now: Millis) -> Result<()> {
        for row in yingku_db::upload::list_expired(&self.base.db, now).await? {
            self.drop_upload(&row.name, |row| row.expires_at_ms <= now).await?;
        }
        let operator = Caller::operator(Lang::En);
        for row in yingku_db::upload::list_unfinished(&self.base.db, now - UNFINISHED_MS).await? {
            let settled = self.settle_upload(&operator, &row.name).await;
            if let Err(Error::Storage(error)) = settled {
                tracing::error!(%error, "an upload could not be finished");
            }
        }
        let files = self.base.blobs.staging.list_partials(now - FRESH_MS).await?;
        let known = yingku_db::upload::known_files(&self.base.db, &files).await?;
        for file in files.iter().filter(|file| !known.contains(file)) {
            self.base.blobs.staging.remove_partial(file).await?;
        }
        transaction!(self.base.db, |tx| yingku_db::upload::delete_old(tx, now - RECORD_MS).await)
            .map_err(Error::Database)?;
        Ok(())
    }

    /// Ends an upload that nobody may go on with, unless somebody does after all.
    async fn drop_upload(
        &self,
        name: &str,
        is_over: impl FnOnce(&rows::Upload) -> bool,
    ) -> Result<()> {
        let Some(mut lock) = self.upload_locks.try_acquire(name) else { return Ok(()) };
        let row = self.find_upload(name).await?;
        if !is_over(&row) {
            return Ok(());
        }
        lock.kept.take();
        let now = self.base.now();
        transaction!(self.base.db, |tx| yingku_db::upload::end(tx, row.id, ended(now)).await)
            .map_err(Error::Database)?;
        Ok(self.base.blobs.staging.remove_partial(&row.storage_name).await?)
    }
}

/// Bytes as they arrive.
pub type Arrived<E> = std::result::Result<Bytes, E>;

fn ended(at: Millis) -> End<'static> {
    End { state: UploadState::Ended, code: None, video_id: None, at }
}

fn panicked(error: tokio::task::JoinError) -> Error {
    Error::Internal(error.to_string())
}

fn whole(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// The same upload, or the refusal that it ended with.
fn not_refused(upload: ResumableUpload) -> Result<ResumableUpload> {
    match upload.code.as_deref().and_then(Code::parse) {
        Some(code) => Err(refused(code, upload.video_id.map(VideoId))),
        None => Ok(upload),
    }
}

fn refused(code: Code, video_id: Option<VideoId>) -> Error {
    match video_id {
        Some(id) => Refusal::from(code).with("video_id", id.0).into(),
        None => code.into(),
    }
}

fn show(row: rows::Upload, names: &Names) -> ResumableUpload {
    let about = UploadAbout::of(&row).unwrap_or_default();
    ResumableUpload {
        id: row.name,
        kind: row.kind,
        state: row.state,
        code: row.code,
        video_id: row.video_id.map(|id| id.0),
        file_name: about.file_name(),
        fingerprint: about.fingerprint,
        size_bytes: row.length_bytes,
        offset_bytes: row.offset_bytes,
        account: row.account_id.map(|id| names.account(id)).unwrap_or_default(),
        metadata: row.metadata,
        concat: row.concat,
        created_at: moment(row.created_at_ms),
        updated_at: moment(row.updated_at_ms),
        expires_at: moment(row.expires_at_ms),
    }
}
