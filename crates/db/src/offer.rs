//! What is sold: offers, plans, purchases and what is owned.

use crate::entity::{offer, ownership, plan, purchase};
use crate::{Conn, Result, Tx, row, rows};
use sea_orm::sea_query::{DynIden, Expr, IntoIden, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};
use yingku_core::id::{AccountId, OfferId};
use yingku_core::purchase::OfferKind;

/// The offer of a subject; made where there is none yet.
pub async fn get_or_insert(tx: &Tx, kind: OfferKind, subject_id: i64) -> Result<OfferId> {
    if let Some(id) = find(tx, kind, subject_id).await? {
        return Ok(id);
    }
    let offer = offer::Model { id: OfferId(0), kind, subject_id };
    row::insert_numbered(tx, offer, offer::Column::Id).await
}

/// Number of the offer of a subject.
pub async fn find(c: &impl Conn, kind: OfferKind, subject_id: i64) -> Result<Option<OfferId>> {
    let found = offer::Entity::find()
        .filter(offer::Column::Kind.eq(kind))
        .filter(offer::Column::SubjectId.eq(subject_id))
        .one(c.raw())
        .await?;
    Ok(found.map(|offer| offer.id))
}

/// The offers with these numbers.
pub async fn find_many(c: &impl Conn, ids: &[OfferId]) -> Result<Vec<rows::Offer>> {
    let many = offer::Entity::find().filter(offer::Column::Id.is_in(ids.iter().copied()));
    Ok(many.all(c.raw()).await?)
}

/// The plan with that code.
pub async fn find_plan(c: &impl Conn, code: &str) -> Result<Option<rows::Plan>> {
    Ok(plan::Entity::find().filter(plan::Column::Code.eq(code)).one(c.raw()).await?)
}

/// The plan with that code, which nobody changes until the transaction ends.
pub async fn hold_plan(tx: &Tx, code: &str) -> Result<Option<rows::Plan>> {
    let by_code = plan::Entity::find().filter(plan::Column::Code.eq(code));
    Ok(by_code.lock_shared().one(tx.raw()).await?)
}

/// The plan with that number.
pub async fn find_plan_by_id(c: &impl Conn, id: i64) -> Result<Option<rows::Plan>> {
    Ok(plan::Entity::find_by_id(id).one(c.raw()).await?)
}

/// Plans by number, at most 100: there are only ever a few.
pub async fn list_plans(c: &impl Conn) -> Result<Vec<rows::Plan>> {
    Ok(plan::Entity::find().order_by_asc(plan::Column::Id).limit(100).all(c.raw()).await?)
}

/// Inserts a plan, or replaces the one with its number; answers the number.
pub async fn put_plan(tx: &Tx, plan: rows::Plan) -> Result<i64> {
    if plan.id == 0 {
        return row::insert_numbered(tx, plan, plan::Column::Id).await;
    }
    let id = plan.id;
    let mut active = plan.into_active_model().reset_all();
    active.id = sea_orm::ActiveValue::Unchanged(id);
    plan::Entity::update(active).exec(tx.raw()).await?;
    Ok(id)
}

/// Inserts a purchase; it goes by the number of the entry that paid it.
pub async fn insert_purchase(tx: &Tx, purchase: rows::Purchase) -> Result<()> {
    row::insert(tx, purchase).await
}

/// Gives what was bought to its buyer for good.
pub async fn insert_ownership(
    tx: &Tx,
    account_id: AccountId,
    offer_id: OfferId,
    purchase_id: i64,
) -> Result<()> {
    row::insert(tx, ownership::Model { account_id, offer_id, purchase_id }).await
}

/// Whether the account owns what that offer sells.
pub async fn owns(c: &impl Conn, account_id: AccountId, offer_id: OfferId) -> Result<bool> {
    let found = ownership::Entity::find_by_id((account_id, offer_id)).one(c.raw()).await?;
    Ok(found.is_some())
}

/// The purchase that an entry paid.
pub async fn purchase_by_entry(c: &impl Conn, entry_id: i64) -> Result<Option<rows::Purchase>> {
    let by_entry = purchase::Entity::find().filter(purchase::Column::EntryId.eq(entry_id));
    Ok(by_entry.one(c.raw()).await?)
}

/// Notes that a purchase was refunded; what it gave is taken back.
pub async fn refund_purchase(tx: &Tx, purchase: &rows::Purchase, now: i64) -> Result<()> {
    purchase::Entity::update_many()
        .col_expr(purchase::Column::RefundedAtMs, Expr::value(now))
        .filter(purchase::Column::Id.eq(purchase.id))
        .exec(tx.raw())
        .await?;
    ownership::Entity::delete_by_id((purchase.account_id, purchase.offer_id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Purchases of plans by an account that were not refunded, oldest first.
pub async fn plan_purchases(c: &impl Conn, account_id: AccountId) -> Result<Vec<rows::Purchase>> {
    plan_purchases_of(c, &[account_id]).await
}

/// Purchases of plans by these accounts that were not refunded, oldest first.
pub async fn plan_purchases_of(
    c: &impl Conn,
    account_ids: &[AccountId],
) -> Result<Vec<rows::Purchase>> {
    let plans = Query::select()
        .column(offer::Column::Id)
        .from(offer::Entity)
        .and_where(offer::Column::Kind.eq(OfferKind::Plan))
        .to_owned();
    let query = purchase::Entity::find()
        .filter(purchase::Column::AccountId.is_in(account_ids.iter().copied()))
        .filter(purchase::Column::RefundedAtMs.is_null())
        .filter(purchase::Column::OfferId.in_subquery(plans))
        .order_by_asc(purchase::Column::Id);
    Ok(query.all(c.raw()).await?)
}

/// Offers whose subject is not there, at most so many.
pub async fn list_without_subject(c: &impl Conn, limit: u64) -> Result<Vec<OfferId>> {
    let of = |kind: OfferKind, ids: SelectStatement| {
        Condition::all()
            .add(offer::Column::Kind.eq(kind))
            .add(offer::Column::SubjectId.in_subquery(ids))
    };
    let ids = |table: DynIden| Query::select().column("id").from(table).to_owned();
    let there = Condition::any()
        .add(of(OfferKind::Video, ids("video".into_iden())))
        .add(of(OfferKind::Plan, ids("plan".into_iden())));
    let query = offer::Entity::find()
        .select_only()
        .column(offer::Column::Id)
        .filter(there.not())
        .limit(limit);
    Ok(query.into_tuple().all(c.raw()).await?)
}

/// What an account owns, last bought first.
pub async fn list_owned(
    c: &impl Conn,
    account_id: AccountId,
    before_id: Option<i64>,
    limit: u64,
) -> Result<Vec<rows::Purchase>> {
    let mine = Query::select()
        .column(ownership::Column::PurchaseId)
        .from(ownership::Entity)
        .and_where(ownership::Column::AccountId.eq(account_id))
        .to_owned();
    let mut query = purchase::Entity::find()
        .filter(purchase::Column::AccountId.eq(account_id))
        .filter(purchase::Column::Id.in_subquery(mine))
        .order_by_desc(purchase::Column::Id)
        .limit(limit);
    if let Some(id) = before_id {
        query = query.filter(purchase::Column::Id.lt(id));
    }
    Ok(query.all(c.raw()).await?)
}
