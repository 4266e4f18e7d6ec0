//! Plans, purchases, wallets, the ledger.

mod ledger;
mod plan;
mod purchase;
mod wallet;

use crate::http::Door;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this subject.
pub fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new()
        .routes(routes!(plan::list_plans))
        .routes(routes!(plan::set_plan))
        .routes(routes!(plan::show_membership))
        .routes(routes!(plan::buy_membership))
        .routes(routes!(purchase::buy_video))
        .routes(routes!(wallet::show_wallet))
        .routes(routes!(wallet::list_wallet_entries))
        .routes(routes!(wallet::show_account_wallet))
        .routes(routes!(wallet::list_account_wallet_entries))
        .routes(routes!(wallet::credit_wallet))
        .routes(routes!(wallet::reverse_entry))
        .routes(routes!(ledger::verify_ledger))
}
