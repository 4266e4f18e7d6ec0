//! Failed tests of credentials.

use crate::entity::login_failure::{Column as C, Entity, Model};
use crate::{Conn, Result, Tx, row};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// Notes an attempt as failed before it is made, so that attempts side by side count each
/// other; answers its number.
pub async fn begin(tx: &Tx, name_key: &str, address: &str, now: i64) -> Result<i64> {
    let attempt = Model {
        id: 0,
        name_key: name_key.to_owned(),
        address: address.to_owned(),
        failed_at_ms: now,
    };
    row::insert_numbered(tx, attempt, C::Id).await
}

/// Takes an attempt back: it succeeded, or was not made.
pub async fn forgive(tx: &Tx, id: i64) -> Result<()> {
    Entity::delete_by_id(id).exec(tx.raw()).await?;
    Ok(())
}

/// Which attempts to look at.
#[derive(Clone, Copy, Debug)]
pub struct Before<'a> {
    /// Those before this one.
    pub id: i64,
    /// From this address.
    pub address: &'a str,
    /// For this account, or for all.
    pub name_key: Option<&'a str>,
    /// After this moment.
    pub since: i64,
    /// Without these.
    pub but: &'a [i64],
}

/// When they failed, oldest first; the newest `most` of them.
pub async fn failures(c: &impl Conn, before: &Before<'_>, most: u64) -> Result<Vec<i64>> {
    let mut query = Entity::find()
        .select_only()
        .column(C::FailedAtMs)
        .filter(C::Address.eq(before.address))
        .filter(C::FailedAtMs.gt(before.since))
        .filter(C::Id.lt(before.id))
        .order_by_desc(C::FailedAtMs)
        .limit(most);
    if let Some(name_key) = before.name_key {
        query = query.filter(C::NameKey.eq(name_key));
    }
    if !before.but.is_empty() {
        query = query.filter(C::Id.is_not_in(before.but.iter().copied()));
    }
    let mut newest_first: Vec<i64> = query.into_tuple().all(c.raw()).await?;
    newest_first.reverse();
    Ok(newest_first)
}

/// Failures of one account since a moment, oldest first: from where, and when.
pub async fn of_account(c: &impl Conn, name_key: &str, since: i64) -> Result<Vec<(String, i64)>> {
    let query = Entity::find()
        .select_only()
        .columns([C::Address, C::FailedAtMs])
        .filter(C::NameKey.eq(name_key))
        .filter(C::FailedAtMs.gt(since))
        .order_by_asc(C::FailedAtMs);
    Ok(query.into_tuple().all(c.raw()).await?)
}

/// Failures from one address since a moment, oldest first.
pub async fn of_address(c: &impl Conn, address: &str, since: i64) -> Result<Vec<i64>> {
    let query = Entity::find()
        .select_only()
        .column(C::FailedAtMs)
        .filter(C::Address.eq(address))
        .filter(C::FailedAtMs.gt(since))
        .order_by_asc(C::FailedAtMs);
    Ok(query.into_tuple().all(c.raw()).await?)
}

/// Deletes the failures of one account.
pub async fn forget_account(tx: &Tx, name_key: &str) -> Result<()> {
    Entity::delete_many().filter(C::NameKey.eq(name_key)).exec(tx.raw()).await?;
    Ok(())
}

/// Deletes the failures from one address.
pub async fn forget_address(tx: &Tx, address: &str) -> Result<()> {
    Entity::delete_many().filter(C::Address.eq(address)).exec(tx.raw()).await?;
    Ok(())
}

/// Deletes what is older than the window.
pub async fn delete_old(tx: &Tx, before: i64) -> Result<u64> {
    Ok(Entity::delete_many().filter(C::FailedAtMs.lt(before)).exec(tx.raw()).await?.rows_affected)
}
