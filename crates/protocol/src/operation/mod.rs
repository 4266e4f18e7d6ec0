//! Settings, jobs, audit, dashboard, doctor.

mod audit;
mod dashboard;
mod doctor;
mod job;
mod setting;
mod site;
mod timeline;

pub use audit::*;
pub use dashboard::*;
pub use doctor::*;
pub use job::*;
pub use setting::*;
pub use site::*;
pub use timeline::*;
