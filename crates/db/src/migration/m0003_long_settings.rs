//! Settings may hold a text of many lines.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// Makes `setting.value` a long text. SQLite keeps texts of any length in any column.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        change(manager, ColumnDef::new("value").text()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        change(manager, ColumnDef::new("value").string_len(255)).await
    }
}

async fn change(manager: &SchemaManager<'_>, column: &mut ColumnDef) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::MySql {
        return Ok(());
    }
    let column = column.not_null().to_owned();
    manager.alter_table(Table::alter().table("setting").modify_column(column).to_owned()).await
}
