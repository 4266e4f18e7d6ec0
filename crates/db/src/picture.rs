//! Pictures of contents.

use crate::entity::picture::{Column as C, Entity};
use crate::entity::{blob, film};
use crate::{Conn, Result, Tx, row, rows};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use yingku_core::id::BlobId;
use yingku_core::picture::PictureKind;

/// The picture with that name.
pub async fn find(c: &impl Conn, name: &str) -> Result<Option<rows::Picture>> {
    Ok(Entity::find_by_id(name).one(c.raw()).await?)
}

/// A content's pictures of one kind, in their order.
pub async fn list(c: &impl Conn, blob_id: BlobId, kind: PictureKind) -> Result<Vec<rows::Picture>> {
    let mine = Entity::find().filter(C::BlobId.eq(blob_id)).filter(C::Kind.eq(kind));
    Ok(mine.order_by_asc(C::Place).all(c.raw()).await?)
}

/// The first pictures of each kind of these contents: their posters, and their first sheets.
pub async fn list_first(c: &impl Conn, blob_ids: &[BlobId]) -> Result<Vec<rows::Picture>> {
    let first = Entity::find().filter(C::BlobId.is_in(blob_ids.iter().copied()));
    Ok(first.filter(C::Place.eq(0)).filter(C::StorageKey.is_not_null()).all(c.raw()).await?)
}

/// Whether there is anything of that content, be it that nothing could be made.
pub async fn has_any(c: &impl Conn, blob_id: BlobId) -> Result<bool> {
    let any = Entity::find().select_only().column(C::Name).filter(C::BlobId.eq(blob_id));
    Ok(any.into_tuple::<String>().one(c.raw()).await?.is_some())
}

/// Contents with pictures of which none was taken yet: the next after that number, so many.
pub async fn list_to_take(c: &impl Conn, after: BlobId, limit: u64) -> Result<Vec<BlobId>> {
    let pictured = Query::select().column(C::BlobId).from(Entity).to_owned();
    let planned = Query::select().column(film::Column::BlobId).from(film::Entity).to_owned();
    let ids = blob::Entity::find()
        .select_only()
        .column(blob::Column::Id)
        .filter(blob::Column::Id.gt(after))
        .filter(blob::Column::Width.is_not_null())
        .filter(Expr::col(blob::Column::Id).not_in_subquery(pictured))
        .filter(Expr::col(blob::Column::Id).in_subquery(planned))
        .order_by_asc(blob::Column::Id)
        .limit(limit);
    Ok(ids.into_tuple().all(c.raw()).await?)
}

/// Writes down the pictures of a content in place of those before; answers the keys of their files.
pub async fn put_all(
    tx: &Tx,
    blob_id: BlobId,
    pictures: Vec<rows::Picture>,
) -> Result<Vec<String>> {
    let before = delete_of(tx, blob_id).await?;
    for picture in pictures {
        row::insert(tx, picture).await?;
    }
    Ok(before)
}

/// Gives a picture another place.
pub async fn set_place(tx: &Tx, name: &str, place: i64) -> Result<()> {
    Entity::update_many()
        .col_expr(C::Place, Expr::value(place))
        .filter(C::Name.eq(name))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Forgets the pictures of a content; answers the keys of their files.
pub async fn delete_of(tx: &Tx, blob_id: BlobId) -> Result<Vec<String>> {
    let keys = Entity::find().select_only().column(C::StorageKey).filter(C::BlobId.eq(blob_id));
    let keys: Vec<Option<String>> = keys.into_tuple().all(tx.raw()).await?;
    Entity::delete_many().filter(C::BlobId.eq(blob_id)).exec(tx.raw()).await?;
    Ok(keys.into_iter().flatten().collect())
}

/// Which of these keys belong to a picture.
pub async fn known_keys(c: &impl Conn, keys: &[String]) -> Result<Vec<String>> {
    let known = Entity::find().select_only().column(C::StorageKey);
    let known = known.filter(C::StorageKey.is_in(keys)).into_tuple::<Option<String>>();
    Ok(known.all(c.raw()).await?.into_iter().flatten().collect())
}
