//! Films that are encoded: how, and what was made so far.

use crate::entity::{encoding, ladder, unit};
use crate::{Conn, Result, Tx, row, rows};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use yingku_core::id::BlobId;

/// How that content is encoded.
pub async fn find(c: &impl Conn, blob_id: BlobId) -> Result<Option<rows::Ladder>> {
    Ok(ladder::Entity::find_by_id(blob_id).one(c.raw()).await?)
}

/// Writes down how a content is encoded, in place of what was there before; what was made by that
/// is forgotten, but for these sizes. Answers the keys of its files.
pub async fn put(tx: &Tx, ladder: rows::Ladder, kept: &[i64]) -> Result<Vec<String>> {
    let id = ladder.blob_id;
    let keys = delete_sizes(tx, id, kept).await?;
    ladder::Entity::delete_by_id(id).exec(tx.raw()).await?;
    row::insert(tx, ladder).await?;
    Ok(keys)
}

/// Changes how a content is encoded.
pub async fn set_plan(tx: &Tx, blob_id: BlobId, plan: &str) -> Result<()> {
    let changed = ladder::Entity::update_many()
        .col_expr(ladder::Column::Plan, Expr::value(plan))
        .filter(ladder::Column::BlobId.eq(blob_id));
    changed.exec(tx.raw()).await?;
    Ok(())
}

/// Forgets all that was encoded of that content; answers the keys of its files.
pub async fn delete_of(tx: &Tx, blob_id: BlobId) -> Result<Vec<String>> {
    let keys = delete_sizes(tx, blob_id, &[]).await?;
    ladder::Entity::delete_by_id(blob_id).exec(tx.raw()).await?;
    Ok(keys)
}

/// Forgets what was encoded of that content in other sizes than these.
async fn delete_sizes(tx: &Tx, blob_id: BlobId, kept: &[i64]) -> Result<Vec<String>> {
    let kept = || kept.iter().copied();
    let others = unit::Column::BlobId.eq(blob_id).and(unit::Column::Size.is_not_in(kept()));
    let keys = unit::Entity::find().select_only().column(unit::Column::StorageKey);
    let keys = keys.filter(others.clone()).into_tuple().all(tx.raw()).await?;
    unit::Entity::delete_many().filter(others).exec(tx.raw()).await?;
    let others = encoding::Column::BlobId.eq(blob_id).and(encoding::Column::Size.is_not_in(kept()));
    encoding::Entity::delete_many().filter(others).exec(tx.raw()).await?;
    Ok(keys)
}

/// Contents whose ladder was made by another recipe, at most `limit` behind the one with the number
/// `after`.
pub async fn list_outdated(
    c: &impl Conn,
    recipe: &str,
    after: BlobId,
    limit: u64,
) -> Result<Vec<BlobId>> {
    let outdated = ladder::Entity::find()
        .select_only()
        .column(ladder::Column::BlobId)
        .filter(ladder::Column::BlobId.gt(after))
        .filter(ladder::Column::Recipe.ne(recipe))
        .order_by_asc(ladder::Column::BlobId)
        .limit(limit);
    Ok(outdated.into_tuple().all(c.raw()).await?)
}

/// The beginnings of what was encoded of that content, of each size of which there is something.
pub async fn list_encodings(c: &impl Conn, blob_id: BlobId) -> Result<Vec<rows::Encoding>> {
    let mine = encoding::Entity::find().filter(encoding::Column::BlobId.eq(blob_id));
    Ok(mine.all(c.raw()).await?)
}

/// Writes down the beginning of a size.
pub async fn insert_encoding(tx: &Tx, encoding: rows::Encoding) -> Result<()> {
    row::insert(tx, encoding).await
}

/// Writes down a unit.
pub async fn insert_unit(tx: &Tx, unit: rows::Unit) -> Result<()> {
    row::insert_numbered(tx, unit, unit::Column::Id).await?;
    Ok(())
}

/// A unit of that size that has this segment; the first that was made.
pub async fn find_unit(
    c: &impl Conn,
    blob_id: BlobId,
    size: i64,
    segment: i64,
) -> Result<Option<rows::Unit>> {
    let found = unit::Entity::find()
        .filter(unit::Column::BlobId.eq(blob_id))
        .filter(unit::Column::Size.eq(size))
        .filter(unit::Column::First.lte(segment))
        .filter(unit::Column::Past.gt(segment))
        .order_by_asc(unit::Column::Id);
    Ok(found.one(c.raw()).await?)
}

/// What was made of a size, without where its segments lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sea_orm::FromQueryResult)]
pub struct Made {
    /// Pixels of the shorter side; 0 for the sound.
    pub size: i64,
    /// The first segment.
    pub first: i64,
    /// The segment behind the last.
    pub past: i64,
    /// How large it is.
    pub size_bytes: i64,
    /// How long that took, in milliseconds.
    pub took_ms: i64,
    /// When it was published, in milliseconds since the epoch.
    pub created_at_ms: i64,
}

/// All that was made of that content, by size and place.
pub async fn list_made(c: &impl Conn, blob_id: BlobId) -> Result<Vec<Made>> {
    let columns = [
        unit::Column::Size,
        unit::Column::First,
        unit::Column::Past,
        unit::Column::SizeBytes,
        unit::Column::TookMs,
        unit::Column::CreatedAtMs,
    ];
    let made = unit::Entity::find()
        .select_only()
        .columns(columns)
        .filter(unit::Column::BlobId.eq(blob_id))
        .order_by_asc(unit::Column::Size)
        .order_by_asc(unit::Column::First);
    Ok(made.into_model::<Made>().all(c.raw()).await?)
}

/// Which of these keys belong to a unit.
pub async fn known_keys(c: &impl Conn, keys: &[String]) -> Result<Vec<String>> {
    let known = unit::Entity::find().select_only().column(unit::Column::StorageKey);
    let known = known.filter(unit::Column::StorageKey.is_in(keys));
    Ok(known.into_tuple().all(c.raw()).await?)
}
