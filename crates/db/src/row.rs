//! Inserting whole rows.

use crate::{Conn, Result};
use sea_orm::{ActiveModelTrait, EntityTrait, Insert, IntoActiveModel, PrimaryKeyTrait};

/// Inserts a row, number and all.
pub(crate) async fn insert<A>(c: &impl Conn, row: impl IntoActiveModel<A>) -> Result<()>
where
    A: ActiveModelTrait,
{
    Insert::one(row.into_active_model().reset_all()).exec_without_returning(c.raw()).await?;
    Ok(())
}

/// Inserts a row whose number the database chooses, and answers that number.
pub(crate) async fn insert_numbered<A>(
    c: &impl Conn,
    row: impl IntoActiveModel<A>,
    number: <A::Entity as EntityTrait>::Column,
) -> Result<i64>
where
    A: ActiveModelTrait,
    <<A::Entity as EntityTrait>::PrimaryKey as PrimaryKeyTrait>::ValueType: Into<i64>,
{
    let mut active = row.into_active_model().reset_all();
    active.not_set(number);
    let done = Insert::one(active).exec(c.raw()).await?;
    Ok(done.last_insert_id.into())
}
