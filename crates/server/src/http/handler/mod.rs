//! The handlers, one file a noun: read the request, call one use-case, answer. Each subject says
//! which routes it has.

mod delivery;
mod identity;
mod library;
mod operation;
pub mod page;
mod playback;
mod shop;

use crate::http::Door;
use utoipa_axum::router::OpenApiRouter;

/// The routes of the API, subject by subject.
pub const ROUTES: [fn() -> OpenApiRouter<Door>; 6] = [
    operation::routes,
    identity::routes,
    library::routes,
    playback::routes,
    delivery::routes,
    shop::routes,
];
