//! Watching, and machines that encode.

mod picture;
mod watch;
mod worker;

use crate::http::access::Who::{Account, Admin, Anyone, Visitor, Worker};
use crate::http::route::Routes;
use utoipa_axum::routes;

/// The routes of this subject, with who may call each.
pub fn routes() -> Routes {
    Routes::new()
        .allow(Admin, routes!(worker::list_workers, worker::create_worker))
        .allow(Admin, routes!(worker::revoke_worker))
        .allow(Worker, routes!(worker::claim_unit))
        .allow(Worker, routes!(worker::renew_unit))
        .allow(Worker, routes!(worker::fetch_source))
        .allow_files(Worker, routes!(worker::put_part))
        .allow(Worker, routes!(worker::end_unit))
        .allow(Anyone, routes!(watch::watch))
        .allow(Anyone, routes!(watch::watch_track))
        .allow(Anyone, routes!(watch::leave))
        .allow(Account, routes!(watch::list_watches))
        .allow(Visitor, routes!(picture::show_picture))
}
