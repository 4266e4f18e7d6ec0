//! Help in the reader's language. English is the doc comments in `args`; Chinese replaces
//! them from the texts `help.<command>.about`, `help.<command>.<argument>` and, for what
//! several commands share, `help.shared.<argument>`.

use crate::args::Cli;
use crate::context::Context;
use crate::facts;
use crate::failure::{Facts, Failure};
use crate::stdout::line_to_stdout;
use clap::builder::{Resettable, StyledStr};
use clap::{Arg, ArgAction, Command, CommandFactory};
use yingku_protocol::{Lang, text};

/// The grammar, with help in that language.
pub fn grammar(lang: Lang) -> Command {
    let plain = with_serve_options_shown(without_generated_help(Cli::command()));
    match lang {
        Lang::En => plain,
        Lang::Zh => {
            let mut built = plain.clone();
            built.build();
            translated(plain, &mut built, "")
        }
    }
}

/// Prints the help of a command.
pub fn print(context: &Context, path: &[String]) -> Result<(), Failure> {
    let mut command = grammar(context.lang);
    command.build();
    let mut at = &mut command;
    for name in path {
        at = at.find_subcommand_mut(name).ok_or_else(|| Failure::Usage {
            code: "unknown_command",
            facts: facts! { "what" => name.as_str() },
        })?;
    }
    line_to_stdout(&rendered(at, context.lang))
}

/// The help of a command. A colon that clap puts behind a heading is ASCII's: Chinese has its own.
fn rendered(command: &mut Command, lang: Lang) -> String {
    let help = command.render_help().to_string();
    let help = match lang {
        Lang::En => help,
        Lang::Zh => help.replace(":\n", "：\n"),
    };
    help.trim_end().to_owned()
}

/// Help that clap would write itself exists in English alone; ours is an argument and a
/// command like others.
fn without_generated_help(command: Command) -> Command {
    command
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .mut_subcommands(without_generated_help)
}

/// What `serve` takes is accepted before it as well, and shown in its own help alone.
fn with_serve_options_shown(command: Command) -> Command {
    let options: Vec<Arg> = command
        .get_arguments()
        .filter(|arg| arg.is_hide_set())
        .map(|arg| arg.clone().hide(false).help_heading(Resettable::Reset))
        .collect();
    command.mut_subcommand("serve", |serve| serve.args(options))
}

fn translated(command: Command, built: &mut Command, path: &str) -> Command {
    let usage = usage_of(built);
    let heading = message("heading.usage");
    let template = format!("{{about-with-newline}}\n{heading}：{{usage}}\n\n{{all-args}}");
    let mut command = command
        .help_template(template)
        .override_usage(usage)
        .subcommand_help_heading(message("heading.commands"))
        .subcommand_value_name(message("heading.command"))
        .mut_args(|arg| translated_arg(arg, path));
    if let Some(about) = translation(&format!("{path}about")) {
        command = command.about(about);
    }
    command.mut_subcommands(|sub| {
        let name = sub.get_name().to_owned();
        match built.find_subcommand_mut(&name) {
            Some(built) => translated(sub, built, &format!("{path}{name}.")),
            None => sub,
        }
    })
}

fn usage_of(built: &mut Command) -> StyledStr {
    let usage = built.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    usage
        .replace("[OPTIONS]", &format!("[{}]", message("heading.options")))
        .replace("<COMMAND>", &format!("<{}>", message("heading.command")))
        .into()
}

fn translated_arg(arg: Arg, path: &str) -> Arg {
    let heading = match (arg.is_positional(), arg.get_help_heading().is_some()) {
        (true, _) => "heading.arguments",
        (false, true) => "heading.global",
        (false, false) => "heading.options",
    };
    let name = arg.get_id().to_string();
    let arg = arg.help_heading(message(heading));
    let Some(mut help) = argument_help(path, &name) else { return arg };
    if !matches!(arg.get_action(), ArgAction::Set | ArgAction::Append) {
        return arg.help(help);
    }
    let choices: Vec<String> =
        arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    if !choices.is_empty() {
        let facts = facts! { "choices" => choices.join("、") };
        help += &text(Lang::Zh, "help.heading.choices", &facts);
    }
    arg.help(help).hide_possible_values(true).hide_default_value(true)
}

fn argument_help(path: &str, name: &str) -> Option<String> {
    translation(&format!("{path}{name}")).or_else(|| translation(&format!("shared.{name}")))
}

fn translation(key: &str) -> Option<String> {
    let key = format!("help.{key}");
    let message = text(Lang::Zh, &key, &Facts::new());
    (message != key).then_some(message)
}

fn message(key: &str) -> String {
    text(Lang::Zh, &format!("help.{key}"), &Facts::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_argument_has_chinese_help() {
        let mut missing = Vec::new();
        collect(&without_generated_help(Cli::command()), "", &mut missing);
        assert!(missing.is_empty(), "{}", missing.join("\n"));
    }

    #[test]
    fn chinese_headings_end_in_a_chinese_colon() {
        let mut command = grammar(Lang::Zh);
        command.build();
        let help = rendered(command.find_subcommand_mut("login").unwrap(), Lang::Zh);
        assert!(help.contains("\n选项：\n"), "{help}");
        assert!(!help.lines().any(|line| line.ends_with(':')), "{help}");
    }

    fn collect(command: &Command, path: &str, missing: &mut Vec<String>) {
        if translation(&format!("{path}about")).is_none() {
            missing.push(format!("{path}about"));
        }
        for arg in command.get_arguments() {
            if argument_help(path, arg.get_id().as_str()).is_none() {
                missing.push(format!("{path}{}", arg.get_id()));
            }
        }
        for sub in command.get_subcommands() {
            collect(sub, &format!("{path}{}.", sub.get_name()), missing);
        }
    }

    #[test]
    fn chinese_help_is_chinese() {
        let mut command = grammar(Lang::Zh);
        command.build();
        let list =
            command.find_subcommand_mut("video").unwrap().find_subcommand_mut("list").unwrap();
        let help = list.render_help().to_string();
        assert!(help.contains("用法：yingku video list [选项]"), "{help}");
        for english in ["Usage", "Options", "Print", "possible", "default"] {
            assert!(!help.contains(english), "{english}: {help}");
        }
        assert!(help.contains("newest、oldest、title"), "{help}");
    }

    #[test]
    fn serve_shows_its_options_and_others_do_not() {
        for lang in [Lang::En, Lang::Zh] {
            let mut command = grammar(lang);
            command.build();
            for (name, shown) in [("serve", true), ("video", false)] {
                let help = command.find_subcommand_mut(name).unwrap().render_help().to_string();
                assert_eq!(help.contains("--listen"), shown, "{help}");
            }
            let line = ["yingku", "--listen", "A", "serve", "--classic-listen", "off"];
            let matches = grammar(lang).try_get_matches_from(line).unwrap();
            let listen = matches.get_one::<String>("listen");
            assert_eq!(listen.map(String::as_str), Some("A"));
            let classic = matches.get_one::<String>("classic_listen");
            assert_eq!(classic.map(String::as_str), Some("off"));
        }
    }

    #[test]
    fn the_translated_grammar_is_sound() {
        grammar(Lang::Zh).debug_assert();
        grammar(Lang::En).debug_assert();
        let matches = grammar(Lang::Zh).try_get_matches_from(["yingku", "video", "list", "--free"]);
        assert!(matches.is_ok());
    }
}
