//! Yingku's tables and queries: the only crate that knows SeaORM. One file of queries a
//! noun; rows go out as plain structs. No rule and no transaction boundary belongs here:
//! use-cases open transactions with [`transaction!`].

pub mod account;
pub mod announcement;
pub mod audit;
pub mod blob;
pub mod comment;
mod connect;
pub mod danmaku;
pub mod dashboard;
mod entity;
mod error;
pub mod film;
pub mod imported;
pub mod job;
pub mod label;
pub mod ladder;
pub mod ledger;
mod migration;
pub mod offer;
pub mod picture;
pub mod progress;
pub mod rendition;
pub mod report;
mod row;
pub mod saved;
pub mod search;
pub mod secret;
pub mod session;
pub mod setting;
pub mod subtitle;
pub mod throttle;
pub mod ticket;
mod transaction;
pub mod upload;
pub mod video;
pub mod watch;
pub mod worker;

pub use connect::{Db, OpenError, Options};
pub use error::{Error, Result, Retry};
pub use row::RecordFilter;
pub use transaction::{Conn, Tx};

/// The rows as they are stored; one struct a table.
pub mod rows {
    pub use crate::entity::account::Model as Account;
    pub use crate::entity::announcement::Model as Announcement;
    pub use crate::entity::announcement_revision::Model as AnnouncementRevision;
    pub use crate::entity::audit_entry::Model as AuditEntry;
    pub use crate::entity::blob::Model as Blob;
    pub use crate::entity::comment::Model as Comment;
    pub use crate::entity::comment_like::Model as CommentLike;
    pub use crate::entity::danmaku::Model as Danmaku;
    pub use crate::entity::encoding::Model as Encoding;
    pub use crate::entity::film::Model as Film;
    pub use crate::entity::idempotency::Model as Idempotency;
    pub use crate::entity::imported::Model as Imported;
    pub use crate::entity::invite::Model as Invite;
    pub use crate::entity::job::Model as Job;
    pub use crate::entity::journal_entry::Model as JournalEntry;
    pub use crate::entity::ladder::Model as Ladder;
    pub use crate::entity::offer::Model as Offer;
    pub use crate::entity::one_time_code::Model as OneTimeCode;
    pub use crate::entity::picture::Model as Picture;
    pub use crate::entity::plan::Model as Plan;
    pub use crate::entity::posting::Model as Posting;
    pub use crate::entity::progress::Model as Progress;
    pub use crate::entity::purchase::Model as Purchase;
    pub use crate::entity::rendition::Model as Rendition;
    pub use crate::entity::report::Model as Report;
    pub use crate::entity::saved::Model as Saved;
    pub use crate::entity::session::Model as Session;
    pub use crate::entity::subtitle::Model as Subtitle;
    pub use crate::entity::ticket::Model as Ticket;
    pub use crate::entity::unit::Model as Unit;
    pub use crate::entity::upload::Model as Upload;
    pub use crate::entity::video::Model as Video;
    pub use crate::entity::wallet::Model as Wallet;
    pub use crate::entity::watch::Model as Watch;
    pub use crate::entity::worker::Model as Worker;
}
