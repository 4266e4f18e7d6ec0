//! Pictures of films: candidates for posters, and sheets of small frames.

use super::m0001_initial::{collation, table};
use sea_orm_migration::prelude::*;

/// Adds the table `picture`.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: &str = "name 32*, blob_id int, kind 16, place int, at_ms int, storage_key 64?, \
    files text, blur text, moments text, created_at_ms int";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut made = table("picture", COLUMNS);
        if let Some(collation) = collation(manager).await? {
            made.engine("InnoDB").character_set("utf8mb4").collate(collation);
        }
        manager.create_table(made).await?;
        for (name, column, is_unique) in
            [("ix_picture_blob", "blob_id", false), ("ix_picture_storage_key", "storage_key", true)]
        {
            if manager.has_index("picture", name).await? {
                continue;
            }
            let mut index = Index::create().name(name).table("picture").col(column).take();
            if is_unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("picture").to_owned()).await
    }
}
