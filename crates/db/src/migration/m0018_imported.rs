//! Which files of folders were imported.

use super::m0001_initial::{collation, table};
use sea_orm_migration::prelude::*;

/// Adds the table `imported`.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: &str = "path_hash 64*, path text, size_bytes int, modified_ms int, code 64?, \
    video_id int?, looked_at_ms int";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut made = table("imported", COLUMNS);
        if let Some(collation) = collation(manager).await? {
            made.engine("InnoDB").character_set("utf8mb4").collate(collation);
        }
        manager.create_table(made).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("imported").to_owned()).await
    }
}
