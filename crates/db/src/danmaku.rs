//! Danmaku: short texts over the picture at one moment of a film.

use crate::entity::danmaku::{Column as C, Entity};
use crate::{Conn, Result, Tx, report, row, rows};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use yingku_core::discussion::ReportKind;
use yingku_core::id::{AccountId, DanmakuId, VideoId};

/// Those of a part of a film, from a moment up to another, in milliseconds: the newest, so many.
pub async fn list(
    c: &impl Conn,
    video_id: VideoId,
    from_ms: i64,
    to_ms: i64,
    limit: u64,
) -> Result<Vec<rows::Danmaku>> {
    let query = Entity::find()
        .filter(C::VideoId.eq(video_id))
        .filter(C::AtMs.gte(from_ms))
        .filter(C::AtMs.lt(to_ms))
        .order_by_desc(C::Id)
        .limit(limit);
    Ok(query.all(c.raw()).await?)
}

/// Those of any film behind that number, in the order of their numbers.
pub async fn list_after(c: &impl Conn, after: i64, limit: u64) -> Result<Vec<rows::Danmaku>> {
    let query = Entity::find().filter(C::Id.gt(after)).order_by_asc(C::Id).limit(limit);
    Ok(query.all(c.raw()).await?)
}

/// The highest number that there is; 0 where there is none.
pub async fn last_id(c: &impl Conn) -> Result<i64> {
    let last = Entity::find().select_only().column(C::Id).order_by_desc(C::Id).limit(1);
    Ok(last.into_tuple::<i64>().one(c.raw()).await?.unwrap_or_default())
}

/// Those that an admin is to look at, newest first; only those before that number.
pub async fn list_to_review(
    c: &impl Conn,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<rows::Danmaku>> {
    let mut query = Entity::find().filter(C::NeedsReview.eq(true)).order_by_desc(C::Id);
    if let Some(before) = before {
        query = query.filter(C::Id.lt(before));
    }
    Ok(query.limit(limit).all(c.raw()).await?)
}

/// How many an admin is to look at.
pub async fn count_to_review(c: &impl Conn) -> Result<u64> {
    Ok(Entity::find().filter(C::NeedsReview.eq(true)).count(c.raw()).await?)
}

/// The one with that number.
pub async fn find(c: &impl Conn, id: DanmakuId) -> Result<Option<rows::Danmaku>> {
    Ok(Entity::find_by_id(id).one(c.raw()).await?)
}

/// The one with that number, its row locked until the transaction ends.
pub async fn lock(tx: &Tx, id: DanmakuId) -> Result<Option<rows::Danmaku>> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(tx.raw()).await?)
}

/// When an account sent its own since that moment, the oldest first.
pub async fn times_since(tx: &Tx, account_id: AccountId, since: i64) -> Result<Vec<i64>> {
    let query = Entity::find()
        .select_only()
        .column(C::CreatedAtMs)
        .filter(C::AccountId.eq(account_id))
        .filter(C::CreatedAtMs.gt(since))
        .order_by_asc(C::CreatedAtMs);
    Ok(query.into_tuple().all(tx.raw()).await?)
}

/// Writes one down; answers its number.
pub async fn insert(tx: &Tx, danmaku: rows::Danmaku) -> Result<DanmakuId> {
    row::insert_numbered(tx, danmaku, C::Id).await
}

/// Says whether an admin is to look at it.
pub async fn set_review(tx: &Tx, id: DanmakuId, needs_review: bool) -> Result<()> {
    Entity::update_many()
        .col_expr(C::NeedsReview, Expr::value(needs_review))
        .filter(C::Id.eq(id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Deletes one, and what was reported of it.
pub async fn delete(tx: &Tx, id: DanmakuId) -> Result<()> {
    report::delete_of(tx, ReportKind::Danmaku, &[id.0]).await?;
    Entity::delete_by_id(id).exec(tx.raw()).await?;
    Ok(())
}

/// Deletes those of a video.
pub async fn delete_of(tx: &Tx, video_id: VideoId) -> Result<()> {
    let ids = Entity::find().select_only().column(C::Id).filter(C::VideoId.eq(video_id));
    let ids: Vec<i64> = ids.into_tuple().all(tx.raw()).await?;
    for ids in ids.chunks(500) {
        report::delete_of(tx, ReportKind::Danmaku, ids).await?;
    }
    Entity::delete_many().filter(C::VideoId.eq(video_id)).exec(tx.raw()).await?;
    Ok(())
}
