//! Tickets and downloads.

mod download;

use crate::http::Door;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this subject.
pub fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new()
        .routes(routes!(download::ask_ticket))
        .routes(routes!(download::list_downloads))
        .routes(routes!(download::show_download))
        .routes(routes!(download::list_records))
        .routes(routes!(download::fetch_file))
}
