//! Lists of videos that accounts keep for themselves.

use crate::entity::saved::{Column as C, Entity};
use crate::{Conn, Result, Tx, row, rows};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use yingku_core::id::{AccountId, VideoId};
use yingku_core::saved::SavedList;

/// In which lists of an account these videos are.
pub async fn find_many(
    c: &impl Conn,
    account_id: AccountId,
    video_ids: &[VideoId],
) -> Result<Vec<rows::Saved>> {
    let mine = Entity::find().filter(C::AccountId.eq(account_id));
    Ok(mine.filter(C::VideoId.is_in(video_ids.iter().copied())).all(c.raw()).await?)
}

/// A list of an account, last saved first: those before a moment and a video.
pub async fn list(
    c: &impl Conn,
    account_id: AccountId,
    list: SavedList,
    before: Option<(i64, i64)>,
    limit: u64,
) -> Result<Vec<rows::Saved>> {
    let mine = Entity::find().filter(C::AccountId.eq(account_id)).filter(C::List.eq(list));
    let before = before.unwrap_or((i64::MAX, i64::MAX));
    Ok(row::before(mine, C::SavedAtMs, C::VideoId, before).limit(limit).all(c.raw()).await?)
}

/// How many videos are in a list of an account.
pub async fn count(c: &impl Conn, account_id: AccountId, list: SavedList) -> Result<u64> {
    let mine = Entity::find().filter(C::AccountId.eq(account_id)).filter(C::List.eq(list));
    Ok(mine.count(c.raw()).await?)
}

/// Puts a video into a list, at its head; one that is there already moves there.
pub async fn put(tx: &Tx, saved: rows::Saved) -> Result<()> {
    delete(tx, saved.account_id, saved.list, saved.video_id).await?;
    row::insert(tx, saved).await
}

/// Takes a video out of a list.
pub async fn delete(
    tx: &Tx,
    account_id: AccountId,
    list: SavedList,
    video_id: VideoId,
) -> Result<()> {
    let mine = Entity::delete_many().filter(C::AccountId.eq(account_id)).filter(C::List.eq(list));
    mine.filter(C::VideoId.eq(video_id)).exec(tx.raw()).await?;
    Ok(())
}
