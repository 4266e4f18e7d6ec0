//! Comments under videos: one level of replies, likes, reports.

use super::{keep_pace, may_say};
use crate::app::support::audit::Act;
use crate::app::support::cursor;
use crate::app::support::error::{invalid, not_found};
use crate::app::{Caller, Library, Result, moment};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use yingku_core::discussion::{self, COMMENT_PACE, ReportKind};
use yingku_core::field::FieldProblem;
use yingku_core::id::{AccountId, CommentId, VideoId};
use yingku_db::comment::Reader;
use yingku_db::{Tx, rows};
use yingku_protocol::{Code, Comment, ListPage, Page, WriteComment, WriteReport};

/// Replies that are shown with their comment.
const FIRST_REPLIES: u64 = 3;

impl Library {
    /// Comments under a video, newest first, each with its first replies.
    pub async fn list_comments(
        &self,
        caller: &Caller,
        id: VideoId,
        wanted: &ListPage,
    ) -> Result<Page<Comment>> {
        self.find_commented(caller, id).await?;
        let limit = cursor::limit(wanted.limit)?;
        let before = cursor::id(wanted.cursor.as_deref())?;
        let reader = reader(caller);
        let rows = yingku_db::comment::list(&self.base.db, id, reader, before, limit + 1).await?;
        let (rows, next_cursor) = cursor::page(rows, limit, |row| row.id);
        let mut replies = Vec::new();
        let ids: Vec<CommentId> = rows.iter().map(|row| row.id).collect();
        for parent_id in yingku_db::comment::replied(&self.base.db, &ids, reader).await? {
            let first = yingku_db::comment::list_replies(
                &self.base.db,
                parent_id,
                reader,
                None,
                FIRST_REPLIES,
            );
            replies.extend(first.await?);
        }
        let count = rows.len();
        let all = rows.into_iter().chain(replies).collect();
        let mut items = self.show_comments(caller, all).await?;
        for reply in items.split_off(count) {
            let parent = items.iter_mut().find(|item| Some(item.id) == reply.parent_id);
            parent.into_iter().for_each(|parent| parent.replies.push(reply.clone()));
        }
        Ok(Page { items, next_cursor })
    }

    /// Replies to a comment, oldest first.
    pub async fn list_replies(
        &self,
        caller: &Caller,
        id: CommentId,
        wanted: &ListPage,
    ) -> Result<Page<Comment>> {
        self.find_comment(caller, id).await?;
        let limit = cursor::limit(wanted.limit)?;
        let after = cursor::id(wanted.cursor.as_deref())?;
        let rows =
            yingku_db::comment::list_replies(&self.base.db, id, reader(caller), after, limit + 1);
        let (rows, next_cursor) = cursor::page(rows.await?, limit, |row| row.id);
        Ok(Page { items: self.show_comments(caller, rows).await?, next_cursor })
    }

    /// Writes a comment, or a reply to one.
    ///
    /// # Errors
    /// [`Code::CommentsOff`] where the site has none; see `may_say` and `keep_pace` as well.
    pub async fn write_comment(
        &self,
        caller: &Caller,
        id: VideoId,
        wanted: &WriteComment,
    ) -> Result<Comment> {
        let account_id = caller.require_account()?.id;
        let text = discussion::comment(&wanted.text)?;
        self.find_commented(caller, id).await?;
        let settings = self.base.settings(&self.base.db).await?;
        may_say(caller, &text, &settings)?;
        let is_pending = settings.comments_need_approval && !caller.is_admin();
        let now = self.base.now();
        let row = rows::Comment {
            id: CommentId(0),
            video_id: id,
            account_id,
            parent_id: wanted.parent_id.map(CommentId),
            text,
            is_pending,
            needs_review: is_pending,
            like_count: 0,
            reply_count: 0,
            created_at_ms: now,
        };
        let row = authorized!(self.base.db, caller, |tx| {
            let since = now - COMMENT_PACE.within_ms;
            let times = yingku_db::comment::times_since(tx, account_id, since).await?;
            if !caller.is_admin() {
                keep_pace(&times, COMMENT_PACE, now)?;
            }
            if let Some(parent_id) = row.parent_id {
                let parent = lock(tx, parent_id, caller).await?;
                if parent.video_id != id {
                    return Err(not_found("comment"));
                }
                if parent.parent_id.is_some() {
                    return Err(invalid(
                        "parent_id",
                        FieldProblem::BadFormat("a comment, not a reply"),
                    ));
                }
            }
            let id = yingku_db::comment::insert(tx, row.clone()).await?;
            Ok(rows::Comment { id, ..row.clone() })
        })?;
        let mut shown = self.show_comments(caller, Vec::from([row])).await?;
        shown.pop().ok_or_else(|| not_found("comment"))
    }

    /// Deletes a comment and the replies to it: one's own, or as an admin anybody's.
    pub async fn delete_comment(&self, caller: &Caller, id: CommentId) -> Result<()> {
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let row = lock(tx, id, caller).await?;
            let is_own = caller.account_id() == Some(row.account_id);
            if !is_own && !caller.is_admin() {
                return Err(Code::Forbidden.into());
            }
            yingku_db::comment::delete(tx, &row).await?;
            if !is_own {
                let facts =
                    json!({ "comment": id.0, "account_id": row.account_id.0, "text": row.text });
                let act = Act::new("comment.delete").on("video", row.video_id).with(facts);
                act.write(tx, caller, now).await?;
            }
            Ok(())
        })
    }

    /// Says whether the caller likes a comment.
    pub async fn like_comment(&self, caller: &Caller, id: CommentId, likes: bool) -> Result<()> {
        let account_id = caller.require_account()?.id;
        self.find_comment(caller, id).await?;
        authorized!(self.base.db, caller, |tx| {
            lock(tx, id, caller).await?;
            Ok(yingku_db::comment::set_like(tx, account_id, id, likes).await?)
        })
    }

    /// Reports a comment to the admins.
    pub async fn report_comment(
        &self,
        caller: &Caller,
        id: CommentId,
        wanted: &WriteReport,
    ) -> Result<()> {
        let account_id = caller.require_account()?.id;
        let reason = discussion::reason(wanted.reason.as_deref().unwrap_or_default())?;
        self.find_comment(caller, id).await?;
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            lock(tx, id, caller).await?;
            let report = rows::Report {
                account_id,
                kind: ReportKind::Comment,
                subject_id: id.0,
                reason: reason.clone(),
                created_at_ms: now,
            };
            yingku_db::report::put(tx, report).await?;
            Ok(yingku_db::comment::want_review(tx, id).await?)
        })
    }

    /// Looks whether the caller may read a comment.
    async fn find_comment(&self, caller: &Caller, id: CommentId) -> Result<()> {
        let row = yingku_db::comment::find(&self.base.db, id, reader(caller)).await?;
        let row = row.ok_or_else(|| not_found("comment"))?;
        self.find_commented(caller, row.video_id).await
    }

    /// A video that the caller sees, where the site has comments.
    async fn find_commented(&self, caller: &Caller, id: VideoId) -> Result<()> {
        if !self.base.settings(&self.base.db).await?.comments_enabled {
            return Err(Code::CommentsOff.into());
        }
        self.find_video(caller, id).await.map(drop)
    }

    async fn show_comments(
        &self,
        caller: &Caller,
        rows: Vec<rows::Comment>,
    ) -> Result<Vec<Comment>> {
        let ids: Vec<CommentId> = rows.iter().map(|row| row.id).collect();
        let liked: HashSet<CommentId> = match caller.account_id() {
            Some(me) => yingku_db::comment::liked(&self.base.db, me, &ids).await?,
            None => Vec::new(),
        }
        .into_iter()
        .collect();
        let authors: Vec<AccountId> = rows.iter().map(|row| row.account_id).collect();
        let authors = yingku_db::account::find_many(&self.base.db, &authors).await?;
        let authors: HashMap<AccountId, String> = authors
            .into_iter()
            .map(|account| (account.id, account.display_name.unwrap_or(account.name)))
            .collect();
        let show = |row: rows::Comment| Comment {
            id: row.id.0,
            video_id: row.video_id.0,
            parent_id: row.parent_id.map(|id| id.0),
            account_id: row.account_id.0,
            author: authors.get(&row.account_id).cloned().unwrap_or_default(),
            text: row.text,
            is_pending: row.is_pending,
            likes: row.like_count,
            liked: liked.contains(&row.id),
            deletable: caller.is_admin() || caller.account_id() == Some(row.account_id),
            reply_count: row.reply_count,
            replies: Vec::new(),
            created_at: moment(row.created_at_ms),
        };
        Ok(rows.into_iter().map(show).collect())
    }
}

fn reader(caller: &Caller) -> Reader {
    match caller.account_id() {
        _ if caller.is_admin() => Reader::Admin,
        Some(id) => Reader::Account(id),
        None => Reader::Anybody,
    }
}

async fn lock(tx: &Tx, id: CommentId, caller: &Caller) -> Result<rows::Comment> {
    yingku_db::comment::lock(tx, id, reader(caller)).await?.ok_or_else(|| not_found("comment"))
}
