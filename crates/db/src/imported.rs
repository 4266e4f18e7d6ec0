//! Which files of folders were imported.

use crate::entity::imported::{Column as C, Entity};
use crate::{Conn, Result, Tx, row, rows};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// What is known of the file with that hash of its path.
pub async fn find(c: &impl Conn, path_hash: &str) -> Result<Option<rows::Imported>> {
    Ok(Entity::find_by_id(path_hash).one(c.raw()).await?)
}

/// Notes a file, in place of what was known of it.
pub async fn put(tx: &Tx, file: rows::Imported) -> Result<()> {
    Entity::delete_many().filter(C::PathHash.eq(&file.path_hash)).exec(tx.raw()).await?;
    row::insert(tx, file).await
}
