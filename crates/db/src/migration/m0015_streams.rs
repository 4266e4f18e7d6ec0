//! What the files of contents consist of.

use sea_orm_migration::prelude::*;

/// Adds `blob.streams`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A start that was killed may have left it.
        if manager.has_column("blob", "streams").await? {
            return Ok(());
        }
        let column = ColumnDef::new("streams").text().null().to_owned();
        manager.alter_table(Table::alter().table("blob").add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("blob").drop_column("streams").to_owned()).await
    }
}
