//! The journal: double entry, a hash chain for each wallet, answers kept for repeats, and
//! the verifier. A wallet's row is locked before anything moves; the site's own accounts
//! are summed, not locked.

use crate::app::support::error::not_found;
use crate::app::{Error, Result};
use yingku_core::id::{AccountId, OfferId};
use yingku_core::ledger::{EntryFacts, link};
use yingku_core::{Millis, money};
use yingku_db::{Tx, rows};
use yingku_protocol::{Code, Refusal};

/// The site's account for what it hands out, and the one for what it sells.
pub(crate) const GIFTS: &str = "gifts";
pub(crate) const SALES: &str = "sales";

/// A movement of one wallet against one account of the site.
pub(crate) struct Movement<'a> {
    pub(crate) kind: &'a str,
    pub(crate) actor_id: Option<AccountId>,
    pub(crate) reason: &'a str,
    pub(crate) offer_id: Option<OfferId>,
    /// How many months of membership are bought; none for ever.
    pub(crate) months: Option<i64>,
    /// Where those months are counted.
    pub(crate) timezone: Option<&'a str>,
    pub(crate) reverses_id: Option<i64>,
    pub(crate) amount_minor: i64,
    pub(crate) site_account: &'a str,
}

/// The wallet of an account, its row locked until the transaction ends.
pub(crate) async fn lock_wallet(tx: &Tx, account_id: AccountId) -> Result<rows::Wallet> {
    yingku_db::ledger::lock_wallet(tx, account_id).await?.ok_or_else(not_found_wallet)
}

/// Where an account has no wallet, there is no account.
pub(in crate::app) fn not_found_wallet() -> Error {
    not_found("account")
}

/// Moves money: writes the entry, both its sides, and the head of the locked wallet.
pub(crate) async fn post(
    tx: &Tx,
    wallet: &mut rows::Wallet,
    movement: &Movement<'_>,
    now: Millis,
) -> Result<i64> {
    let balance_minor = money::balance_after(wallet.balance_minor, movement.amount_minor)
        .ok_or_else(|| {
            Refusal::from(Code::BalanceLimit).with("limit_minor", money::MAX_BALANCE_MINOR)
        })?;
    let entry = rows::JournalEntry {
        id: 0,
        kind: movement.kind.to_owned(),
        account_id: wallet.account_id,
        actor_id: movement.actor_id,
        reason: movement.reason.to_owned(),
        offer_id: movement.offer_id,
        reverses_id: movement.reverses_id,
        created_at_ms: now,
    };
    let id = yingku_db::ledger::insert_entry(tx, entry.clone()).await?;
    let entry = rows::JournalEntry { id, ..entry };
    wallet.seq += 1;
    wallet.balance_minor = balance_minor;
    // Sides are numbered by their entry: a number that was changed is found as well.
    let side = rows::Posting {
        id: id * 2 - 1,
        entry_id: id,
        account_id: Some(wallet.account_id),
        site_account: String::new(),
        amount_minor: movement.amount_minor,
        balance_minor: Some(balance_minor),
        seq: Some(wallet.seq),
        link_hash: None,
    };
    wallet.head_hash = {
        let bought = (movement.months, movement.timezone);
        link_of(&wallet.head_hash, &entry, &side, movement.site_account, bought)
    };
    let other = rows::Posting {
        id: id * 2,
        account_id: None,
        site_account: movement.site_account.to_owned(),
        amount_minor: -movement.amount_minor,
        balance_minor: None,
        seq: None,
        ..side.clone()
    };
    let side = rows::Posting { link_hash: Some(wallet.head_hash.clone()), ..side };
    yingku_db::ledger::insert_posting(tx, side).await?;
    yingku_db::ledger::insert_posting(tx, other).await?;
    yingku_db::ledger::update_wallet(tx, wallet).await?;
    Ok(id)
}

/// The next link of a wallet's chain of hashes.
pub(in crate::app) fn link_of(
    previous: &str,
    entry: &rows::JournalEntry,
    side: &rows::Posting,
    site_account: &str,
    (months, timezone): (Option<i64>, Option<&str>),
) -> String {
    let facts = EntryFacts {
        id: entry.id,
        kind: &entry.kind,
        reason: &entry.reason,
        actor: entry.actor_id.map(|id| id.0),
        account_id: entry.account_id.0,
        created_at: entry.created_at_ms,
        offer_id: entry.offer_id.map(|id| id.0),
        months,
        timezone,
        reverses_id: entry.reverses_id,
        amount_minor: side.amount_minor,
        balance_minor: side.balance_minor.unwrap_or(i64::MIN),
        site_account,
        seq: side.seq.unwrap_or(i64::MIN),
    };
    link(previous, &facts)
}

/// A reason that came from outside.
pub(crate) fn reason(text: &str) -> Result<String> {
    Ok(money::reason(text)?)
}
