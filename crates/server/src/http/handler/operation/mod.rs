//! Settings, jobs, the audit log, the dashboard, the doctor, and whether the server is up.

mod audit;
mod dashboard;
mod doctor;
mod health;
mod job;
mod setting;
mod site;

use crate::http::access::Who::{Admin, Anyone, Monitor};
use crate::http::route::Routes;
use utoipa_axum::routes;

/// The routes of this subject, with who may call each.
pub fn routes() -> Routes {
    Routes::new()
        .allow(Anyone, routes!(health::health))
        .allow(Anyone, routes!(health::readiness))
        .allow(Monitor, routes!(health::show_metrics))
        .allow(Anyone, routes!(site::site))
        .allow(Admin, routes!(site::list_addresses))
        .allow(Admin, routes!(setting::list_settings))
        .allow(Admin, routes!(setting::get_setting, setting::set_setting))
        .allow(Admin, routes!(audit::list_audit))
        .allow(Admin, routes!(job::list_jobs))
        .allow(Admin, routes!(job::show_job))
        .allow(Admin, routes!(job::retry_job))
        .allow(Admin, routes!(job::cancel_job))
        .allow(Admin, routes!(dashboard::show_dashboard))
        .allow(Admin, routes!(doctor::examine))
}
