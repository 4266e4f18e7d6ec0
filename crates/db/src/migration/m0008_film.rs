//! How each content can be played.

use super::m0001_initial::{collation, table};
use sea_orm_migration::prelude::*;

/// Adds the table `film`.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: &str = "blob_id int*, state 16, reason 32?, planner int, planned_at_ms int";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut made = table("film", COLUMNS);
        if let Some(collation) = collation(manager).await? {
            made.engine("InnoDB").character_set("utf8mb4").collate(collation);
        }
        manager.create_table(made).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("film").to_owned()).await
    }
}
