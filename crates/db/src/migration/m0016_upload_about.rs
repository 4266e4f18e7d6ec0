//! What uploads are to become is kept as JSON, and read from what clients sent only once.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ExprTrait;
use serde_json::{Map, Value, json};

/// Adds `upload.about`.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A start that was killed may have left it.
        if !manager.has_column("upload", "about").await? {
            let column = ColumnDef::new("about").custom("MEDIUMTEXT").null().to_owned();
            let table = Table::alter().table("upload").add_column(column).to_owned();
            manager.alter_table(table).await?;
        }
        let unread = Query::select()
            .columns(["id", "metadata", "concat"])
            .from("upload")
            .and_where(Expr::col("about").is_null())
            .to_owned();
        for row in manager.get_connection().query_all(&unread).await? {
            let id: i64 = row.try_get("", "id")?;
            let metadata: String = row.try_get("", "metadata")?;
            let concat: String = row.try_get("", "concat")?;
            let update = Query::update()
                .table("upload")
                .value("about", about(&metadata, &concat).to_string())
                .and_where(Expr::col("id").eq(id))
                .to_owned();
            manager.execute(update).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("upload").drop_column("about").to_owned()).await
    }
}

/// What versions before this one read from the two headers each time. They had checked them:
/// what cannot be read here is left out.
fn about(metadata: &str, concat: &str) -> Value {
    let mut sent: Map<String, Value> = metadata.split(',').filter_map(value).collect();
    let file_name = sent.remove("filename").or_else(|| sent.remove("name"));
    let fingerprint = sent.remove("fingerprint");
    let mut video = Map::new();
    video.insert("file_name".to_owned(), file_name.unwrap_or_else(|| "".into()));
    let is_free = matches!(sent.get("is_free").and_then(Value::as_str), Some("1" | "true"));
    video.insert("is_free".to_owned(), is_free.into());
    for key in ["title", "description", "category", "tags", "content_hash"] {
        video.extend(sent.remove(key).map(|value| (key.to_owned(), value)));
    }
    for key in ["price_minor", "member_price_minor"] {
        let number = sent.get(key).and_then(Value::as_str).and_then(|text| text.parse().ok());
        video.extend(number.map(|number: i64| (key.to_owned(), number.into())));
    }
    let parts = concat.strip_prefix("final;").unwrap_or_default().split_whitespace();
    let name = |part: &str| part.trim_end_matches('/').rsplit('/').next().map(str::to_owned);
    let parts: Vec<String> = parts.filter_map(name).collect();
    let mut about = json!({ "video": video, "parts": parts });
    if let Some(fingerprint) = fingerprint.as_ref().and_then(Value::as_str) {
        about["fingerprint"] = fingerprint.to_lowercase().into();
    }
    about
}

/// A key of `Upload-Metadata` and its value, where that is text and not empty.
fn value(pair: &str) -> Option<(String, Value)> {
    let (key, value) = pair.trim().split_once(' ')?;
    let value = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    (!value.is_empty()).then(|| (key.to_owned(), value.into()))
}
