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

/// Candidates for a content's poster, frames and covers, in their order.
pub async fn list_posters(c: &impl Conn, blob_id: BlobId) -> Result<Vec<rows::Picture>> {
    let kinds = [PictureKind::Frame, PictureKind::Cover];
    let mine = Entity::find().filter(C::BlobId.eq(blob_id)).filter(C::Kind.is_in(kinds));
    Ok(mine.order_by_asc(C::Place).all(c.raw()).await?)
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

/// Whether anything was taken out of that content, be it that nothing could be.
pub async fn has_any(c: &impl Conn, blob_id: BlobId) -> Result<bool> {
    let any = Entity::find().select_only().column(C::Name).filter(C::BlobId.eq(blob_id));
    let any = any.filter(C::Kind.ne(PictureKind::Cover));
    Ok(any.into_tuple::<String>().one(c.raw()).await?.is_some())
}

/// Contents with pictures of which none was taken yet: the next after that number, so many.
pub async fn list_to_take(c: &impl Conn, after: BlobId, limit: u64) -> Result<Vec<BlobId>> {
    let pictured = Query::select()
        .column(C::BlobId)
        .from(Entity)
        .and_where(C::Kind.ne(PictureKind::Cover))
        .to_owned();
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

/// Writes down the pictures that were taken out of a content in place of those before; answers the keys of
/// their files. Covers stay, before all frames.
pub async fn put_all(
    tx: &Tx,
    blob_id: BlobId,
    pictures: Vec<rows::Picture>,
) -> Result<Vec<String>> {
    let mine = C::BlobId.eq(blob_id).and(C::Kind.ne(PictureKind::Cover));
    let before = delete_those(tx, mine).await?;
    let covers = list(tx, blob_id, PictureKind::Cover).await?.len() as i64;
    for mut picture in pictures {
        if picture.kind == PictureKind::Frame {
            picture.place += covers;
        }
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
    delete_those(tx, C::BlobId.eq(blob_id)).await
}

/// Writes a picture down.
pub async fn insert(tx: &Tx, picture: rows::Picture) -> Result<()> {
    row::insert(tx, picture).await
}

/// Forgets one picture.
pub async fn delete(tx: &Tx, name: &str) -> Result<()> {
    Entity::delete_by_id(name).exec(tx.raw()).await?;
    Ok(())
}

async fn delete_those(tx: &Tx, those: Expr) -> Result<Vec<String>> {
    let keys = Entity::find().select_only().column(C::StorageKey).filter(those.clone());
    let keys: Vec<Option<String>> = keys.into_tuple().all(tx.raw()).await?;
    Entity::delete_many().filter(those).exec(tx.raw()).await?;
    Ok(keys.into_iter().flatten().collect())
}

/// Which of these keys belong to a picture.
pub async fn known_keys(c: &impl Conn, keys: &[String]) -> Result<Vec<String>> {
    let known = Entity::find().select_only().column(C::StorageKey);
    let known = known.filter(C::StorageKey.is_in(keys)).into_tuple::<Option<String>>();
    Ok(known.all(c.raw()).await?.into_iter().flatten().collect())
}
