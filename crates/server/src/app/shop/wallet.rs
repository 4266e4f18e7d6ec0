//! Wallets: what is in them, crediting, reversing.

use crate::app::shop::ledger::{self, GIFTS, Movement, SALES, not_found_wallet};
use crate::app::shop::once::Once;
use crate::app::support::audit::Act;
use crate::app::support::cursor;
use crate::app::support::error::not_found;
use crate::app::{Caller, Error, Result, Shop, moment};
use serde_json::json;
use std::collections::HashMap;
use yingku_core::id::AccountId;
use yingku_core::{Millis, money};
use yingku_db::{Conn, Tx, rows};
use yingku_protocol::{
    Code, CreditWallet, Credited, ListPage, Page, ReversalPreview, ReverseEntry, Reversed, Wallet,
    WalletEntry,
};

impl Shop {
    /// The wallet of an account.
    pub async fn show_wallet(&self, account_id: AccountId) -> Result<Wallet> {
        let wallet = yingku_db::ledger::find_wallet(&self.base.db, account_id).await?;
        let wallet = wallet.ok_or_else(not_found_wallet)?;
        let currency = self.base.settings(&self.base.db).await?.currency;
        Ok(Wallet { id: account_id.0, balance_minor: wallet.balance_minor, currency })
    }

    /// Movements of a wallet, newest first.
    pub async fn list_wallet_entries(
        &self,
        account_id: AccountId,
        wanted: &ListPage,
    ) -> Result<Page<WalletEntry>> {
        let limit = cursor::limit(wanted.limit)?;
        let before = cursor::id(wanted.cursor.as_deref())?;
        let rows =
            yingku_db::ledger::list_movements(&self.base.db, account_id, before, limit + 1).await?;
        let ids: Vec<_> = rows.iter().map(|row| row.entry_id).collect();
        let reversed_by: HashMap<i64, i64> =
            yingku_db::ledger::reversals(&self.base.db, &ids).await?.into_iter().collect();
        let show = |row: yingku_db::ledger::Movement| WalletEntry {
            id: row.entry_id,
            at: moment(row.created_at_ms),
            kind: row.kind,
            amount_minor: row.amount_minor,
            balance_minor: row.balance_minor.unwrap_or_default(),
            reason: row.reason,
            reverses_id: row.reverses_id,
            reversed_by_id: reversed_by.get(&row.entry_id).copied(),
        };
        Ok(cursor::page_of(rows, limit, |row| row.entry_id, show))
    }

    /// Opens the wallet of a new account, with the welcome gift.
    pub(crate) async fn open_wallet(
        &self,
        tx: &Tx,
        account_id: AccountId,
        now: Millis,
    ) -> Result<()> {
        let mut wallet = rows::Wallet {
            account_id,
            balance_minor: 0,
            seq: 0,
            head_hash: yingku_core::ledger::genesis(account_id.0),
        };
        yingku_db::ledger::insert_wallet(tx, wallet.clone()).await?;
        let welcome_minor = self.base.settings(tx).await?.welcome_minor;
        if welcome_minor > 0 {
            let gift = Movement {
                kind: "welcome",
                actor_id: None,
                reason: "welcome",
                offer_id: None,
                months: None,
                timezone: None,
                reverses_id: None,
                amount_minor: welcome_minor,
                site_account: GIFTS,
            };
            ledger::post(tx, &mut wallet, &gift, now).await?;
        }
        Ok(())
    }

    /// Adds to a wallet, with a reason.
    pub async fn credit_wallet(
        &self,
        caller: &Caller,
        account_id: AccountId,
        wanted: &CreditWallet,
        key: Option<&str>,
    ) -> Result<Credited> {
        let amount_minor = money::credit(wanted.amount_minor)?;
        let reason = ledger::reason(&wanted.reason)?;
        let once = Once::new(caller, key, &format!("credit {account_id}"), wanted)?;
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let mut wallet = ledger::lock_wallet(tx, account_id).await?;
            if let Some(answer) = once.replay(tx).await? {
                return Ok(answer);
            }
            let credit = Movement {
                kind: "credit",
                actor_id: caller.account_id(),
                reason: &reason,
                offer_id: None,
                months: None,
                timezone: None,
                reverses_id: None,
                amount_minor,
                site_account: GIFTS,
            };
            let id = ledger::post(tx, &mut wallet, &credit, now).await?;
            Act::new("wallet.credit")
                .on("account", account_id)
                .with(json!({ "entry_id": id, "amount_minor": amount_minor, "reason": reason }))
                .write(tx, caller, now)
                .await?;
            let balance_minor = wallet.balance_minor;
            let answer = Credited { id, account_id: account_id.0, amount_minor, balance_minor };
            once.keep(tx, &answer, now).await?;
            Ok(answer)
        })
    }

    /// What the reversal of an entry would do now.
    pub async fn preview_reversal(&self, entry_id: i64) -> Result<ReversalPreview> {
        let db = &self.base.db;
        let entry = reversible(db, entry_id).await?;
        let wallet = yingku_db::ledger::find_wallet(db, entry.account_id).await?;
        let balance_minor = wallet.ok_or_else(not_found_wallet)?.balance_minor;
        let reversal = money::reversal(wallet_side(db, &entry).await?, balance_minor);
        let account = yingku_db::account::find(db, entry.account_id).await?;
        Ok(ReversalPreview {
            reverses_id: entry_id,
            account_id: entry.account_id.0,
            account: account.map(|account| account.name).unwrap_or_default(),
            amount_minor: reversal.take_minor,
            shortfall_minor: reversal.shortfall_minor,
            balance_minor: balance_minor + reversal.take_minor,
        })
    }

    /// Reverses an entry by an opposite one. Of a credit, only what is left is taken back;
    /// a purchase is refunded, and what it gave ends.
    pub async fn reverse_entry(
        &self,
        caller: &Caller,
        entry_id: i64,
        wanted: &ReverseEntry,
        key: Option<&str>,
    ) -> Result<Reversed> {
        let reason = ledger::reason(&wanted.reason)?;
        let once = Once::new(caller, key, &format!("reverse {entry_id}"), wanted)?;
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let found = yingku_db::ledger::find_entry(tx, entry_id).await?;
            let account_id = found.ok_or_else(|| not_found("entry"))?.account_id;
            let mut wallet = ledger::lock_wallet(tx, account_id).await?;
            if let Some(answer) = once.replay(tx).await? {
                return Ok(answer);
            }
            let entry = reversible(tx, entry_id).await?;
            let amount_minor = wallet_side(tx, &entry).await?;
            let reversal = money::reversal(amount_minor, wallet.balance_minor);
            let opposite = Movement {
                kind: "reversal",
                actor_id: caller.account_id(),
                reason: &reason,
                offer_id: entry.offer_id,
                months: None,
                timezone: None,
                reverses_id: Some(entry_id),
                amount_minor: reversal.take_minor,
                site_account: if entry.kind == "purchase" { SALES } else { GIFTS },
            };
            let id = ledger::post(tx, &mut wallet, &opposite, now).await?;
            self.refund(tx, &entry, now).await?;
            let answer = Reversed {
                id,
                reverses_id: entry_id,
                account_id: entry.account_id.0,
                amount_minor: reversal.take_minor,
                shortfall_minor: reversal.shortfall_minor,
                balance_minor: wallet.balance_minor,
            };
            Act::new("wallet.reverse")
                .on("account", entry.account_id)
                .with(json!({
                    "entry_id": id,
                    "reverses_id": entry_id,
                    "amount_minor": reversal.take_minor,
                    "shortfall_minor": reversal.shortfall_minor,
                    "reason": reason,
                }))
                .write(tx, caller, now)
                .await?;
            once.keep(tx, &answer, now).await?;
            Ok(answer)
        })
    }

    /// Takes back what a reversed entry had bought.
    async fn refund(&self, tx: &Tx, entry: &rows::JournalEntry, now: Millis) -> Result<()> {
        let Some(purchase) = yingku_db::offer::purchase_by_entry(tx, entry.id).await? else {
            return Ok(());
        };
        yingku_db::offer::refund_purchase(tx, &purchase, now).await?;
        self.replay_membership(tx, entry.account_id).await
    }
}

/// An entry that can be reversed, and was not.
async fn reversible(c: &impl Conn, entry_id: i64) -> Result<rows::JournalEntry> {
    let found = yingku_db::ledger::find_entry(c, entry_id).await?;
    let entry = found.ok_or_else(|| not_found("entry"))?;
    if entry.reverses_id.is_some() {
        return Err(Error::from(Code::NotReversible));
    }
    if !yingku_db::ledger::reversals(c, &[entry_id]).await?.is_empty() {
        return Err(Error::from(Code::AlreadyReversed));
    }
    Ok(entry)
}

async fn wallet_side(c: &impl Conn, entry: &rows::JournalEntry) -> Result<i64> {
    let sides = yingku_db::ledger::postings(c, entry.id).await?;
    let side = sides.iter().find(|side| side.account_id == Some(entry.account_id));
    side.map(|side| side.amount_minor)
        .ok_or_else(|| Error::Internal(format!("entry {} has no side of its wallet", entry.id)))
}
