//! A second verifier for accounts: of the digest that the classic protocol sends.

use sea_orm_migration::prelude::*;

/// Adds `account.digest_hash`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // MariaDB commits each step by itself: what a start that was killed has left is passed
        // over.
        if manager.has_column("account", "digest_hash").await? {
            return Ok(());
        }
        let column = ColumnDef::new("digest_hash").string_len(255).null().to_owned();
        manager.alter_table(Table::alter().table("account").add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(Table::alter().table("account").drop_column("digest_hash").to_owned())
            .await
    }
}
