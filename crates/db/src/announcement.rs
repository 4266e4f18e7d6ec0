//! Announcements, their history and who read them.

use crate::entity::{announcement, announcement_read, announcement_revision};
use crate::{Conn, Result, Tx, row, rows};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};
use yingku_core::id::AccountId;

/// Inserts an announcement and answers its number.
pub async fn insert(tx: &Tx, announcement: rows::Announcement) -> Result<i64> {
    row::insert_numbered(tx, announcement, announcement::Column::Id).await
}

/// The announcement with that number, in any state.
pub async fn find(c: &impl Conn, id: i64) -> Result<Option<rows::Announcement>> {
    Ok(announcement::Entity::find_by_id(id).one(c.raw()).await?)
}

/// Replaces an announcement.
pub async fn update(tx: &Tx, announcement: rows::Announcement) -> Result<()> {
    let id = announcement.id;
    let mut active = announcement.into_active_model().reset_all();
    active.id = sea_orm::ActiveValue::Unchanged(id);
    announcement::Entity::update(active).exec(tx.raw()).await?;
    Ok(())
}

/// Takes the pin from every announcement but that one.
pub async fn unpin_others(tx: &Tx, id: i64) -> Result<()> {
    use announcement::Column as C;
    announcement::Entity::update_many()
        .col_expr(C::Pinned, Expr::val(false))
        .filter(C::Pinned.eq(true))
        .filter(C::Id.ne(id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Announcements, last published first. Only those published by `now` and not withdrawn,
/// or all where `now` is `None`; only pinned ones on demand; `before` is the moment and number
/// of the last one seen.
pub async fn list(
    c: &impl Conn,
    now: Option<i64>,
    pinned: bool,
    before: Option<(i64, i64)>,
    limit: u64,
) -> Result<Vec<rows::Announcement>> {
    use announcement::Column as C;
    let mut query = announcement::Entity::find()
        .order_by_desc(C::PublishAtMs)
        .order_by_desc(C::Id)
        .limit(limit);
    if let Some(now) = now {
        query = query.filter(C::WithdrawnAtMs.is_null()).filter(C::PublishAtMs.lte(now));
    }
    if pinned {
        query = query.filter(C::Pinned.eq(true));
    }
    if let Some((publish_at_ms, id)) = before {
        query = query
            .filter(C::PublishAtMs.lte(publish_at_ms))
            .filter(Condition::any().add(C::PublishAtMs.lt(publish_at_ms)).add(C::Id.lt(id)));
    }
    Ok(query.all(c.raw()).await?)
}

/// Keeps an earlier text.
pub async fn insert_revision(tx: &Tx, revision: rows::AnnouncementRevision) -> Result<()> {
    row::insert_numbered(tx, revision, announcement_revision::Column::Id).await?;
    Ok(())
}

/// Earlier texts, newest first.
pub async fn list_revisions(
    c: &impl Conn,
    announcement_id: i64,
    before_id: Option<i64>,
    limit: u64,
) -> Result<Vec<rows::AnnouncementRevision>> {
    use announcement_revision::Column as C;
    let mut query = announcement_revision::Entity::find()
        .filter(C::AnnouncementId.eq(announcement_id))
        .order_by_desc(C::Id)
        .limit(limit);
    if let Some(id) = before_id {
        query = query.filter(C::Id.lt(id));
    }
    Ok(query.all(c.raw()).await?)
}

/// Which of these announcements the account has read.
pub async fn read(c: &impl Conn, account_id: AccountId, ids: &[i64]) -> Result<Vec<i64>> {
    use announcement_read::Column as C;
    let query = announcement_read::Entity::find()
        .select_only()
        .column(C::AnnouncementId)
        .filter(C::AccountId.eq(account_id))
        .filter(C::AnnouncementId.is_in(ids.iter().copied()));
    Ok(query.into_tuple().all(c.raw()).await?)
}

/// Marks an announcement as read; again changes nothing.
pub async fn mark_read(
    tx: &Tx,
    account_id: AccountId,
    announcement_id: i64,
    now: i64,
) -> Result<()> {
    if read(tx, account_id, &[announcement_id]).await?.is_empty() {
        let mark = announcement_read::Model { account_id, announcement_id, read_at_ms: now };
        row::insert(tx, mark).await?;
    }
    Ok(())
}

/// Published announcements that the account has not read, at most 100 numbers.
pub async fn unread(c: &impl Conn, account_id: AccountId, now: i64) -> Result<Vec<i64>> {
    use announcement::Column as C;
    let mark = Query::select()
        .expr(Expr::val(1))
        .from(announcement_read::Entity)
        .and_where(
            Expr::col((announcement_read::Entity, announcement_read::Column::AnnouncementId))
                .equals((announcement::Entity, C::Id)),
        )
        .and_where(announcement_read::Column::AccountId.eq(account_id))
        .to_owned();
    let query = announcement::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::WithdrawnAtMs.is_null())
        .filter(C::PublishAtMs.lte(now))
        .filter(Expr::exists(mark).not())
        .order_by_desc(C::PublishAtMs)
        .limit(100);
    Ok(query.into_tuple().all(c.raw()).await?)
}

/// The announcement with that number, its row locked until the transaction ends.
pub async fn lock(tx: &Tx, id: i64) -> Result<Option<rows::Announcement>> {
    Ok(announcement::Entity::find_by_id(id).lock_exclusive().one(tx.raw()).await?)
}
