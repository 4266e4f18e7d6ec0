//! Workers: machines that encode for this site.

use crate::entity::worker::{Column as C, Entity};
use crate::{Conn, Result, Tx, row, rows};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// Inserts a worker and answers its number.
pub async fn insert(tx: &Tx, worker: rows::Worker) -> Result<i64> {
    row::insert_numbered(tx, worker, C::Id).await
}

/// The worker with that number.
pub async fn find(c: &impl Conn, id: i64) -> Result<Option<rows::Worker>> {
    Ok(Entity::find_by_id(id).one(c.raw()).await?)
}

/// The worker with that token, unless it was revoked.
pub async fn find_by_token(c: &impl Conn, token_hash: &str) -> Result<Option<rows::Worker>> {
    let live = Entity::find().filter(C::TokenHash.eq(token_hash)).filter(C::RevokedAtMs.is_null());
    Ok(live.one(c.raw()).await?)
}

/// The worker with that number, its row locked until the transaction ends.
pub async fn lock(tx: &Tx, id: i64) -> Result<Option<rows::Worker>> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(tx.raw()).await?)
}

/// Workers, newest first.
pub async fn list(c: &impl Conn, before_id: Option<i64>, limit: u64) -> Result<Vec<rows::Worker>> {
    let mut query = Entity::find().order_by_desc(C::Id).limit(limit);
    if let Some(id) = before_id {
        query = query.filter(C::Id.lt(id));
    }
    Ok(query.all(c.raw()).await?)
}

/// Writes down that a worker was heard of.
pub async fn set_seen(tx: &Tx, id: i64, now: i64) -> Result<()> {
    set(tx, id, C::SeenAtMs, now).await
}

/// Revokes a worker that is not revoked yet.
pub async fn revoke(tx: &Tx, id: i64, now: i64) -> Result<()> {
    set(tx, id, C::RevokedAtMs, now).await
}

async fn set(tx: &Tx, id: i64, column: C, now: i64) -> Result<()> {
    Entity::update_many()
        .col_expr(column, Expr::value(now))
        .filter(C::Id.eq(id))
        .filter(C::RevokedAtMs.is_null())
        .exec(tx.raw())
        .await?;
    Ok(())
}
