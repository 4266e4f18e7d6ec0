//! The handlers, one file a noun: read the request, call one use-case, answer. Each subject says
//! which routes it has.

mod delivery;
mod identity;
mod library;
mod operation;
pub mod page;
mod playback;
mod shop;

use crate::http::access::Who::Anyone;
use crate::http::route::Routes;
use utoipa_axum::routes;

/// The routes of the API, subject by subject.
pub fn routes() -> Routes {
    Routes::new()
        .allow(Anyone, routes!(page::root))
        .merge(operation::routes())
        .merge(identity::routes())
        .merge(library::routes())
        .merge(playback::routes())
        .merge(delivery::routes())
        .merge(shop::routes())
}
