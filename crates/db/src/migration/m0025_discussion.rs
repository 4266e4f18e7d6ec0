//! What viewers say about films.

use super::new_table;
use sea_orm_migration::prelude::*;

/// Adds the tables `comment`, `comment_like`, `danmaku` and `report`, and `account.muted`.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COMMENT: &str = "id number, video_id int, account_id int, parent_id int?, text text, \
    is_pending bool, needs_review bool, like_count int, reply_count int, created_at_ms int";
const LIKE: &str = "account_id int*, comment_id int*";
const DANMAKU: &str = "id number, video_id int, account_id int, at_ms int, text 400, mode 16, \
    color int, needs_review bool, created_at_ms int";
const REPORT: &str = "account_id int*, kind 16*, subject_id int*, reason 800, created_at_ms int";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let comment: &[(bool, &[&str])] = &[
            (false, &["video_id", "parent_id", "id"]),
            (false, &["parent_id"]),
            (false, &["account_id", "created_at_ms"]),
            (false, &["needs_review", "id"]),
        ];
        new_table::create(manager, "comment", COMMENT, comment).await?;
        new_table::create(manager, "comment_like", LIKE, &[(false, &["comment_id"])]).await?;
        let danmaku: &[(bool, &[&str])] = &[
            (false, &["video_id", "at_ms"]),
            (false, &["account_id", "created_at_ms"]),
            (false, &["needs_review", "id"]),
        ];
        new_table::create(manager, "danmaku", DANMAKU, danmaku).await?;
        new_table::create(manager, "report", REPORT, &[(false, &["kind", "subject_id"])]).await?;
        let muted = ColumnDef::new("muted").boolean().not_null().default(false).to_owned();
        new_table::add_column(manager, "account", "muted", muted).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["report", "danmaku", "comment_like", "comment"] {
            new_table::drop(manager, name).await?;
        }
        let table = Table::alter().table("account").drop_column("muted").to_owned();
        manager.alter_table(table).await
    }
}
