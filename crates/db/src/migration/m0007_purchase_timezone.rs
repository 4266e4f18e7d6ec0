//! What a purchase needs to be replayed, longer announcements, and a lock for the settings.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// Adds `purchase.timezone`, in which the months of a plan were counted; makes the texts of
/// announcements long enough for 20,000 characters of four bytes; adds the row that is locked
/// while settings change.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// Table, column.
const LONG_TEXTS: [(&str, &str); 2] =
    [("announcement", "content"), ("announcement_revision", "content")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // MariaDB commits each step by itself: what a start that was killed has left is passed
        // over. Purchases from before keep null: their time zone was not written down.
        if !manager.has_column("purchase", "timezone").await? {
            let column = ColumnDef::new("timezone").string_len(64).null().to_owned();
            let table = Table::alter().table("purchase").add_column(column).to_owned();
            manager.alter_table(table).await?;
        }
        change_texts(manager, "MEDIUMTEXT").await?;
        let lock = Query::insert()
            .into_table("secret")
            .columns(["name", "value"])
            .values_panic(["settings_version".into(), "0".into()])
            .on_conflict(OnConflict::column("name").do_nothing_on(["name"]).to_owned())
            .to_owned();
        manager.execute(lock).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let lock = Query::delete()
            .from_table("secret")
            .and_where(Expr::col("name").eq("settings_version"))
            .to_owned();
        manager.execute(lock).await?;
        change_texts(manager, "TEXT").await?;
        let table = Table::alter().table("purchase").drop_column("timezone").to_owned();
        manager.alter_table(table).await
    }
}

/// SQLite keeps texts of any length in any column.
async fn change_texts(manager: &SchemaManager<'_>, kind: &'static str) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::MySql {
        return Ok(());
    }
    for (table, column) in LONG_TEXTS {
        let column = ColumnDef::new(column).custom(kind).not_null().to_owned();
        manager.alter_table(Table::alter().table(table).modify_column(column).to_owned()).await?;
    }
    Ok(())
}
