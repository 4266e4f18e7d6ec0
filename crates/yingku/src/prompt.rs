//! Asking a person: passwords and yes or no. Nothing is asked where nobody can answer.

use crate::context::Context;
use crate::failure::{Facts, Failure};
use std::io::{self, BufRead, IsTerminal, Read, Write};

/// No line that is read here is longer.
const LINE_BYTES: u64 = 64 * 1024;

impl Context {
    /// A password: a line of standard input, or typed unseen; twice where it is a new one.
    pub fn password(&self, from_stdin: bool, new: bool) -> Result<String, Failure> {
        if from_stdin {
            return line_of_stdin()?.ok_or_else(no_password);
        }
        self.typed_password(
            if new { "cli.prompt.new_password" } else { "cli.prompt.password" },
            new,
        )
    }

    /// The password until now and the new one.
    pub fn old_and_new_password(&self, from_stdin: bool) -> Result<(String, String), Failure> {
        if from_stdin {
            let old = line_of_stdin()?.ok_or_else(no_password)?;
            return Ok((old, line_of_stdin()?.ok_or_else(no_password)?));
        }
        let old = self.typed_password("cli.prompt.current_password", false)?;
        Ok((old, self.typed_password("cli.prompt.new_password", true)?))
    }

    fn typed_password(&self, key: &str, twice: bool) -> Result<String, Failure> {
        if !io::stdin().is_terminal() {
            return Err(no_password());
        }
        let typed = unseen(&format!("{} ", self.say(key)))?;
        if twice && unseen(&format!("{} ", self.say("cli.prompt.repeat_password")))? != typed {
            return Err(Failure::Usage { code: "passwords_differ", facts: Facts::new() });
        }
        Ok(typed)
    }

    /// Whether a person agrees; only asked where `can_ask`.
    pub fn agrees(&self, question: &str) -> Result<bool, Failure> {
        let mut stderr = io::stderr().lock();
        let _ = write!(stderr, "{question} {} ", self.say("cli.prompt.yes_or_no"));
        let _ = stderr.flush();
        Ok(line_of_stdin()?.is_some_and(|answer| is_yes(&answer)))
    }
}

/// Whether an answer says yes, in either language.
pub fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "1" | "是" | "好")
}

/// A password that is typed unseen.
pub fn unseen(prompt: &str) -> Result<String, Failure> {
    rpassword::prompt_password(prompt).map_err(|error| Failure::file("stdin".as_ref(), error))
}

/// The next line of standard input, without its end; `None` at the end of input.
pub fn line_of_stdin() -> Result<Option<String>, Failure> {
    let wrong = |error: io::Error| Failure::file("stdin".as_ref(), error);
    let mut bytes = Vec::new();
    let mut stdin = io::stdin().lock().take(LINE_BYTES);
    if stdin.read_until(b'\n', &mut bytes).map_err(wrong)? == 0 {
        return Ok(None);
    }
    let line = String::from_utf8(bytes)
        .map_err(|_| wrong(io::Error::new(io::ErrorKind::InvalidData, "not UTF-8")))?;
    Ok(Some(line.trim_end_matches(['\n', '\r']).to_owned()))
}

fn no_password() -> Failure {
    Failure::Usage { code: "password_needed", facts: Facts::new() }
}
