//! Wrong usage: what clap found, in the reader's language.

use crate::failure::{Facts, WRONG_USAGE};
use crate::stdout::line_to_stdout;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use yingku_protocol::{Lang, Problem, text};

/// Prints help or version where they were asked for (exit code 0), else what is wrong (2).
pub fn report(error: &Error, lang: Lang, json: bool) -> u8 {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let _ = error.print();
        return 0;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand && !json {
        let _ = error.print();
        return WRONG_USAGE;
    }
    let detail = detail(error, lang);
    if json {
        let problem = Problem {
            problem_type: "about:blank#wrong_usage".into(),
            title: "wrong usage".into(),
            status: 0,
            code: "wrong_usage".into(),
            detail,
            facts: Facts::new(),
        };
        let document = serde_json::to_string(&problem).unwrap_or_default();
        let _ = line_to_stdout(&document);
    } else if lang == Lang::En {
        // clap's own English says more, and in colour.
        let _ = error.print();
    } else {
        eprintln!("{detail}\n{}", text(lang, "cli.usage.see_help", &Facts::new()));
    }
    WRONG_USAGE
}

fn detail(error: &Error, lang: Lang) -> String {
    let what = [ContextKind::InvalidArg, ContextKind::InvalidSubcommand]
        .into_iter()
        .find_map(|kind| error.get(kind).map(shown))
        .unwrap_or_default();
    let value = error.get(ContextKind::InvalidValue).map(shown).unwrap_or_default();
    let other = error.get(ContextKind::PriorArg).map(shown).unwrap_or_default();
    let accepts = error.get(ContextKind::ValidValue).map(shown).unwrap_or_default();
    let facts = crate::facts! {
        "what" => what, "value" => value, "other" => other, "accepts" => accepts,
    };
    let key = match error.kind() {
        ErrorKind::UnknownArgument => "unknown_argument",
        ErrorKind::InvalidSubcommand => "unknown_command",
        ErrorKind::MissingRequiredArgument => "missing_argument",
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "missing_command"
        }
        ErrorKind::ArgumentConflict => "conflict",
        ErrorKind::InvalidValue if facts["accepts"] != "" => "not_a_choice",
        ErrorKind::InvalidValue if facts["value"] == "" => "missing_value",
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "bad_value",
        ErrorKind::InvalidUtf8 => "not_utf8",
        _ => "wrong_arguments",
    };
    text(lang, &format!("cli.usage.{key}"), &facts)
}

fn shown(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(values) => values.join(", "),
        ContextValue::StyledStrs(values) => {
            values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
        ContextValue::None => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::help::grammar;

    #[test]
    fn wrong_usage_in_chinese_says_what_and_where() {
        let cases = [
            ("yingku video show x", "x"),
            ("yingku video show", "<ID>"),
            ("yingku video list --nonsense", "--nonsense"),
            ("yingku vidoe", "vidoe"),
            ("yingku video list --free --paid", "--paid"),
            ("yingku video list --sort size", "newest, oldest, title"),
            ("yingku video list --limit", "--limit"),
        ];
        for (line, part) in cases {
            let error = grammar(Lang::Zh).try_get_matches_from(line.split(' ')).unwrap_err();
            let message = detail(&error, Lang::Zh);
            assert!(message.contains(part), "{line}: {message}");
            assert!(!message.contains("cli.usage"), "{line}: {message}");
            let message = detail(&error, Lang::En);
            assert!(message.contains(part) && !message.contains('{'), "{line}: {message}");
        }
    }
}
