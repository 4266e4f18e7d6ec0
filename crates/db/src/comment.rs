//! Comments under videos, and who likes them.

use crate::entity::comment::{Column as C, Entity};
use crate::entity::comment_like::{Column as L, Entity as Likes};
use crate::{Conn, Result, Tx, report, row, rows};
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use yingku_core::discussion::ReportKind;
use yingku_core::id::{AccountId, CommentId, VideoId};

/// Who lists comments: what waits for review is for its author and for admins.
#[derive(Clone, Copy, Debug)]
pub enum Reader {
    /// Nobody in particular.
    Anybody,
    /// An account.
    Account(AccountId),
    /// An admin.
    Admin,
}

/// The comment with that number, where it is for that reader.
pub async fn find(c: &impl Conn, id: CommentId, reader: Reader) -> Result<Option<rows::Comment>> {
    Ok(readable(Entity::find_by_id(id), reader).one(c.raw()).await?)
}

/// The comment with that number, where it is for that reader; its row is locked until the
/// transaction ends.
pub async fn lock(tx: &Tx, id: CommentId, reader: Reader) -> Result<Option<rows::Comment>> {
    Ok(readable(Entity::find_by_id(id), reader).lock_exclusive().one(tx.raw()).await?)
}

/// Comments under a video that are no replies, newest first; only those before that number.
pub async fn list(
    c: &impl Conn,
    video_id: VideoId,
    reader: Reader,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<rows::Comment>> {
    let mine = Entity::find().filter(C::VideoId.eq(video_id)).filter(C::ParentId.is_null());
    let mut query = readable(mine, reader).order_by_desc(C::Id).limit(limit);
    if let Some(before) = before {
        query = query.filter(C::Id.lt(before));
    }
    Ok(query.all(c.raw()).await?)
}

/// Which of these comments have replies.
pub async fn replied(c: &impl Conn, ids: &[CommentId], reader: Reader) -> Result<Vec<CommentId>> {
    let replies = Entity::find().filter(C::ParentId.is_in(ids.iter().copied()));
    let parents = readable(replies, reader).select_only().column(C::ParentId).distinct();
    Ok(parents.into_tuple().all(c.raw()).await?)
}

/// Replies to a comment, oldest first; only those after that number.
pub async fn list_replies(
    c: &impl Conn,
    parent_id: CommentId,
    reader: Reader,
    after: Option<i64>,
    limit: u64,
) -> Result<Vec<rows::Comment>> {
    let replies = Entity::find().filter(C::ParentId.eq(parent_id));
    let mut query = readable(replies, reader).order_by_asc(C::Id).limit(limit);
    if let Some(after) = after {
        query = query.filter(C::Id.gt(after));
    }
    Ok(query.all(c.raw()).await?)
}

/// Comments of all videos, newest first; only those before that number. With `needs_review`, only
/// those that an admin is to look at.
pub async fn list_all(
    c: &impl Conn,
    needs_review: bool,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<rows::Comment>> {
    let mut query = Entity::find().order_by_desc(C::Id).limit(limit);
    if needs_review {
        query = query.filter(C::NeedsReview.eq(true));
    }
    if let Some(before) = before {
        query = query.filter(C::Id.lt(before));
    }
    Ok(query.all(c.raw()).await?)
}

/// How many comments an admin is to look at.
pub async fn count_to_review(c: &impl Conn) -> Result<u64> {
    Ok(Entity::find().filter(C::NeedsReview.eq(true)).count(c.raw()).await?)
}

/// When an account wrote its comments since that moment, the oldest first.
pub async fn times_since(tx: &Tx, account_id: AccountId, since: i64) -> Result<Vec<i64>> {
    let query = Entity::find()
        .select_only()
        .column(C::CreatedAtMs)
        .filter(C::AccountId.eq(account_id))
        .filter(C::CreatedAtMs.gt(since))
        .order_by_asc(C::CreatedAtMs);
    Ok(query.into_tuple().all(tx.raw()).await?)
}

/// Writes a comment down; answers its number.
pub async fn insert(tx: &Tx, comment: rows::Comment) -> Result<CommentId> {
    let (parent_id, is_pending) = (comment.parent_id, comment.is_pending);
    let id = row::insert_numbered(tx, comment, C::Id).await?;
    if !is_pending {
        count_reply(tx, parent_id, 1).await?;
    }
    Ok(id)
}

/// Lets a comment through: it waits for no review any more.
pub async fn approve(tx: &Tx, comment: &rows::Comment) -> Result<()> {
    set(tx, comment.id, C::NeedsReview, false).await?;
    if comment.is_pending {
        set(tx, comment.id, C::IsPending, false).await?;
        count_reply(tx, comment.parent_id, 1).await?;
    }
    Ok(())
}

/// An admin is to look at a comment.
pub async fn want_review(tx: &Tx, id: CommentId) -> Result<()> {
    set(tx, id, C::NeedsReview, true).await
}

async fn set(tx: &Tx, id: CommentId, column: C, to: bool) -> Result<()> {
    let all = Entity::update_many().col_expr(column, Expr::value(to));
    all.filter(C::Id.eq(id)).exec(tx.raw()).await?;
    Ok(())
}

/// Counts a reply at its comment; what is no reply is not counted.
async fn count_reply(tx: &Tx, parent_id: Option<CommentId>, change: i64) -> Result<()> {
    match parent_id {
        Some(parent_id) => add(tx, parent_id, C::ReplyCount, change).await,
        None => Ok(()),
    }
}

/// Deletes a comment with the replies to it, and what was reported of them.
pub async fn delete(tx: &Tx, comment: &rows::Comment) -> Result<()> {
    let replies = Entity::find().select_only().column(C::Id);
    let replies = replies.filter(C::ParentId.eq(comment.id)).into_tuple::<CommentId>();
    let mut ids = replies.all(tx.raw()).await?;
    ids.push(comment.id);
    delete_many(tx, &ids).await?;
    match comment.is_pending {
        true => Ok(()),
        false => count_reply(tx, comment.parent_id, -1).await,
    }
}

/// Deletes all comments under a video.
pub async fn delete_of(tx: &Tx, video_id: VideoId) -> Result<()> {
    let ids = Entity::find().select_only().column(C::Id).filter(C::VideoId.eq(video_id));
    delete_many(tx, &ids.into_tuple().all(tx.raw()).await?).await
}

async fn delete_many(tx: &Tx, ids: &[CommentId]) -> Result<()> {
    for ids in ids.chunks(500) {
        Likes::delete_many().filter(L::CommentId.is_in(ids.iter().copied())).exec(tx.raw()).await?;
        let numbers: Vec<i64> = ids.iter().map(|id| id.0).collect();
        report::delete_of(tx, ReportKind::Comment, &numbers).await?;
        Entity::delete_many().filter(C::Id.is_in(ids.iter().copied())).exec(tx.raw()).await?;
    }
    Ok(())
}

/// Writes down that an account likes a comment, or does no longer.
pub async fn set_like(
    tx: &Tx,
    account_id: AccountId,
    comment_id: CommentId,
    likes: bool,
) -> Result<()> {
    let mine = L::AccountId.eq(account_id).and(L::CommentId.eq(comment_id));
    let gone = Likes::delete_many().filter(mine).exec(tx.raw()).await?.rows_affected;
    if likes {
        row::insert(tx, rows::CommentLike { account_id, comment_id }).await?;
    }
    let change = i64::from(likes) - i64::try_from(gone).unwrap_or_default();
    add(tx, comment_id, C::LikeCount, change).await
}

/// Which of these comments an account likes.
pub async fn liked(
    c: &impl Conn,
    account_id: AccountId,
    ids: &[CommentId],
) -> Result<Vec<CommentId>> {
    let mine = Likes::find().select_only().column(L::CommentId);
    let mine = mine.filter(L::AccountId.eq(account_id));
    Ok(mine.filter(L::CommentId.is_in(ids.iter().copied())).into_tuple().all(c.raw()).await?)
}

async fn add(tx: &Tx, id: CommentId, column: C, change: i64) -> Result<()> {
    Entity::update_many()
        .col_expr(column, Expr::col(column).add(change))
        .filter(C::Id.eq(id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

fn readable(query: Select<Entity>, reader: Reader) -> Select<Entity> {
    match reader {
        Reader::Admin => query,
        Reader::Anybody => query.filter(C::IsPending.eq(false)),
        Reader::Account(id) => query.filter(C::IsPending.eq(false).or(C::AccountId.eq(id))),
    }
}
