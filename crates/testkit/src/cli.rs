//! The real binary as a command line, with a home of its own.

use crate::process::{TempDir, guarded, spawn, temp_dir};
use crate::server::{at_end, collect, read, without_settings};
use crate::wait::wait_for;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(120);

/// Somebody at a command line: the binary, and a home where a login is kept.
#[derive(Debug)]
pub struct Cli {
    bin: PathBuf,
    home: TempDir,
    env: Vec<(OsString, OsString)>,
}

/// What a command left behind.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The exit code; 128 and the signal's number where a signal ended it.
    pub status: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    command: String,
}

/// A command that runs, its standard input held open. Killed when dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Arc<Mutex<String>>,
    stderr: Arc<Mutex<String>>,
    command: String,
}

impl Cli {
    /// Somebody with an empty home.
    pub fn new(bin: impl AsRef<Path>) -> Self {
        Cli { bin: bin.as_ref().to_path_buf(), home: temp_dir(), env: Vec::new() }
    }

    /// The same with one more variable in the environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.into(), value.as_ref().into()));
        self
    }

    /// The home, where commands run and files land.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Where the login is kept.
    pub fn config_dir(&self) -> PathBuf {
        self.home.path().join("config/yingku")
    }

    /// Runs a command with nothing on standard input.
    pub fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Outcome {
        self.run_with("", args)
    }

    /// Runs a command with that text on standard input.
    pub fn run_with<A: AsRef<OsStr>>(
        &self,
        input: &str,
        args: impl IntoIterator<Item = A>,
    ) -> Outcome {
        let mut running = self.start(args);
        let mut stdin = running.stdin.take().expect("standard input is piped");
        // A command may refuse before it has read its input.
        drop(stdin.write_all(input.as_bytes()));
        drop(stdin);
        running.finish()
    }

    /// Starts a command and leaves it running.
    pub fn start<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Running {
        let mut command = guarded(&self.bin);
        command.args(args);
        without_settings(&mut command);
        let message = shown(&command);
        command
            .current_dir(self.home.path())
            .env("HOME", self.home.path())
            .env("XDG_CONFIG_HOME", self.home.path().join("config"))
            .env("XDG_STATE_HOME", self.home.path().join("state"))
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = spawn(command).expect("the binary starts");
        Running {
            stdin: child.stdin.take(),
            stdout: collect(child.stdout.take().expect("standard output is piped")),
            stderr: collect(child.stderr.take().expect("standard error is piped")),
            child,
            command: message,
        }
    }
}

impl Running {
    /// Standard output so far.
    pub fn stdout(&self) -> String {
        read(&self.stdout)
    }

    /// Standard error so far.
    pub fn stderr(&self) -> String {
        read(&self.stderr)
    }

    /// Types a line.
    pub fn type_line(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().expect("standard input is open");
        writeln!(stdin, "{line}").and_then(|()| stdin.flush()).unwrap_or_else(|error| {
            let (out, err) = (read(&self.stdout), read(&self.stderr));
            panic!("{}: typing {line:?}: {error}\n{out}\n{err}", self.command)
        });
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().expect("a child can be asked").is_none()
    }

    /// The number of the process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `SIGKILL`.
    pub fn kill9(mut self) {
        self.child.kill().expect("a child can be killed");
        self.child.wait().expect("a child can be awaited");
    }

    /// `SIGTERM`, and waits for the end.
    pub fn terminate(self) -> Outcome {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("it can be sent a signal");
        self.finish()
    }

    /// Closes standard input and waits for the end.
    pub fn finish(mut self) -> Outcome {
        drop(self.stdin.take());
        let what = format!("end of {}", self.command);
        let status =
            wait_for(&what, PATIENCE, || self.child.try_wait().expect("a child can be asked"));
        assert!(at_end(&self.stdout) && at_end(&self.stderr), "{}: no end of output", self.command);
        Outcome {
            status: code_of(status),
            stdout: self.stdout(),
            stderr: self.stderr(),
            command: self.command.clone(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Outcome {
    /// Exit code 0, or a failure of the test.
    pub fn ok(self) -> Self {
        self.exits(0)
    }

    /// That exit code, or a failure of the test.
    pub fn exits(self, status: i32) -> Self {
        let Outcome { stdout, stderr, command, .. } = &self;
        assert_eq!(self.status, status, "{command}\nstdout: {stdout}\nstderr: {stderr}");
        assert!(!stderr.contains("panicked at"), "{command}: a panic:\n{stderr}");
        self
    }

    /// Standard output as the one JSON document that it must be.
    pub fn json(&self) -> Value {
        let Outcome { stdout, stderr, command, .. } = self;
        serde_json::from_str(stdout).unwrap_or_else(|error| {
            panic!("{command}: {error}\nstdout: {stdout}\nstderr: {stderr}")
        })
    }

    /// Exit code 0 and one JSON document.
    pub fn ok_json(self) -> Value {
        self.ok().json()
    }

    /// Exit code 1 and a refusal as JSON: its code.
    pub fn refused(self) -> String {
        let message = self.exits(1);
        let refusal = message.json();
        let has_detail = refusal["detail"].as_str().is_some_and(|detail| !detail.is_empty());
        assert!(has_detail, "{}: no detail: {refusal}", message.command);
        refusal["code"].as_str().unwrap_or_else(|| panic!("no code: {refusal}")).to_owned()
    }
}

fn code_of(status: ExitStatus) -> i32 {
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(-1)
}

fn shown(command: &Command) -> String {
    // The first four words are the guard's and the binary's.
    let words: Vec<_> = command.get_args().skip(4).map(OsStr::to_string_lossy).collect();
    format!("yingku {}", words.join(" "))
}
