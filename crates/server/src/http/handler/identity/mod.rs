//! Accounts, sessions, invites.

mod account;
mod invite;
mod session;

use crate::http::Door;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this subject.
pub fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new()
        .routes(routes!(account::set_up))
        .routes(routes!(account::register_account, account::list_accounts))
        .routes(routes!(account::create_admin))
        .routes(routes!(account::reset_password))
        .routes(routes!(account::show_account, account::edit_account))
        .routes(routes!(account::show_timeline))
        .routes(routes!(account::lock_account))
        .routes(routes!(account::unlock_account))
        .routes(routes!(account::create_reset_code))
        .routes(routes!(account::end_account_sessions))
        .routes(routes!(account::change_password))
        .routes(routes!(session::me, account::edit_me))
        .routes(routes!(session::log_in, session::list_sessions, session::end_all_sessions))
        .routes(routes!(session::end_current_session))
        .routes(routes!(session::end_session))
        .routes(routes!(invite::list_invites, invite::create_invite))
        .routes(routes!(invite::revoke_invite))
}
