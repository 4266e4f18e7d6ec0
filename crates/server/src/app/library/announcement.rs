//! Announcements: publishing, editing, withdrawing, reading.

use crate::app::library::markdown;
use crate::app::support::audit::Act;
use crate::app::support::cursor;
use crate::app::support::error::not_found;
use crate::app::{Caller, Error, Library, Result, moment};
use serde_json::json;
use std::collections::HashSet;
use yingku_core::{Millis, announcement};
use yingku_db::{Conn, Tx, rows};
use yingku_protocol::{
    Announcement, AnnouncementPreview, AnnouncementRevision, EditAnnouncement, ListAnnouncements,
    ListPage, Page, PreviewAnnouncement, PublishAnnouncement, Unread,
};

impl Library {
    /// Publishes an announcement, now or at a time to come.
    pub async fn publish_announcement(
        &self,
        caller: &Caller,
        wanted: &PublishAnnouncement,
    ) -> Result<Announcement> {
        let now = self.base.now();
        let row = rows::Announcement {
            id: 0,
            title: announcement::title(&wanted.title)?,
            content: announcement::content(&wanted.content)?,
            publish_at_ms: wanted.published_at.map_or(now, |at| at.timestamp_millis()),
            author: caller.name(),
            created_at_ms: now,
            edited_at_ms: None,
            withdrawn_at_ms: None,
            pinned: wanted.pinned,
        };
        let id = authorized!(self.base.db, caller, |tx| {
            let id = yingku_db::announcement::insert(tx, row.clone()).await?;
            if row.pinned {
                yingku_db::announcement::unpin_others(tx, id).await?;
            }
            Act::new("announcement.publish")
                .on("announcement", id)
                .with(json!({ "title": row.title, "published_at": moment(row.publish_at_ms) }))
                .write(tx, caller, now)
                .await?;
            Ok::<_, Error>(id)
        })?;
        Ok(show(rows::Announcement { id, ..row }, caller, true))
    }

    /// How a content will look once it is published; nothing is kept.
    pub fn preview_announcement(
        &self,
        wanted: &PreviewAnnouncement,
    ) -> Result<AnnouncementPreview> {
        let content = announcement::content(&wanted.content)?;
        Ok(AnnouncementPreview { content_html: markdown::html(&content) })
    }

    /// Announcements, last published first: those out now, or all for admins who ask.
    pub async fn list_announcements(
        &self,
        caller: &Caller,
        wanted: &ListAnnouncements,
    ) -> Result<Page<Announcement>> {
        let limit = cursor::limit(wanted.limit)?;
        let before = cursor::pair(wanted.cursor.as_deref())?;
        let now = (!(wanted.all && caller.is_admin())).then(|| self.base.now());
        let rows =
            yingku_db::announcement::list(&self.base.db, now, wanted.pinned, before, limit + 1)
                .await?;
        let (rows, next_cursor) = cursor::page(rows, limit, |row| (row.publish_at_ms, row.id));
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let read = self.read_by(&self.base.db, caller, &ids).await?;
        let show = |row: rows::Announcement| {
            let unread = caller.account().is_some() && !read.contains(&row.id);
            show(row, caller, unread)
        };
        Ok(Page { items: rows.into_iter().map(show).collect(), next_cursor })
    }

    /// One announcement; admins see those to come and those withdrawn as well.
    pub async fn show_announcement(&self, caller: &Caller, id: i64) -> Result<Announcement> {
        let row = find(&self.base.db, caller, id, self.base.now()).await?;
        let read = self.read_by(&self.base.db, caller, &[id]).await?;
        Ok(show(row, caller, caller.account().is_some() && read.is_empty()))
    }

    async fn read_by(&self, c: &impl Conn, caller: &Caller, ids: &[i64]) -> Result<HashSet<i64>> {
        let Some(account_id) = caller.account_id() else { return Ok(HashSet::new()) };
        Ok(yingku_db::announcement::read(c, account_id, ids).await?.into_iter().collect())
    }

    /// Changes an announcement; a text that changes goes into its history.
    pub async fn edit_announcement(
        &self,
        caller: &Caller,
        id: i64,
        wanted: &EditAnnouncement,
    ) -> Result<Announcement> {
        let title = wanted.title.as_deref().map(announcement::title).transpose()?;
        let content = wanted.content.as_deref().map(announcement::content).transpose()?;
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let mut row = lock_any(tx, id).await?;
            let mut acts = Vec::new();
            if title.is_some() || content.is_some() || wanted.published_at.is_some() {
                keep_revision(tx, &row).await?;
                row.title = title.clone().unwrap_or(row.title);
                row.content = content.clone().unwrap_or(row.content);
                if let Some(at) = wanted.published_at {
                    row.publish_at_ms = at.timestamp_millis();
                }
                row.author = caller.name();
                row.edited_at_ms = Some(now);
                acts.push("announcement.edit");
            }
            if let Some(pinned) = wanted.pinned.filter(|pinned| *pinned != row.pinned) {
                row.pinned = pinned;
                acts.push(if pinned { "announcement.pin" } else { "announcement.unpin" });
            }
            if row.pinned {
                yingku_db::announcement::unpin_others(tx, id).await?;
            }
            yingku_db::announcement::update(tx, row.clone()).await?;
            for act in acts {
                Act::new(act)
                    .on("announcement", id)
                    .with(json!({ "title": row.title }))
                    .write(tx, caller, now)
                    .await?;
            }
            Ok::<_, Error>(show(row, caller, false))
        })
    }

    /// Withdraws an announcement: only admins see it from now on.
    pub async fn withdraw_announcement(&self, caller: &Caller, id: i64) -> Result<()> {
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let mut row = lock_any(tx, id).await?;
            if row.withdrawn_at_ms.is_none() {
                row.withdrawn_at_ms = Some(now);
                yingku_db::announcement::update(tx, row).await?;
                Act::new("announcement.withdraw")
                    .on("announcement", id)
                    .write(tx, caller, now)
                    .await?;
            }
            Ok(())
        })
    }

    /// Earlier texts of an announcement, newest first.
    pub async fn list_revisions(
        &self,
        id: i64,
        wanted: &ListPage,
    ) -> Result<Page<AnnouncementRevision>> {
        if yingku_db::announcement::find(&self.base.db, id).await?.is_none() {
            return Err(not_found("announcement"));
        }
        let limit = cursor::limit(wanted.limit)?;
        let before = cursor::id(wanted.cursor.as_deref())?;
        let rows =
            yingku_db::announcement::list_revisions(&self.base.db, id, before, limit + 1).await?;
        let show = |row: rows::AnnouncementRevision| AnnouncementRevision {
            id: row.id,
            title: row.title,
            content: row.content,
            author: row.author,
            created_at: moment(row.created_at_ms),
        };
        Ok(cursor::page_of(rows, limit, |row| row.id, show))
    }

    /// Marks an announcement as read by the caller.
    pub async fn read_announcement(&self, caller: &Caller, id: i64) -> Result<()> {
        let account_id = caller.require_account()?.id;
        let now = self.base.now();
        find(&self.base.db, caller, id, now).await?;
        authorized!(self.base.db, caller, |tx| {
            yingku_db::announcement::mark_read(tx, account_id, id, now).await?;
            Ok(())
        })
    }

    /// Marks every announcement that is out as read by the caller.
    pub async fn read_all_announcements(&self, caller: &Caller) -> Result<()> {
        let account_id = caller.require_account()?.id;
        let now = self.base.now();
        loop {
            let marked = authorized!(self.base.db, caller, |tx| {
                let ids = yingku_db::announcement::unread(tx, account_id, now).await?;
                for id in &ids {
                    yingku_db::announcement::mark_read(tx, account_id, *id, now).await?;
                }
                Ok::<_, Error>(ids.len())
            })?;
            if marked == 0 {
                return Ok(());
            }
        }
    }

    /// How many announcements the caller has not read.
    pub async fn count_unread(&self, caller: &Caller) -> Result<Unread> {
        let account_id = caller.require_account()?.id;
        let unread =
            yingku_db::announcement::unread(&self.base.db, account_id, self.base.now()).await?;
        Ok(Unread { count: i64::try_from(unread.len()).unwrap_or(i64::MAX) })
    }
}

async fn find(c: &impl Conn, caller: &Caller, id: i64, now: Millis) -> Result<rows::Announcement> {
    let found = yingku_db::announcement::find(c, id).await?;
    let out = |row: &rows::Announcement| row.withdrawn_at_ms.is_none() && row.publish_at_ms <= now;
    found.filter(|row| caller.is_admin() || out(row)).ok_or_else(|| not_found("announcement"))
}

async fn lock_any(tx: &Tx, id: i64) -> Result<rows::Announcement> {
    let found = yingku_db::announcement::lock(tx, id).await?;
    found.ok_or_else(|| not_found("announcement"))
}

async fn keep_revision(tx: &Tx, row: &rows::Announcement) -> Result<()> {
    let revision = rows::AnnouncementRevision {
        id: 0,
        announcement_id: row.id,
        title: row.title.clone(),
        content: row.content.clone(),
        author: row.author.clone(),
        created_at_ms: row.edited_at_ms.unwrap_or(row.created_at_ms),
    };
    Ok(yingku_db::announcement::insert_revision(tx, revision).await?)
}

fn show(row: rows::Announcement, caller: &Caller, unread: bool) -> Announcement {
    Announcement {
        id: row.id,
        title: row.title,
        content_html: markdown::html(&row.content),
        content: row.content,
        published_at: moment(row.publish_at_ms),
        author: row.author,
        edited_at: row.edited_at_ms.map(moment),
        withdrawn_at: row.withdrawn_at_ms.filter(|_| caller.is_admin()).map(moment),
        unread,
        pinned: row.pinned,
    }
}
