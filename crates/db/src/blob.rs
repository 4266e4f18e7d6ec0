//! Content: reference counts, fingerprints, what the probe found.

use crate::entity::{blob, content_fingerprint, film, video};
use crate::{Conn, Result, Tx, row, rows};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use yingku_core::content::ProbeState;
use yingku_core::id::BlobId;
use yingku_core::video::State;

/// Inserts content and its fingerprint; answers its number.
pub async fn insert(tx: &Tx, blob: rows::Blob) -> Result<BlobId> {
    let (fingerprint, size_bytes) = (blob.fingerprint.clone(), blob.size_bytes);
    let blob_id = row::insert_numbered(tx, blob, blob::Column::Id).await?;
    row::insert(tx, content_fingerprint::Model { fingerprint, size_bytes, blob_id }).await?;
    Ok(blob_id)
}

/// The content with that number.
pub async fn find(c: &impl Conn, id: BlobId) -> Result<Option<rows::Blob>> {
    Ok(blob::Entity::find_by_id(id).one(c.raw()).await?)
}

/// The contents with these numbers.
pub async fn find_many(c: &impl Conn, ids: &[BlobId]) -> Result<Vec<rows::Blob>> {
    let many = blob::Entity::find().filter(blob::Column::Id.is_in(ids.iter().copied()));
    Ok(many.all(c.raw()).await?)
}

/// Whether there is a content with that number; it is not deleted until the transaction ends.
pub async fn hold(tx: &Tx, id: BlobId) -> Result<bool> {
    Ok(blob::Entity::find_by_id(id).lock_exclusive().one(tx.raw()).await?.is_some())
}

/// The content with that hash, its row locked until the transaction ends.
pub async fn lock_by_hash(tx: &Tx, content_hash: &str) -> Result<Option<rows::Blob>> {
    let by_hash = blob::Entity::find().filter(blob::Column::ContentHash.eq(content_hash));
    Ok(by_hash.lock_exclusive().one(tx.raw()).await?)
}

/// The content with that hash.
pub async fn find_by_hash(c: &impl Conn, content_hash: &str) -> Result<Option<rows::Blob>> {
    let by_hash = blob::Entity::find().filter(blob::Column::ContentHash.eq(content_hash));
    Ok(by_hash.one(c.raw()).await?)
}

/// Numbers of the contents that go by that fingerprint, at most 10.
pub async fn ids_by_fingerprint(
    c: &impl Conn,
    fingerprint: &str,
    size_bytes: i64,
) -> Result<Vec<BlobId>> {
    let query = content_fingerprint::Entity::find()
        .select_only()
        .column(content_fingerprint::Column::BlobId)
        .filter(content_fingerprint::Column::Fingerprint.eq(fingerprint))
        .filter(content_fingerprint::Column::SizeBytes.eq(size_bytes))
        .limit(10);
    Ok(query.into_tuple().all(c.raw()).await?)
}

/// Lets content go by one more fingerprint; again changes nothing.
pub async fn add_fingerprint(
    tx: &Tx,
    blob_id: BlobId,
    fingerprint: &str,
    size_bytes: i64,
) -> Result<()> {
    let key = (fingerprint.to_owned(), size_bytes, blob_id);
    if content_fingerprint::Entity::find_by_id(key).one(tx.raw()).await?.is_some() {
        return Ok(());
    }
    let fingerprint = fingerprint.to_owned();
    row::insert(tx, content_fingerprint::Model { fingerprint, size_bytes, blob_id }).await
}

/// Whether the content of a video that is not in the trash goes by that fingerprint, whatever
/// its size.
pub async fn is_present_by_fingerprint(c: &impl Conn, fingerprint: &str) -> Result<bool> {
    let blobs = Query::select()
        .column(content_fingerprint::Column::BlobId)
        .from(content_fingerprint::Entity)
        .and_where(content_fingerprint::Column::Fingerprint.eq(fingerprint))
        .to_owned();
    let query = video::Entity::find()
        .filter(video::Column::BlobId.in_subquery(blobs))
        .filter(video::Column::State.is_not_in([State::Trashed, State::Purged]));
    Ok(query.limit(1).one(c.raw()).await?.is_some())
}

/// Counts one more reference; the content is wanted again.
pub async fn add_reference(tx: &Tx, id: BlobId) -> Result<()> {
    use blob::Column as C;
    blob::Entity::update_many()
        .col_expr(C::ReferenceCount, Expr::col(C::ReferenceCount).add(1))
        .col_expr(C::UnreferencedAtMs, Expr::value(None::<i64>))
        .filter(C::Id.eq(id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Counts one reference less; the last one starts the delay of deletion.
pub async fn drop_reference(tx: &Tx, id: BlobId, now: i64) -> Result<()> {
    use blob::Column as C;
    blob::Entity::update_many()
        .col_expr(C::ReferenceCount, Expr::col(C::ReferenceCount).sub(1))
        .filter(C::Id.eq(id))
        .exec(tx.raw())
        .await?;
    blob::Entity::update_many()
        .col_expr(C::UnreferencedAtMs, Expr::value(now))
        .filter(C::Id.eq(id))
        .filter(C::ReferenceCount.lte(0))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Contents that nothing has referred to since before `before`, at most 100.
pub async fn list_unreferenced(c: &impl Conn, before: i64) -> Result<Vec<rows::Blob>> {
    let query = blob::Entity::find()
        .filter(blob::Column::UnreferencedAtMs.lt(before))
        .filter(blob::Column::ReferenceCount.lte(0))
        .limit(100);
    Ok(query.all(c.raw()).await?)
}

/// Deletes the row of a content that is still unreferenced; answers whether it was.
pub async fn delete_unreferenced(tx: &Tx, id: BlobId) -> Result<bool> {
    let Some(found) = blob::Entity::find_by_id(id).lock_exclusive().one(tx.raw()).await? else {
        return Ok(false);
    };
    if found.reference_count > 0 {
        return Ok(false);
    }
    content_fingerprint::Entity::delete_many()
        .filter(content_fingerprint::Column::BlobId.eq(id))
        .exec(tx.raw())
        .await?;
    film::Entity::delete_by_id(id).exec(tx.raw()).await?;
    blob::Entity::delete_by_id(id).exec(tx.raw()).await?;
    Ok(true)
}

/// Writes down what the probe found; `size` is width and height, `streams` a list in JSON.
pub async fn set_probe(
    tx: &Tx,
    id: BlobId,
    probe: ProbeState,
    duration_ms: Option<i64>,
    size: (Option<i64>, Option<i64>),
    streams: &str,
) -> Result<()> {
    use blob::Column as C;
    blob::Entity::update_many()
        .col_expr(C::Probe, Expr::value(probe))
        .col_expr(C::DurationMs, Expr::value(duration_ms))
        .col_expr(C::Width, Expr::value(size.0))
        .col_expr(C::Height, Expr::value(size.1))
        .col_expr(C::Streams, Expr::value(streams))
        .filter(C::Id.eq(id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Contents after `after_id`, by number, at most 500: for the doctor's walk.
pub async fn list_after(c: &impl Conn, after_id: BlobId) -> Result<Vec<rows::Blob>> {
    let query = blob::Entity::find()
        .filter(blob::Column::Id.gt(after_id))
        .order_by_asc(blob::Column::Id)
        .limit(500);
    Ok(query.all(c.raw()).await?)
}

/// How many videos refer to a content.
pub async fn count_references(c: &impl Conn, id: BlobId) -> Result<i64> {
    let count = video::Entity::find().filter(video::Column::BlobId.eq(id)).count(c.raw()).await?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Puts the reference count right.
pub async fn set_references(tx: &Tx, id: BlobId, count: i64, now: i64) -> Result<()> {
    use blob::Column as C;
    blob::Entity::update_many()
        .col_expr(C::ReferenceCount, Expr::value(count))
        .col_expr(C::UnreferencedAtMs, Expr::value((count == 0).then_some(now)))
        .filter(C::Id.eq(id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Which of these keys some content is kept under.
pub async fn known_keys(c: &impl Conn, keys: &[String]) -> Result<Vec<String>> {
    let query = blob::Entity::find()
        .select_only()
        .column(blob::Column::StorageKey)
        .filter(blob::Column::StorageKey.is_in(keys));
    Ok(query.into_tuple().all(c.raw()).await?)
}
