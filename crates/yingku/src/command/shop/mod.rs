//! Plans, purchases, wallets, the ledger.

pub mod ledger;
pub mod membership;
pub mod plan;
pub mod wallet;
