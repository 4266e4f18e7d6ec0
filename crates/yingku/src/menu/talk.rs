//! Talking in a menu: lines out, lines in. Passwords are lines too where nobody types.

use crate::context::Context;
use crate::failure::{Facts, Failure};
use crate::output::clean_lines;
use crate::prompt::{is_yes, line_of_stdin, unseen};
use crate::stdout::line_to_stdout;
use std::io::{IsTerminal, Write};

/// Why an act of a menu ended before it was done.
#[derive(Debug)]
pub enum Stop {
    /// The input ended.
    End,
    /// Somebody changed their mind.
    Back,
    /// Something failed.
    Failed(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Stop::Failed(failure)
    }
}

/// Whom the menus talk to.
#[derive(Clone, Copy)]
pub struct Talk<'a> {
    /// The language.
    pub context: &'a Context,
}

impl Talk<'_> {
    /// Says a line.
    pub fn line(&self, message: &str) -> Result<(), Stop> {
        Ok(line_to_stdout(&clean_lines(message))?)
    }

    /// Shows a menu.
    pub fn menu(&self, title: &str, acts: &[&str], leave: &str) -> Result<(), Stop> {
        self.line(&format!("\n== {title} =="))?;
        for (at, act) in acts.iter().enumerate() {
            self.line(&format!(" {}  {}", at + 1, self.context.say(act)))?;
        }
        self.line(&format!(" q  {}", self.context.say(leave)))
    }

    /// Asks for a line; it may be empty.
    pub fn ask(&self, key: &str, facts: &Facts) -> Result<String, Stop> {
        self.ask_this(&self.context.tell(key, facts))
    }

    fn ask_this(&self, question: &str) -> Result<String, Stop> {
        let mut stdout = std::io::stdout().lock();
        let _ = write!(stdout, "{question} ");
        let _ = stdout.flush();
        let line = line_of_stdin()?;
        if !std::io::stdin().is_terminal() {
            // Where nobody types, nothing ends the line of the question.
            let _ = writeln!(stdout);
        }
        line.ok_or(Stop::End)
    }

    /// Asks for a text; an empty line goes back.
    pub fn need(&self, key: &str) -> Result<String, Stop> {
        let answer = self.ask(key, &Facts::new())?.trim().to_owned();
        if answer.is_empty() { Err(Stop::Back) } else { Ok(answer) }
    }

    /// Asks whether.
    pub fn yes_or_no(&self, key: &str, facts: &Facts) -> Result<bool, Stop> {
        let question = self.context.tell(key, facts);
        let asked = format!("{question} {}", self.context.say("cli.prompt.yes_or_no"));
        Ok(is_yes(&self.ask_this(&asked)?))
    }

    /// Asks for a password: unseen at a terminal, and there a new one twice.
    pub fn password(&self, new: bool) -> Result<String, Stop> {
        loop {
            let given = self.secret("cli.prompt.password")?;
            let once = !new || !std::io::stdin().is_terminal();
            if once || self.secret("cli.prompt.repeat_password")? == given {
                return Ok(given);
            }
            self.line(&self.context.say("cli.usage.passwords_differ"))?;
        }
    }

    fn secret(&self, key: &str) -> Result<String, Stop> {
        if std::io::stdin().is_terminal() {
            return Ok(unseen(&format!("{} ", self.context.say(key)))?);
        }
        self.ask(key, &Facts::new())
    }
}
