//! Accounts, sessions, invites.

mod account;
mod invite;
mod session;

use crate::http::access::Who::{Account, Admin, Anyone};
use crate::http::route::Routes;
use utoipa_axum::routes;

/// The routes of this subject, with who may call each.
pub fn routes() -> Routes {
    Routes::new()
        .allow(Anyone, routes!(account::set_up))
        .allow(Anyone, routes!(account::register_account))
        .allow(Admin, routes!(account::list_accounts))
        .allow(Admin, routes!(account::create_admin))
        .allow(Anyone, routes!(account::reset_password))
        .allow(Admin, routes!(account::show_account, account::edit_account))
        .allow(Admin, routes!(account::show_timeline))
        .allow(Admin, routes!(account::lock_account))
        .allow(Admin, routes!(account::list_throttles, account::lift_throttles))
        .allow(Admin, routes!(account::unlock_account))
        .allow(Admin, routes!(account::create_reset_code))
        .allow(Admin, routes!(account::end_account_sessions))
        .allow(Account, routes!(account::change_password))
        .allow(Anyone, routes!(session::me))
        .allow(Account, routes!(account::edit_me))
        .allow(Anyone, routes!(session::log_in))
        .allow(Account, routes!(session::list_sessions, session::end_all_sessions))
        .allow(Account, routes!(session::end_current_session))
        .allow(Account, routes!(session::end_session))
        .allow(Admin, routes!(invite::list_invites, invite::create_invite))
        .allow(Admin, routes!(invite::revoke_invite))
}
