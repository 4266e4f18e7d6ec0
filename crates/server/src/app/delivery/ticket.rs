//! Tickets: who may have one for a video, and how long it waits. The server alone decides when the
//! first byte goes.

use crate::app::delivery::record::show_state;
use crate::app::library::video::pricing;
use crate::app::support::audit::Act;
use crate::app::support::base::Base;
use crate::app::support::error::not_found;
use crate::app::support::membership::is_member;
use crate::app::support::token;
use crate::app::{Caller, Delivery, Error, Result, moment};
use serde_json::json;
use yingku_core::download::{self, AskRefusal, Basis};
use yingku_core::id::{AccountId, TicketId, VideoId};
use yingku_core::video::State as VideoState;
use yingku_core::{Millis, price};
use yingku_db::{Tx, rows};
use yingku_protocol::{Code, FileLink, Refusal, Ticket};

impl Delivery {
    /// Gives the caller's ticket for a video: the live one where there is one, else a new
    /// one. Answers whether it is new.
    pub async fn ask_ticket(&self, caller: &Caller, video_id: VideoId) -> Result<(Ticket, bool)> {
        let me = caller.require_account()?;
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let asking = Asking::load(&self.base, tx, me.id, video_id, now).await?;
            let basis = asking.basis()?;
            let (row, fresh) = asking.ticket(tx, basis, 0).await?;
            if fresh {
                Act::new("download.ask")
                    .on("video", video_id)
                    .with(json!({ "ticket_id": row.id }))
                    .write(tx, caller, now)
                    .await?;
            }
            Ok::<_, Error>((self.show_ticket(&row, &asking, now), fresh))
        })
    }

    /// A ticket as its owner sees it.
    pub(in crate::app) fn show_ticket(
        &self,
        row: &rows::Ticket,
        asking: &Asking,
        now: Millis,
    ) -> Ticket {
        let signature = self.signature(row.id, asking.account.epoch);
        let url = FileLink {
            key: format!("{}-{signature}", row.id),
            file_name: asking.video.file_name.clone(),
        };
        Ticket {
            id: row.id.0,
            video_id: row.video_id.0,
            title: asking.video.title.clone(),
            file_name: asking.video.file_name.clone(),
            size_bytes: asking.blob.size_bytes,
            content_hash: asking.blob.content_hash.clone(),
            state: show_state(row, now),
            available_at: moment(row.available_at_ms),
            wait_ms: (row.available_at_ms - now).max(0),
            expires_at: moment(row.created_at_ms + download::TICKET_LIFE_MS),
            url,
            price_paid_minor: row.price_paid_minor,
        }
    }

    /// Dies with the account's epoch.
    pub(in crate::app) fn signature(&self, ticket_id: TicketId, epoch: i64) -> String {
        token::sign(&self.base.link_key, &format!("ticket {ticket_id} {epoch}"))
    }
}

/// Somebody who wants a video, with every fact that the rules ask for.
pub(in crate::app) struct Asking {
    pub(in crate::app) account: rows::Account,
    pub(in crate::app) video: rows::Video,
    pub(in crate::app) blob: rows::Blob,
    pub(in crate::app) owned: bool,
    pub(in crate::app) settings: yingku_core::setting::Settings,
    pub(in crate::app) now: Millis,
}

impl Asking {
    /// Gathers the facts; the video cannot be changed until the transaction ends.
    pub(in crate::app) async fn load(
        base: &Base,
        tx: &Tx,
        account_id: AccountId,
        video_id: VideoId,
        now: Millis,
    ) -> Result<Asking> {
        let account = yingku_db::account::find(tx, account_id).await?;
        let account = account.ok_or_else(|| not_found("account"))?;
        // Nobody moves it to the trash, or changes its price, between this and the commit.
        let video = yingku_db::video::hold(tx, video_id).await?;
        let video = video.ok_or_else(|| not_found("video"))?;
        let blob_id = video.blob_id.ok_or_else(|| not_found("video"))?;
        let blob = yingku_db::blob::find(tx, blob_id).await?;
        let blob = blob.ok_or_else(|| not_found("video"))?;
        let owned = !yingku_db::video::owned(tx, account_id, &[video_id]).await?.is_empty();
        Ok(Asking { account, video, blob, owned, settings: base.settings(tx).await?, now })
    }

    fn is_member(&self) -> bool {
        is_member(&self.account, self.now)
    }

    /// What the account pays for it now.
    pub(in crate::app) fn price_minor(&self) -> i64 {
        let prices = price::prices(&pricing(&self.video), &self.settings.prices);
        price::price_for(prices, self.is_member())
    }

    /// Why a ticket may be had, or a refusal.
    fn basis(&self) -> Result<Basis> {
        let (visible, purged) =
            (self.video.state.is_published(), self.video.state == VideoState::Purged);
        download::may_ask(self.account.role, visible, purged, self.video.is_free, self.owned)
            .map_err(|refusal| match refusal {
                AskRefusal::NotFound => not_found("video"),
                AskRefusal::PurchaseRequired => Refusal::from(Code::PurchaseRequired)
                    .with("price_minor", self.price_minor())
                    .with("currency", self.settings.currency.as_str())
                    .into(),
            })
    }

    /// The live ticket, brought up to the present basis, or a new one; whether it is new.
    pub(in crate::app) async fn ticket(
        &self,
        tx: &Tx,
        basis: Basis,
        paid_minor: i64,
    ) -> Result<(rows::Ticket, bool)> {
        let live_key = format!("{}:{}", self.account.id, self.video.id);
        let waits = self.settings.waits();
        let (account_id, video_id) = (self.account.id, self.video.id);
        let has_waited = yingku_db::ticket::has_waited(tx, account_id, video_id, self.now).await?;
        let is_member = self.is_member();
        let wait_ms = download::wait_ms(basis, self.video.is_free, is_member, has_waited, &waits);
        let available_at_ms = self.now + wait_ms;
        if let Some(mut row) = yingku_db::ticket::lock_live(tx, &live_key).await? {
            let completed = row.completed_at_ms.is_some();
            if download::still_live(self.now, row.created_at_ms, completed) {
                // Asking again changes no wait; another right to the video may end it.
                if row.basis != basis {
                    row.available_at_ms = row.available_at_ms.min(available_at_ms);
                    row.basis = basis;
                }
                row.price_paid_minor += paid_minor;
                let (at, basis) = (row.available_at_ms, basis);
                yingku_db::ticket::change_basis(tx, row.id, basis, at, paid_minor).await?;
                return Ok((row, false));
            }
            yingku_db::ticket::retire(tx, row.id).await?;
        }
        let mut row = rows::Ticket {
            id: TicketId(0),
            account_id: self.account.id,
            video_id: self.video.id,
            basis,
            live_key: Some(live_key),
            price_paid_minor: paid_minor,
            created_at_ms: self.now,
            available_at_ms,
            started_at_ms: None,
            completed_at_ms: None,
            bytes_sent: 0,
            coverage: String::new(),
        };
        row.id = yingku_db::ticket::insert(tx, row.clone()).await?;
        Ok((row, true))
    }
}
