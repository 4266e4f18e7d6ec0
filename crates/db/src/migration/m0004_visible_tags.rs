//! Tags know whether their video is visible: those of visible videos are found without
//! looking at any other.

use sea_orm_migration::prelude::*;

/// Adds `video_tag.visible` and an index that begins with it.
#[derive(DeriveMigrationName)]
pub struct Migration;

const INDEX: &str = "ix_video_tag_visible_tag_key_video_id";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // MariaDB commits each step by itself: what a start that was killed has left is
        // passed over.
        if !manager.has_column("video_tag", "visible").await? {
            let column = ColumnDef::new("visible").boolean().not_null().default(false).to_owned();
            let table = Table::alter().table("video_tag").add_column(column).to_owned();
            manager.alter_table(table).await?;
        }
        let visible = Query::select()
            .column("id")
            .from("video")
            .and_where(Expr::col("state").eq("visible"))
            .to_owned();
        let mark = Query::update()
            .table("video_tag")
            .value("visible", true)
            .and_where(Expr::col("video_id").in_subquery(visible))
            .to_owned();
        manager.execute(mark).await?;
        if manager.has_index("video_tag", INDEX).await? {
            return Ok(());
        }
        let mut index = Index::create();
        index.name(INDEX).table("video_tag").col("visible").col("tag_key").col("video_id");
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name(INDEX).table("video_tag").to_owned()).await?;
        let table = Table::alter().table("video_tag").drop_column("visible").to_owned();
        manager.alter_table(table).await
    }
}
