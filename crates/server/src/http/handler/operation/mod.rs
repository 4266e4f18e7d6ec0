//! Settings, jobs, the audit log, the dashboard, the doctor, and whether the server is up.

mod audit;
mod dashboard;
mod doctor;
mod health;
mod job;
mod setting;
mod site;

use crate::http::Door;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this subject.
pub fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new()
        .routes(routes!(health::health))
        .routes(routes!(health::readiness))
        .routes(routes!(health::show_metrics))
        .routes(routes!(site::site))
        .routes(routes!(setting::list_settings))
        .routes(routes!(setting::get_setting, setting::set_setting))
        .routes(routes!(audit::list_audit))
        .routes(routes!(job::list_jobs))
        .routes(routes!(job::show_job))
        .routes(routes!(job::retry_job))
        .routes(routes!(job::cancel_job))
        .routes(routes!(dashboard::show_dashboard))
        .routes(routes!(doctor::examine))
}
