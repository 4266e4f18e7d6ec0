//! Plans, purchases, wallets, the ledger.

mod ledger;
mod plan;
mod purchase;
mod wallet;

use crate::http::access::Who::{Account, Admin, Visitor};
use crate::http::route::Routes;
use utoipa_axum::routes;

/// The routes of this subject, with who may call each.
pub fn routes() -> Routes {
    Routes::new()
        .allow(Visitor, routes!(plan::list_plans))
        .allow(Admin, routes!(plan::set_plan))
        .allow(Account, routes!(plan::show_membership))
        .allow(Account, routes!(plan::buy_membership))
        .allow(Account, routes!(purchase::buy_video))
        .allow(Account, routes!(wallet::show_wallet))
        .allow(Account, routes!(wallet::list_wallet_entries))
        .allow(Admin, routes!(wallet::show_account_wallet))
        .allow(Admin, routes!(wallet::list_account_wallet_entries))
        .allow(Admin, routes!(wallet::credit_wallet))
        .allow(Admin, routes!(wallet::preview_reversal, wallet::reverse_entry))
        .allow(Admin, routes!(ledger::verify_ledger))
}
