//! Settings that an admin changed.

use crate::entity::{secret, setting};
use crate::{Conn, Result, Tx};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};

/// Every changed setting: key and value.
pub async fn all(c: &impl Conn) -> Result<Vec<(String, String)>> {
    let rows = setting::Entity::find().all(c.raw()).await?;
    Ok(rows.into_iter().map(|row| (row.key, row.value)).collect())
}

/// Locks the settings until the transaction ends: what one change decided on does not change
/// before it is written. The row is written, not only locked, so that two nodes of a cluster
/// whose changes overlap meet a conflict.
pub async fn lock(tx: &Tx) -> Result<()> {
    secret::Entity::update_many()
        .col_expr(secret::Column::Value, Expr::cust("CAST(value AS SIGNED) + 1"))
        .filter(secret::Column::Name.eq("settings_version"))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Waits until no change of the settings is under way, and keeps others from beginning.
pub async fn hold(tx: &Tx) -> Result<()> {
    secret::Entity::find_by_id("settings_version").lock_shared().one(tx.raw()).await?;
    Ok(())
}

/// Changes a setting.
pub async fn set(tx: &Tx, key: &str, value: &str, now: i64) -> Result<()> {
    let row = setting::Model { key: key.to_owned(), value: value.to_owned(), updated_at_ms: now };
    let replace = OnConflict::column(setting::Column::Key)
        .update_columns([setting::Column::Value, setting::Column::UpdatedAtMs])
        .to_owned();
    setting::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(replace)
        .exec_without_returning(tx.raw())
        .await?;
    Ok(())
}
