//! The English name of the plan that never ends.

use sea_orm_migration::prelude::*;

/// Calls the plan "Lifetime" that was called "For ever", where no admin has renamed it.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        rename(manager, "For ever", "Lifetime").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        rename(manager, "Lifetime", "For ever").await
    }
}

async fn rename(manager: &SchemaManager<'_>, from: &str, to: &str) -> Result<(), DbErr> {
    let update = Query::update()
        .table("plan")
        .value("title_en", to)
        .and_where(Expr::col("code").eq("lifetime"))
        .and_where(Expr::col("title_en").eq(from))
        .to_owned();
    manager.execute(update).await
}
