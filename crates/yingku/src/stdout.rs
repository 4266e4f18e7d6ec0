//! Writing to standard output.

use crate::failure::Failure;
use std::io::{self, ErrorKind, Write};

/// A line to standard output. A reader who has seen enough is no failure.
pub fn line_to_stdout(line: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    let written = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::file("stdout".as_ref(), error))
        }
        _ => Ok(()),
    }
}
