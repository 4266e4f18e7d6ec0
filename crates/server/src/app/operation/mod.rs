//! Running a site: settings, jobs, housekeeping, the audit log, the dashboard, the doctor.

pub(super) mod audit;
pub(super) mod dashboard;
pub(super) mod doctor;
pub(super) mod housekeeping;
pub(super) mod job;
pub(super) mod runner;
pub(super) mod setting;
pub(super) mod site;
pub(super) mod timeline;
