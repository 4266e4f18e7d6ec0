//! The handlers, one file a noun: read the request, call one use-case, answer.

pub mod account;
pub mod announcement;
pub mod download;
pub mod invite;
pub mod job;
pub mod money;
pub mod operation;
pub mod page;
pub mod playback;
pub mod session;
pub mod upload;
pub mod video;
pub mod worker;
