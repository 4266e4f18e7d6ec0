//! Keys that every node shares.

use crate::entity::secret;
use crate::{Conn, Result, Tx, row};
use sea_orm::EntityTrait;

/// The key with that name; `fresh` becomes it where there is none yet.
pub async fn get_or_insert(tx: &Tx, name: &str, fresh: &str) -> Result<String> {
    if let Some(found) = secret::Entity::find_by_id(name).one(tx.raw()).await? {
        return Ok(found.value);
    }
    let model = secret::Model { name: name.to_owned(), value: fresh.to_owned() };
    row::insert(tx, model).await?;
    Ok(fresh.to_owned())
}
