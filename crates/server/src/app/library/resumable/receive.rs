//! Taking bytes of an upload, and making a video of it when it has them all.

use super::lock::UploadLock;
use super::{Arrived, UploadAbout, panicked, refused, whole};
use crate::app::library::upload::too_large;
use crate::app::{Caller, Error, Library, Result, Upload};
use crate::blob::{Algorithm, BlobError, Mark, Partial, PartialError};
use futures_util::{Stream, StreamExt};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use yingku_core::id::VideoId;
use yingku_db::upload::End;
use yingku_db::{rows, transaction};
use yingku_protocol::{Code, Refusal, ResumableUpload, UploadKind, UploadState};

/// After so many bytes they are brought to the disk and noted down, however long the
/// request goes on.
const SAVE_BYTES: u64 = 8 << 20;

/// What is known of the bytes of one request before they come.
#[derive(Clone, Debug, Default)]
pub struct Piece {
    /// Where they begin.
    pub offset: u64,
    /// The size of the whole upload, where it was left open until now.
    pub total_bytes: Option<u64>,
    /// How many they are, where the sender gave it.
    pub size_bytes: Option<u64>,
    /// What they must have.
    pub checksum: Option<Checksum>,
}

/// What the bytes of one request must have.
#[derive(Clone, Debug)]
pub struct Checksum {
    /// Which kind.
    pub algorithm: Algorithm,
    /// The value.
    pub digest: Vec<u8>,
}

impl Library {
    /// Takes bytes that go on with an upload. What came before the body broke off is kept;
    /// with a checksum, all of it counts or none.
    pub async fn append_upload<E>(
        self: &Arc<Self>,
        caller: &Caller,
        name: &str,
        piece: Piece,
        body: impl Stream<Item = Arrived<E>> + Send + Unpin + 'static,
    ) -> Result<ResumableUpload>
    where
        E: Into<Error> + Send + 'static,
    {
        let (library, caller, name) = (Arc::clone(self), caller.clone(), name.to_owned());
        // On its own feet: whoever asked may be gone before the bytes are saved.
        let work = async move {
            // A login that ends meanwhile ends this as well.
            let cut = caller.account().map(|one| library.base.live.follow(one.id, one.epoch));
            let ended = cut.as_ref().map(|cut| cut.token.clone()).unwrap_or_default();
            let mut lock = library.lock_upload(&name).await?;
            let row = library.live_upload(&name).await?;
            let row = library.check_piece(row, &piece).await?;
            let row = library.receive(&mut lock, &ended, row, &piece, body).await?;
            if ended.is_cancelled() {
                return Err(Code::SessionEnded.into());
            }
            library.finish_if_whole(&caller, &mut lock, row).await?;
            library.show_upload(&name).await
        };
        self.upload_locks.run(work).await.map_err(panicked)?
    }

    /// Whether these bytes are the next ones. A length that was deferred is noted.
    async fn check_piece(&self, mut row: rows::Upload, piece: &Piece) -> Result<rows::Upload> {
        if row.kind == UploadKind::Final {
            return Err(Code::UploadIsFinal.into());
        }
        let at = row.offset_bytes.unsigned_abs();
        if piece.offset != at {
            return Err(Refusal::from(Code::UploadOffsetMismatch).with("offset", at).into());
        }
        let limit = self.base.settings(&self.base.db).await?.upload_max_bytes;
        if let Some(length) = piece.total_bytes {
            self.check_length(&row, length, limit)?;
            row.length_bytes = Some(whole(length));
        }
        let room = row.length_bytes.map_or(limit, i64::unsigned_abs);
        if piece.size_bytes.is_some_and(|size| size > room.saturating_sub(at)) {
            return Err(too_large(room));
        }
        Ok(row)
    }

    fn check_length(&self, row: &rows::Upload, length: u64, limit: u64) -> Result<()> {
        if length > limit {
            return Err(too_large(limit));
        }
        if row.length_bytes.is_some_and(|known| known != whole(length)) {
            return Err(malformed("the size of an upload cannot change"));
        }
        if whole(length) < row.offset_bytes {
            return Err(malformed("the size is less than what is here already"));
        }
        Ok(())
    }

    async fn receive<E: Into<Error>>(
        &self,
        lock: &mut UploadLock,
        ended: &CancellationToken,
        mut row: rows::Upload,
        piece: &Piece,
        body: impl Stream<Item = Arrived<E>> + Unpin,
    ) -> Result<rows::Upload> {
        if row.state != UploadState::Open
            || (row.length_bytes == Some(row.offset_bytes) && piece.total_bytes.is_none())
        {
            return Ok(row);
        }
        let mut partial = self.take_up(lock, &row, piece).await?;
        let stop = Stop { release: &lock.release, ended };
        let arrived = self.take_bytes(stop, &mut row, &mut partial, piece, body).await;
        let settled = self.settle(&mut row, &mut partial, piece, &arrived).await;
        if arrived.is_err() || settled.is_err() {
            partial.give_up().await;
            return arrived.and(settled).map(|()| row);
        }
        *lock.kept = partial.put_down().await.ok();
        Ok(row)
    }

    /// Saves what counts of what came.
    async fn settle(
        &self,
        row: &mut rows::Upload,
        partial: &mut Partial,
        piece: &Piece,
        arrived: &Result<()>,
    ) -> Result<()> {
        match (&piece.checksum, arrived) {
            // Half of what has a checksum is nothing.
            (Some(_), Err(_)) => return Ok(()),
            // Neither is anything behind a disk or a database that failed.
            (None, Err(error)) if !is_the_senders(error) => return Ok(()),
            (Some(wanted), Ok(())) => {
                let sum = self.or_lose(row, partial.checksum().await).await?;
                if sum.as_ref() != Some(&wanted.digest) {
                    return Err(Code::ChecksumMismatch.into());
                }
            }
            (None, _) => {}
        }
        self.save(row, partial).await
    }

    async fn take_up(
        &self,
        lock: &mut UploadLock,
        row: &rows::Upload,
        piece: &Piece,
    ) -> Result<Partial> {
        let sum = piece.checksum.as_ref().map(|checksum| checksum.algorithm);
        let kept = lock.kept.take();
        let opened = self.base.blobs.open_partial(&row.storage_name, mark_of(row), kept, sum).await;
        self.or_lose(row, opened).await
    }

    /// Until the body ends, breaks off, is too slow, or is made to stop.
    async fn take_bytes<E: Into<Error>>(
        &self,
        stop: Stop<'_>,
        row: &mut rows::Upload,
        partial: &mut Partial,
        piece: &Piece,
        mut body: impl Stream<Item = Arrived<E>> + Unpin,
    ) -> Result<()> {
        let limit = match row.length_bytes {
            Some(length) => length.unsigned_abs(),
            None => self.base.settings(&self.base.db).await?.upload_max_bytes,
        };
        loop {
            let bytes = tokio::select! {
                biased;
                () = stop.ended.cancelled() => return Err(Code::SessionEnded.into()),
                () = stop.release.cancelled() => return Err(Code::UploadBusy.into()),
                bytes = body.next() => bytes,
            };
            let Some(bytes) = bytes else { return Ok(()) };
            let bytes = bytes.map_err(Into::into)?;
            if partial.offset() + bytes.len() as u64 > limit {
                return Err(too_large(limit));
            }
            let unsaved = partial.offset() - row.offset_bytes.unsigned_abs();
            if unsaved >= SAVE_BYTES && piece.checksum.is_none() {
                self.save(row, partial).await?;
                self.check_room_left(row).await?;
            }
            let pushed = partial.push(&bytes).await;
            self.or_lose(row, pushed).await?;
        }
    }

    /// Refuses to go on where what is still to come has no room any more: what came is kept, and
    /// the disk does not run full first.
    async fn check_room_left(&self, row: &rows::Upload) -> Result<()> {
        let left = match row.length_bytes {
            Some(length) => (length - row.offset_bytes).unsigned_abs(),
            None => SAVE_BYTES,
        };
        if left > self.base.blobs.free_bytes().await? {
            return Err(Code::StorageFull.into());
        }
        Ok(())
    }

    /// Brings what came to the disk, then notes it down.
    async fn save(&self, row: &mut rows::Upload, partial: &mut Partial) -> Result<()> {
        let mark = self.or_lose(row, partial.save().await).await?;
        let now = self.base.now();
        let was = row.offset_bytes;
        row.offset_bytes = whole(mark.offset);
        row.hash_state = mark.hash_state;
        row.updated_at_ms = now;
        row.expires_at_ms = now + self.base.settings(&self.base.db).await?.upload_expire_ms;
        let saved = transaction!(self.base.db, |tx| yingku_db::upload::save(tx, was, row).await)
            .map_err(Error::Database)?;
        if saved { Ok(()) } else { Err(Code::UploadEnded.into()) }
    }

    /// What the store did. Bytes that were promised and are gone end the upload; where the
    /// disk only failed to take more, it goes on where it was.
    async fn or_lose<T>(
        &self,
        row: &rows::Upload,
        done: std::result::Result<T, PartialError>,
    ) -> Result<T> {
        let error = match done {
            Ok(done) => return Ok(done),
            Err(PartialError::Full) => return Err(BlobError::Full.into()),
            Err(PartialError::Taken) => return Err(Code::UploadBusy.into()),
            Err(PartialError::Failed(error)) => return Err(BlobError::Failed(error).into()),
            Err(PartialError::Lost(error)) => error,
        };
        // A disk that takes nothing just now may not show what it has either.
        self.base.blobs.staging.probe().await?;
        tracing::error!(%error, upload = row.id, "an upload is lost");
        let now = self.base.now();
        transaction!(self.base.db, |tx| yingku_db::upload::end(tx, row.id, super::ended(now))
            .await)
        .map_err(Error::Database)?;
        self.base.blobs.staging.remove_partial(&row.storage_name).await?;
        Err(BlobError::Failed(error).into())
    }

    /// Makes a video of an upload that has all its bytes; says again what became of one that
    /// was finished before.
    pub(super) async fn finish_if_whole(
        &self,
        caller: &Caller,
        lock: &mut UploadLock,
        row: rows::Upload,
    ) -> Result<()> {
        if row.state == UploadState::Refused {
            let code = row.code.as_deref().and_then(Code::parse).unwrap_or(Code::UploadEnded);
            return Err(refused(code, row.video_id));
        }
        let partial_kind = row.kind == UploadKind::Partial;
        if row.state != UploadState::Open || partial_kind {
            return Ok(());
        }
        if row.kind == UploadKind::Final {
            return self.join(caller, lock, row).await;
        }
        if row.length_bytes != Some(row.offset_bytes) {
            return Ok(());
        }
        let partial = self.take_up(lock, &row, &Piece::default()).await?;
        self.finish(caller, row, partial).await
    }

    async fn finish(&self, caller: &Caller, row: rows::Upload, partial: Partial) -> Result<()> {
        let received = partial.finish().await;
        let received = self.or_lose(&row, received).await?;
        let about = UploadAbout::of(&row)?;
        // Half of one file and half of another is neither.
        let is_another = about.fingerprint.is_some_and(|sent| sent != received.fingerprint);
        let upload = Upload::check(&about.video)?.ending(row.id, row.account_id);
        let added = match is_another {
            true => Err(Code::HashMismatch.into()),
            false => self.add_video(caller, upload, received).await,
        };
        match added {
            Ok(_) => Ok(self.base.blobs.staging.remove_partial(&row.storage_name).await?),
            // The next request finishes it, or housekeeping does.
            Err(Error::Refused(refusal)) if refusal.code == Code::SessionEnded => {
                Err(refusal.into())
            }
            Err(Error::Refused(refusal)) => {
                self.refuse_upload(&row, &refusal).await?;
                Err(refusal.into())
            }
            Err(error) => Err(error),
        }
    }

    /// Notes why an upload that was whole is no video; its bytes go.
    async fn refuse_upload(&self, row: &rows::Upload, refusal: &Refusal) -> Result<()> {
        let end = End {
            state: UploadState::Refused,
            code: Some(refusal.code.as_str()),
            video_id: refusal
                .facts
                .get("video_id")
                .and_then(serde_json::Value::as_i64)
                .map(VideoId),
            at: self.base.now(),
        };
        transaction!(self.base.db, |tx| yingku_db::upload::end(tx, row.id, end).await)
            .map_err(Error::Database)?;
        Ok(self.base.blobs.staging.remove_partial(&row.storage_name).await?)
    }

    /// Puts an upload together of its parts, makes a video of it, and lets the parts go.
    async fn join(
        &self,
        caller: &Caller,
        lock: &mut UploadLock,
        mut row: rows::Upload,
    ) -> Result<()> {
        let names = UploadAbout::of(&row)?.parts;
        // Nobody ends a part while it is joined.
        let _locks = self.lock_parts(&names).await?;
        let parts = self.parts(&names).await?;
        lock.kept.take();
        let mut partial = self.take_up(lock, &row, &Piece::default()).await?;
        if row.length_bytes != Some(row.offset_bytes) {
            for part in &parts {
                let size = part.offset_bytes.unsigned_abs();
                let pushed =
                    partial.push_all_of(&self.base.blobs.staging, &part.storage_name, size);
                // The stop does not wait for terabytes: the parts stay, and are joined afterwards.
                let Some(pushed) = self.upload_locks.closing().run_until_cancelled(pushed).await
                else {
                    return Err(Code::UploadBusy.into());
                };
                self.or_lose(&row, pushed).await?;
            }
            self.save(&mut row, &mut partial).await?;
        }
        let finished = self.finish(caller, row, partial).await;
        let is_over = match &finished {
            Ok(()) => true,
            Err(Error::Refused(refusal)) => refusal.code != Code::SessionEnded,
            Err(_) => false,
        };
        if is_over {
            for part in &parts {
                self.end_part(part).await?;
            }
        }
        finished
    }

    /// The locks of the parts, taken in one order by everybody.
    async fn lock_parts(&self, names: &[String]) -> Result<Vec<UploadLock>> {
        let names: BTreeSet<&String> = names.iter().collect();
        let mut locks = Vec::with_capacity(names.len());
        for name in names {
            locks.push(self.lock_upload(name).await?);
        }
        Ok(locks)
    }

    /// Lets a part go whose lock is held.
    async fn end_part(&self, part: &rows::Upload) -> Result<()> {
        let end = super::ended(self.base.now());
        transaction!(self.base.db, |tx| yingku_db::upload::end(tx, part.id, end).await)
            .map_err(Error::Database)?;
        Ok(self.base.blobs.staging.remove_partial(&part.storage_name).await?)
    }

    pub(super) async fn length_of_parts(&self, names: &[String]) -> Result<u64> {
        let parts = self.parts(names).await?;
        Ok(parts.iter().map(|part| part.offset_bytes.unsigned_abs()).sum())
    }

    /// The parts, each of which must be one, and whole.
    async fn parts(&self, names: &[String]) -> Result<Vec<rows::Upload>> {
        let mut parts = Vec::with_capacity(names.len());
        for name in names {
            let part = self.live_upload(name).await?;
            if part.kind != UploadKind::Partial {
                return Err(malformed("an upload that is named is not a part"));
            }
            if part.length_bytes != Some(part.offset_bytes) {
                return Err(Refusal::from(Code::UploadIncomplete)
                    .with("upload_id", part.name)
                    .with("received_bytes", part.offset_bytes)
                    .into());
            }
            parts.push(part);
        }
        Ok(parts)
    }
}

/// Whether it broke off for the sender's sake: what came before may be kept.
fn is_the_senders(error: &Error) -> bool {
    matches!(error, Error::Refused(refusal) if refusal.code != Code::UploadEnded)
}

/// The request does not fit the upload, and why.
fn malformed(reason: &str) -> Error {
    Refusal::from(Code::MalformedRequest).with("reason", reason).into()
}

fn mark_of(row: &rows::Upload) -> Mark {
    Mark { offset: row.offset_bytes.unsigned_abs(), hash_state: row.hash_state.clone() }
}

/// What makes a request stop, though more would come.
#[derive(Clone, Copy)]
struct Stop<'a> {
    /// Somebody else wants the lock.
    release: &'a CancellationToken,
    /// The login has ended.
    ended: &'a CancellationToken,
}
