//! Money: plans and membership, wallets, and the ledger behind them.

pub(super) mod ledger;
pub(super) mod once;
pub(super) mod plan;
pub(super) mod purchase;
pub(super) mod verifier;
pub(super) mod wallet;
