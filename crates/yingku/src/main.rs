//! `yingku`: the server, its administration, the client's commands and the menus, in one
//! binary. This file goes from the arguments to the exit code; nothing else belongs here.

#![cfg_attr(test, allow(clippy::unwrap_used))]
// The futures of the commands are nested deeper than the compiler expects when it optimises them.
#![recursion_limit = "512"]

mod args;
mod command;
mod context;
mod failure;
mod fetch;
mod gather;
mod help;
mod lang;
mod local;
mod login;
mod menu;
mod output;
mod plain;
mod progress;
mod prompt;
mod resume;
mod retry;
mod send;
mod serve;
mod stdout;
mod usage;
mod worker;

#[cfg(test)]
mod texts;

use args::Cli;
use clap::parser::ValueSource;
use clap::{ArgMatches, FromArgMatches};
use context::Context;
use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;
use yingku_protocol::Lang;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let lang = lang::of_call(&arguments, |name| std::env::var(name).ok());
    let parsed = help::grammar(lang)
        .try_get_matches_from(&arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches).map(|cli| (cli, matches)));
    match parsed {
        Ok((cli, matches)) => ExitCode::from(run(cli, &matches, lang)),
        Err(error) => {
            let json = arguments.iter().any(|word| word == "--json");
            ExitCode::from(usage::report(&error, lang, json))
        }
    }
}

fn run(cli: Cli, matches: &ArgMatches, lang: Lang) -> u8 {
    let context = Context {
        lang: cli.global.lang.unwrap_or(lang),
        json: cli.global.json,
        database: cli.global.database,
        database_by_flag: is_database_by_flag(matches),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            context.print_failure(&failure::Failure::file("tokio".as_ref(), error));
            return failure::REFUSED;
        }
    };
    let done = runtime.block_on(command::run(&context, &cli.serve, cli.command));
    // A thread that waits for a disk, or for ffprobe, is not waited for.
    runtime.shutdown_timeout(Duration::from_millis(200));
    match done {
        Ok(()) => 0,
        Err(failure) => {
            context.print_failure(&failure);
            failure.exit_code()
        }
    }
}

fn is_database_by_flag(matches: &ArgMatches) -> bool {
    ["data_dir", "database_url", "config"]
        .iter()
        .any(|name| matches.value_source(name) == Some(ValueSource::CommandLine))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_told_from_the_rest() {
        for (line, by_flag) in [
            ("yingku video list", false),
            ("yingku --data-dir D video list", true),
            ("yingku video list --data-dir D", true),
        ] {
            let matches = help::grammar(Lang::En).try_get_matches_from(line.split(' ')).unwrap();
            assert_eq!(is_database_by_flag(&matches), by_flag, "{line}");
        }
    }
}
