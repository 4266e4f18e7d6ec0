//! What the dashboard counts: sums over all there is, and sums over time, each by an index.

use crate::entity::{account, blob, purchase, ticket, video, wallet};
use crate::{Conn, Result};
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    QueryTrait, Select,
};
use std::ops::Range;
use yingku_core::video::State;

/// Sums over time are by quarters of an hour: every zone's days begin at one of them.
const QUARTER_MS: i64 = 15 * 60 * 1_000;

/// What fell into a quarter of an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quarter {
    /// When it began.
    pub at_ms: i64,
    /// How many rows.
    pub count: i64,
    /// The sum over them, where there is something to sum.
    pub sum: i64,
}

/// What there is now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Accounts.
    pub accounts: i64,
    /// Those with a membership.
    pub members: i64,
    /// Visible videos.
    pub videos: i64,
    /// Videos in the trash.
    pub trashed_videos: i64,
    /// Content that is kept, in bytes.
    pub stored_bytes: i64,
    /// All that was sold and not refunded.
    pub sales_minor: i64,
    /// What is in all wallets.
    pub wallets_minor: i64,
    /// Tickets whose wait is not over.
    pub waiting_downloads: i64,
}

/// New accounts.
pub async fn new_accounts(c: &impl Conn, during: Range<i64>) -> Result<Vec<Quarter>> {
    quarters(c, account::Entity::find(), account::Column::CreatedAtMs, None, during).await
}

/// Purchases and their prices.
pub async fn purchases(c: &impl Conn, during: Range<i64>) -> Result<Vec<Quarter>> {
    let price = Some(purchase::Column::PriceMinor);
    quarters(c, purchase::Entity::find(), purchase::Column::CreatedAtMs, price, during).await
}

/// Purchases by the moment of their refund, and their prices.
pub async fn refunds(c: &impl Conn, during: Range<i64>) -> Result<Vec<Quarter>> {
    let price = Some(purchase::Column::PriceMinor);
    quarters(c, purchase::Entity::find(), purchase::Column::RefundedAtMs, price, during).await
}

/// Downloads by the moment of their first byte.
pub async fn downloads(c: &impl Conn, during: Range<i64>) -> Result<Vec<Quarter>> {
    quarters(c, ticket::Entity::find(), ticket::Column::StartedAtMs, None, during).await
}

/// Content that is still kept, by the moment it came, and its bytes.
pub async fn contents(c: &impl Conn, during: Range<i64>) -> Result<Vec<Quarter>> {
    let size = Some(blob::Column::SizeBytes);
    quarters(c, blob::Entity::find(), blob::Column::CreatedAtMs, size, during).await
}

/// Bytes of the content that came before then and is still kept.
pub async fn stored_before(c: &impl Conn, before: i64) -> Result<i64> {
    let older = blob::Entity::find().filter(blob::Column::CreatedAtMs.lt(before));
    sum(c, older, blob::Column::SizeBytes).await
}

/// What there is at a moment. Reads an entry of an index for each thing that it counts.
pub async fn totals(c: &impl Conn, now: i64) -> Result<Totals> {
    let member = Condition::any()
        .add(account::Column::MembershipLifetime.eq(true))
        .add(account::Column::MembershipUntilMs.gt(now));
    let videos = |state: State| video::Entity::find().filter(video::Column::State.eq(state));
    let waiting = ticket::Entity::find()
        .filter(ticket::Column::AvailableAtMs.gt(now))
        .filter(ticket::Column::LiveKey.is_not_null());
    let kept = purchase::Entity::find().filter(purchase::Column::RefundedAtMs.is_null());
    Ok(Totals {
        accounts: count(c, account::Entity::find()).await?,
        members: count(c, account::Entity::find().filter(member)).await?,
        videos: count(c, videos(State::Visible)).await?,
        trashed_videos: count(c, videos(State::Trashed)).await?,
        stored_bytes: sum(c, blob::Entity::find(), blob::Column::SizeBytes).await?,
        sales_minor: sum(c, kept, purchase::Column::PriceMinor).await?,
        wallets_minor: sum(c, wallet::Entity::find(), wallet::Column::BalanceMinor).await?,
        waiting_downloads: count(c, waiting).await?,
    })
}

async fn count<E>(c: &impl Conn, query: Select<E>) -> Result<i64>
where
    E: EntityTrait,
    E::Model: Send + Sync,
{
    Ok(i64::try_from(query.count(c.raw()).await?).unwrap_or(i64::MAX))
}

/// MariaDB sums into a decimal, SQLite into a whole number: both are made the latter.
fn whole_sum(of: impl ColumnTrait) -> Expr {
    of.sum().if_null(0).cast_as("SIGNED")
}

async fn sum<E: EntityTrait>(c: &impl Conn, query: Select<E>, of: E::Column) -> Result<i64> {
    let query = query.select_only().expr_as(whole_sum(of), "total");
    Ok(query.into_tuple().one(c.raw()).await?.unwrap_or_default())
}

async fn quarters<E: EntityTrait>(
    c: &impl Conn,
    rows: Select<E>,
    at: E::Column,
    of: Option<E::Column>,
    during: Range<i64>,
) -> Result<Vec<Quarter>> {
    let moment = || Expr::col(at);
    let mut query: SelectStatement = rows
        .select_only()
        .expr_as(moment().sub(moment().modulo(QUARTER_MS)), "quarter_at_ms")
        .expr_as(Expr::cust("COUNT(*)"), "quarter_count")
        .filter(at.gte(during.start))
        .filter(at.lt(during.end))
        .into_query();
    let sum = of.map_or_else(|| Expr::val(0_i64), whole_sum);
    query.expr_as(sum, "quarter_sum").group_by_col("quarter_at_ms");
    let rows = c.raw().query_all(&query).await?;
    let quarter = |row: &sea_orm::QueryResult| {
        Ok(Quarter {
            at_ms: row.try_get("", "quarter_at_ms")?,
            count: row.try_get("", "quarter_count")?,
            sum: row.try_get("", "quarter_sum")?,
        })
    };
    rows.iter().map(quarter).collect()
}
