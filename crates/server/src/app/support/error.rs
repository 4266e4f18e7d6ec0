//! What a use-case can fail with. Each interface turns it into its own kind of answer.

use crate::blob::BlobError;
use crate::media::UnitError;
use yingku_core::field::{FieldError, FieldProblem};
use yingku_db::Retry;
use yingku_protocol::{Code, Refusal};

/// A use-case that was not done. Nothing was changed.
#[derive(Debug)]
pub enum Error {
    /// A rule refused it.
    Refused(Refusal),
    /// The database failed.
    Database(yingku_db::Error),
    /// The storage failed.
    Storage(BlobError),
    /// A fault of ours.
    Internal(String),
}

/// The result of a use-case.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The refusal to answer with. Internal detail stays inside: the interface logs it once.
    pub fn refusal(&self) -> Refusal {
        match self {
            Error::Refused(refusal) => refusal.clone(),
            Error::Database(yingku_db::Error::Unavailable(_) | yingku_db::Error::Conflict(_)) => {
                Refusal::from(Code::DatabaseUnavailable)
            }
            Error::Database(yingku_db::Error::Full(_)) | Error::Storage(BlobError::Full) => {
                Refusal::from(Code::StorageFull)
            }
            Error::Storage(_) => Refusal::from(Code::StorageFailed),
            Error::Database(yingku_db::Error::Other(_)) | Error::Internal(_) => {
                Refusal::from(Code::Internal)
            }
        }
    }

    /// Detail for the log; `None` where a rule did its work.
    pub fn fault(&self) -> Option<String> {
        match self {
            Error::Refused(_) => None,
            Error::Database(error) => Some(error.to_string()),
            Error::Storage(error) => Some(error.to_string()),
            Error::Internal(text) => Some(text.clone()),
        }
    }
}

impl Retry for Error {
    fn is_conflict(&self) -> bool {
        matches!(self, Error::Database(error) if error.is_conflict())
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Error::Refused(refusal)
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Error::Refused(code.into())
    }
}

impl From<yingku_db::Error> for Error {
    fn from(error: yingku_db::Error) -> Self {
        Error::Database(error)
    }
}

impl From<BlobError> for Error {
    fn from(error: BlobError) -> Self {
        Error::Storage(error)
    }
}

impl From<UnitError> for Error {
    fn from(error: UnitError) -> Self {
        match error {
            UnitError::Storage(error) => Error::Storage(error),
            other => Error::Internal(other.to_string()),
        }
    }
}

impl From<FieldError> for Error {
    fn from(error: FieldError) -> Self {
        invalid(error.field, error.problem)
    }
}

/// A field that breaks a limit.
pub(crate) fn invalid(field: &str, problem: FieldProblem) -> Error {
    Error::Refused(Refusal::invalid(field, problem))
}

/// There is no such thing, or none that the caller may see.
pub(crate) fn not_found(kind: &str) -> Error {
    Error::Refused(Refusal::not_found(kind))
}
