//! How far accounts have watched videos.

use super::m0001_initial::{collation, table};
use sea_orm_migration::prelude::*;

/// Adds the table `progress`.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: &str =
    "account_id int*, video_id int*, position_ms int, is_done bool, watched_at_ms int";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut made = table("progress", COLUMNS);
        if let Some(collation) = collation(manager).await? {
            made.engine("InnoDB").character_set("utf8mb4").collate(collation);
        }
        manager.create_table(made).await?;
        let name = "ix_progress_account_watched";
        if manager.has_index("progress", name).await? {
            return Ok(());
        }
        let index = Index::create()
            .name(name)
            .table("progress")
            .col("account_id")
            .col("watched_at_ms")
            .col("video_id")
            .take();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("progress").to_owned()).await
    }
}
