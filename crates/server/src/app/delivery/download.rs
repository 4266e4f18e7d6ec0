//! Downloads: asking for a ticket, buying one, fetching with it. The server alone decides
//! when the first byte goes.

use crate::app::identity::account::is_member;
use crate::app::library::video::{PURGED, VISIBLE, pricing};
use crate::app::operation::audit::Act;
use crate::app::shop::ledger::{self, Movement, Once, SALES};
use crate::app::shop::plan::{insufficient, price_changed};
use crate::app::support::cursor;
use crate::app::support::error::not_found;
use crate::app::support::token;
use crate::app::{App, Caller, Error, Result, moment};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use yingku_core::account::Role;
use yingku_core::download::{self, AskRefusal, Basis, FetchFacts, FetchRefusal, State};
use yingku_core::purchase::{Payment, PurchaseRefusal, decide_video};
use yingku_core::{Millis, video};
use yingku_db::{Tx, rows};
use yingku_protocol::{
    BuyVideo, Code, DownloadRecord, DownloadState, ListPage, ListRecords, Page, Refusal, Ticket,
    VideoBought,
};

impl App {
    /// Gives the caller's ticket for a video: the live one where there is one, else a new
    /// one. Answers whether it is new.
    pub async fn ask_ticket(&self, caller: &Caller, video_id: i64) -> Result<(Ticket, bool)> {
        let me = caller.require_account()?;
        let now = self.now();
        authorized!(self.db, caller, |tx| {
            let asking = Asking::load(self, tx, me.id, video_id, now).await?;
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

    /// Buys a video: the debit, the purchase and the ticket are one transaction.
    pub async fn buy_video(
        &self,
        caller: &Caller,
        video_id: i64,
        wanted: &BuyVideo,
        key: Option<&str>,
    ) -> Result<VideoBought> {
        let me = caller.require_account()?.id;
        let once = Once::new(caller, key, &format!("buy video {video_id}"), wanted)?;
        let now = self.now();
        authorized!(self.db, caller, |tx| {
            let mut wallet = ledger::lock_wallet(tx, me).await?;
            if let Some(answer) = once.replay(tx).await? {
                return Ok(answer);
            }
            let asking = Asking::load(self, tx, me, video_id, now).await?;
            let price_minor = asking.buy(wallet.balance_minor, wanted)?;
            let answer = self.sell(tx, caller, &asking, &mut wallet, price_minor).await?;
            once.keep(tx, &answer, now).await?;
            Ok(answer)
        })
    }

    async fn sell(
        &self,
        tx: &Tx,
        caller: &Caller,
        asking: &Asking,
        wallet: &mut rows::Wallet,
        price_minor: i64,
    ) -> Result<VideoBought> {
        let (now, video_id) = (asking.now, asking.video.id);
        let offer_id = yingku_db::offer::get_or_insert(tx, "video", video_id).await?;
        let debit = Movement {
            kind: "purchase",
            actor_id: Some(wallet.account_id),
            reason: &asking.video.title,
            offer_id: Some(offer_id),
            months: None,
            timezone: None,
            reverses_id: None,
            amount_minor: -price_minor,
            house: SALES,
        };
        let entry_id = ledger::post(tx, wallet, &debit, now).await?;
        let purchase = rows::Purchase {
            id: entry_id,
            account_id: wallet.account_id,
            offer_id,
            entry_id,
            price_minor,
            months: None,
            created_at_ms: now,
            refunded_at_ms: None,
            timezone: None,
        };
        yingku_db::offer::insert_purchase(tx, purchase).await?;
        yingku_db::offer::insert_ownership(tx, wallet.account_id, offer_id, entry_id).await?;
        let (ticket, _) = asking.ticket(tx, Basis::Owned, price_minor).await?;
        Act::new("video.buy")
            .on("video", video_id)
            .with(
                json!({ "price_minor": price_minor, "entry_id": entry_id, "ticket_id": ticket.id }),
            )
            .write(tx, caller, now)
            .await?;
        Ok(VideoBought {
            id: entry_id,
            entry_id,
            video_id,
            price_paid_minor: price_minor,
            balance_minor: wallet.balance_minor,
            ticket: self.show_ticket(&ticket, asking, now),
        })
    }

    /// Buys a video with a call that is not repeated.
    pub async fn buy_video_once(
        &self,
        caller: &Caller,
        video_id: i64,
        wanted: &BuyVideo,
    ) -> Result<VideoBought> {
        self.buy_video(caller, video_id, wanted, Some(&token::bearer())).await
    }

    /// Names of the files that the caller downloaded at least a part of, oldest first, the
    /// newest `classic.list_limit` of them.
    pub async fn list_downloaded_names(&self, caller: &Caller) -> Result<Vec<String>> {
        let me = caller.require_account()?.id;
        let limit = self.settings(&self.db).await?.classic_list_limit;
        let mut names = yingku_db::ticket::list_downloaded_names(&self.db, me, limit).await?;
        names.reverse();
        Ok(names)
    }

    fn show_ticket(&self, row: &rows::Ticket, asking: &Asking, now: Millis) -> Ticket {
        let signature = self.signature(row.id, asking.account.epoch);
        let name = percent_encoding::utf8_percent_encode(
            &asking.video.file_name,
            percent_encoding::NON_ALPHANUMERIC,
        );
        Ticket {
            id: row.id,
            video_id: row.video_id,
            title: asking.video.title.clone(),
            file_name: asking.video.file_name.clone(),
            size_bytes: asking.blob.size_bytes,
            content_hash: asking.blob.content_hash.clone(),
            state: show_state(row, now),
            available_at: moment(row.available_at_ms),
            wait_ms: (row.available_at_ms - now).max(0),
            expires_at: moment(row.created_at_ms + download::TICKET_LIFE_MS),
            url: format!("/d/{}-{signature}/{name}", row.id),
            price_paid_minor: row.price_paid_minor,
        }
    }

    /// Dies with the account's epoch.
    fn signature(&self, ticket_id: i64, epoch: i64) -> String {
        token::sign(&self.link_key, &format!("ticket {ticket_id} {epoch}"))
    }

    /// Finds what a link stands for, as [`App::find_fetch`] does, and checks that it may be sent
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
        if let Some(fetch) = self.fetches.get(&self.db, &link)
            && fetch.check(self, start(&fetch)).is_ok()
        {
            return Ok(fetch);
        }
        let changes = self.db.changes();
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
        let id: i64 = id.parse().map_err(|_| ended())?;
        let ticket = yingku_db::ticket::find(&self.db, id).await?.ok_or_else(ended)?;
        let account = yingku_db::account::find(&self.db, ticket.account_id).await?;
        let account = account.ok_or_else(ended)?;
        if account.locked || !token::same(signature, &self.signature(id, account.epoch)) {
            return Err(ended());
        }
        let video = yingku_db::video::find(&self.db, ticket.video_id).await?.ok_or_else(ended)?;
        let owned = yingku_db::video::owned(&self.db, account.id, &[video.id]).await?;
        let newest = yingku_db::ticket::newest(&self.db, account.id, video.id).await?;
        let blob = match video.blob_id {
            Some(id) => yingku_db::blob::find(&self.db, id).await?,
            None => None,
        };
        let blob = blob.ok_or_else(|| Error::from(Code::VideoWithdrawn))?;
        self.sent_log.learn(&ticket);
        let facts = FetchFacts {
            basis: Basis::parse(&ticket.basis).ok_or_else(ended)?,
            is_admin_now: account.role == Role::Admin.as_str(),
            owned_now: !owned.is_empty(),
            visible_now: video.state == VISIBLE,
            purged: video.state == PURGED,
            available_at: ticket.available_at_ms,
            created_at: ticket.created_at_ms,
            completed_at: ticket.completed_at_ms,
            size_bytes: blob.size_bytes.unsigned_abs(),
            superseded: newest != Some(ticket.id),
            range_start: 0,
        };
        Ok(Fetch { link: link.to_owned(), facts, ticket, epoch: account.epoch, video, blob })
    }

    /// The caller's records, newest first.
    pub async fn list_downloads(
        &self,
        caller: &Caller,
        wanted: &ListPage,
    ) -> Result<Page<DownloadRecord>> {
        let records = ListRecords {
            account_id: Some(caller.require_account()?.id),
            video_id: None,
            cursor: wanted.cursor.clone(),
            limit: wanted.limit,
        };
        self.list_records(&records).await
    }

    /// Records of everybody, newest first.
    pub async fn list_records(&self, wanted: &ListRecords) -> Result<Page<DownloadRecord>> {
        let limit = cursor::limit(wanted.limit)?;
        let filter = yingku_db::ticket::Filter {
            account_id: wanted.account_id,
            video_id: wanted.video_id,
            before_id: cursor::id(wanted.cursor.as_deref())?,
            limit: limit + 1,
        };
        let rows = yingku_db::ticket::list(&self.db, &filter).await?;
        let video_ids: Vec<i64> = rows.iter().map(|row| row.video_id).collect();
        let account_ids: Vec<i64> = rows.iter().map(|row| row.account_id).collect();
        let titles = yingku_db::video::titles(&self.db, &video_ids).await?;
        let accounts = yingku_db::account::find_many(&self.db, &account_ids).await?;
        let names: HashMap<i64, String> =
            accounts.into_iter().map(|account| (account.id, account.name)).collect();
        let now = self.now();
        let show = |row: rows::Ticket| show_record(row, &titles, &names, now);
        Ok(cursor::page_of(rows, limit, |row| row.id, show))
    }

    /// One of the caller's records; any for admins.
    pub async fn show_download(&self, caller: &Caller, id: i64) -> Result<DownloadRecord> {
        let me = caller.require_account()?;
        self.write_down(id).await?;
        let found = yingku_db::ticket::find(&self.db, id).await?;
        let row = found
            .filter(|row| row.account_id == me.id || caller.is_admin())
            .ok_or_else(|| not_found("download"))?;
        let titles = yingku_db::video::titles(&self.db, &[row.video_id]).await?;
        let account = yingku_db::account::find(&self.db, row.account_id).await?;
        let names = account.map(|account| (account.id, account.name)).into_iter().collect();
        Ok(show_record(row, &titles, &names, self.now()))
    }
}

/// Somebody who wants a video, with every fact that the rules ask for.
struct Asking {
    account: rows::Account,
    video: rows::Video,
    blob: rows::Blob,
    owned: bool,
    settings: yingku_core::setting::Settings,
    now: Millis,
}

impl Asking {
    async fn load(
        app: &App,
        tx: &Tx,
        account_id: i64,
        video_id: i64,
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
        Ok(Asking { account, video, blob, owned, settings: app.settings(tx).await?, now })
    }

    fn is_member(&self) -> bool {
        is_member(&self.account, self.now)
    }

    fn price_minor(&self) -> i64 {
        let prices = video::prices(&pricing(&self.video), &self.settings.prices);
        video::price_for(prices, self.is_member())
    }

    /// Why a ticket may be had, or a refusal.
    fn basis(&self) -> Result<Basis> {
        let role = Role::parse(&self.account.role).unwrap_or(Role::User);
        let (visible, purged) = (self.video.state == VISIBLE, self.video.state == PURGED);
        download::may_ask(role, visible, purged, self.video.is_free, self.owned).map_err(
            |refusal| match refusal {
                AskRefusal::NotFound => not_found("video"),
                AskRefusal::PurchaseRequired => Refusal::from(Code::PurchaseRequired)
                    .with("price_minor", self.price_minor())
                    .with("currency", self.settings.currency.as_str())
                    .into(),
            },
        )
    }

    /// The price to be paid, or a refusal.
    fn buy(&self, balance_minor: i64, wanted: &BuyVideo) -> Result<i64> {
        let price_minor = self.price_minor();
        let payment = Payment {
            price_minor,
            expected_price_minor: wanted.expected_price_minor,
            balance_minor,
        };
        let visible = self.video.state == VISIBLE;
        decide_video(visible, self.video.is_free, self.owned, payment)
            .map(|()| price_minor)
            .map_err(|refusal| refuse_purchase(refusal, &self.settings.currency))
    }

    /// The live ticket, brought up to the present basis, or a new one; whether it is new.
    async fn ticket(&self, tx: &Tx, basis: Basis, paid_minor: i64) -> Result<(rows::Ticket, bool)> {
        let live_key = format!("{}:{}", self.account.id, self.video.id);
        let waits = self.settings.waits();
        let wait_ms = download::wait_ms(basis, self.video.is_free, self.is_member(), &waits);
        let available_at_ms = self.now + wait_ms;
        if let Some(mut row) = yingku_db::ticket::lock_live(tx, &live_key).await? {
            let completed = row.completed_at_ms.is_some();
            if download::still_live(self.now, row.created_at_ms, completed) {
                // Asking again changes no wait; another right to the video may end it.
                if row.basis != basis.as_str() {
                    row.available_at_ms = row.available_at_ms.min(available_at_ms);
                    row.basis = basis.as_str().to_owned();
                }
                row.price_paid_minor += paid_minor;
                let (at, basis) = (row.available_at_ms, basis.as_str());
                yingku_db::ticket::change_basis(tx, row.id, basis, at, paid_minor).await?;
                return Ok((row, false));
            }
            yingku_db::ticket::retire(tx, row.id).await?;
        }
        let mut row = rows::Ticket {
            id: 0,
            account_id: self.account.id,
            video_id: self.video.id,
            basis: basis.as_str().to_owned(),
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

fn refuse_purchase(refusal: PurchaseRefusal, currency: &str) -> Error {
    match refusal {
        PurchaseRefusal::NotForSale => Code::NotForSale.into(),
        PurchaseRefusal::AlreadyOwned => Code::AlreadyOwned.into(),
        PurchaseRefusal::PriceChanged { price_minor } => price_changed(price_minor, currency),
        PurchaseRefusal::InsufficientBalance { price_minor, balance_minor, missing_minor } => {
            insufficient(price_minor, balance_minor, missing_minor, currency)
        }
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
    pub fn wait_ms(&self, app: &App) -> Option<u64> {
        let now = app.now();
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
    pub fn check(&self, app: &App, range_start: u64) -> Result<()> {
        let now = app.now();
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

pub(crate) fn show_state(row: &rows::Ticket, now: Millis) -> DownloadState {
    let (started, completed) = (row.started_at_ms.is_some(), row.completed_at_ms.is_some());
    match download::state(now, row.available_at_ms, started, completed) {
        State::Waiting => DownloadState::Waiting,
        State::Ready => DownloadState::Ready,
        State::Started => DownloadState::Started,
        State::Completed => DownloadState::Completed,
    }
}

fn show_record(
    row: rows::Ticket,
    titles: &HashMap<i64, String>,
    names: &HashMap<i64, String>,
    now: Millis,
) -> DownloadRecord {
    DownloadRecord {
        state: show_state(&row, now),
        id: row.id,
        account_id: row.account_id,
        account: names.get(&row.account_id).cloned().unwrap_or_default(),
        video_id: row.video_id,
        title: titles.get(&row.video_id).cloned().unwrap_or_default(),
        created_at: moment(row.created_at_ms),
        available_at: moment(row.available_at_ms),
        completed_at: row.completed_at_ms.map(moment),
        price_paid_minor: row.price_paid_minor,
        bytes_sent: row.bytes_sent,
    }
}
