//! All that happened to one account: what the audit log, its wallet and its downloads say,
//! merged by the moment. Each event once: what its wallet or a ticket says is passed over in
//! the log.

use crate::app::delivery::record::show_state;
use crate::app::support::cursor;
use crate::app::support::error::not_found;
use crate::app::{Operation, Result, moment};
use serde_json::{Map, Value};
use std::cmp::Reverse;
use std::collections::HashMap;
use yingku_core::Millis;
use yingku_core::id::{AccountId, OfferId, VideoId};
use yingku_core::purchase::OfferKind;
use yingku_db::audit::OfAccount;
use yingku_db::ledger::Movement;
use yingku_db::rows;
use yingku_protocol::{ListPage, Page, TimelineItem, TimelineKind};

/// Acts of the log that an account's wallet and tickets give with more facts.
const TOLD_ELSEWHERE: &[&str] =
    &["wallet.credit", "wallet.reverse", "video.buy", "membership.buy", "download.ask"];

/// Where each source stands among events of one moment: what follows from another is newer.
const AUDIT: i64 = 0;
const MONEY: i64 = 1;
const DOWNLOAD: i64 = 2;

/// One event, from one of the sources.
enum Event {
    Audit(rows::AuditEntry),
    Money(Movement),
    Download(rows::Ticket),
}

impl Event {
    /// Its place: moment, source, number. No two events have the same.
    fn place(&self) -> (Millis, i64, i64) {
        match self {
            Event::Audit(row) => (row.at_ms, AUDIT, row.id),
            Event::Money(row) => (row.created_at_ms, MONEY, row.entry_id),
            Event::Download(row) => (row.created_at_ms, DOWNLOAD, row.id.0),
        }
    }
}

/// Where a source goes on behind a place: before a moment, or at it and before a number.
fn before(place: Option<(Millis, i64, i64)>, source: i64) -> (Millis, i64) {
    match place {
        None => (Millis::MAX, i64::MAX),
        Some((at, last, _)) if source < last => (at, i64::MAX),
        Some((at, last, id)) if source == last => (at, id),
        Some((at, ..)) => (at, i64::MIN),
    }
}

impl Operation {
    /// All that happened to an account, newest first.
    pub async fn show_timeline(
        &self,
        account_id: AccountId,
        wanted: &ListPage,
    ) -> Result<Page<TimelineItem>> {
        let limit = cursor::limit(wanted.limit)?;
        let place = cursor::place(wanted.cursor.as_deref())?;
        let account = yingku_db::account::find(&self.base.db, account_id).await?;
        let account = account.ok_or_else(|| not_found("account"))?;
        let events = self.events(account_id, place, limit + 1).await?;
        let (events, next_cursor) = cursor::page(events, limit, Event::place);
        let names = Names::load(self, &account, &events).await?;
        let now = self.base.now();
        let items = events.into_iter().map(|event| names.show(event, now)).collect();
        Ok(Page { items, next_cursor })
    }

    async fn events(
        &self,
        account_id: AccountId,
        place: Option<(Millis, i64, i64)>,
        limit: u64,
    ) -> Result<Vec<Event>> {
        let (money, download) = (before(place, MONEY), before(place, DOWNLOAD));
        let movements =
            yingku_db::ledger::list_movements_before(&self.base.db, account_id, money, limit)
                .await?;
        let tickets =
            yingku_db::ticket::list_before(&self.base.db, account_id, download, limit).await?;
        let movements = movements.into_iter().map(Event::Money);
        let mut events: Vec<Event> =
            movements.chain(tickets.into_iter().map(Event::Download)).collect();
        events.sort_by_key(|event| Reverse(event.place()));
        let many = usize::try_from(limit).unwrap_or(usize::MAX);
        events.truncate(many);
        // A full page of them bounds how far the log is read: it has an act for each.
        let since = match events.last() {
            Some(last) if events.len() == many => last.place().0,
            _ => Millis::MIN,
        };
        let of = OfAccount {
            account_id,
            without: TOLD_ELSEWHERE,
            before: before(place, AUDIT),
            since,
            limit,
        };
        let acts = yingku_db::audit::list_of_account(&self.base.db, &of).await?;
        events.extend(acts.into_iter().map(Event::Audit));
        events.sort_by_key(|event| Reverse(event.place()));
        events.truncate(many);
        Ok(events)
    }
}

/// What the things that events are about are called.
struct Names {
    account_id: AccountId,
    account: String,
    accounts: HashMap<AccountId, String>,
    titles: HashMap<VideoId, String>,
    offers: HashMap<OfferId, rows::Offer>,
    plans: HashMap<i64, String>,
    reversed_by: HashMap<i64, i64>,
}

impl Names {
    async fn load(
        operation: &Operation,
        account: &rows::Account,
        events: &[Event],
    ) -> Result<Names> {
        let (mut accounts, mut videos) = (Vec::new(), Vec::new());
        let (mut entries, mut offers) = (Vec::new(), Vec::new());
        for event in events {
            match event {
                Event::Audit(row) => match row.subject_kind.as_deref() {
                    Some("account") => accounts.extend(row.subject_id.map(AccountId)),
                    Some("video") => videos.extend(row.subject_id.map(VideoId)),
                    _ => {}
                },
                Event::Money(row) => {
                    entries.push(row.entry_id);
                    accounts.extend(row.actor_id);
                    offers.extend(row.offer_id);
                }
                Event::Download(row) => videos.push(row.video_id),
            }
        }
        let offers = yingku_db::offer::find_many(&operation.base.db, &offers).await?;
        let of_videos = offers.iter().filter(|offer| offer.kind == OfferKind::Video);
        videos.extend(of_videos.map(|offer| VideoId(offer.subject_id)));
        let plans = yingku_db::offer::list_plans(&operation.base.db).await?;
        let accounts = yingku_db::account::find_many(&operation.base.db, &accounts).await?;
        Ok(Names {
            account_id: account.id,
            account: account.name.clone(),
            accounts: accounts.into_iter().map(|account| (account.id, account.name)).collect(),
            titles: yingku_db::video::titles(&operation.base.db, &videos).await?,
            offers: offers.into_iter().map(|offer| (offer.id, offer)).collect(),
            plans: plans.into_iter().map(|plan| (plan.id, plan.code)).collect(),
            reversed_by: yingku_db::ledger::reversals(&operation.base.db, &entries)
                .await?
                .into_iter()
                .collect(),
        })
    }

    fn show(&self, event: Event, now: Millis) -> TimelineItem {
        match event {
            Event::Audit(row) => self.show_act(row),
            Event::Money(row) => self.show_movement(row),
            Event::Download(row) => self.show_download(&row, now),
        }
    }

    fn show_act(&self, row: rows::AuditEntry) -> TimelineItem {
        let is_it = row.subject_kind.as_deref() == Some("account")
            && row.subject_id == Some(self.account_id.0);
        let kind = match row.action.split('.').next() {
            Some("session") => TimelineKind::Session,
            _ if is_it => TimelineKind::Account,
            _ => TimelineKind::Admin,
        };
        let item = empty(format!("audit-{}", row.id), row.at_ms, kind, &row.action);
        let subject =
            |kind: &str| row.subject_id.filter(|_| row.subject_kind.as_deref() == Some(kind));
        let (video_id, account_id) = (subject("video"), subject("account"));
        TimelineItem {
            actor_id: row.actor_id.map(|id| id.0),
            actor: Some(row.actor),
            address: Some(row.address),
            account: account_id.and_then(|id| self.accounts.get(&AccountId(id)).cloned()),
            video_id,
            title: self.title(video_id.map(VideoId)),
            subject_kind: row.subject_kind,
            subject_id: row.subject_id,
            detail: serde_json::from_str::<Map<String, Value>>(&row.detail).unwrap_or_default(),
            ..item
        }
    }

    fn show_movement(&self, row: Movement) -> TimelineItem {
        let offer = row.offer_id.and_then(|id| self.offers.get(&id));
        let sold = |kind: OfferKind| offer.filter(|offer| offer.kind == kind).map(|o| o.subject_id);
        let (video_id, plan_id) = (sold(OfferKind::Video), sold(OfferKind::Plan));
        let action = match (row.kind.as_str(), plan_id) {
            ("purchase", Some(_)) => "membership.buy".to_owned(),
            ("purchase", None) => "video.buy".to_owned(),
            ("reversal", _) => "wallet.reverse".to_owned(),
            (kind, _) => format!("wallet.{kind}"),
        };
        let by_hand = matches!(row.kind.as_str(), "credit" | "reversal");
        let id = format!("entry-{}", row.entry_id);
        TimelineItem {
            actor_id: row.actor_id.map(|id| id.0),
            actor: match row.actor_id {
                Some(id) => self.accounts.get(&id).cloned(),
                None => by_hand.then(|| "operator".to_owned()),
            },
            video_id,
            title: self.title(video_id.map(VideoId)),
            plan: plan_id.and_then(|id| self.plans.get(&id).cloned()),
            entry_id: Some(row.entry_id),
            amount_minor: Some(row.amount_minor),
            balance_minor: row.balance_minor,
            reverses_id: row.reverses_id,
            reversed_by_id: self.reversed_by.get(&row.entry_id).copied(),
            reason: by_hand.then_some(row.reason),
            ..empty(id, row.created_at_ms, TimelineKind::Money, &action)
        }
    }

    fn show_download(&self, row: &rows::Ticket, now: Millis) -> TimelineItem {
        let id = format!("download-{}", row.id);
        TimelineItem {
            actor_id: Some(self.account_id.0),
            actor: Some(self.account.clone()),
            video_id: Some(row.video_id.0),
            title: self.title(Some(row.video_id)),
            download_id: Some(row.id.0),
            state: Some(show_state(row, now)),
            bytes_sent: Some(row.bytes_sent),
            ..empty(id, row.created_at_ms, TimelineKind::Download, "download.ask")
        }
    }

    fn title(&self, video_id: Option<VideoId>) -> Option<String> {
        self.titles.get(&video_id?).cloned()
    }
}

fn empty(id: String, at: Millis, kind: TimelineKind, action: &str) -> TimelineItem {
    TimelineItem {
        id,
        at: moment(at),
        kind,
        action: action.to_owned(),
        actor_id: None,
        actor: None,
        address: None,
        subject_kind: None,
        subject_id: None,
        account: None,
        video_id: None,
        title: None,
        plan: None,
        entry_id: None,
        amount_minor: None,
        balance_minor: None,
        reverses_id: None,
        reversed_by_id: None,
        download_id: None,
        state: None,
        bytes_sent: None,
        reason: None,
        detail: Map::new(),
    }
}
