//! Who watches what.

use super::m0001_initial::{collation, table};
use sea_orm_migration::prelude::*;

/// Adds the table `watch`.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: &str =
    "id number, stream 16, account_id int, video_id int, started_at_ms int, last_at_ms int";

/// Columns.
const INDEXES: &[&[&str]] =
    &[&["stream", "last_at_ms"], &["account_id", "last_at_ms"], &["video_id", "id"]];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut made = table("watch", COLUMNS);
        if let Some(collation) = collation(manager).await? {
            made.engine("InnoDB").character_set("utf8mb4").collate(collation);
        }
        manager.create_table(made).await?;
        for columns in INDEXES {
            let name = format!("ix_watch_{}", columns.join("_"));
            if manager.has_index("watch", name.clone()).await? {
                continue;
            }
            let mut index = Index::create();
            index.name(name).table("watch");
            for column in *columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("watch").to_owned()).await
    }
}
