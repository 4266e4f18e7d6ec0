//! Records of downloads: what each account asked for, and how much of it was sent.

use crate::app::support::cursor;
use crate::app::support::error::not_found;
use crate::app::support::names::Names;
use crate::app::{Caller, Delivery, Result, moment};
use yingku_core::Millis;
use yingku_core::download::{self, State};
use yingku_core::id::{AccountId, TicketId, VideoId};
use yingku_db::{RecordFilter, rows};
use yingku_protocol::{DownloadRecord, DownloadState, ListPage, ListRecords, Page};

impl Delivery {
    /// Names of the files that the caller downloaded at least a part of, oldest first, the
    /// newest `classic.list_limit` of them.
    pub async fn list_downloaded_names(&self, caller: &Caller) -> Result<Vec<String>> {
        let me = caller.require_account()?.id;
        let limit = self.base.settings(&self.base.db).await?.classic_list_limit;
        let mut names = yingku_db::ticket::list_downloaded_names(&self.base.db, me, limit).await?;
        names.reverse();
        Ok(names)
    }

    /// The caller's records, newest first.
    pub async fn list_downloads(
        &self,
        caller: &Caller,
        wanted: &ListPage,
    ) -> Result<Page<DownloadRecord>> {
        let records = ListRecords {
            account_id: Some(caller.require_account()?.id.0),
            video_id: None,
            cursor: wanted.cursor.clone(),
            limit: wanted.limit,
        };
        self.list_records(&records).await
    }

    /// Records of everybody, newest first.
    pub async fn list_records(&self, wanted: &ListRecords) -> Result<Page<DownloadRecord>> {
        let limit = cursor::limit(wanted.limit)?;
        let filter = RecordFilter {
            account_id: wanted.account_id.map(AccountId),
            video_id: wanted.video_id.map(VideoId),
            before_id: cursor::id(wanted.cursor.as_deref())?,
            limit: limit + 1,
        };
        let rows = yingku_db::ticket::list(&self.base.db, &filter).await?;
        let video_ids: Vec<VideoId> = rows.iter().map(|row| row.video_id).collect();
        let account_ids: Vec<AccountId> = rows.iter().map(|row| row.account_id).collect();
        let names = Names::load(&self.base.db, &video_ids, &account_ids).await?;
        let now = self.base.now();
        let show = |row: rows::Ticket| show_record(row, &names, now);
        Ok(cursor::page_of(rows, limit, |row| row.id, show))
    }

    /// One of the caller's records; any for admins.
    pub async fn show_download(&self, caller: &Caller, id: TicketId) -> Result<DownloadRecord> {
        let me = caller.require_account()?;
        self.write_down(id).await?;
        let found = yingku_db::ticket::find(&self.base.db, id).await?;
        let row = found
            .filter(|row| row.account_id == me.id || caller.is_admin())
            .ok_or_else(|| not_found("download"))?;
        let names = Names::load(&self.base.db, &[row.video_id], &[row.account_id]).await?;
        Ok(show_record(row, &names, self.base.now()))
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

fn show_record(row: rows::Ticket, names: &Names, now: Millis) -> DownloadRecord {
    DownloadRecord {
        state: show_state(&row, now),
        id: row.id.0,
        account_id: row.account_id.0,
        account: names.account(row.account_id),
        video_id: row.video_id.0,
        title: names.title(row.video_id),
        created_at: moment(row.created_at_ms),
        available_at: moment(row.available_at_ms),
        completed_at: row.completed_at_ms.map(moment),
        price_paid_minor: row.price_paid_minor,
        bytes_sent: row.bytes_sent,
    }
}
