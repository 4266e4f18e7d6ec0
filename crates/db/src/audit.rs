//! The audit log.

use crate::entity::audit_entry::{Column as C, Entity};
use crate::{Conn, Result, Tx, row, rows};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use yingku_core::id::AccountId;

/// Which entries to list, newest first.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only acts of this account.
    pub actor_id: Option<AccountId>,
    /// Only this action.
    pub action: Option<String>,
    /// Only acts on the thing of this kind and number.
    pub subject: Option<(String, Option<i64>)>,
    /// Only from then on.
    pub since: Option<i64>,
    /// Only before then.
    pub until: Option<i64>,
    /// Only those before this number.
    pub before_id: Option<i64>,
    /// How many rows at most.
    pub limit: u64,
}

/// What one account did and what was done to it, up to a place in time.
#[derive(Clone, Debug)]
pub struct OfAccount<'a> {
    /// The account.
    pub account_id: AccountId,
    /// Acts on its own things that are not wanted: other records have them.
    pub without: &'a [&'a str],
    /// Only before this moment, or at it and before this number.
    pub before: (i64, i64),
    /// Only from this moment on.
    pub since: i64,
    /// How many rows at most.
    pub limit: u64,
}

/// Entries by and on an account, each once, newest first.
pub async fn list_of_account(c: &impl Conn, of: &OfAccount<'_>) -> Result<Vec<rows::AuditEntry>> {
    let known = C::Action.is_in(of.without.iter().copied());
    let on_another =
        Condition::all().add(C::SubjectKind.eq("account")).add(C::SubjectId.ne(of.account_id));
    let by = Entity::find()
        .filter(C::ActorId.eq(of.account_id))
        .filter(Condition::any().add(known.clone().not()).add(on_another));
    let on = Entity::find()
        .filter(C::SubjectKind.eq("account"))
        .filter(C::SubjectId.eq(of.account_id))
        .filter(known.not())
        .filter(Condition::any().add(C::ActorId.is_null()).add(C::ActorId.ne(of.account_id)));
    let mut rows = Vec::new();
    for query in [by, on] {
        let query = row::before(query, C::AtMs, C::Id, of.before).filter(C::AtMs.gte(of.since));
        rows.extend(query.limit(of.limit).all(c.raw()).await?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse((row.at_ms, row.id)));
    rows.truncate(usize::try_from(of.limit).unwrap_or(usize::MAX));
    Ok(rows)
}

/// Writes an entry.
pub async fn insert(tx: &Tx, entry: rows::AuditEntry) -> Result<()> {
    row::insert_numbered(tx, entry, C::Id).await?;
    Ok(())
}

/// Entries that match, newest first.
pub async fn list(c: &impl Conn, filter: &Filter) -> Result<Vec<rows::AuditEntry>> {
    let mut query = Entity::find().order_by_desc(C::Id).limit(filter.limit);
    if let Some(id) = filter.actor_id {
        query = query.filter(C::ActorId.eq(id));
    }
    if let Some(action) = &filter.action {
        query = query.filter(C::Action.eq(action));
    }
    if let Some((kind, id)) = &filter.subject {
        query = query.filter(C::SubjectKind.eq(kind));
        if let Some(id) = id {
            query = query.filter(C::SubjectId.eq(*id));
        }
    }
    if let Some(since) = filter.since {
        query = query.filter(C::AtMs.gte(since));
    }
    if let Some(until) = filter.until {
        query = query.filter(C::AtMs.lt(until));
    }
    if let Some(id) = filter.before_id {
        query = query.filter(C::Id.lt(id));
    }
    Ok(query.all(c.raw()).await?)
}

/// Deletes entries from before a moment, at most 1,000; answers how many.
pub async fn delete_old(tx: &Tx, before: i64) -> Result<u64> {
    let ids: Vec<i64> = Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::AtMs.lt(before))
        .order_by_asc(C::AtMs)
        .limit(1000)
        .into_tuple()
        .all(tx.raw())
        .await?;
    let done = Entity::delete_many().filter(C::Id.is_in(ids)).exec(tx.raw()).await?;
    Ok(done.rows_affected)
}
