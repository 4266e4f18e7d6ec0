//! Why a command failed, and the exit code that says so. How it is printed belongs to `output`.

use crate::args::DatabaseOptions;
use std::path::Path;
use yingku_client::ClientError;
use yingku_protocol::{Code, Problem, Refusal};

/// Exit code: refused by a rule.
pub const REFUSED: u8 = 1;
/// Exit code: wrong usage.
pub const WRONG_USAGE: u8 = 2;

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// A call to the server failed.
    Call(ClientError),
    /// A rule refused it before any call; `REFUSED`.
    Refused(Refusal),
    /// Something on this machine is in the way, with a text `cli.failure.CODE`; `REFUSED`.
    Here {
        /// Stable code.
        code: &'static str,
        /// Facts that fill the text, and travel with `--json`.
        facts: Facts,
    },
    /// The command was called wrongly, with a text `cli.usage.CODE`; `WRONG_USAGE`.
    Usage {
        /// What is wrong.
        code: &'static str,
        /// Facts that fill the text.
        facts: Facts,
    },
    /// The command has printed what failed; this is the exit code.
    Reported(u8),
}

/// Facts that fill a text.
pub type Facts = serde_json::Map<String, serde_json::Value>;

/// Facts by name: `facts! { "path" => path.display().to_string() }`.
#[macro_export]
macro_rules! facts {
    ($($name:literal => $value:expr),* $(,)?) => {{
        #[allow(unused_mut)]
        let mut facts = $crate::failure::Facts::new();
        $(facts.insert($name.to_owned(), serde_json::Value::from($value));)*
        facts
    }};
}

impl Failure {
    /// A file or folder could not be used.
    pub fn file(path: &Path, error: impl std::fmt::Display) -> Self {
        Failure::Here {
            code: "file_failed",
            facts: facts! { "path" => path.display().to_string(), "reason" => error.to_string() },
        }
    }

    /// Nobody is logged in here.
    pub fn login_required() -> Self {
        Failure::Refused(Refusal::from(Code::LoginRequired))
    }

    /// The database that the options name cannot be worked on; `REFUSED`.
    pub fn database(options: &DatabaseOptions, reason: impl std::fmt::Display) -> Self {
        let place = match (&options.data_dir, &options.config) {
            (Some(dir), _) => dir.display().to_string(),
            (None, Some(file)) => file.display().to_string(),
            (None, None) => "--database-url".to_owned(),
        };
        Failure::Here {
            code: "database_failed",
            facts: facts! { "place" => place, "reason" => reason.to_string() },
        }
    }

    /// The exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Failure::Call(error) => error.exit_code(),
            Failure::Refused(_) | Failure::Here { .. } => REFUSED,
            Failure::Usage { .. } => WRONG_USAGE,
            Failure::Reported(code) => *code,
        }
    }

    /// The refusal's code, if it is one that the server gave.
    pub fn code(&self) -> Option<Code> {
        match self {
            Failure::Call(error) => error.code(),
            Failure::Refused(refusal) => Some(refusal.code),
            _ => None,
        }
    }

    /// The video that a refusal names.
    pub fn video_id(&self) -> Option<i64> {
        match self {
            Failure::Call(error) => error.fact("video_id"),
            Failure::Refused(refusal) => refusal.facts.get("video_id")?.as_i64(),
            _ => None,
        }
    }

    /// The video in the trash that has the content already.
    pub fn video_in_trash(&self) -> Option<i64> {
        self.video_id().filter(|_| self.code() == Some(Code::VideoInTrash))
    }

    /// The document for `--json`, and the text in it for people; `None` when all was printed already.
    pub fn problem(&self, lang: yingku_protocol::Lang) -> Option<Problem> {
        let here = |code: &str, key: &str, facts: &Facts| Problem {
            problem_type: format!("about:blank#{code}"),
            title: code.replace('_', " "),
            status: 0,
            code: code.to_owned(),
            detail: yingku_protocol::text(lang, key, facts),
            facts: facts.clone(),
        };
        match self {
            Failure::Call(ClientError::Refused(problem)) => Some((**problem).clone()),
            Failure::Call(ClientError::Unreachable(reason)) => Some(here(
                "unreachable",
                "cli.failure.unreachable",
                &facts! { "reason" => reason.as_str() },
            )),
            Failure::Call(ClientError::Protocol(reason)) => Some(here(
                "bad_answer",
                "cli.failure.bad_answer",
                &facts! { "reason" => reason.as_str() },
            )),
            Failure::Refused(refusal) => Some(Problem::new(refusal, 0, lang)),
            Failure::Here { code, facts } => {
                Some(here(code, &format!("cli.failure.{code}"), facts))
            }
            Failure::Usage { code, facts } => {
                Some(here("wrong_usage", &format!("cli.usage.{code}"), facts))
            }
            Failure::Reported(_) => None,
        }
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Failure::Call(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes() {
        let unreachable = ClientError::Unreachable("refused".into());
        let cases = [
            (Failure::login_required(), 1),
            (Failure::file(Path::new("x"), "gone"), 1),
            (Failure::Usage { code: "password_needed", facts: Facts::new() }, 2),
            (Failure::Call(unreachable), 3),
            (Failure::Reported(3), 3),
        ];
        for (failure, code) in cases {
            assert_eq!(failure.exit_code(), code, "{failure:?}");
        }
    }

    #[test]
    fn every_failure_has_a_text() {
        use yingku_protocol::Lang;
        let failure = Failure::file(Path::new("x.mp4"), "gone");
        for lang in [Lang::En, Lang::Zh] {
            let problem = failure.problem(lang).unwrap();
            assert_eq!(problem.code, "file_failed");
            assert!(problem.detail.contains("x.mp4"), "{}", problem.detail);
        }
    }
}
