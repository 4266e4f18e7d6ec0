//! Plans, purchases, wallets, the ledger.

mod ledger;
mod plan;
mod purchase;
mod wallet;
