//! Wallets, the journal and the answers kept for repeated money calls.

use crate::entity::{idempotency, journal_entry, ownership, posting, purchase, ticket, wallet};
use crate::{Conn, Result, Tx, row, rows};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::HashMap;
use yingku_core::id::{AccountId, OfferId, VideoId};
use yingku_core::purchase::OfferKind;

/// A wallet's side of an entry, with the entry.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Movement {
    /// Number of the entry.
    pub entry_id: i64,
    /// When.
    pub created_at_ms: i64,
    /// Kind of the entry.
    pub kind: String,
    /// The account that moved it; none for the operator and for the site itself.
    pub actor_id: Option<AccountId>,
    /// What was bought, or is refunded.
    pub offer_id: Option<OfferId>,
    /// Why.
    pub reason: String,
    /// The entry that this one reverses.
    pub reverses_id: Option<i64>,
    /// Change of the balance.
    pub amount_minor: i64,
    /// Balance afterwards.
    pub balance_minor: Option<i64>,
}

/// Inserts the wallet of a new account.
pub async fn insert_wallet(tx: &Tx, wallet: rows::Wallet) -> Result<()> {
    row::insert(tx, wallet).await
}

/// The wallet of an account.
pub async fn find_wallet(c: &impl Conn, account_id: AccountId) -> Result<Option<rows::Wallet>> {
    Ok(wallet::Entity::find_by_id(account_id).one(c.raw()).await?)
}

/// The wallet of an account, its row locked until the transaction ends.
pub async fn lock_wallet(tx: &Tx, account_id: AccountId) -> Result<Option<rows::Wallet>> {
    Ok(wallet::Entity::find_by_id(account_id).lock_exclusive().one(tx.raw()).await?)
}

/// Writes the new balance and head of a locked wallet.
pub async fn update_wallet(tx: &Tx, wallet: &rows::Wallet) -> Result<()> {
    use wallet::Column as C;
    wallet::Entity::update_many()
        .col_expr(C::BalanceMinor, Expr::value(wallet.balance_minor))
        .col_expr(C::Seq, Expr::value(wallet.seq))
        .col_expr(C::HeadHash, Expr::value(wallet.head_hash.clone()))
        .filter(C::AccountId.eq(wallet.account_id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Inserts an entry and answers its number.
pub async fn insert_entry(tx: &Tx, entry: rows::JournalEntry) -> Result<i64> {
    row::insert_numbered(tx, entry, journal_entry::Column::Id).await
}

/// Inserts one side of an entry.
pub async fn insert_posting(tx: &Tx, posting: rows::Posting) -> Result<()> {
    row::insert(tx, posting).await
}

/// The entry with that number.
pub async fn find_entry(c: &impl Conn, id: i64) -> Result<Option<rows::JournalEntry>> {
    Ok(journal_entry::Entity::find_by_id(id).one(c.raw()).await?)
}

/// Both sides of an entry.
pub async fn postings(c: &impl Conn, entry_id: i64) -> Result<Vec<rows::Posting>> {
    let of_entry = posting::Entity::find().filter(posting::Column::EntryId.eq(entry_id));
    Ok(of_entry.order_by_asc(posting::Column::Id).all(c.raw()).await?)
}

/// The entry that reverses another, by the number of the one reversed.
pub async fn reversals(c: &impl Conn, entry_ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    let query = journal_entry::Entity::find()
        .select_only()
        .columns([journal_entry::Column::ReversesId, journal_entry::Column::Id])
        .filter(journal_entry::Column::ReversesId.is_in(entry_ids.iter().copied()));
    Ok(query.into_tuple().all(c.raw()).await?)
}

/// Whether any money was ever moved.
pub async fn is_empty(c: &impl Conn) -> Result<bool> {
    Ok(journal_entry::Entity::find().limit(1).one(c.raw()).await?.is_none())
}

/// Movements of a wallet, newest first; `before_seq` is the place of the last one seen.
pub async fn list_movements(
    c: &impl Conn,
    account_id: AccountId,
    before_id: Option<i64>,
    limit: u64,
) -> Result<Vec<Movement>> {
    let mut entries = journal_entry::Entity::find()
        .filter(journal_entry::Column::AccountId.eq(account_id))
        .order_by_desc(journal_entry::Column::Id)
        .limit(limit);
    if let Some(id) = before_id {
        entries = entries.filter(journal_entry::Column::Id.lt(id));
    }
    movements(c, account_id, entries.all(c.raw()).await?).await
}

/// Movements of a wallet, newest first by moment and number: those before a moment, or at
/// it and before a number.
pub async fn list_movements_before(
    c: &impl Conn,
    account_id: AccountId,
    before: (i64, i64),
    limit: u64,
) -> Result<Vec<Movement>> {
    use journal_entry::Column as C;
    let query = journal_entry::Entity::find().filter(C::AccountId.eq(account_id));
    let entries = row::before(query, C::CreatedAtMs, C::Id, before).limit(limit);
    movements(c, account_id, entries.all(c.raw()).await?).await
}

/// A wallet's side of each of these entries.
async fn movements(
    c: &impl Conn,
    account_id: AccountId,
    entries: Vec<rows::JournalEntry>,
) -> Result<Vec<Movement>> {
    let sides = posting::Entity::find()
        .filter(posting::Column::EntryId.is_in(entries.iter().map(|entry| entry.id)))
        .filter(posting::Column::AccountId.eq(account_id))
        .all(c.raw())
        .await?;
    let movements = entries.into_iter().filter_map(|entry| {
        let side = sides.iter().find(|side| side.entry_id == entry.id)?;
        Some(Movement {
            entry_id: entry.id,
            created_at_ms: entry.created_at_ms,
            kind: entry.kind,
            actor_id: entry.actor_id,
            offer_id: entry.offer_id,
            reason: entry.reason,
            reverses_id: entry.reverses_id,
            amount_minor: side.amount_minor,
            balance_minor: side.balance_minor,
        })
    });
    Ok(movements.collect())
}

/// The answer kept for a money call.
pub async fn find_answer(
    c: &impl Conn,
    actor_id: i64,
    key: &str,
) -> Result<Option<rows::Idempotency>> {
    Ok(idempotency::Entity::find_by_id((actor_id, key.to_owned())).one(c.raw()).await?)
}

/// Keeps the answer to a money call. A key that was taken meanwhile is a conflict.
pub async fn insert_answer(tx: &Tx, answer: rows::Idempotency) -> Result<()> {
    row::insert(tx, answer).await
}

/// Deletes answers from before `before`.
pub async fn delete_old_answers(tx: &Tx, before: i64) -> Result<u64> {
    let old =
        idempotency::Entity::delete_many().filter(idempotency::Column::CreatedAtMs.lt(before));
    Ok(old.exec(tx.raw()).await?.rows_affected)
}

/// Wallets after `after_id`, by account, at most 500: for the verifier's walk.
pub async fn wallets_after(c: &impl Conn, after_id: AccountId) -> Result<Vec<rows::Wallet>> {
    let query = wallet::Entity::find()
        .filter(wallet::Column::AccountId.gt(after_id))
        .order_by_asc(wallet::Column::AccountId)
        .limit(500);
    Ok(query.all(c.raw()).await?)
}

/// A wallet's side of entries after the place `after_seq`, in order, at most 1,000.
pub async fn chain_after(
    c: &impl Conn,
    account_id: AccountId,
    after_seq: i64,
) -> Result<Vec<rows::Posting>> {
    let query = posting::Entity::find()
        .filter(posting::Column::AccountId.eq(account_id))
        .filter(posting::Column::Seq.gt(after_seq))
        .order_by_asc(posting::Column::Seq)
        .limit(1000);
    Ok(query.all(c.raw()).await?)
}

/// Entries after `after_id`, by number, at most 500: for the verifier's walk.
pub async fn entries_after(c: &impl Conn, after_id: i64) -> Result<Vec<rows::JournalEntry>> {
    let query = journal_entry::Entity::find()
        .filter(journal_entry::Column::Id.gt(after_id))
        .order_by_asc(journal_entry::Column::Id)
        .limit(500);
    Ok(query.all(c.raw()).await?)
}

/// Every side of these entries.
pub async fn postings_of(c: &impl Conn, entry_ids: &[i64]) -> Result<Vec<rows::Posting>> {
    let many =
        posting::Entity::find().filter(posting::Column::EntryId.is_in(entry_ids.iter().copied()));
    Ok(many.all(c.raw()).await?)
}

/// The entries with these numbers.
pub async fn entries_of(c: &impl Conn, ids: &[i64]) -> Result<Vec<rows::JournalEntry>> {
    let many =
        journal_entry::Entity::find().filter(journal_entry::Column::Id.is_in(ids.iter().copied()));
    Ok(many.all(c.raw()).await?)
}

/// The purchases that these entries paid.
pub async fn purchases_of(c: &impl Conn, entry_ids: &[i64]) -> Result<Vec<rows::Purchase>> {
    let many =
        purchase::Entity::find().filter(purchase::Column::EntryId.is_in(entry_ids.iter().copied()));
    Ok(many.all(c.raw()).await?)
}

/// What is owned through these purchases: account, offer, purchase.
pub async fn ownerships_of(
    c: &impl Conn,
    owners: &[AccountId],
) -> Result<Vec<(AccountId, OfferId, i64)>> {
    let query = ownership::Entity::find()
        .filter(ownership::Column::AccountId.is_in(owners.iter().copied()));
    let rows = query.all(c.raw()).await?;
    Ok(rows.into_iter().map(|row| (row.account_id, row.offer_id, row.purchase_id)).collect())
}

/// How many sides of entries there are, how many purchases, and how many things owned.
pub async fn counts(c: &impl Conn) -> Result<(u64, u64, u64)> {
    Ok((
        posting::Entity::find().count(c.raw()).await?,
        purchase::Entity::find().count(c.raw()).await?,
        ownership::Entity::find().count(c.raw()).await?,
    ))
}

/// What tickets of these accounts cost, where they cost anything: account, video, minor units.
pub async fn paid_by_tickets(
    c: &impl Conn,
    account_ids: &[AccountId],
) -> Result<Vec<(AccountId, VideoId, i64)>> {
    use ticket::Column as T;
    let query = ticket::Entity::find()
        .select_only()
        .columns([T::AccountId, T::VideoId, T::PricePaidMinor])
        .filter(T::AccountId.is_in(account_ids.iter().copied()))
        .filter(T::PricePaidMinor.ne(0));
    Ok(query.into_tuple().all(c.raw()).await?)
}

/// What these accounts paid for videos, refunded or not: account, video, minor units.
pub async fn paid_for_videos(
    c: &impl Conn,
    account_ids: &[AccountId],
) -> Result<Vec<(AccountId, VideoId, i64)>> {
    let query = purchase::Entity::find()
        .select_only()
        .columns([purchase::Column::AccountId, purchase::Column::OfferId])
        .column(purchase::Column::PriceMinor)
        .filter(purchase::Column::AccountId.is_in(account_ids.iter().copied()));
    let bought: Vec<(AccountId, OfferId, i64)> = query.into_tuple().all(c.raw()).await?;
    let mut offers: Vec<OfferId> = bought.iter().map(|(_, offer, _)| *offer).collect();
    offers.sort_unstable();
    offers.dedup();
    let mut videos = HashMap::new();
    for some in offers.chunks(500) {
        for offer in crate::offer::find_many(c, some).await? {
            if offer.kind == OfferKind::Video {
                videos.insert(offer.id, VideoId(offer.subject_id));
            }
        }
    }
    let of_video = |(account, offer, minor)| Some((account, *videos.get(&offer)?, minor));
    Ok(bought.into_iter().filter_map(of_video).collect())
}
