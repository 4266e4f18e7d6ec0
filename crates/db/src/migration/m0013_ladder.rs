//! Films that are encoded: how, in which sizes, and what was made so far.

use super::m0001_initial::{collation, table};
use sea_orm_migration::prelude::*;

/// Adds the tables `ladder`, `encoding` and `unit`.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &[(&str, &str)] = &[
    ("ladder", "blob_id int*, recipe 255, plan long, made_at_ms int"),
    ("encoding", "blob_id int*, size int*, init text"),
    (
        "unit",
        "id number, blob_id int, size int, first int, past int, storage_key 64, size_bytes int, \
         offsets text, took_ms int, created_at_ms int",
    ),
];

/// Name, whether it is unique, columns.
const INDEXES: &[(&str, bool, &[&str])] = &[
    ("ix_unit_blob_id_size_first", false, &["blob_id", "size", "first"]),
    ("ix_unit_storage_key", true, &["storage_key"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, columns) in TABLES {
            let mut made = table(name, columns);
            if let Some(collation) = collation(manager).await? {
                made.engine("InnoDB").character_set("utf8mb4").collate(collation);
            }
            manager.create_table(made).await?;
        }
        for (name, is_unique, columns) in INDEXES {
            // What a start that was killed has left is passed over.
            if manager.has_index("unit", *name).await? {
                continue;
            }
            let mut index = Index::create();
            index.name(*name).table("unit");
            for column in *columns {
                index.col(*column);
            }
            if *is_unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in TABLES {
            manager.drop_table(Table::drop().table(*name).to_owned()).await?;
        }
        Ok(())
    }
}
