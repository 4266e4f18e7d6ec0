//! Uploads that come in several requests.

use super::m0001_initial::{collation, table};
use sea_orm_migration::prelude::*;

/// Adds the table `upload`.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: &str = "id number, name 32, storage_name 32, account_id int?, kind 16, \
    length_bytes int?, offset_bytes int, hash_state text, metadata text, concat text, state 16, \
    code 64?, video_id int?, created_at_ms int, updated_at_ms int, expires_at_ms int";

/// Whether its values are unique, columns.
const INDEXES: &[(bool, &[&str])] = &[
    (true, &["name"]),
    (true, &["storage_name"]),
    (false, &["state", "id"]),
    (false, &["state", "account_id"]),
    (false, &["state", "expires_at_ms"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut made = table("upload", COLUMNS);
        if let Some(collation) = collation(manager).await? {
            made.engine("InnoDB").character_set("utf8mb4").collate(collation);
        }
        manager.create_table(made).await?;
        for (unique, columns) in INDEXES {
            let name = format!("ix_upload_{}", columns.join("_"));
            // MariaDB commits each by itself: what a start that was killed has left is
            // passed over.
            if manager.has_index("upload", name.clone()).await? {
                continue;
            }
            let mut index = Index::create();
            index.name(name).table("upload");
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
        manager.drop_table(Table::drop().table("upload").to_owned()).await
    }
}
