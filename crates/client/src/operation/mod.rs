//! Running a site: settings, jobs, the audit log, the dashboard, the doctor.

mod audit;
mod doctor;
mod job;
mod setting;
mod site;
