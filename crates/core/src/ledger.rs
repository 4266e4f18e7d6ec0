//! The hash chain over a wallet's entries: what is hashed, and how. Reading and checking
//! a whole journal belongs to the server.

use crate::Millis;
use blake3::Hasher;

/// Everything of an entry that must not be changed afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryFacts<'a> {
    /// Number of the entry.
    pub id: i64,
    /// `welcome`, `credit`, `purchase` or `reversal`.
    pub kind: &'a str,
    /// What it was for.
    pub reason: &'a str,
    /// The account that did it; none for the site itself.
    pub actor: Option<i64>,
    /// The account whose wallet moved.
    pub account_id: i64,
    /// When.
    pub created_at: Millis,
    /// What was bought.
    pub offer_id: Option<i64>,
    /// How many calendar months were bought; none for ever, and for what is no membership.
    pub months: Option<i64>,
    /// The time zone in which they were counted; none for what is no membership, and for
    /// entries from before it was written down.
    pub timezone: Option<&'a str>,
    /// The entry that it reverses.
    pub reverses_id: Option<i64>,
    /// Change of the wallet, in minor units.
    pub amount_minor: i64,
    /// The wallet's balance afterwards, in minor units.
    pub balance_minor: i64,
    /// The site's account that the other half of the entry moved.
    pub site_account: &'a str,
    /// Its place in the wallet's chain, from 1.
    pub seq: i64,
}

/// The head of a wallet's chain before its first entry: 64 hex digits.
pub fn genesis(account_id: i64) -> String {
    let mut chain = Chain::new("yingku ledger 1 genesis");
    chain.number(account_id);
    chain.finish()
}

/// The head of a wallet's chain after an entry: 64 hex digits, from the head before and
/// everything in the entry. BLAKE3 over a form in which no two entries look the same:
/// numbers as 8 bytes little-endian, texts behind their length, absence marked.
pub fn link(previous: &str, entry: &EntryFacts) -> String {
    // Taken apart by name, so that a new fact cannot be forgotten here.
    let &EntryFacts {
        id,
        kind,
        reason,
        actor,
        account_id,
        created_at,
        offer_id,
        months,
        timezone,
        reverses_id,
        amount_minor,
        balance_minor,
        site_account,
        seq,
    } = entry;
    let mut chain = Chain::new("yingku ledger 1 entry");
    chain.text(previous);
    chain.number(id);
    chain.text(kind);
    chain.text(reason);
    chain.option(actor);
    chain.number(account_id);
    chain.number(created_at);
    chain.option(offer_id);
    chain.option(months);
    chain.option(reverses_id);
    chain.number(amount_minor);
    chain.number(balance_minor);
    chain.text(site_account);
    chain.number(seq);
    // Entries from before there was one keep the link that they have.
    if let Some(timezone) = timezone {
        chain.text(timezone);
    }
    chain.finish()
}

struct Chain(Hasher);

impl Chain {
    fn new(context: &str) -> Self {
        Chain(Hasher::new_derive_key(context))
    }

    fn number(&mut self, number: i64) {
        self.0.update(&number.to_le_bytes());
    }

    fn option(&mut self, number: Option<i64>) {
        self.0.update(&[u8::from(number.is_some())]);
        self.number(number.unwrap_or_default());
    }

    fn text(&mut self, text: &str) {
        self.0.update(&(text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
    }

    fn finish(self) -> String {
        self.0.finalize().to_hex().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const ENTRY: EntryFacts = EntryFacts {
        id: 7,
        kind: "credit",
        reason: "现金",
        actor: Some(1),
        account_id: 2,
        created_at: 1_750_000_000_000,
        offer_id: None,
        timezone: None,
        months: None,
        reverses_id: None,
        amount_minor: 1_000,
        balance_minor: 1_500,
        site_account: "cash",
        seq: 1,
    };

    #[test]
    fn the_form_stays_as_it_is() {
        // Stored chains depend on these: never change them.
        assert_eq!(genesis(2), "d7ceed6c5d43f64850e86e7b8ac20e1bdbff75573a60a0e896f43ad362ae44e8");
        assert_eq!(
            link(&genesis(2), &ENTRY),
            "dc2fe2c8381a59667f3e2f2c1dc13d1de64830f4f90199a53564df42c7054987"
        );
    }

    #[test]
    fn any_change_is_seen() {
        let previous = genesis(2);
        let changed = [
            ENTRY,
            EntryFacts { id: 8, ..ENTRY },
            EntryFacts { kind: "credits", ..ENTRY },
            EntryFacts { kind: "credit现", reason: "金", ..ENTRY },
            EntryFacts { reason: "", ..ENTRY },
            EntryFacts { actor: Some(0), ..ENTRY },
            EntryFacts { actor: None, ..ENTRY },
            EntryFacts { account_id: 3, ..ENTRY },
            EntryFacts { created_at: ENTRY.created_at + 1, ..ENTRY },
            EntryFacts { offer_id: Some(0), ..ENTRY },
            EntryFacts { offer_id: Some(5), ..ENTRY },
            EntryFacts { months: Some(5), ..ENTRY },
            EntryFacts { reverses_id: Some(5), ..ENTRY },
            EntryFacts { amount_minor: -1_000, ..ENTRY },
            EntryFacts { balance_minor: 1_501, ..ENTRY },
            EntryFacts { site_account: "sales", ..ENTRY },
            EntryFacts { seq: 2, ..ENTRY },
        ];
        let mut links: BTreeSet<String> =
            changed.iter().map(|entry| link(&previous, entry)).collect();
        links.insert(link(&genesis(3), &ENTRY));
        assert_eq!(links.len(), changed.len() + 1);
    }
}
