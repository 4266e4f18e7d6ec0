//! The audit log.

use crate::entity::audit_entry::{Column as C, Entity};
use crate::{Conn, Result, Tx, row, rows};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// Which entries to list, newest first.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only acts of this account.
    pub actor_id: Option<i64>,
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
