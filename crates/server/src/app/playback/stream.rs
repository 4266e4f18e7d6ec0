//! Streams: what an account watches just now, and the records of what it watched. A request for
//! media says that a stream goes on; a playlist says nothing.

use super::Watch;
use super::link::Link;
use crate::app::support::cursor;
use crate::app::support::names::Names;
use crate::app::{Caller, Error, Playback, Result, moment};
use moka::future::Cache;
use std::time::Duration;
use yingku_core::id::{AccountId, VideoId};
use yingku_core::playback::STREAM_LIFE_MS;
use yingku_db::{RecordFilter, rows, transaction};
use yingku_protocol::{Code, ListRecords, Page, Refusal, WatchRecord};

/// A stream that goes on is written down this often: well within [`STREAM_LIFE_MS`].
const NOTE_EVERY: Duration = Duration::from_secs(8);
/// Streams that are known to go on, on this node.
const MOST_KNOWN: u64 = 100_000;
/// Whoever comes back after so long watches anew, in milliseconds.
const ONE_GO_MS: i64 = 30 * 60 * 1_000;

/// An account that watches a film again within so long is not counted again, in milliseconds.
const VIEW_MS: i64 = 6 * 60 * 60 * 1_000;

/// The streams that were written down a moment ago.
pub(in crate::app) struct Streams {
    noted: Cache<String, ()>,
}

impl Default for Streams {
    fn default() -> Self {
        let noted = Cache::builder().max_capacity(MOST_KNOWN).time_to_live(NOTE_EVERY).build();
        Streams { noted }
    }
}

impl Streams {
    /// Notes that somebody watches.
    ///
    /// # Errors
    /// [`Code::TooManyStreams`] where the account has begun, or goes on with, more than it may.
    pub(super) async fn note(&self, playback: &Playback, watch: &Watch) -> Result<()> {
        let stream = &watch.link.stream;
        if self.noted.contains_key(stream) {
            return Ok(());
        }
        let (account_id, video_id) = (watch.right.account.id, watch.right.video.id);
        let limit = watch.right.settings.max_streams;
        transaction!(playback.base.db, |tx| {
            // Two that begin at once count each other.
            yingku_db::account::lock(tx, account_id).await?;
            let now = yingku_db::job::now(tx).await?;
            let live_since = now - STREAM_LIFE_MS;
            let known = yingku_db::watch::find_since(tx, stream, now - ONE_GO_MS).await?;
            let is_live = known
                .as_ref()
                .is_some_and(|known| !known.has_left && known.last_at_ms > live_since);
            let count = yingku_db::watch::count_others(tx, account_id, stream, live_since).await?;
            if !is_live && count >= limit {
                return Err(Error::from(Refusal::from(Code::TooManyStreams).with("limit", limit)));
            }
            match known {
                Some(known) => yingku_db::watch::touch(tx, known.id, now).await?,
                None => {
                    let since = now - VIEW_MS;
                    if !yingku_db::watch::has_watched(tx, account_id, video_id, since).await? {
                        yingku_db::video::count_view(tx, video_id).await?;
                    }
                    let row = rows::Watch {
                        id: 0,
                        stream: stream.clone(),
                        account_id,
                        video_id,
                        started_at_ms: now,
                        last_at_ms: now,
                        has_left: false,
                    };
                    yingku_db::watch::insert(tx, row).await?;
                }
            }
            Ok(())
        })?;
        self.noted.insert(stream.clone(), ()).await;
        Ok(())
    }

    /// Notes that somebody watches no more: another stream may begin at once.
    async fn leave(&self, playback: &Playback, stream: &str) -> Result<()> {
        transaction!(playback.base.db, |tx| {
            Ok::<_, Error>(yingku_db::watch::leave(tx, stream).await?)
        })?;
        self.noted.invalidate(stream).await;
        Ok(())
    }
}

impl Playback {
    /// Ends the stream of an address to watch at; a player that asks for more begins it again.
    ///
    /// # Errors
    /// [`Code::WatchEnded`] where this site did not make the address.
    pub async fn leave_watch(&self, link: &str) -> Result<()> {
        let link = Link::read(link, &self.base.link_key).ok_or(Code::WatchEnded)?;
        self.streams.leave(self, &link.stream).await
    }

    /// What was watched, newest first: by the caller, or for admins by anybody.
    pub async fn list_watches(
        &self,
        caller: &Caller,
        wanted: &ListRecords,
    ) -> Result<Page<WatchRecord>> {
        let limit = cursor::limit(wanted.limit)?;
        let account_id = match (caller.is_admin(), wanted.account_id, caller.account_id()) {
            (true, wanted, _) => wanted,
            (false, Some(wanted), me) if Some(wanted) != me.map(|id| id.0) => {
                return Err(Code::Forbidden.into());
            }
            (false, _, me) => me.map(|id| id.0),
        };
        let filter = RecordFilter {
            account_id: account_id.map(AccountId),
            video_id: wanted.video_id.map(VideoId),
            before_id: cursor::id(wanted.cursor.as_deref())?,
            limit: limit + 1,
        };
        let rows = yingku_db::watch::list(&self.base.db, &filter).await?;
        let video_ids: Vec<VideoId> = rows.iter().map(|row| row.video_id).collect();
        let account_ids: Vec<AccountId> = rows.iter().map(|row| row.account_id).collect();
        let names = Names::load(&self.base.db, &video_ids, &account_ids).await?;
        let show = |row: rows::Watch| WatchRecord {
            id: row.id,
            account_id: row.account_id.0,
            account: names.account(row.account_id),
            video_id: row.video_id.0,
            title: names.title(row.video_id),
            started_at: moment(row.started_at_ms),
            last_at: moment(row.last_at_ms),
        };
        Ok(cursor::page_of(rows, limit, |row| row.id, show))
    }
}
