//! Subtitles of contents.

use crate::entity::subtitle::{Column as C, Entity};
use crate::entity::{blob, film};
use crate::{Conn, Result, Tx, row, rows};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use sea_orm::{FromQueryResult, PaginatorTrait, QueryOrder, QuerySelect};
use yingku_core::id::{BlobId, SubtitleId};
use yingku_core::subtitle::{SubtitleFormat, SubtitleOrigin, TextEncoding};

/// What is known of subtitles without their text.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Known {
    /// Their number.
    pub id: SubtitleId,
    /// The content that they belong to.
    pub blob_id: BlobId,
    /// Where they come from.
    pub origin: SubtitleOrigin,
    /// Their language (BCP 47).
    pub language: String,
    /// What they are called beside their language; may be empty.
    pub label: String,
    /// How the file was written that was uploaded.
    pub format: Option<SubtitleFormat>,
    /// How its characters are read.
    pub encoding: Option<TextEncoding>,
    /// When they came, in milliseconds since the epoch.
    pub created_at_ms: i64,
}

/// A content's subtitles without their texts, in the order in which they came.
pub async fn list(c: &impl Conn, blob_id: BlobId) -> Result<Vec<Known>> {
    let mine = Entity::find()
        .select_only()
        .columns([C::Id, C::BlobId, C::Origin, C::Language, C::Label, C::Format, C::Encoding])
        .column(C::CreatedAtMs)
        .filter(C::BlobId.eq(blob_id))
        .filter(C::Origin.ne(SubtitleOrigin::Nothing));
    Ok(mine.order_by_asc(C::Id).into_model().all(c.raw()).await?)
}

/// The subtitles with that number, text and all.
pub async fn find(c: &impl Conn, id: SubtitleId) -> Result<Option<rows::Subtitle>> {
    let found = Entity::find_by_id(id).filter(C::Origin.ne(SubtitleOrigin::Nothing));
    Ok(found.one(c.raw()).await?)
}

/// How many a content has.
pub async fn count(c: &impl Conn, blob_id: BlobId) -> Result<u64> {
    Ok(Entity::find().filter(C::BlobId.eq(blob_id)).count(c.raw()).await?)
}

/// Writes subtitles down; answers their number.
pub async fn insert(tx: &Tx, subtitle: rows::Subtitle) -> Result<SubtitleId> {
    row::insert_numbered(tx, subtitle, C::Id).await
}

/// Writes subtitles down in place of what was known of them.
pub async fn update(tx: &Tx, subtitle: rows::Subtitle) -> Result<()> {
    subtitle.into_active_model().reset_all().update(tx.raw()).await?;
    Ok(())
}

/// Writes down that there is nothing more in the file of a content.
pub async fn put_nothing(tx: &Tx, blob_id: BlobId, now: i64) -> Result<()> {
    let row = rows::Subtitle {
        id: SubtitleId(0),
        blob_id,
        origin: SubtitleOrigin::Nothing,
        language: String::new(),
        label: String::new(),
        format: None,
        encoding: None,
        source: None,
        text: String::new(),
        created_at_ms: now,
    };
    insert(tx, row).await.map(drop)
}

/// Forgets subtitles.
pub async fn delete(tx: &Tx, id: SubtitleId) -> Result<()> {
    Entity::delete_by_id(id).exec(tx.raw()).await?;
    Ok(())
}

/// Forgets those of a content.
pub async fn delete_of(tx: &Tx, blob_id: BlobId) -> Result<()> {
    Entity::delete_many().filter(C::BlobId.eq(blob_id)).exec(tx.raw()).await?;
    Ok(())
}

/// Forgets what was taken out of the file of a content.
pub async fn delete_embedded(tx: &Tx, blob_id: BlobId) -> Result<()> {
    let embedded = Entity::delete_many().filter(C::BlobId.eq(blob_id));
    embedded.filter(C::Origin.ne(SubtitleOrigin::Uploaded)).exec(tx.raw()).await?;
    Ok(())
}

/// Contents with subtitles in their files that were not taken out yet: the next after that number,
/// so many.
pub async fn list_to_take(c: &impl Conn, after: BlobId, limit: u64) -> Result<Vec<BlobId>> {
    let taken = Query::select()
        .column(C::BlobId)
        .from(Entity)
        .and_where(C::Origin.ne(SubtitleOrigin::Uploaded))
        .to_owned();
    let planned = Query::select().column(film::Column::BlobId).from(film::Entity).to_owned();
    let ids = blob::Entity::find()
        .select_only()
        .column(blob::Column::Id)
        .filter(blob::Column::Id.gt(after))
        .filter(blob::Column::Streams.contains(r#""subtitle""#))
        .filter(Expr::col(blob::Column::Id).not_in_subquery(taken))
        .filter(Expr::col(blob::Column::Id).in_subquery(planned))
        .order_by_asc(blob::Column::Id)
        .limit(limit);
    Ok(ids.into_tuple().all(c.raw()).await?)
}

/// Whether it is known what subtitles are in the file of a content.
pub async fn is_taken(c: &impl Conn, blob_id: BlobId) -> Result<bool> {
    let taken = Entity::find().filter(C::BlobId.eq(blob_id));
    Ok(taken.filter(C::Origin.ne(SubtitleOrigin::Uploaded)).count(c.raw()).await? > 0)
}
