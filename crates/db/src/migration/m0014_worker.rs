//! Machines that encode for the site.

use super::m0001_initial::{collation, table};
use sea_orm_migration::prelude::*;

/// Adds the table `worker`.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: &str = "id number, name 64, token_hash 64, created_at_ms int, seen_at_ms int?, \
    revoked_at_ms int?";
const INDEX: &str = "ix_worker_token_hash";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut made = table("worker", COLUMNS);
        if let Some(collation) = collation(manager).await? {
            made.engine("InnoDB").character_set("utf8mb4").collate(collation);
        }
        manager.create_table(made).await?;
        // A start that was killed may have left it.
        if manager.has_index("worker", INDEX).await? {
            return Ok(());
        }
        let mut index = Index::create();
        index.name(INDEX).table("worker").col("token_hash").unique();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("worker").to_owned()).await
    }
}
