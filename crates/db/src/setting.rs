//! Settings that an admin changed.

use crate::entity::setting;
use crate::{Conn, Result, Tx};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};

/// Every changed setting: key and value.
pub async fn all(c: &impl Conn) -> Result<Vec<(String, String)>> {
    let rows = setting::Entity::find().all(c.raw()).await?;
    Ok(rows.into_iter().map(|row| (row.key, row.value)).collect())
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
