//! Who watches what, and who did. All times are the database's.

use crate::entity::watch::{Column as C, Entity};
use crate::{Conn, RecordFilter, Result, Tx, row, rows};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use yingku_core::id::{AccountId, VideoId};

/// The newest record of a stream that was heard of after that moment.
pub async fn find_since(tx: &Tx, stream: &str, since: i64) -> Result<Option<rows::Watch>> {
    let query = Entity::find().filter(C::Stream.eq(stream)).filter(C::LastAtMs.gt(since));
    Ok(query.order_by_desc(C::Id).one(tx.raw()).await?)
}

/// How many other streams of an account were heard of after that moment and have not left.
pub async fn count_others(tx: &Tx, account_id: AccountId, stream: &str, since: i64) -> Result<u64> {
    let query = Entity::find()
        .filter(C::AccountId.eq(account_id))
        .filter(C::LastAtMs.gt(since))
        .filter(C::HasLeft.eq(false))
        .filter(C::Stream.ne(stream));
    Ok(query.count(tx.raw()).await?)
}

/// Whether an account watched a video after that moment.
pub async fn has_watched(
    tx: &Tx,
    account_id: AccountId,
    video_id: VideoId,
    since: i64,
) -> Result<bool> {
    let query = Entity::find()
        .filter(C::AccountId.eq(account_id))
        .filter(C::LastAtMs.gt(since))
        .filter(C::VideoId.eq(video_id));
    Ok(query.count(tx.raw()).await? > 0)
}

/// Begins a record and answers its number.
pub async fn insert(tx: &Tx, watch: rows::Watch) -> Result<i64> {
    row::insert_numbered(tx, watch, C::Id).await
}

/// Notes that a stream was heard of.
pub async fn touch(tx: &Tx, id: i64, now: i64) -> Result<()> {
    Entity::update_many()
        .col_expr(C::LastAtMs, Expr::value(now))
        .col_expr(C::HasLeft, Expr::value(false))
        .filter(C::Id.eq(id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Notes that a stream was left.
pub async fn leave(c: &impl Conn, stream: &str) -> Result<()> {
    Entity::update_many()
        .col_expr(C::HasLeft, Expr::value(true))
        .filter(C::Stream.eq(stream))
        .filter(C::HasLeft.eq(false))
        .exec(c.raw())
        .await?;
    Ok(())
}

/// Records that match, newest first.
pub async fn list(c: &impl Conn, filter: &RecordFilter) -> Result<Vec<rows::Watch>> {
    let columns = (C::Id, C::AccountId, C::VideoId);
    Ok(row::records(Entity::find(), columns, filter).all(c.raw()).await?)
}
