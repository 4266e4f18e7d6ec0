//! Following a link of a ticket: what it stands for, and whether it may be sent now.

use crate::app::support::token;
use crate::app::{Delivery, Error, Result, moment};
use std::sync::Arc;
use yingku_core::Millis;
use yingku_core::account::Role;
use yingku_core::download::{self, FetchFacts, FetchRefusal};
use yingku_core::id::TicketId;
use yingku_core::video::State as VideoState;
use yingku_db::rows;
use yingku_protocol::{Code, Refusal};

impl Delivery {
    /// Finds what a link stands for, as [`Delivery::find_fetch`] does, and checks that it may be sent
    /// from the offset that `start` says. What was read within the last second is believed
    /// where it allows that: a download manager asks for hundreds of ranges in one.
    ///
    /// # Errors
    /// See [`Fetch::check`].
    pub async fn find_allowed(
        &self,
        link: &str,
        start: impl Fn(&Fetch) -> u64,
    ) -> Result<Arc<Fetch>> {
        let link = link.to_owned();
        if let Some(fetch) = self.fetches.get(&self.base.db, &link)
            && fetch.check(self, start(&fetch)).is_ok()
        {
            return Ok(fetch);
        }
        let changes = self.base.db.changes();
        let fetch = Arc::new(self.find_fetch(&link).await?);
        fetch.check(self, start(&fetch))?;
        self.fetches.put(changes, link, Arc::clone(&fetch));
        Ok(fetch)
    }

    /// Finds what a link stands for, `ID-SIGNATURE`; whether it may be fetched now is asked
    /// with [`Fetch::check`].
    pub async fn find_fetch(&self, link: &str) -> Result<Fetch> {
        let ended = || Error::from(Code::TicketEnded);
        let (id, signature) = link.split_once('-').ok_or_else(ended)?;
        let id = TicketId(id.parse().map_err(|_| ended())?);
        let ticket = yingku_db::ticket::find(&self.base.db, id).await?.ok_or_else(ended)?;
        let account = yingku_db::account::find(&self.base.db, ticket.account_id).await?;
        let account = account.ok_or_else(ended)?;
        if account.locked || !token::same(signature, &self.signature(id, account.epoch)) {
            return Err(ended());
        }
        let video =
            yingku_db::video::find(&self.base.db, ticket.video_id).await?.ok_or_else(ended)?;
        let owned = yingku_db::video::owned(&self.base.db, account.id, &[video.id]).await?;
        let newest = yingku_db::ticket::newest(&self.base.db, account.id, video.id).await?;
        let blob = match video.blob_id {
            Some(id) => yingku_db::blob::find(&self.base.db, id).await?,
            None => None,
        };
        let blob = blob.ok_or_else(|| Error::from(Code::VideoWithdrawn))?;
        self.sent_log.learn(&ticket);
        let facts = FetchFacts {
            basis: ticket.basis,
            is_admin_now: account.role == Role::Admin,
            owned_now: !owned.is_empty(),
            visible_now: video.state.is_published(),
            purged: video.state == VideoState::Purged,
            available_at: ticket.available_at_ms,
            created_at: ticket.created_at_ms,
            completed_at: ticket.completed_at_ms,
            size_bytes: blob.size_bytes.unsigned_abs(),
            superseded: newest != Some(ticket.id.0),
            range_start: 0,
        };
        Ok(Fetch { link: link.to_owned(), facts, ticket, epoch: account.epoch, video, blob })
    }
}

/// What a link stands for.
pub struct Fetch {
    link: String,
    facts: FetchFacts,
    pub(in crate::app) ticket: rows::Ticket,
    /// Of the account, when the link was looked at.
    pub(in crate::app) epoch: i64,
    video: rows::Video,
    pub(in crate::app) blob: rows::Blob,
}

impl Fetch {
    /// Name that the file goes by.
    pub fn file_name(&self) -> &str {
        &self.video.file_name
    }

    /// The link that it was found by, `ID-SIGNATURE`.
    pub fn link(&self) -> &str {
        &self.link
    }

    /// Sampled fingerprint of the content.
    pub fn fingerprint(&self) -> &str {
        &self.blob.fingerprint
    }

    /// What is left of the wait, in milliseconds; `None` where it may not be fetched at all.
    pub fn wait_ms(&self, delivery: &Delivery) -> Option<u64> {
        let now = delivery.base.now();
        match download::may_fetch(now, &self.facts) {
            Ok(()) => Some(0),
            Err(FetchRefusal::Waiting { until }) => u64::try_from(until - now).ok(),
            Err(_) => None,
        }
    }

    /// Media type, by content.
    pub fn media_type(&self) -> &str {
        &self.blob.media_type
    }

    /// BLAKE3 hash, in hex.
    pub fn content_hash(&self) -> &str {
        &self.blob.content_hash
    }

    /// Size in bytes.
    pub fn size_bytes(&self) -> u64 {
        u64::try_from(self.blob.size_bytes).unwrap_or_default()
    }

    /// When the content came, in milliseconds since the epoch.
    pub fn modified_at_ms(&self) -> Millis {
        self.blob.created_at_ms
    }

    /// Whether bytes from `range_start` on may be sent now.
    pub fn check(&self, delivery: &Delivery, range_start: u64) -> Result<()> {
        let now = delivery.base.now();
        let facts = FetchFacts { range_start, ..self.facts };
        download::may_fetch(now, &facts).map_err(|refusal| match refusal {
            FetchRefusal::Ended => Code::TicketEnded.into(),
            FetchRefusal::Withdrawn => Code::VideoWithdrawn.into(),
            FetchRefusal::Waiting { until } => {
                let left = u64::try_from(until - now).unwrap_or_default();
                Refusal::from(Code::DownloadWaiting)
                    .with("available_at", moment(until).to_rfc3339())
                    .with("retry_after_seconds", left.div_ceil(1000))
                    .into()
            }
        })
    }
}
