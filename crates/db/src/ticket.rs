//! Tickets: the right to fetch a video once, and the record of it.

use crate::entity::ticket::{Column as C, Entity};
use crate::entity::video;
use crate::{Conn, RecordFilter, Result, Tx, row, rows};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect};
use yingku_core::download::Basis;
use yingku_core::id::{AccountId, TicketId, VideoId};

/// Inserts a ticket and answers its number. A second live one is a conflict.
pub async fn insert(tx: &Tx, ticket: rows::Ticket) -> Result<TicketId> {
    row::insert_numbered(tx, ticket, C::Id).await
}

/// The ticket with that number.
pub async fn find(c: &impl Conn, id: TicketId) -> Result<Option<rows::Ticket>> {
    Ok(Entity::find_by_id(id).one(c.raw()).await?)
}

/// The ticket with that number, its row locked until the transaction ends.
pub async fn lock(tx: &Tx, id: TicketId) -> Result<Option<rows::Ticket>> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(tx.raw()).await?)
}

/// The ticket with that live key, its row locked until the transaction ends.
pub async fn lock_live(tx: &Tx, live_key: &str) -> Result<Option<rows::Ticket>> {
    Ok(Entity::find().filter(C::LiveKey.eq(live_key)).lock_exclusive().one(tx.raw()).await?)
}

/// Number of the newest ticket of an account for a video.
pub async fn newest(
    c: &impl Conn,
    account_id: AccountId,
    video_id: VideoId,
) -> Result<Option<i64>> {
    let query = Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::AccountId.eq(account_id))
        .filter(C::VideoId.eq(video_id))
        .order_by_desc(C::Id)
        .limit(1);
    Ok(query.into_tuple().one(c.raw()).await?)
}

/// Whether the wait of some ticket of an account for a video is over.
pub async fn has_waited(
    c: &impl Conn,
    account_id: AccountId,
    video_id: VideoId,
    now: i64,
) -> Result<bool> {
    let query = Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::AccountId.eq(account_id))
        .filter(C::VideoId.eq(video_id))
        .filter(C::AvailableAtMs.lte(now))
        .limit(1);
    Ok(query.into_tuple::<i64>().one(c.raw()).await?.is_some())
}

/// Ends the life of a ticket: the next request makes a new one.
pub async fn retire(tx: &Tx, id: TicketId) -> Result<()> {
    Entity::update_many()
        .col_expr(C::LiveKey, Expr::value(None::<String>))
        .filter(C::Id.eq(id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Ends the wait of every live ticket of an account.
pub async fn release_waiting(tx: &Tx, account_id: AccountId, now: i64) -> Result<()> {
    Entity::update_many()
        .col_expr(C::AvailableAtMs, Expr::value(now))
        .filter(C::AccountId.eq(account_id))
        .filter(C::LiveKey.is_not_null())
        .filter(C::AvailableAtMs.gt(now))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Changes a live ticket to another basis, with the wait and the payment that go with it.
pub async fn change_basis(
    tx: &Tx,
    id: TicketId,
    basis: Basis,
    available_at_ms: i64,
    price_paid_minor: i64,
) -> Result<()> {
    Entity::update_many()
        .col_expr(C::Basis, Expr::value(basis))
        .col_expr(C::AvailableAtMs, Expr::value(available_at_ms))
        .col_expr(C::PricePaidMinor, Expr::col(C::PricePaidMinor).add(price_paid_minor))
        .filter(C::Id.eq(id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Writes down what was sent of a locked ticket.
pub async fn update_sent(tx: &Tx, ticket: &rows::Ticket) -> Result<()> {
    Entity::update_many()
        .col_expr(C::StartedAtMs, Expr::value(ticket.started_at_ms))
        .col_expr(C::CompletedAtMs, Expr::value(ticket.completed_at_ms))
        .col_expr(C::BytesSent, Expr::value(ticket.bytes_sent))
        .col_expr(C::Coverage, Expr::value(ticket.coverage.clone()))
        .col_expr(C::LiveKey, Expr::value(ticket.live_key.clone()))
        .filter(C::Id.eq(ticket.id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Names of the files that an account has downloaded at least a part of, newest first.
pub async fn list_downloaded_names(
    c: &impl Conn,
    account_id: AccountId,
    limit: u64,
) -> Result<Vec<String>> {
    let query = Entity::find()
        .select_only()
        .column_as(video::Column::FileName, "file_name")
        .join(JoinType::InnerJoin, video_of_ticket())
        .filter(C::AccountId.eq(account_id))
        .filter(C::StartedAtMs.is_not_null())
        .order_by_desc(C::Id)
        .limit(limit);
    Ok(query.into_tuple().all(c.raw()).await?)
}

fn video_of_ticket() -> sea_orm::RelationDef {
    Entity::belongs_to(video::Entity).from(C::VideoId).to(video::Column::Id).into()
}

/// Records of an account, newest first by moment and number: those before a moment, or at
/// it and before a number.
pub async fn list_before(
    c: &impl Conn,
    account_id: AccountId,
    before: (i64, i64),
    limit: u64,
) -> Result<Vec<rows::Ticket>> {
    let query = Entity::find().filter(C::AccountId.eq(account_id));
    Ok(row::before(query, C::CreatedAtMs, C::Id, before).limit(limit).all(c.raw()).await?)
}

/// Records that match, newest first.
pub async fn list(c: &impl Conn, filter: &RecordFilter) -> Result<Vec<rows::Ticket>> {
    let columns = (C::Id, C::AccountId, C::VideoId);
    Ok(row::records(Entity::find(), columns, filter).all(c.raw()).await?)
}
