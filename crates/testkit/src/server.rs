//! The real binary as a server: a site (what lasts) and its running process.

use crate::http::Http;
use crate::mariadb::MariaDb;
use crate::process::{TempDir, guarded, program, spawn, temp_dir};
use crate::wait::{poll, wait_for};
use rustix::process::{Pid, Signal, kill_process};
use std::env;
use std::ffi::OsString;
use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

const START: Duration = Duration::from_secs(60);
const STOP: Duration = Duration::from_secs(10);

/// Which database a site runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// The file in the data directory.
    Sqlite,
    /// A database of its own on the tests' MariaDB.
    MariaDb,
}

/// What lasts of a site while its server comes and goes.
#[derive(Debug)]
pub struct Site {
    /// The binary.
    pub bin: PathBuf,
    /// The data directory.
    pub data_dir: PathBuf,
    /// The database's address; SQLite in the data directory when absent.
    pub database_url: Option<String>,
    /// Further arguments of `serve`.
    pub args: Vec<OsString>,
    /// Further environment of `serve`.
    pub env: Vec<(OsString, OsString)>,
    _folder: TempDir,
}

/// A server that runs. Killed when dropped.
pub struct Server {
    /// `http://HOST:PORT`, from the ready line.
    pub url: String,
    /// The classic protocol's address or `off`, from the ready line.
    pub classic: String,
    /// What was printed on standard output before the ready line.
    pub before_ready: Vec<String>,
    /// How long it took from start to the ready line.
    pub ready_after: Duration,
    child: Child,
    stderr: Arc<Mutex<String>>,
}

impl Site {
    /// A new site with nothing in it.
    pub fn new(bin: impl AsRef<Path>, database: Database) -> Self {
        let folder = temp_dir();
        Site {
            bin: bin.as_ref().to_path_buf(),
            data_dir: folder.path().join("data"),
            database_url: match database {
                Database::Sqlite => None,
                Database::MariaDb => Some(MariaDb::shared().fresh_database()),
            },
            args: Vec::new(),
            env: Vec::new(),
            _folder: folder,
        }
    }

    /// The arguments with which any command works on this site's database with no server.
    pub fn local_args(&self) -> Vec<OsString> {
        let mut args = vec!["--data-dir".into(), self.data_dir.clone().into()];
        if let Some(url) = &self.database_url {
            args.extend(["--database-url".into(), url.into()]);
        }
        args
    }

    /// Starts the server and waits until it is ready.
    pub fn start(&self) -> Server {
        let mut command = self.command();
        command.args(["--listen", "127.0.0.1:0", "--classic-listen", "off"]);
        self.start_command(command)
    }

    /// `yingku serve` on this site's data, without any address to listen on.
    pub fn command(&self) -> Command {
        self.serve(guarded(&self.bin))
    }

    /// The same, killed (`SIGKILL`) when one of its threads begins one of these system calls
    /// (parted by commas) for the time of that number.
    pub fn command_killed_at(&self, calls: &str, number: u32) -> Command {
        self.command_with_faults(calls, &format!("signal=KILL:when={number}"))
    }

    /// The same, where each of these system calls (parted by commas) meets a fault, in the
    /// words of `strace -e inject`.
    pub fn command_with_faults(&self, calls: &str, fault: &str) -> Command {
        let mut command = guarded(program("strace", "strace"));
        // -D: the traced process is our child, and strace looks on from aside.
        command.args(["-D", "-f", "-qqq", "-o", "/dev/null"]);
        command.args(["-e", &format!("trace={calls}")]);
        command.args(["-e", &format!("inject={calls}:{fault}")]);
        command.arg("--").arg(&self.bin);
        self.serve(command)
    }

    /// The same; each of these system calls (parted by commas) is noted in that file, on a line
    /// that begins with the number of the thread; `+++ exited` of the process comes last.
    pub fn command_traced(&self, calls: &str, log: &Path) -> Command {
        let mut command = guarded(program("strace", "strace"));
        command.args(["-D", "-f", "-q", "-o"]).arg(log);
        command.args(["-e", &format!("trace={calls}")]);
        command.arg("--").arg(&self.bin);
        self.serve(command)
    }

    /// The same; these system calls (parted by commas) on that file always fail with that
    /// error.
    pub fn command_failing(&self, calls: &str, error: &str, file: &Path) -> Command {
        let mut command = guarded(program("strace", "strace"));
        command.args(["-D", "-f", "-qqq", "-o", "/dev/null", "-P"]).arg(file);
        command.args(["-e", &format!("trace={calls}")]);
        command.args(["-e", &format!("inject={calls}:error={error}")]);
        command.arg("--").arg(&self.bin);
        self.serve(command)
    }

    fn serve(&self, mut command: Command) -> Command {
        command.arg("serve").args(self.local_args()).args(&self.args);
        without_settings(&mut command);
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Starts a server by a command and waits until it is ready.
    pub fn start_command(&self, command: Command) -> Server {
        match self.try_start(command) {
            Ok(server) => server,
            Err((status, stderr)) => panic!("the server did not start ({status}):\n{stderr}"),
        }
    }

    /// The same, where a server that ends instead is reported with its output.
    pub fn try_start(&self, mut command: Command) -> Result<Server, (ExitStatus, String)> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let began = Instant::now();
        let mut child = spawn(command).expect("the binary starts");
        let stderr = collect(child.stderr.take().expect("standard error is piped"));
        let lines = lines_of(child.stdout.take().expect("standard output is piped"));
        let mut before_ready = Vec::new();
        loop {
            match lines.recv_timeout(START.saturating_sub(began.elapsed())) {
                Ok(line) => match ready(&line) {
                    Some((url, classic)) => {
                        let ready_after = began.elapsed();
                        let (url, classic) = (url.to_owned(), classic.to_owned());
                        return Ok(Server {
                            url,
                            classic,
                            before_ready,
                            ready_after,
                            child,
                            stderr,
                        });
                    }
                    None => before_ready.push(line),
                },
                Err(_) => {
                    let ended = poll(Duration::from_secs(5), || child.try_wait().ok().flatten());
                    drop(child.kill());
                    let status =
                        ended.unwrap_or_else(|| child.wait().expect("a child can be awaited"));
                    at_end(&stderr);
                    return Err((status, read(&stderr)));
                }
            }
        }
    }

    /// Runs SQL on the site's database behind the server's back; rows with columns by tabs.
    pub fn sql(&self, sql: &str) -> String {
        if let Some(url) = &self.database_url {
            return MariaDb::shared().sql(url, sql);
        }
        let output = Command::new(program("sqlite3", "sqlite3"))
            // The server may be writing just then.
            .args(["-batch", "-noheader", "-separator", "\t", "-cmd", ".timeout 10000"])
            .arg(self.sqlite_file())
            .arg(sql)
            .output()
            .expect("sqlite3 starts");
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("SQLite speaks UTF-8")
    }

    fn sqlite_file(&self) -> PathBuf {
        let mut found = Vec::new();
        for entry in self.data_dir.read_dir().expect("the data directory can be read") {
            let path = entry.expect("the data directory can be read").path();
            let mut magic = [0; 15];
            let is_file = path.is_file()
                && std::fs::File::open(&path)
                    .and_then(|mut file| file.read_exact(&mut magic))
                    .is_ok();
            if is_file && &magic == b"SQLite format 3" {
                found.push(path);
            }
        }
        assert_eq!(found.len(), 1, "one SQLite database in the data directory: {found:?}");
        found.remove(0)
    }
}

impl Server {
    /// A client of this server, logged out.
    pub fn http(&self) -> Http {
        Http::new(&self.url)
    }

    /// The one-time code for the first admin that was printed before the ready line.
    pub fn setup_code(&self) -> Option<&str> {
        let line = self
            .before_ready
            .iter()
            .find(|line| line.to_ascii_lowercase().contains("setup") || line.contains("设置码"))?;
        line.split([' ', '=', ':', ':']).rfind(|word| !word.is_empty())
    }

    /// What was logged so far.
    pub fn stderr(&self) -> String {
        read(&self.stderr)
    }

    /// Number of the process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether the process still runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().expect("a child can be asked").is_none()
    }

    /// Stops every thread where it is, as a machine without power does: when this returns, none
    /// does anything more but to come back from the kernel, which it may be in.
    pub fn freeze(&self) {
        kill_process(Pid::from_child(&self.child), Signal::STOP).expect("a child can be stopped");
        let threads = PathBuf::from(format!("/proc/{}/task", self.child.id()));
        wait_for("every thread to stop", STOP, || {
            let all = threads.read_dir().expect("the process is there").flatten();
            let states =
                all.filter_map(|thread| std::fs::read_to_string(thread.path().join("stat")).ok());
            // `PID (NAME) STATE …`; D is a thread in the kernel, which waits for the disk.
            let mut states = states.filter_map(|stat| stat.rsplit(") ").next()?.chars().next());
            states.all(|state| matches!(state, 'T' | 't' | 'D')).then_some(())
        });
    }

    /// Lets it go on after [`Server::freeze`].
    pub fn thaw(&self) {
        kill_process(Pid::from_child(&self.child), Signal::CONT).expect("a child can go on");
    }

    /// `SIGKILL`: no time for any last word.
    pub fn kill9(mut self) {
        self.child.kill().expect("a child can be killed");
        let status = self.child.wait().expect("a child can be awaited");
        assert_eq!(status.signal(), Some(9), "it ended by itself before: {}", self.stderr());
        self.assert_no_panic();
    }

    /// Waits until somebody else has sent `SIGKILL`.
    pub fn is_killed(mut self) {
        let status = wait_for("the kill", Duration::from_secs(60), || {
            self.child.try_wait().expect("a child can be asked")
        });
        assert_eq!(status.signal(), Some(9), "it ended by itself: {}", self.stderr());
        self.assert_no_panic();
    }

    /// `SIGTERM`: must exit with 0 within 10 seconds.
    pub fn terminate(mut self) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::TERM).expect("a child can be sent a signal");
        let status = wait_for("exit after SIGTERM", STOP, || {
            self.child.try_wait().expect("a child can be asked")
        });
        assert_eq!(status.code(), Some(0), "exit after SIGTERM: {}", self.stderr());
        self.assert_no_panic();
    }

    /// A panic in the log is a failure of the test.
    pub fn assert_no_panic(&self) {
        let log = self.stderr();
        assert!(!log.contains("panicked at"), "a panic in the server:\n{log}");
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Server({})", self.url)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        if thread::panicking() {
            let log = self.stderr();
            let tail: Vec<&str> = log.lines().rev().take(40).collect();
            eprintln!("the end of the server's log ({}):", self.url);
            tail.iter().rev().for_each(|line| eprintln!("  {line}"));
        }
    }
}

/// A command that sees none of the settings of whoever runs the tests.
pub(crate) fn without_settings(command: &mut Command) {
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("YINGKU_") {
            command.env_remove(name);
        }
    }
    command.env("LANG", "C.UTF-8").env_remove("LC_ALL").env_remove("LC_MESSAGES");
    command.env_remove("LANGUAGE");
}

fn ready(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("ready http=")?.split_once(" classic=")
}

fn lines_of(stdout: ChildStdout) -> Receiver<String> {
    let (send, receive) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            // The pipe is emptied to its end even when nobody listens any more.
            drop(send.send(line));
        }
    });
    receive
}

pub(crate) fn collect(mut stream: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let text = Arc::new(Mutex::new(String::new()));
    let shared = text.clone();
    thread::spawn(move || {
        let mut buffer = [0; 8 * 1024];
        while let Ok(count @ 1..) = stream.read(&mut buffer) {
            let part = String::from_utf8_lossy(&buffer[..count]);
            shared.lock().expect("the text's lock is whole").push_str(&part);
        }
    });
    text
}

/// Waits until the reader of a process that has ended has read all of it: the process is often
/// gone before its last words are read. Returns `false` if something else keeps the pipe open.
pub(crate) fn at_end(text: &Arc<Mutex<String>>) -> bool {
    // The reader holds the other reference until the pipe is at its end.
    poll(Duration::from_secs(30), || (Arc::strong_count(text) == 1).then_some(())).is_some()
}

pub(crate) fn read(text: &Mutex<String>) -> String {
    text.lock().expect("the text's lock is whole").clone()
}
