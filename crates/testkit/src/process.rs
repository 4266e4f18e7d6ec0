//! Processes and directories that do not outlive the test process.
//!
//! A child is started through `setpriv --pdeathsig KILL`, from one thread that lives as
//! long as the process does: the kernel sends the signal when the *thread* that forked ends.
//! Directories lie under one root, which a shell removes as soon as its standard input closes,
//! and that happens even when the test process is killed.

use std::ffi::OsStr;
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;
use std::{env, io, thread};

pub use tempfile::TempDir;

type Order = (Command, Sender<io::Result<Child>>);

static SPAWNER: LazyLock<Mutex<Sender<Order>>> = LazyLock::new(|| {
    let (send, receive): (Sender<Order>, Receiver<Order>) = channel();
    thread::Builder::new()
        .name("spawner".into())
        .spawn(move || {
            for (mut command, answer) in receive {
                // Nobody waits for the answer any more when the asking test has panicked.
                drop(answer.send(command.spawn()));
            }
        })
        .expect("a thread starts");
    Mutex::new(send)
});

static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
    let root = tempfile::Builder::new()
        .prefix("yingku-test-")
        .tempdir()
        .expect("a temporary directory can be made")
        .keep();
    if env::var_os("YINGKU_TEST_KEEP").is_none() {
        remove_at_end(&root);
    }
    root
});

/// Where a program is, by `PATH`; a panic that names its Debian package where it is missing.
pub fn program(name: &str, debian_package: &str) -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain([PathBuf::from("/usr/sbin"), PathBuf::from("/sbin")])
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
        .unwrap_or_else(|| {
            panic!("{name} is missing: install the Debian package {debian_package} (scripts/setup does)")
        })
}

/// A command that is killed with the test process; start it with [`spawn`].
pub fn guarded(program_path: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program("setpriv", "util-linux"));
    command.args(["--pdeathsig", "KILL", "--"]).arg(program_path);
    command
}

/// Starts a command from the thread that lives as long as the process.
pub fn spawn(command: Command) -> io::Result<Child> {
    let (answer, child) = channel();
    SPAWNER
        .lock()
        .expect("the spawner's lock is whole")
        .send((command, answer))
        .expect("the spawner lives");
    child.recv().expect("the spawner answers")
}

/// A new empty directory, removed when dropped, or when the test process ends.
pub fn temp_dir() -> TempDir {
    TempDir::new_in(&*ROOT).expect("a temporary directory can be made")
}

/// A directory that lives as long as the test process.
pub(crate) fn lasting_dir() -> PathBuf {
    temp_dir().keep()
}

/// The build's target directory, for what is worth keeping between runs.
pub(crate) fn target_dir() -> PathBuf {
    let exe = env::current_exe().expect("the test knows its own path");
    exe.ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file())
        .map_or_else(|| ROOT.clone(), Path::to_path_buf)
}

fn remove_at_end(root: &Path) {
    // Files may still appear while killed children go down, hence more than one try.
    let script =
        r#"read -r _; for _ in $(seq 100); do rm -rf "$1" 2>/dev/null && exit; sleep 0.1; done"#;
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", script, "sh"])
        .arg(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .current_dir("/")
        .process_group(0);
    let mut shell = command.spawn().expect("/bin/sh starts");
    // Our end of the pipe stays open for as long as the process lives.
    std::mem::forget(shell.stdin.take());
    thread::Builder::new()
        .name("remover".into())
        .spawn(move || shell.wait())
        .expect("a thread starts");
}

/// Raises the number of files that this process may have open to what the system allows.
pub fn raise_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let most = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: most, maximum: most }).expect("up to the most");
}

/// A connection from one of this machine's addresses, for example `127.0.1.7`.
pub fn connect_from(from: &str, to: SocketAddr) -> io::Result<TcpStream> {
    use rustix::net::{AddressFamily, SocketType, bind, connect, socket};
    let from: IpAddr = from.parse().map_err(io::Error::other)?;
    let socket = socket(AddressFamily::INET, SocketType::STREAM, None)?;
    bind(&socket, &SocketAddr::new(from, 0))?;
    connect(&socket, &to)?;
    let stream = TcpStream::from(socket);
    stream.set_write_timeout(Some(Duration::from_secs(10)))?;
    Ok(stream)
}
