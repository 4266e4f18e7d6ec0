//! Tickets and downloads.

mod download;

use crate::http::access::Who::{Account, Admin, Anyone};
use crate::http::route::Routes;
use utoipa_axum::routes;

/// The routes of this subject, with who may call each.
pub fn routes() -> Routes {
    Routes::new()
        .allow(Account, routes!(download::ask_ticket))
        .allow(Account, routes!(download::list_downloads))
        .allow(Account, routes!(download::show_download))
        .allow(Admin, routes!(download::list_records))
        .allow(Anyone, routes!(download::fetch_file))
}
