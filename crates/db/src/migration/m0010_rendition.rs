//! What is made of contents so that they can be played.

use super::m0001_initial::{collation, table};
use sea_orm_migration::prelude::*;

/// Adds the table `rendition`.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: &str = "blob_id int*, kind 16*, storage_key 64, size_bytes int, created_at_ms int";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut made = table("rendition", COLUMNS);
        if let Some(collation) = collation(manager).await? {
            made.engine("InnoDB").character_set("utf8mb4").collate(collation);
        }
        manager.create_table(made).await?;
        let name = "ix_rendition_storage_key";
        if manager.has_index("rendition", name).await? {
            return Ok(());
        }
        let index =
            Index::create().name(name).table("rendition").col("storage_key").unique().take();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("rendition").to_owned()).await
    }
}
