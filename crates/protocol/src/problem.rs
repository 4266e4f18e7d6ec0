//! Refusals: what every interface turns into its own kind of answer.

use crate::{Code, Lang, text};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
pub use yingku_core::field::FieldProblem;

/// A refusal: a stable code and the facts that belong to it. The facts fill the
/// text for people and travel beside it for programs.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// Why.
    pub code: Code,
    /// Facts by name, for example `price_minor` or `field`.
    pub facts: Map<String, Value>,
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Refusal { code, facts: Map::new() }
    }
}

impl Refusal {
    /// The same refusal with one more fact.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    /// `invalid_field`: names the field, the problem and the limit.
    pub fn invalid(field: &str, problem: FieldProblem) -> Self {
        let (name, limit): (&str, Value) = match problem {
            FieldProblem::Missing => ("missing", Value::Null),
            FieldProblem::Empty => ("empty", Value::Null),
            FieldProblem::TooShort(limit) => ("too_short", limit.into()),
            FieldProblem::TooLong(limit) => ("too_long", limit.into()),
            FieldProblem::TooSmall(limit) => ("too_small", limit.into()),
            FieldProblem::TooLarge(limit) => ("too_large", limit.into()),
            FieldProblem::TooMany(limit) => ("too_many", limit.into()),
            FieldProblem::BadFormat(form) => ("bad_format", form.into()),
            FieldProblem::BadCharacter => ("bad_character", Value::Null),
        };
        let refusal = Refusal::from(Code::InvalidField).with("field", field).with("problem", name);
        if limit.is_null() { refusal } else { refusal.with("limit", limit) }
    }

    /// `not_found`: names what kind of thing there is none of.
    pub fn not_found(kind: &str) -> Self {
        Refusal::from(Code::NotFound).with("kind", kind)
    }

    /// The text for a person.
    pub fn detail(&self, lang: Lang) -> String {
        let mut facts = self.facts.clone();
        if let Some(problem) = facts.get("problem").and_then(Value::as_str) {
            let message = text(lang, &format!("problem.{problem}"), &self.facts);
            facts.insert("problem".into(), message.into());
        }
        if let Some(kind) = facts.get("kind").and_then(Value::as_str) {
            let message = text(lang, &format!("kind.{kind}"), &Map::new());
            facts.insert("kind".into(), message.into());
        }
        if let Some(seconds) = facts.get("retry_after_seconds").and_then(Value::as_u64) {
            facts.insert("wait".into(), wait(lang, seconds).into());
        }
        let message = text(lang, &format!("error.{}", self.code.as_str()), &facts);
        // One of several videos: these texts do not say which by themselves.
        let unnamed =
            matches!(self.code, Code::NotFound | Code::InvalidField | Code::VideoNotInTrash);
        if !unnamed || !facts.contains_key("video_id") {
            return message;
        }
        facts.insert("message".into(), message.into());
        text(lang, "problem.of_video", &facts)
    }
}

/// How long a wait is, for people: in seconds up to two minutes, then in minutes, from two hours
/// on in hours. Rounded up: nobody comes back too early.
fn wait(lang: Lang, seconds: u64) -> String {
    let (unit, count) = match seconds {
        1 => ("second", 1),
        0 | 2..120 => ("seconds", seconds),
        120..7_200 => ("minutes", seconds.div_ceil(60)),
        _ => ("hours", seconds.div_ceil(3_600)),
    };
    let mut facts = Map::new();
    facts.insert("count".into(), count.into());
    text(lang, &format!("wait.{unit}"), &facts)
}

/// A problem document (RFC 9457): the body of every HTTP error and of the command
/// line's `--json` refusals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `about:blank#CODE`; a name, not an address to fetch.
    #[serde(rename = "type")]
    pub problem_type: String,
    /// The code in words that do not change.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code, see the list in the API document's description.
    pub code: String,
    /// What happened, for a person, in the language of the request.
    pub detail: String,
    /// Facts that belong to the code, for example `field`, `limit`, `video_id`,
    /// `price_minor`, `missing_minor`, `available_at`, `retry_after_seconds`.
    #[serde(flatten)]
    pub facts: Map<String, Value>,
}

impl Problem {
    /// The document for a refusal, in a language.
    pub fn new(refusal: &Refusal, status: u16, lang: Lang) -> Self {
        let code = refusal.code.as_str();
        Problem {
            problem_type: format!("about:blank#{code}"),
            title: code.replace('_', " "),
            status,
            code: code.to_owned(),
            detail: refusal.detail(lang),
            facts: refusal.facts.clone(),
        }
    }
}
