//! What can go wrong with a call.

use yingku_protocol::{Code, Problem};

/// The result of a call.
pub type Result<T> = std::result::Result<T, ClientError>;

/// Why a call did not succeed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ClientError {
    /// The server refused by a rule; the problem document says which.
    #[error("{}", .0.detail)]
    Refused(Box<Problem>),
    /// The server could not be reached, or the connection broke.
    #[error("{0}")]
    Unreachable(String),
    /// A Yingku server does not answer like this.
    #[error("{0}")]
    Protocol(String),
}

impl ClientError {
    /// The refusal's code, if it is a refusal whose code this version knows.
    pub fn code(&self) -> Option<Code> {
        match self {
            ClientError::Refused(problem) => Code::parse(&problem.code),
            _ => None,
        }
    }

    /// A whole number among the refusal's facts, for example `video_id`.
    pub fn fact(&self, name: &str) -> Option<i64> {
        match self {
            ClientError::Refused(problem) => problem.facts.get(name)?.as_i64(),
            _ => None,
        }
    }

    /// The exit code of a command that ends with this: 1 refused, 3 no talking to the server.
    pub fn exit_code(&self) -> u8 {
        match self {
            ClientError::Refused(_) => 1,
            ClientError::Unreachable(_) | ClientError::Protocol(_) => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yingku_protocol::{Lang, Refusal};

    #[test]
    fn exit_codes() {
        let problem =
            Problem::new(&Refusal::from(Code::VideoExists).with("video_id", 7), 409, Lang::En);
        let refused = ClientError::Refused(Box::new(problem));
        assert_eq!(refused.exit_code(), 1);
        assert_eq!(refused.code(), Some(Code::VideoExists));
        assert_eq!(refused.fact("video_id"), Some(7));
        assert_eq!(ClientError::Unreachable(String::new()).exit_code(), 3);
        assert_eq!(ClientError::Protocol(String::new()).exit_code(), 3);
    }
}
