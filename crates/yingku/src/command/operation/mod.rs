//! Running a site: settings, jobs, the audit log, the dashboard, the doctor.

pub mod dashboard;
pub mod job;
pub mod run;
pub mod setting;
pub mod timeline;
