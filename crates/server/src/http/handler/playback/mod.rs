//! Watching, and machines that encode.

mod watch;
mod worker;

use crate::http::Door;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this subject.
pub fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new()
        .routes(routes!(worker::list_workers, worker::create_worker))
        .routes(routes!(worker::revoke_worker))
        .routes(routes!(worker::claim_unit))
        .routes(routes!(worker::renew_unit))
        .routes(routes!(worker::fetch_source))
        .routes(routes!(worker::put_part))
        .routes(routes!(worker::end_unit))
        .routes(routes!(watch::watch))
        .routes(routes!(watch::watch_track))
        .routes(routes!(watch::list_watches))
}
