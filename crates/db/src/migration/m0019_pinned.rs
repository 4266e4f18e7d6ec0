//! The announcement that stands on the front page.

use sea_orm_migration::prelude::*;

/// Adds `announcement.pinned`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // What a start that was killed has left is passed over.
        if manager.has_column("announcement", "pinned").await? {
            return Ok(());
        }
        let column = ColumnDef::new("pinned").boolean().not_null().default(false).to_owned();
        manager
            .alter_table(Table::alter().table("announcement").add_column(column).to_owned())
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter().table("announcement").drop_column("pinned").to_owned();
        manager.alter_table(table).await
    }
}
