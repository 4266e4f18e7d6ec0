//! Checking the whole ledger: what is written must follow from what was written before it.

use crate::app::shop::ledger::{GIFTS, SALES, link_of};
use crate::app::shop::plan::terms;
use crate::app::support::membership::expiry_of;
use crate::app::{Result, Shop};
use chrono_tz::Tz;
use std::collections::{HashMap, HashSet};
use yingku_core::Millis;
use yingku_core::id::{AccountId, OfferId};
use yingku_core::ledger::genesis;
use yingku_core::membership::{self, Expiry};
use yingku_core::purchase::OfferKind;
use yingku_db::{Tx, rows};
use yingku_protocol::LedgerReport;

const MOST_PROBLEMS: usize = 100;

/// How far two time zones are apart at most: UTC-12 and UTC+14, in milliseconds.
const ZONES_APART_MS: u64 = 26 * 60 * 60 * 1_000;

impl Shop {
    /// Reads every wallet and every entry and reports what does not hold: chains, balances,
    /// sums, purchases and what is owned.
    pub async fn verify_ledger(&self) -> Result<LedgerReport> {
        // One unchanging view: what moves meanwhile is seen whole or not at all.
        let view = self.base.db.snapshot().await?;
        let mut verifier = Verifier::default();
        verifier.walk_wallets(&view).await?;
        verifier.walk_entries(&view).await?;
        let timezone = self.base.settings(&view).await?.timezone;
        verifier.walk_accounts(&view, timezone).await?;
        verifier.walk_offers(&view).await?;
        verifier.compare_counts(&view).await?;
        Ok(verifier.report())
    }
}

#[derive(Default)]
struct Verifier {
    entries: i64,
    wallets: i64,
    postings: u64,
    purchases: u64,
    ownerships: u64,
    chained: u64,
    problems: Vec<String>,
}

impl Verifier {
    fn check(&mut self, holds: bool, problem: impl FnOnce() -> String) {
        if !holds && self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem());
        }
    }

    fn report(self) -> LedgerReport {
        LedgerReport {
            ok: self.problems.is_empty(),
            entries: self.entries,
            wallets: self.wallets,
            problems: self.problems,
        }
    }

    async fn walk_wallets(&mut self, tx: &Tx) -> Result<()> {
        let mut after = i64::MIN;
        loop {
            let wallets = yingku_db::ledger::wallets_after(tx, AccountId(after)).await?;
            let Some(last) = wallets.last() else { return Ok(()) };
            after = last.account_id.0;
            for wallet in &wallets {
                self.wallets += 1;
                self.walk_chain(tx, wallet).await?;
            }
        }
    }

    async fn walk_chain(&mut self, tx: &Tx, wallet: &rows::Wallet) -> Result<()> {
        let account = wallet.account_id;
        let (mut head, mut seq, mut balance) = (genesis(account.0), 0, 0);
        loop {
            let sides = yingku_db::ledger::chain_after(tx, account, seq).await?;
            if sides.is_empty() {
                break;
            }
            let ids: Vec<_> = sides.iter().map(|side| side.entry_id).collect();
            let entries: HashMap<i64, rows::JournalEntry> = by_id(tx, &ids).await?;
            let site_accounts = site_accounts(tx, &ids).await?;
            let purchases: HashMap<i64, rows::Purchase> = yingku_db::ledger::purchases_of(tx, &ids)
                .await?
                .into_iter()
                .map(|purchase| (purchase.entry_id, purchase))
                .collect();
            for side in &sides {
                seq += 1;
                self.chained += 1;
                balance += side.amount_minor;
                let site_account = site_accounts.get(&side.entry_id).map_or("", String::as_str);
                let bought = purchases
                    .get(&side.entry_id)
                    .map(|purchase| (purchase.months, purchase.timezone.as_deref()))
                    .unwrap_or_default();
                head = match entries.get(&side.entry_id) {
                    Some(entry) => link_of(&head, entry, side, site_account, bought),
                    None => String::new(),
                };
                let place = || format!("wallet {account}, movement {seq}");
                self.check(side.seq == Some(seq), || format!("{}: out of order", place()));
                self.check(balance >= 0, || format!("{}: the balance is below zero", place()));
                self.check(side.balance_minor == Some(balance), || {
                    format!("{}: the balance does not add up", place())
                });
                self.check(side.link_hash.as_deref() == Some(head.as_str()), || {
                    format!("{}: entry {} was changed", place(), side.entry_id)
                });
                // The chain goes on from what is written: one change is one problem.
                head = side.link_hash.clone().unwrap_or_default();
                seq = side.seq.unwrap_or(seq);
            }
        }
        self.check(wallet.seq == seq, || format!("wallet {account}: movements are missing"));
        self.check(wallet.head_hash == head, || format!("wallet {account}: its head was changed"));
        self.check(wallet.balance_minor == balance, || {
            format!("wallet {account}: the balance is not the sum of its movements")
        });
        Ok(())
    }

    async fn walk_entries(&mut self, tx: &Tx) -> Result<()> {
        let mut after = i64::MIN;
        loop {
            let entries = yingku_db::ledger::entries_after(tx, after).await?;
            let Some(last) = entries.last() else { return Ok(()) };
            after = last.id;
            let ids: Vec<_> = entries.iter().map(|entry| entry.id).collect();
            let mut sides: HashMap<i64, Vec<rows::Posting>> = HashMap::new();
            for side in yingku_db::ledger::postings_of(tx, &ids).await? {
                sides.entry(side.entry_id).or_default().push(side);
            }
            let purchases: HashMap<i64, rows::Purchase> = yingku_db::ledger::purchases_of(tx, &ids)
                .await?
                .into_iter()
                .map(|purchase| (purchase.entry_id, purchase))
                .collect();
            let reversals = yingku_db::ledger::reversals(tx, &ids).await?;
            let reversal_ids: Vec<_> = reversals.iter().map(|(_, id)| *id).collect();
            let reversing = by_id(tx, &reversal_ids).await?;
            let reversed_at: HashMap<i64, Millis> = reversals
                .iter()
                .filter_map(|(reversed, id)| Some((*reversed, reversing.get(id)?.created_at_ms)))
                .collect();
            let owned = Owned::load(tx, purchases.values()).await?;
            for entry in &entries {
                let sides = sides.remove(&entry.id).unwrap_or_default();
                self.check_entry(entry, &sides);
                let purchase = purchases.get(&entry.id);
                let reversed_at = reversed_at.get(&entry.id).copied();
                self.check_purchase(entry, &sides, purchase, reversed_at, &owned);
            }
        }
    }

    fn check_entry(&mut self, entry: &rows::JournalEntry, sides: &[rows::Posting]) {
        self.entries += 1;
        self.postings += sides.len() as u64;
        let id = entry.id;
        let sum: i64 = sides.iter().map(|side| side.amount_minor).sum();
        self.check(sum == 0, || format!("entry {id}: its sides do not sum to zero"));
        let wallets = sides.iter().filter(|side| {
            side.account_id == Some(entry.account_id)
                && side.site_account.is_empty()
                && side.id == id * 2 - 1
        });
        let site_accounts = sides.iter().filter(|side| {
            side.account_id.is_none()
                && side.id == id * 2
                && [GIFTS, SALES].contains(&side.site_account.as_str())
                && (side.balance_minor, side.seq, &side.link_hash) == (None, None, &None)
        });
        self.check(wallets.count() == 1 && site_accounts.count() == 1 && sides.len() == 2, || {
            format!("entry {id}: it has not one side of its wallet and one of the site")
        });
    }

    fn check_purchase(
        &mut self,
        entry: &rows::JournalEntry,
        sides: &[rows::Posting],
        purchase: Option<&rows::Purchase>,
        reversed_at: Option<Millis>,
        owned: &Owned,
    ) {
        let id = entry.id;
        self.check(purchase.is_some() == (entry.kind == "purchase"), || {
            format!("entry {id}: a debit without a purchase, or a purchase without a debit")
        });
        let Some(purchase) = purchase else { return };
        self.purchases += 1;
        let paid = sides
            .iter()
            .find(|side| side.account_id == Some(entry.account_id))
            .map(|side| -side.amount_minor);
        let same = purchase.id == id
            && purchase.account_id == entry.account_id
            && Some(purchase.offer_id) == entry.offer_id
            && Some(purchase.price_minor) == paid
            && purchase.created_at_ms == entry.created_at_ms;
        self.check(same, || format!("purchase {}: it is not what entry {id} paid", purchase.id));
        self.check(purchase.refunded_at_ms == reversed_at, || {
            format!("purchase {}: its refund is not what reversed it", purchase.id)
        });
        let has = owned.has(purchase);
        self.ownerships += u64::from(has);
        let should = owned.is_video(purchase.offer_id) && reversed_at.is_none();
        self.check(has == should, || {
            format!("purchase {}: owned without a debit, or paid and not owned", purchase.id)
        });
    }

    /// Replays what each account bought: its membership is what its plans give, and its tickets
    /// carry what its videos cost.
    async fn walk_accounts(&mut self, tx: &Tx, timezone: Tz) -> Result<()> {
        let mut after = i64::MIN;
        loop {
            let accounts = yingku_db::account::list_after(tx, AccountId(after)).await?;
            let Some(last) = accounts.last() else { return Ok(()) };
            after = last.id.0;
            let ids: Vec<_> = accounts.iter().map(|account| account.id).collect();
            let mut plans: HashMap<i64, Vec<rows::Purchase>> = HashMap::new();
            for purchase in yingku_db::offer::plan_purchases_of(tx, &ids).await? {
                plans.entry(purchase.account_id.0).or_default().push(purchase);
            }
            for account in &accounts {
                let bought = plans.remove(&account.id.0).unwrap_or_default();
                self.check_membership(account, &bought, timezone);
            }
            self.check_tickets(tx, &ids).await?;
        }
    }

    fn check_membership(&mut self, account: &rows::Account, bought: &[rows::Purchase], zone: Tz) {
        let (has, should) = (expiry_of(account), membership::replay(&terms(bought, zone)));
        // Before time zones were written down, months were counted wherever the site was.
        let slack_ms = match bought.iter().all(|purchase| purchase.timezone.is_some()) {
            true => 0,
            false => ZONES_APART_MS,
        };
        let same = match (has, should) {
            (Expiry::Until(has), Expiry::Until(should)) => has.abs_diff(should) <= slack_ms,
            (has, should) => has == should,
        };
        self.check(same, || {
            format!("account {}: its membership is not what it bought", account.id)
        });
    }

    /// Each purchase of a video is the price of a ticket for that video: an offer that was
    /// changed to stand for another video is found.
    async fn check_tickets(&mut self, tx: &Tx, account_ids: &[AccountId]) -> Result<()> {
        let mut paid: HashMap<(i64, i64), i64> = HashMap::new();
        for (account, video, minor) in yingku_db::ledger::paid_by_tickets(tx, account_ids).await? {
            *paid.entry((account.0, video.0)).or_default() += minor;
        }
        for (account, video, minor) in yingku_db::ledger::paid_for_videos(tx, account_ids).await? {
            *paid.entry((account.0, video.0)).or_default() -= minor;
        }
        for ((account, video), difference) in paid {
            self.check(difference == 0, || {
                format!("account {account}: its tickets for video {video} cost not what it paid")
            });
        }
        Ok(())
    }

    /// Every offer stands for something that there is.
    async fn walk_offers(&mut self, tx: &Tx) -> Result<()> {
        for id in yingku_db::offer::list_without_subject(tx, MOST_PROBLEMS as u64).await? {
            self.check(false, || format!("offer {id}: there is nothing that it sells"));
        }
        Ok(())
    }

    /// What no walk came by belongs to nothing.
    async fn compare_counts(&mut self, tx: &Tx) -> Result<()> {
        let (postings, purchases, ownerships) = yingku_db::ledger::counts(tx).await?;
        let entries = self.postings;
        self.check(postings == entries, || "there are sides without an entry".to_owned());
        let chained = self.chained;
        self.check(chained * 2 == postings, || "there are movements outside any chain".to_owned());
        let seen = self.purchases;
        self.check(purchases == seen, || "there are purchases without an entry".to_owned());
        let seen = self.ownerships;
        self.check(ownerships == seen, || "something is owned without a purchase".to_owned());
        Ok(())
    }
}

/// What is owned by the buyers of some purchases.
struct Owned {
    rows: HashSet<(AccountId, OfferId, i64)>,
    video_offers: HashSet<OfferId>,
}

impl Owned {
    async fn load<'a>(
        tx: &Tx,
        purchases: impl Iterator<Item = &'a rows::Purchase> + Clone,
    ) -> Result<Owned> {
        let buyers: Vec<_> = purchases.clone().map(|purchase| purchase.account_id).collect();
        let offers: Vec<_> = purchases.map(|purchase| purchase.offer_id).collect();
        let rows = yingku_db::ledger::ownerships_of(tx, &buyers).await?.into_iter().collect();
        let offers = yingku_db::offer::find_many(tx, &offers).await?;
        let videos = offers.into_iter().filter(|offer| offer.kind == OfferKind::Video);
        Ok(Owned { rows, video_offers: videos.map(|offer| offer.id).collect() })
    }

    fn has(&self, purchase: &rows::Purchase) -> bool {
        self.rows.contains(&(purchase.account_id, purchase.offer_id, purchase.id))
    }

    fn is_video(&self, offer_id: OfferId) -> bool {
        self.video_offers.contains(&offer_id)
    }
}

async fn by_id(tx: &Tx, ids: &[i64]) -> Result<HashMap<i64, rows::JournalEntry>> {
    let entries = yingku_db::ledger::entries_of(tx, ids).await?;
    Ok(entries.into_iter().map(|entry| (entry.id, entry)).collect())
}

/// The site's account in each entry.
async fn site_accounts(tx: &Tx, entry_ids: &[i64]) -> Result<HashMap<i64, String>> {
    let sides = yingku_db::ledger::postings_of(tx, entry_ids).await?;
    let site_accounts = sides.into_iter().filter(|side| side.account_id.is_none());
    Ok(site_accounts.map(|side| (side.entry_id, side.site_account)).collect())
}
