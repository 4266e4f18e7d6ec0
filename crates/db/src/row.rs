//! Inserting whole rows, and reading them newest first.

use crate::{Conn, Result};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, Insert, IntoActiveModel,
    PrimaryKeyTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use yingku_core::id::{AccountId, VideoId};

/// Inserts a row, number and all.
pub(crate) async fn insert<A>(c: &impl Conn, row: impl IntoActiveModel<A>) -> Result<()>
where
    A: ActiveModelTrait,
{
    Insert::one(row.into_active_model().reset_all()).exec_without_returning(c.raw()).await?;
    Ok(())
}

/// The type of the numbers of a table's rows.
type NumberOf<E> = <<E as EntityTrait>::PrimaryKey as PrimaryKeyTrait>::ValueType;

/// Inserts a row whose number the database chooses, and answers that number.
pub(crate) async fn insert_numbered<A>(
    c: &impl Conn,
    row: impl IntoActiveModel<A>,
    number: <A::Entity as EntityTrait>::Column,
) -> Result<NumberOf<A::Entity>>
where
    A: ActiveModelTrait,
{
    let mut active = row.into_active_model().reset_all();
    active.not_set(number);
    let done = Insert::one(active).exec(c.raw()).await?;
    Ok(done.last_insert_id)
}

/// Rows newest first, by moment and number: those before a moment, or at it and before a
/// number. The first condition alone gives the index its range.
pub(crate) fn before<E, C>(query: Select<E>, at: C, id: C, before: (i64, i64)) -> Select<E>
where
    E: EntityTrait,
    C: ColumnTrait,
{
    query
        .filter(at.lte(before.0))
        .filter(Condition::any().add(at.lt(before.0)).add(id.lt(before.1)))
        .order_by_desc(at)
        .order_by_desc(id)
}

/// Which records of what accounts did with videos to list, newest first.
#[derive(Clone, Debug, Default)]
pub struct RecordFilter {
    /// Only of this account.
    pub account_id: Option<AccountId>,
    /// Only of this video.
    pub video_id: Option<VideoId>,
    /// Only those before this number.
    pub before_id: Option<i64>,
    /// How many rows at most.
    pub limit: u64,
}

/// Those records, from a table with these columns: number, account, video.
pub(crate) fn records<E, C>(
    query: Select<E>,
    (id, account_id, video_id): (C, C, C),
    filter: &RecordFilter,
) -> Select<E>
where
    E: EntityTrait,
    C: ColumnTrait,
{
    let condition = Condition::all()
        .add_option(filter.account_id.map(|account| account_id.eq(account)))
        .add_option(filter.video_id.map(|video| video_id.eq(video)))
        .add_option(filter.before_id.map(|before| id.lt(before)));
    query.filter(condition).order_by_desc(id).limit(filter.limit)
}
