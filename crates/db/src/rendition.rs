//! What was made of contents so that they can be played.

use crate::entity::rendition::{Column as C, Entity};
use crate::{Conn, Result, Tx, row, rows};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use yingku_core::id::BlobId;

/// What was made of that content.
pub async fn list(c: &impl Conn, blob_id: BlobId) -> Result<Vec<rows::Rendition>> {
    Ok(Entity::find().filter(C::BlobId.eq(blob_id)).all(c.raw()).await?)
}

/// Writes down what was made, in place of one of the same kind; answers the key of that one.
pub async fn put(tx: &Tx, rendition: rows::Rendition) -> Result<Option<String>> {
    let key = (rendition.blob_id, rendition.kind);
    let before = Entity::find_by_id(key).one(tx.raw()).await?;
    Entity::delete_by_id(key).exec(tx.raw()).await?;
    row::insert(tx, rendition).await?;
    Ok(before.map(|before| before.storage_key))
}

/// Forgets what was made of that content; answers the keys of the files.
pub async fn delete_of(tx: &Tx, blob_id: BlobId) -> Result<Vec<String>> {
    let keys = Entity::find().select_only().column(C::StorageKey).filter(C::BlobId.eq(blob_id));
    let keys = keys.into_tuple().all(tx.raw()).await?;
    Entity::delete_many().filter(C::BlobId.eq(blob_id)).exec(tx.raw()).await?;
    Ok(keys)
}

/// Which of these keys belong to something that was made.
pub async fn known_keys(c: &impl Conn, keys: &[String]) -> Result<Vec<String>> {
    let known = Entity::find().select_only().column(C::StorageKey);
    Ok(known.filter(C::StorageKey.is_in(keys)).into_tuple().all(c.raw()).await?)
}
