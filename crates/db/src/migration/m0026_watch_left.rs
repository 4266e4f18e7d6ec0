//! Streams that were left.

use sea_orm_migration::prelude::*;

/// Adds `watch.has_left`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // What a start that was killed has left is passed over.
        if manager.has_column("watch", "has_left").await? {
            return Ok(());
        }
        let column = ColumnDef::new("has_left").boolean().not_null().default(false).to_owned();
        manager.alter_table(Table::alter().table("watch").add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter().table("watch").drop_column("has_left").to_owned();
        manager.alter_table(table).await
    }
}
