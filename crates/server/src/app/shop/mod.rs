//! Money: plans and membership, wallets, and the ledger behind them.

pub(super) mod ledger;
pub(super) mod plan;
pub(super) mod wallet;
