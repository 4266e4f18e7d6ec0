//! What admins do about comments and danmaku that were reported, or wait to be let through.

use crate::app::support::audit::Act;
use crate::app::support::cursor;
use crate::app::support::error::not_found;
use crate::app::support::names::Names;
use crate::app::{Caller, Library, Result, moment};
use serde_json::json;
use yingku_core::discussion::ReportKind;
use yingku_core::id::{AccountId, CommentId, DanmakuId, VideoId};
use yingku_db::comment::Reader;
use yingku_db::rows;
use yingku_protocol::{ListComments, ListPage, Page, Report, ReviewCount, Reviewed};

impl Library {
    /// Comments of all videos, newest first, with what was reported of them.
    pub async fn list_reviewed_comments(&self, wanted: &ListComments) -> Result<Page<Reviewed>> {
        let limit = cursor::limit(wanted.limit)?;
        let before = cursor::id(wanted.cursor.as_deref())?;
        let needs_review = wanted.needs_review.unwrap_or_default();
        let rows =
            yingku_db::comment::list_all(&self.base.db, needs_review, before, limit + 1).await?;
        let (rows, next_cursor) = cursor::page(rows, limit, |row| row.id);
        let items = rows.into_iter().map(|row| Item {
            id: row.id.0,
            video_id: row.video_id,
            account_id: row.account_id,
            text: row.text,
            is_pending: row.is_pending,
            created_at_ms: row.created_at_ms,
        });
        let items = self.show_reviewed(ReportKind::Comment, items.collect()).await?;
        Ok(Page { items, next_cursor })
    }

    /// Danmaku that were reported, newest first.
    pub async fn list_reviewed_danmaku(&self, wanted: &ListPage) -> Result<Page<Reviewed>> {
        let limit = cursor::limit(wanted.limit)?;
        let before = cursor::id(wanted.cursor.as_deref())?;
        let rows = yingku_db::danmaku::list_to_review(&self.base.db, before, limit + 1).await?;
        let (rows, next_cursor) = cursor::page(rows, limit, |row| row.id);
        let items = rows.into_iter().map(|row| Item {
            id: row.id.0,
            video_id: row.video_id,
            account_id: row.account_id,
            text: row.text,
            is_pending: false,
            created_at_ms: row.created_at_ms,
        });
        let items = self.show_reviewed(ReportKind::Danmaku, items.collect()).await?;
        Ok(Page { items, next_cursor })
    }

    /// How many there are to look at.
    pub async fn count_to_review(&self) -> Result<ReviewCount> {
        Ok(ReviewCount {
            comments: yingku_db::comment::count_to_review(&self.base.db).await?,
            danmaku: yingku_db::danmaku::count_to_review(&self.base.db).await?,
        })
    }

    /// Lets a comment through, and forgets what was reported of it.
    pub async fn approve_comment(&self, caller: &Caller, id: CommentId) -> Result<()> {
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let row = yingku_db::comment::lock(tx, id, Reader::Admin).await?;
            let row = row.ok_or_else(|| not_found("comment"))?;
            yingku_db::comment::approve(tx, &row).await?;
            yingku_db::report::delete_of(tx, ReportKind::Comment, &[id.0]).await?;
            let facts = json!({ "comment": id.0, "text": row.text });
            let act = Act::new("comment.approve").on("video", row.video_id).with(facts);
            act.write(tx, caller, now).await
        })
    }

    /// Forgets what was reported of a danmaku.
    pub async fn approve_danmaku(&self, caller: &Caller, id: DanmakuId) -> Result<()> {
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let row = yingku_db::danmaku::lock(tx, id).await?;
            let row = row.ok_or_else(|| not_found("danmaku"))?;
            yingku_db::danmaku::set_review(tx, id, false).await?;
            yingku_db::report::delete_of(tx, ReportKind::Danmaku, &[id.0]).await?;
            let facts = json!({ "danmaku": id.0, "text": row.text });
            let act = Act::new("danmaku.approve").on("video", row.video_id).with(facts);
            act.write(tx, caller, now).await
        })
    }

    async fn show_reviewed(&self, kind: ReportKind, items: Vec<Item>) -> Result<Vec<Reviewed>> {
        let ids: Vec<i64> = items.iter().map(|item| item.id).collect();
        let reports = yingku_db::report::list(&self.base.db, kind, &ids).await?;
        let videos: Vec<VideoId> = items.iter().map(|item| item.video_id).collect();
        let authors = items.iter().map(|item| item.account_id);
        let accounts: Vec<AccountId> =
            authors.chain(reports.iter().map(|report| report.account_id)).collect();
        let names = Names::load(&self.base.db, &videos, &accounts).await?;
        let of = |id: i64| reports.iter().filter(move |report| report.subject_id == id);
        let report = |report: &rows::Report| Report {
            account: names.account(report.account_id),
            reason: report.reason.clone(),
        };
        let show = |item: Item| Reviewed {
            id: item.id,
            video_id: item.video_id.0,
            title: names.title(item.video_id),
            account_id: item.account_id.0,
            author: names.account(item.account_id),
            text: item.text,
            is_pending: item.is_pending,
            reports: of(item.id).map(report).collect(),
            created_at: moment(item.created_at_ms),
        };
        Ok(items.into_iter().map(show).collect())
    }
}

/// A comment or a danmaku.
struct Item {
    id: i64,
    video_id: VideoId,
    account_id: AccountId,
    text: String,
    is_pending: bool,
    created_at_ms: i64,
}
