//! Uploads that come in several requests.

use crate::entity::upload;
use crate::{Conn, Result, Tx, row, rows};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use yingku_core::id::{AccountId, VideoId};
use yingku_core::upload::{UploadKind, UploadState};

/// Inserts an upload and answers its number.
pub async fn insert(tx: &Tx, upload: rows::Upload) -> Result<i64> {
    row::insert_numbered(tx, upload, upload::Column::Id).await
}

/// The upload with that name.
pub async fn find(c: &impl Conn, name: &str) -> Result<Option<rows::Upload>> {
    Ok(upload::Entity::find().filter(upload::Column::Name.eq(name)).one(c.raw()).await?)
}

/// Notes how far an open upload is on the disk; answers whether it still was where it was.
pub async fn save(tx: &Tx, was: i64, now: &rows::Upload) -> Result<bool> {
    let done = upload::Entity::update_many()
        .col_expr(upload::Column::OffsetBytes, Expr::value(now.offset_bytes))
        .col_expr(upload::Column::LengthBytes, Expr::value(now.length_bytes))
        .col_expr(upload::Column::HashState, Expr::value(now.hash_state.clone()))
        .col_expr(upload::Column::UpdatedAtMs, Expr::value(now.updated_at_ms))
        .col_expr(upload::Column::ExpiresAtMs, Expr::value(now.expires_at_ms))
        .filter(upload::Column::Id.eq(now.id))
        .filter(upload::Column::State.eq(UploadState::Open))
        .filter(upload::Column::OffsetBytes.eq(was))
        .exec(tx.raw())
        .await?;
    Ok(done.rows_affected > 0)
}

/// What became of an upload.
#[derive(Clone, Copy, Debug)]
pub struct End<'a> {
    /// Its state from now on.
    pub state: UploadState,
    /// Why it was refused.
    pub code: Option<&'a str>,
    /// The video that has its content.
    pub video_id: Option<VideoId>,
    /// When.
    pub at: i64,
}

/// Ends an open upload; answers whether it was open.
pub async fn end(tx: &Tx, id: i64, end: End<'_>) -> Result<bool> {
    let done = upload::Entity::update_many()
        .col_expr(upload::Column::State, Expr::value(end.state))
        .col_expr(upload::Column::Code, Expr::value(end.code))
        .col_expr(upload::Column::VideoId, Expr::value(end.video_id))
        .col_expr(upload::Column::HashState, Expr::value(""))
        .col_expr(upload::Column::UpdatedAtMs, Expr::value(end.at))
        .filter(upload::Column::Id.eq(id))
        .filter(upload::Column::State.eq(UploadState::Open))
        .exec(tx.raw())
        .await?;
    Ok(done.rows_affected > 0)
}

/// Marks an upload that became something as ended: what it became stays.
pub async fn forget(tx: &Tx, id: i64, at: i64) -> Result<()> {
    upload::Entity::update_many()
        .col_expr(upload::Column::State, Expr::value(UploadState::Ended))
        .col_expr(upload::Column::UpdatedAtMs, Expr::value(at))
        .filter(upload::Column::Id.eq(id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Open uploads, newest first.
pub async fn list_open(
    c: &impl Conn,
    before_id: Option<i64>,
    limit: u64,
) -> Result<Vec<rows::Upload>> {
    let mut query = upload::Entity::find()
        .filter(upload::Column::State.eq(UploadState::Open))
        .order_by_desc(upload::Column::Id)
        .limit(limit);
    if let Some(id) = before_id {
        query = query.filter(upload::Column::Id.lt(id));
    }
    Ok(query.all(c.raw()).await?)
}

/// How many uploads an account has open.
pub async fn count_open(c: &impl Conn, account_id: Option<AccountId>) -> Result<u64> {
    let query = upload::Entity::find().filter(upload::Column::State.eq(UploadState::Open));
    let query = match account_id {
        Some(id) => query.filter(upload::Column::AccountId.eq(id)),
        None => query.filter(upload::Column::AccountId.is_null()),
    };
    Ok(query.count(c.raw()).await?)
}

/// Bytes that open uploads which were written to since `since` still want to send; one whose
/// size is not known yet counts with `unknown`.
pub async fn bytes_to_come(c: &impl Conn, since: i64, unknown: i64) -> Result<i64> {
    let left = Expr::col(upload::Column::LengthBytes)
        .sub(Expr::col(upload::Column::OffsetBytes))
        .if_null(unknown);
    let query = upload::Entity::find()
        .select_only()
        .expr_as(left.sum().if_null(0).cast_as("SIGNED"), "left_bytes")
        .filter(upload::Column::State.eq(UploadState::Open))
        .filter(upload::Column::UpdatedAtMs.gte(since));
    let sum: Option<i64> = query.into_tuple().one(c.raw()).await?;
    Ok(sum.unwrap_or(0))
}

/// Open uploads that have expired, at most 100.
pub async fn list_expired(c: &impl Conn, now: i64) -> Result<Vec<rows::Upload>> {
    let query = upload::Entity::find()
        .filter(upload::Column::State.eq(UploadState::Open))
        .filter(upload::Column::ExpiresAtMs.lte(now))
        .limit(100);
    Ok(query.all(c.raw()).await?)
}

/// Open uploads that have all their bytes, or are to be put together of parts, not touched
/// since `before`; at most 100.
pub async fn list_unfinished(c: &impl Conn, before: i64) -> Result<Vec<rows::Upload>> {
    let has_all = Expr::col(upload::Column::LengthBytes).eq(Expr::col(upload::Column::OffsetBytes));
    let is_whole = Condition::all().add(upload::Column::Kind.eq(UploadKind::Whole)).add(has_all);
    let query = upload::Entity::find()
        .filter(upload::Column::State.eq(UploadState::Open))
        .filter(upload::Column::UpdatedAtMs.lt(before))
        .filter(Condition::any().add(is_whole).add(upload::Column::Kind.eq(UploadKind::Final)))
        .limit(100);
    Ok(query.all(c.raw()).await?)
}

/// Uploads of an account that are put together of others and were not ended, newest first, at
/// most 100.
pub async fn list_finals(
    c: &impl Conn,
    account_id: Option<AccountId>,
) -> Result<Vec<rows::Upload>> {
    let query = upload::Entity::find()
        .filter(upload::Column::Kind.eq(UploadKind::Final))
        .filter(upload::Column::State.ne(UploadState::Ended));
    let query = match account_id {
        Some(id) => query.filter(upload::Column::AccountId.eq(id)),
        None => query.filter(upload::Column::AccountId.is_null()),
    };
    Ok(query.order_by_desc(upload::Column::Id).limit(100).all(c.raw()).await?)
}

/// Of these names of files, those that belong to open uploads.
pub async fn known_files(c: &impl Conn, storage_names: &[String]) -> Result<Vec<String>> {
    let query = upload::Entity::find()
        .select_only()
        .column(upload::Column::StorageName)
        .filter(upload::Column::State.eq(UploadState::Open))
        .filter(upload::Column::StorageName.is_in(storage_names.iter().cloned()));
    Ok(query.into_tuple().all(c.raw()).await?)
}

/// Deletes the records of uploads that ended before `before`, at most 1,000.
pub async fn delete_old(tx: &Tx, before: i64) -> Result<u64> {
    let ids: Vec<i64> = upload::Entity::find()
        .select_only()
        .column(upload::Column::Id)
        .filter(upload::Column::State.ne(UploadState::Open))
        .filter(upload::Column::UpdatedAtMs.lt(before))
        .limit(1000)
        .into_tuple()
        .all(tx.raw())
        .await?;
    let done = upload::Entity::delete_many().filter(upload::Column::Id.is_in(ids)).exec(tx.raw());
    Ok(done.await?.rows_affected)
}
