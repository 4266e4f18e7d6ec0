//! Indexes by the moment: for the dashboard's days, and for all that happened to an account.

use sea_orm_migration::prelude::*;

/// Adds the indexes.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// Table, columns.
const INDEXES: &[(&str, &[&str])] = &[
    ("account", &["created_at_ms"]),
    ("account", &["membership_until_ms"]),
    ("account", &["membership_lifetime"]),
    ("blob", &["created_at_ms", "size_bytes"]),
    ("purchase", &["created_at_ms", "price_minor"]),
    ("purchase", &["refunded_at_ms", "price_minor"]),
    ("ticket", &["started_at_ms"]),
    ("ticket", &["available_at_ms"]),
    ("ticket", &["account_id", "created_at_ms", "id"]),
    ("journal_entry", &["account_id", "created_at_ms", "id"]),
    ("audit_entry", &["actor_id", "at_ms", "id"]),
    ("audit_entry", &["subject_kind", "subject_id", "at_ms", "id"]),
];

fn name(table: &str, columns: &[&str]) -> String {
    format!("ix_{table}_{}", columns.join("_"))
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in INDEXES {
            let name = name(table, columns);
            // MariaDB commits each by itself: what a start that was killed has left is
            // passed over.
            if manager.has_index(*table, name.clone()).await? {
                continue;
            }
            let mut index = Index::create();
            index.name(name).table(*table);
            for column in *columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in INDEXES {
            let name = name(table, columns);
            manager.drop_index(Index::drop().name(name).table(*table).to_owned()).await?;
        }
        Ok(())
    }
}
