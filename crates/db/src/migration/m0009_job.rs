//! Work that is done in the background.

use super::m0001_initial::{collation, table};
use sea_orm_migration::prelude::*;

/// Adds the table `job`.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: &str = "id number, kind 32, payload text, state 16, priority int, run_at_ms int, \
    attempts int, fence int, holder 64?, lease_until_ms int?, dedupe_key 128?, reason 32?, \
    detail text?, created_at_ms int, updated_at_ms int";

/// Whether its values are unique, columns.
const INDEXES: &[(bool, &[&str])] =
    &[(true, &["dedupe_key"]), (false, &["state", "run_at_ms"]), (false, &["kind", "id"])];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut made = table("job", COLUMNS);
        if let Some(collation) = collation(manager).await? {
            made.engine("InnoDB").character_set("utf8mb4").collate(collation);
        }
        manager.create_table(made).await?;
        for (unique, columns) in INDEXES {
            let name = format!("ix_job_{}", columns.join("_"));
            // MariaDB commits each by itself: what a start that was killed has left is
            // passed over.
            if manager.has_index("job", name.clone()).await? {
                continue;
            }
            let mut index = Index::create();
            index.name(name).table("job");
            for column in *columns {
                index.col(*column);
            }
            if *unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("job").to_owned()).await
    }
}
