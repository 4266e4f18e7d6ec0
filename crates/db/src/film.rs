//! How contents can be played.

use crate::entity::{blob, film};
use crate::{Conn, Result, Tx, row, rows};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use yingku_core::content::ProbeState;
use yingku_core::id::BlobId;

/// What is known of the content with that number.
pub async fn find(c: &impl Conn, blob_id: BlobId) -> Result<Option<rows::Film>> {
    Ok(film::Entity::find_by_id(blob_id).one(c.raw()).await?)
}

/// What is known of the contents with these numbers.
pub async fn find_many(c: &impl Conn, blob_ids: &[BlobId]) -> Result<Vec<rows::Film>> {
    let many = film::Entity::find().filter(film::Column::BlobId.is_in(blob_ids.iter().copied()));
    Ok(many.all(c.raw()).await?)
}

/// Writes down how a content can be played, in place of what was known before.
pub async fn put(tx: &Tx, film: rows::Film) -> Result<()> {
    film::Entity::delete_by_id(film.blob_id).exec(tx.raw()).await?;
    row::insert(tx, film).await
}

/// Numbers of contents that must be looked into again, ascending, at most `limit` behind the one
/// with the number `after`: those whose look came to one of these words, those that an older
/// version looked into, and those that were planned by an older planner, or never.
pub async fn list_to_probe(
    c: &impl Conn,
    states: &[ProbeState],
    planner: i64,
    after: BlobId,
    limit: u64,
) -> Result<Vec<BlobId>> {
    let planned = Query::select()
        .column(film::Column::BlobId)
        .from(film::Entity)
        .and_where(Expr::col(film::Column::Planner).gte(planner))
        .to_owned();
    let outdated = Condition::any()
        .add(blob::Column::Id.not_in_subquery(planned))
        .add(blob::Column::Streams.is_null());
    let outdated = Condition::all().add(blob::Column::Probe.eq(ProbeState::Done)).add(outdated);
    let query = blob::Entity::find()
        .select_only()
        .column(blob::Column::Id)
        .filter(blob::Column::Id.gt(after))
        .filter(blob::Column::ReferenceCount.gt(0))
        .filter(
            Condition::any().add(blob::Column::Probe.is_in(states.iter().copied())).add(outdated),
        )
        .order_by_asc(blob::Column::Id)
        .limit(limit);
    Ok(query.into_tuple().all(c.raw()).await?)
}
