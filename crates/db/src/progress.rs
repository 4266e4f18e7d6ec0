//! How far accounts have watched videos.

use crate::entity::progress::{Column as C, Entity};
use crate::{Conn, Result, Tx, row, rows};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use yingku_core::id::{AccountId, VideoId};

/// How far an account has watched these videos; those that it never began are left out.
pub async fn find_many(
    c: &impl Conn,
    account_id: AccountId,
    video_ids: &[VideoId],
) -> Result<Vec<rows::Progress>> {
    let mine = Entity::find().filter(C::AccountId.eq(account_id));
    Ok(mine.filter(C::VideoId.is_in(video_ids.iter().copied())).all(c.raw()).await?)
}

/// What an account watched, last watched first: those before a moment and a video. With
/// `is_unfinished` only what it did not watch to the end.
pub async fn list(
    c: &impl Conn,
    account_id: AccountId,
    is_unfinished: bool,
    before: Option<(i64, i64)>,
    limit: u64,
) -> Result<Vec<rows::Progress>> {
    let mut mine = Entity::find().filter(C::AccountId.eq(account_id));
    if is_unfinished {
        mine = mine.filter(C::IsDone.eq(false));
    }
    let before = before.unwrap_or((i64::MAX, i64::MAX));
    Ok(row::before(mine, C::WatchedAtMs, C::VideoId, before).limit(limit).all(c.raw()).await?)
}

/// Writes down how far an account has watched a video, in place of what was known.
pub async fn put(tx: &Tx, progress: rows::Progress) -> Result<()> {
    delete(tx, progress.account_id, Some(progress.video_id)).await?;
    row::insert(tx, progress).await
}

/// Forgets how far an account has watched a video, or all of them.
pub async fn delete(tx: &Tx, account_id: AccountId, video_id: Option<VideoId>) -> Result<()> {
    let mut mine = Entity::delete_many().filter(C::AccountId.eq(account_id));
    if let Some(video_id) = video_id {
        mine = mine.filter(C::VideoId.eq(video_id));
    }
    mine.exec(tx.raw()).await?;
    Ok(())
}
