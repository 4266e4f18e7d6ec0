//! What every sale has in common: the debit, and the purchase that names what was sold.

use crate::app::Result;
use crate::app::shop::ledger::{self, Movement, SALES};
use yingku_core::Millis;
use yingku_core::id::OfferId;
use yingku_core::purchase::OfferKind;
use yingku_db::{Tx, rows};

/// Something that is sold to the owner of a wallet.
pub(super) struct Sale<'a> {
    /// What it is, and its number.
    pub(super) subject: (OfferKind, i64),
    /// What the wallet's owner reads about it.
    pub(super) reason: &'a str,
    pub(super) price_minor: i64,
    /// How many months of membership it brings; `None` for ever, or where it brings none.
    pub(super) months: Option<i64>,
    /// Where those months are counted.
    pub(super) timezone: Option<&'a str>,
}

/// What was sold.
pub(super) struct Sold {
    pub(super) offer_id: OfferId,
    /// Of the journal's entry, and of the purchase.
    pub(super) entry_id: i64,
}

/// Takes the price from the locked wallet and writes the purchase down.
pub(super) async fn sell(
    tx: &Tx,
    wallet: &mut rows::Wallet,
    sale: &Sale<'_>,
    now: Millis,
) -> Result<Sold> {
    let (kind, subject_id) = sale.subject;
    let offer_id = yingku_db::offer::get_or_insert(tx, kind, subject_id).await?;
    let debit = Movement {
        kind: "purchase",
        actor_id: Some(wallet.account_id),
        reason: sale.reason,
        offer_id: Some(offer_id),
        months: sale.months,
        timezone: sale.timezone,
        reverses_id: None,
        amount_minor: -sale.price_minor,
        site_account: SALES,
    };
    let entry_id = ledger::post(tx, wallet, &debit, now).await?;
    let purchase = rows::Purchase {
        id: entry_id,
        account_id: wallet.account_id,
        offer_id,
        entry_id,
        price_minor: sale.price_minor,
        months: sale.months,
        created_at_ms: now,
        refunded_at_ms: None,
        timezone: sale.timezone.map(str::to_owned),
    };
    yingku_db::offer::insert_purchase(tx, purchase).await?;
    Ok(Sold { offer_id, entry_id })
}
