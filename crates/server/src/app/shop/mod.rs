//! Money: plans and membership, wallets, and the ledger behind them.

pub(super) mod ledger;
pub(super) mod once;
pub(super) mod plan;
pub(super) mod purchase;
mod sale;
pub(super) mod verifier;
pub(super) mod wallet;

use crate::app::Delivery;
use crate::app::support::base::Base;
use std::sync::Arc;

/// Wallets, plans and purchases.
pub struct Shop {
    base: Arc<Base>,
    delivery: Arc<Delivery>,
}

impl Shop {
    pub(super) fn new(base: &Arc<Base>, delivery: &Arc<Delivery>) -> Shop {
        Shop { base: Arc::clone(base), delivery: Arc::clone(delivery) }
    }
}
