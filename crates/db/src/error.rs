//! What can go wrong in the database, as its callers need to distinguish it.

use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// A failed query.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another transaction was in the way, or took a unique value first: run the whole
    /// transaction again.
    #[error("conflict: {0}")]
    Conflict(String),
    /// The database cannot be reached, or is too busy just now.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// The disk of the database is full.
    #[error("full: {0}")]
    Full(String),
    /// Anything else: a fault of ours.
    #[error("{0}")]
    Other(String),
}

/// The result of a query.
pub type Result<T> = std::result::Result<T, Error>;

/// An error of a use-case that knows whether the transaction should be run again.
pub trait Retry {
    /// Whether the whole transaction should be run again.
    fn is_conflict(&self) -> bool;
}

impl Retry for Error {
    fn is_conflict(&self) -> bool {
        matches!(self, Error::Conflict(_))
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        if let Some(SqlErr::UniqueConstraintViolation(text)) = error.sql_err() {
            return Error::Conflict(text);
        }
        let text = error.to_string();
        match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Error::Unavailable(text),
            DbErr::Exec(RuntimeErr::SqlxError(inner))
            | DbErr::Query(RuntimeErr::SqlxError(inner)) => from_sqlx(inner, text),
            _ => Error::Other(text),
        }
    }
}

fn from_sqlx(error: &sqlx::Error, text: String) -> Error {
    match error {
        sqlx::Error::Database(inner) => {
            if let Some(mysql) = inner.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
                return from_mysql(mysql.number(), text);
            }
            // SQLite: extended result codes; the low byte is the primary code.
            let code: u32 = inner.code().and_then(|code| code.parse().ok()).unwrap_or(0);
            match code & 0xff {
                5 | 6 => Error::Conflict(text),
                // A disk that fails: pages that cannot be read or written, or that make no sense.
                8 | 10 | 11 | 14 | 26 => Error::Unavailable(text),
                13 => Error::Full(text),
                _ => Error::Other(text),
            }
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Error::Unavailable(text),
        _ => Error::Other(text),
    }
}

/// 1213 deadlock, 1205 lock wait timeout, 1020 record changed since last read;
/// 1053, 1927, 1152, 1047 a server going down or a node out of its cluster.
fn from_mysql(number: u16, text: String) -> Error {
    match number {
        1213 | 1205 | 1020 => Error::Conflict(text),
        1040 | 1047 | 1053 | 1152 | 1203 | 1927 => Error::Unavailable(text),
        1021 | 1114 => Error::Full(text),
        _ => Error::Other(text),
    }
}
