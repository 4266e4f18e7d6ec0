//! Paid videos that members may watch.

use sea_orm_migration::prelude::*;

/// Adds `video.members_watch`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // What a start that was killed has left is passed over.
        if manager.has_column("video", "members_watch").await? {
            return Ok(());
        }
        let column = ColumnDef::new("members_watch").boolean().not_null().default(false).to_owned();
        manager.alter_table(Table::alter().table("video").add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter().table("video").drop_column("members_watch").to_owned();
        manager.alter_table(table).await
    }
}
