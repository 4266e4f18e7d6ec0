//! Sessions.

use crate::entity::session;
use crate::{Conn, Result, Tx, row, rows};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use yingku_core::id::{AccountId, SessionId};

/// Inserts a session and answers its number.
pub async fn insert(tx: &Tx, session: rows::Session) -> Result<SessionId> {
    row::insert_numbered(tx, session, session::Column::Id).await
}

/// The session with that token, by the token's hash.
pub async fn find(c: &impl Conn, token_hash: &str) -> Result<Option<rows::Session>> {
    let by_token = session::Entity::find().filter(session::Column::TokenHash.eq(token_hash));
    Ok(by_token.one(c.raw()).await?)
}

/// Whether there is a session with that number.
pub async fn exists(c: &impl Conn, id: SessionId) -> Result<bool> {
    let found: Option<i64> = session::Entity::find_by_id(id)
        .select_only()
        .column(session::Column::Id)
        .into_tuple()
        .one(c.raw())
        .await?;
    Ok(found.is_some())
}

/// Notes that a session was used.
pub async fn touch(tx: &Tx, id: SessionId, now: i64) -> Result<()> {
    session::Entity::update_many()
        .col_expr(session::Column::LastUsedAtMs, Expr::value(now))
        .filter(session::Column::Id.eq(id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Lets sessions live until `until`, except those made before `made_since`.
pub async fn prolong(tx: &Tx, ids: &[SessionId], until: i64, made_since: i64) -> Result<()> {
    session::Entity::update_many()
        .col_expr(session::Column::ExpiresAtMs, Expr::value(until))
        .filter(session::Column::Id.is_in(ids.iter().copied()))
        .filter(session::Column::CreatedAtMs.gte(made_since))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Takes a session along into a new epoch of its account.
pub async fn carry_over(tx: &Tx, id: SessionId, epoch: i64) -> Result<()> {
    session::Entity::update_many()
        .col_expr(session::Column::Epoch, Expr::value(epoch))
        .filter(session::Column::Id.eq(id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Which sessions of an account are live.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    /// The account.
    pub account_id: AccountId,
    /// Its present epoch.
    pub epoch: i64,
    /// Only those that end after this moment.
    pub now: i64,
    /// Only those that were used after this moment.
    pub used_after: i64,
}

/// Live sessions of an account, newest first.
pub async fn list(
    c: &impl Conn,
    live: Live,
    before_id: Option<i64>,
    limit: u64,
) -> Result<Vec<rows::Session>> {
    let mut query = session::Entity::find()
        .filter(session::Column::AccountId.eq(live.account_id))
        .filter(session::Column::Epoch.eq(live.epoch))
        .filter(session::Column::ExpiresAtMs.gt(live.now))
        .filter(session::Column::LastUsedAtMs.gt(live.used_after))
        .order_by_desc(session::Column::Id)
        .limit(limit);
    if let Some(id) = before_id {
        query = query.filter(session::Column::Id.lt(id));
    }
    Ok(query.all(c.raw()).await?)
}

/// Deletes a session of an account; answers whether there was one.
pub async fn delete(tx: &Tx, account_id: AccountId, id: SessionId) -> Result<bool> {
    let done = session::Entity::delete_many()
        .filter(session::Column::Id.eq(id))
        .filter(session::Column::AccountId.eq(account_id))
        .exec(tx.raw())
        .await?;
    Ok(done.rows_affected > 0)
}

/// Deletes the sessions that have expired, at most 1,000; answers how many.
pub async fn delete_expired(tx: &Tx, now: i64) -> Result<u64> {
    let ids: Vec<i64> = session::Entity::find()
        .select_only()
        .column(session::Column::Id)
        .filter(session::Column::ExpiresAtMs.lt(now))
        .limit(1000)
        .into_tuple()
        .all(tx.raw())
        .await?;
    let done = session::Entity::delete_many()
        .filter(session::Column::Id.is_in(ids))
        .exec(tx.raw())
        .await?;
    Ok(done.rows_affected)
}
