//! What viewers keep: their own lists, whether their history is kept, and how often films are
//! watched.

use super::new_table;
use sea_orm_migration::prelude::*;

/// Adds the table `saved`, `account.keeps_history` and `video.view_count`.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: &str = "account_id int*, list 16*, video_id int*, saved_at_ms int";
const INDEX: &[&str] = &["account_id", "list", "saved_at_ms", "video_id"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        new_table::create(manager, "saved", COLUMNS, &[(false, INDEX)]).await?;
        let keeps = ColumnDef::new("keeps_history").boolean().not_null().default(true).to_owned();
        new_table::add_column(manager, "account", "keeps_history", keeps).await?;
        let views = ColumnDef::new("view_count").big_integer().not_null().default(0).to_owned();
        new_table::add_column(manager, "video", "view_count", views).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        new_table::drop(manager, "saved").await?;
        for (table, column) in [("account", "keeps_history"), ("video", "view_count")] {
            let table = Table::alter().table(table).drop_column(column).to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}
