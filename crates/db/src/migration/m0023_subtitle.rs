//! Subtitles of films.

use super::new_table;
use sea_orm_migration::prelude::*;

/// Adds the table `subtitle`.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: &str = "id number, blob_id int, origin 16, language 35, label 100, format 8?, \
    encoding 16?, source bytes?, text long, created_at_ms int";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        new_table::create(manager, "subtitle", COLUMNS, &[(false, &["blob_id"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        new_table::drop(manager, "subtitle").await
    }
}
