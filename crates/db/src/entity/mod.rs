//! The tables, one file each: columns and nothing else.

pub mod account;
pub mod announcement;
pub mod announcement_read;
pub mod announcement_revision;
pub mod audit_entry;
pub mod blob;
pub mod content_fingerprint;
pub mod idempotency;
pub mod invite;
pub mod journal_entry;
pub mod login_failure;
pub mod offer;
pub mod one_time_code;
pub mod ownership;
pub mod plan;
pub mod posting;
pub mod purchase;
pub mod search_gram;
pub mod secret;
pub mod session;
pub mod setting;
pub mod ticket;
pub mod upload;
pub mod video;
pub mod video_tag;
pub mod wallet;
