//! Titles that are not public, or not yet; and a search index that knows pinyin.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// Adds `video.state_before_trash` and `video.publish_at_ms`, and queues the job that writes the
/// search index anew where there are videos.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            ColumnDef::new("state_before_trash").string_len(16).null().to_owned(),
            ColumnDef::new("publish_at_ms").big_integer().null().to_owned(),
        ];
        for (name, column) in ["state_before_trash", "publish_at_ms"].into_iter().zip(columns) {
            // A start that was killed may have left it.
            if !manager.has_column("video", name).await? {
                let table = Table::alter().table("video").add_column(column).to_owned();
                manager.alter_table(table).await?;
            }
        }
        let db = manager.get_connection();
        let now = match db.get_database_backend() {
            DbBackend::MySql => "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)",
            _ => "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
        };
        let key = "index_videos {\"after\":0}";
        db.execute_unprepared(&format!(
            "INSERT INTO job (kind, payload, state, priority, run_at_ms, attempts, fence, \
             dedupe_key, created_at_ms, updated_at_ms) \
             SELECT 'index_videos', '{{\"after\":0}}', 'queued', 0, {now}, 0, 0, '{key}', {now}, {now} \
             FROM (SELECT COUNT(*) AS videos FROM video) AS counted \
             WHERE videos > 0 AND NOT EXISTS (SELECT 1 FROM job WHERE dedupe_key = '{key}')"
        ))
        .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["state_before_trash", "publish_at_ms"] {
            let table = Table::alter().table("video").drop_column(name).to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}
