//! Uploading: received whole, durable, then a video in one transaction.

use crate::app::library::video::{folded, pricing};
use crate::app::support::audit::Act;
use crate::app::support::error::{invalid, not_found};
use crate::app::support::job;
use crate::app::{Caller, Error, Library, Result};
use crate::blob::{BlobError, ReceiveError, Received};
use crate::media::{self, ProbeError};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use serde_json::json;
use yingku_core::content::ProbeState;
use yingku_core::field::FieldProblem;
use yingku_core::fold::fold;
use yingku_core::id::{AccountId, BlobId, VideoId};
use yingku_core::job::Kind;
use yingku_core::setting::Settings;
use yingku_core::video::{State as VideoState, Visibility};
use yingku_core::{content, price, video};
use yingku_db::upload::End;
use yingku_db::{Tx, rows};
use yingku_protocol::{Code, Refusal, UploadState, UploadVideo, Video};

/// An upload, its fields checked.
pub struct Upload {
    row: rows::Video,
    /// For whom it is to be; as the site has it, where that is not said.
    visibility: Option<Visibility>,
    tags: Vec<String>,
    content_hash: Option<String>,
    /// A fingerprint that the sender knows the content by, beside the one computed here.
    also_known_as: Option<String>,
    /// Whether content in the trash is taken out of it.
    restores: bool,
    /// Who brought it, where that is not the caller.
    brought_by: Option<AccountId>,
    /// The resumable upload that it is the end of.
    ends: Option<i64>,
}

impl Upload {
    /// Checks what comes with an upload, before its first byte is read.
    pub fn check(wanted: &UploadVideo) -> Result<Upload> {
        let file_name = content::safe_file_name(&wanted.file_name);
        let title = match &wanted.title {
            Some(title) => video::title(title)?,
            None => content::stem(&wanted.file_name),
        };
        let category = video::category(wanted.category.as_deref().unwrap_or_default())?;
        let tags: Vec<&str> = wanted.tags.iter().flat_map(|tags| tags.split(',')).collect();
        let tags = video::tags(&tags)?;
        let content_hash = match &wanted.content_hash {
            Some(hash) => Some(content::parse_content_hash(hash).ok_or_else(|| {
                invalid("content_hash", FieldProblem::BadFormat("64 hexadecimal digits"))
            })?),
            None => None,
        };
        let row = rows::Video {
            id: VideoId(0),
            blob_id: None,
            title_key: fold(&title),
            search_text: video::search_text(&title, &category, &tags),
            title,
            file_name,
            description: video::description(wanted.description.as_deref().unwrap_or_default())?,
            category_key: fold(&category),
            category,
            is_free: wanted.is_free.unwrap_or(false),
            price_minor: wanted.price_minor,
            member_price_minor: wanted.member_price_minor,
            members_watch: false,
            // The site's, where nothing else is wanted: see `insert_video`.
            state: VideoState::Draft,
            state_before_trash: None,
            publish_at_ms: None,
            uploaded_by: None,
            created_at_ms: 0,
            updated_at_ms: 0,
            trashed_at_ms: None,
            purged_at_ms: None,
            view_count: 0,
        };
        if wanted.visibility == Some(Visibility::Scheduled) {
            let problem = FieldProblem::BadFormat("public|unlisted|draft");
            return Err(invalid("visibility", problem));
        }
        Ok(Upload {
            row,
            visibility: wanted.visibility,
            tags,
            content_hash,
            also_known_as: None,
            restores: false,
            brought_by: None,
            ends: None,
        })
    }

    /// The same; the content goes by this fingerprint as well.
    #[must_use]
    pub fn known_as(mut self, fingerprint: String) -> Upload {
        self.also_known_as = Some(fingerprint);
        self
    }

    /// The same; it is the end of a resumable upload, which is done with the same commit.
    #[must_use]
    pub(in crate::app) fn ending(
        mut self,
        upload_id: i64,
        brought_by: Option<AccountId>,
    ) -> Upload {
        (self.ends, self.brought_by) = (Some(upload_id), brought_by);
        self
    }

    /// Refuses prices that do not fit each other or the site's.
    pub(in crate::app) fn check_pricing(&self, settings: &Settings) -> Result<()> {
        Ok(price::check_pricing(&pricing(&self.row), &settings.prices)?)
    }

    /// The hash that was announced.
    pub(in crate::app) fn content_hash(&self) -> Option<&str> {
        self.content_hash.as_deref()
    }

    /// The same; content that is in the trash restores its video.
    #[must_use]
    pub fn restoring(mut self) -> Upload {
        self.restores = true;
        self
    }
}

impl Library {
    /// Receives a file of `size_bytes` (where the sender gave it) and makes a video of it.
    /// Acknowledged only when the bytes and the row are on disk.
    pub async fn upload_video<E>(
        &self,
        caller: &Caller,
        upload: Upload,
        size_bytes: Option<u64>,
        body: impl Stream<Item = std::result::Result<Bytes, E>> + Send + Unpin,
    ) -> Result<Video>
    where
        E: std::fmt::Display + Into<Error> + Send + 'static,
    {
        let settings = self.base.settings(&self.base.db).await?;
        upload.check_pricing(&settings)?;
        let limit_bytes = settings.upload_max_bytes;
        if size_bytes.is_some_and(|size| size > limit_bytes) {
            return Err(too_large(limit_bytes));
        }
        // Cut off when the login ends: what came by then is dropped.
        let follow = |account: &rows::Account| self.base.live.follow(account.id, account.epoch);
        let cut = caller.account().map(follow);
        let ended = cut.as_ref().map(|cut| cut.token.clone()).unwrap_or_default();
        let body = body.take_until(ended.clone().cancelled_owned());
        let received = self.base.blobs.staging.receive(body, limit_bytes).await;
        if ended.is_cancelled() {
            return Err(Code::SessionEnded.into());
        }
        let received = received.map_err(|error| match error {
            ReceiveError::TooLarge { .. } => too_large(limit_bytes),
            ReceiveError::Body(error) => error.into(),
            ReceiveError::Full => Error::Storage(BlobError::Full),
            ReceiveError::Failed(error) => Error::Storage(BlobError::Failed(error)),
        })?;
        if size_bytes.is_some_and(|size| size != received.size_bytes) {
            return Err(Refusal::from(Code::UploadIncomplete)
                .with("received_bytes", received.size_bytes)
                .into());
        }
        let (restores, also_known_as) = (upload.restores, upload.also_known_as.clone());
        let content_hash = received.content_hash.clone();
        match self.add_video(caller, upload, received).await {
            Err(Error::Refused(refusal)) if restores && refusal.code == Code::VideoInTrash => {
                self.restore_content(caller, &content_hash, also_known_as.as_deref()).await
            }
            outcome => outcome,
        }
    }

    /// Takes the video that has this content out of the trash.
    async fn restore_content(
        &self,
        caller: &Caller,
        content_hash: &str,
        also_known_as: Option<&str>,
    ) -> Result<Video> {
        let found = yingku_db::blob::find_by_hash(&self.base.db, content_hash).await?;
        let blob = found.ok_or_else(|| not_found("video"))?;
        let video = yingku_db::video::find_by_blob(&self.base.db, blob.id).await?;
        let video = video.ok_or_else(|| not_found("video"))?;
        if let Some(fingerprint) = also_known_as {
            let add = (blob.id, fingerprint, blob.size_bytes);
            authorized!(self.base.db, caller, |tx| {
                yingku_db::blob::add_fingerprint(tx, add.0, add.1, add.2).await?;
                Ok::<_, Error>(())
            })?;
        }
        self.restore_video(caller, video.id).await
    }

    /// Makes a video of a file that has arrived whole.
    pub(in crate::app) async fn add_video(
        &self,
        caller: &Caller,
        upload: Upload,
        received: Received,
    ) -> Result<Video> {
        // No file at all, or one that was never written: a mistake, and no film.
        if received.size_bytes == 0 {
            return Err(invalid("file", FieldProblem::Empty));
        }
        if upload.content_hash.as_ref().is_some_and(|hash| *hash != received.content_hash) {
            return Err(Code::HashMismatch.into());
        }
        if let Some(known) =
            yingku_db::blob::find_by_hash(&self.base.db, &received.content_hash).await?
        {
            refuse_if_used(&self.base.db, known.id).await?;
        }
        self.refuse_unless_film(&upload, &received).await?;
        let mut blob = self.describe(&upload, &received);
        blob.storage_key = self.base.blobs.keep(received).await?;
        let inserted = authorized!(self.base.db, caller, |tx| {
            self.insert_video(tx, caller, &upload, &blob).await
        });
        match inserted {
            Ok((video, true)) => {
                self.base.jobs.wake();
                Ok(video)
            }
            Ok((video, false)) => {
                self.base.blobs.delete(&blob.storage_key).await?;
                Ok(video)
            }
            Err(error) => {
                // Only a rule's refusal proves that no row refers to the file; after a
                // fault of the database the doctor finds out.
                if let Error::Refused(refusal) = &error
                    // A resumable upload outlasts the login that brought its last byte.
                    && !(upload.ends.is_some() && refusal.code == Code::SessionEnded)
                {
                    self.base.blobs.delete(&blob.storage_key).await?;
                }
                Err(error)
            }
        }
    }

    /// Refuses what has neither pictures nor sound, unless the site accepts files of any kind.
    /// Where nothing here can look into files, the first bytes decide, and a job looks later.
    async fn refuse_unless_film(&self, upload: &Upload, received: &Received) -> Result<()> {
        let settings = self.base.settings(&self.base.db).await?;
        if settings.upload_allow_unknown {
            return Ok(());
        }
        if media::type_of(&received.head, &upload.row.file_name).is_none() {
            return Err(Code::NotAFilm.into());
        }
        let Some(prober) = self.base.prober().await else { return Ok(()) };
        if settings.sandbox_required && !prober.is_sandboxed() {
            return Ok(());
        }
        match prober.probe(received.path()).await {
            Ok(probe) if probe.has_video || probe.has_audio => Ok(()),
            Ok(_) | Err(ProbeError::Unreadable(_) | ProbeError::TooMuch(_)) => {
                Err(Code::NotAFilm.into())
            }
            // Says nothing about the file: the job looks again.
            Err(ProbeError::Excessive(_) | ProbeError::Failed(_)) => Ok(()),
        }
    }

    /// What the content is, by its first bytes; the rest is for a job.
    fn describe(&self, upload: &Upload, received: &Received) -> rows::Blob {
        let media_type = media::type_of(&received.head, &upload.row.file_name);
        rows::Blob {
            id: BlobId(0),
            content_hash: received.content_hash.clone(),
            size_bytes: i64::try_from(received.size_bytes).unwrap_or(i64::MAX),
            storage_key: String::new(),
            fingerprint: received.fingerprint.clone(),
            media_type: media_type.unwrap_or("application/octet-stream").to_owned(),
            reference_count: 1,
            created_at_ms: self.base.now(),
            unreferenced_at_ms: None,
            probe: if media_type.is_some() { ProbeState::Pending } else { ProbeState::Unreadable },
            duration_ms: None,
            width: None,
            height: None,
            streams: None,
        }
    }

    /// Inserts the video; answers whether it is the file that was kept now that it uses.
    async fn insert_video(
        &self,
        tx: &Tx,
        caller: &Caller,
        upload: &Upload,
        blob: &rows::Blob,
    ) -> Result<(Video, bool)> {
        let now = self.base.now();
        yingku_db::setting::hold(tx).await?;
        let settings = self.base.settings(tx).await?;
        upload.check_pricing(&settings)?;
        let known = yingku_db::blob::lock_by_hash(tx, &blob.content_hash).await?;
        let fresh = known.is_none();
        let blob_id = match known {
            // Purged and not yet collected: the content is wanted again.
            Some(known) => {
                refuse_if_used(tx, known.id).await?;
                yingku_db::blob::add_reference(tx, known.id).await?;
                known.id
            }
            None => {
                let blob_id = yingku_db::blob::insert(tx, blob.clone()).await?;
                if blob.probe == ProbeState::Pending {
                    job::enqueue_about(tx, Kind::Probe, blob_id).await?;
                }
                blob_id
            }
        };
        if let Some(fingerprint) = &upload.also_known_as {
            yingku_db::blob::add_fingerprint(tx, blob_id, fingerprint, blob.size_bytes).await?;
        }
        let row = rows::Video {
            blob_id: Some(blob_id),
            uploaded_by: upload.brought_by.or(caller.account_id()),
            created_at_ms: now,
            updated_at_ms: now,
            state: upload.visibility.unwrap_or(settings.upload_publish_as).into(),
            ..upload.row.clone()
        };
        let id = yingku_db::video::insert(tx, row.clone(), &folded(&upload.tags)).await?;
        if let Some(upload_id) = upload.ends {
            let end = End { state: UploadState::Done, code: None, video_id: Some(id), at: now };
            if !yingku_db::upload::end(tx, upload_id, end).await? {
                return Err(Code::UploadEnded.into());
            }
        }
        Act::new("video.upload")
            .on("video", id)
            .with(json!({ "title": row.title, "size_bytes": blob.size_bytes,
                "content_hash": blob.content_hash }))
            .write(tx, caller, now)
            .await?;
        let video = self.show_one(tx, caller, rows::Video { id, ..row }).await?;
        Ok((video, fresh))
    }
}

/// Content makes one video: refuses where one has it, visible or in the trash.
pub(in crate::app) async fn refuse_if_used(
    c: &impl yingku_db::Conn,
    blob_id: BlobId,
) -> Result<()> {
    let Some(video) = yingku_db::video::find_by_blob(c, blob_id).await? else { return Ok(()) };
    let code =
        if video.state == VideoState::Trashed { Code::VideoInTrash } else { Code::VideoExists };
    Err(Refusal::from(code).with("video_id", video.id.0).into())
}

pub(in crate::app) fn too_large(limit_bytes: u64) -> Error {
    Refusal::from(Code::UploadTooLarge).with("limit_bytes", limit_bytes).into()
}
