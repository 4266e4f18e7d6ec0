//! Runs one program over one stranger's file: no network, no file but that one, little
//! memory and time, and nothing of it left afterwards. What is run is decided beside this.

use rustix::fs::{Mode, OFlags, open};
use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process_group, nice, setrlimit, setsid};
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

/// The input's name inside the sandbox.
const INPUT: &str = "/input";
/// The outputs' names inside the sandbox begin with this.
const OUTPUT: &str = "/output";
/// How much less of the processor a program gets that nobody waits for.
const NICENESS: i32 = 10;
/// The same, as the kernel reads it.
const AUTOGROUP_NICENESS: &[u8] = b"10";
/// What is kept of the complaints, for the log.
const MAX_STDERR_BYTES: u64 = 4 << 10;
/// SIGKILL.
const KILL: i32 = 9;
/// Open files at most.
const MAX_FILES: u64 = 128;

/// What a program may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowance {
    /// By the clock on the wall; then it is killed.
    pub(super) wall: Duration,
    /// Of processor time, in seconds.
    pub(super) cpu_seconds: u64,
    /// Of address space.
    pub(super) memory_bytes: u64,
    /// In any file that it writes.
    pub(super) file_bytes: u64,
    /// On its standard output.
    pub(super) output_bytes: u64,
    /// Whether everything else goes first.
    pub(super) is_nice: bool,
}

/// The files that a program gets.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Files<'a> {
    /// What it reads.
    pub(super) input: Option<&'a Path>,
    /// Empty files that it writes to.
    pub(super) outputs: &'a [&'a Path],
}

/// Why there is no output.
#[derive(Debug, thiserror::Error)]
pub(super) enum RunError {
    /// It was killed after its time.
    #[error("took too long")]
    TimedOut,
    /// It was killed since it had written too much.
    #[error("message too much")]
    TooMuch,
    /// Somebody, or the system in need of memory, killed it.
    #[error("was killed")]
    Killed,
    /// It ended with a failure; with what it complained about.
    #[error("failed: {0}")]
    Refused(String),
    /// It could not be run at all.
    #[error("could not be run: {0}")]
    Failed(io::Error),
}

/// How programs are run here.
#[derive(Clone, Debug)]
pub(super) struct Sandbox {
    /// bubblewrap, where the host allows it.
    bwrap: Option<PathBuf>,
}

impl Sandbox {
    /// A sandbox of bubblewrap, or of resource limits alone where there is none.
    pub(super) fn new(bwrap: Option<PathBuf>) -> Sandbox {
        Sandbox { bwrap }
    }

    /// Whether files and network are out of reach.
    pub(super) fn is_closed(&self) -> bool {
        self.bwrap.is_some()
    }

    /// The name of the input for a program, as ffmpeg takes it.
    pub(super) fn name_of(&self, input: &Path) -> OsString {
        self.named(INPUT, input)
    }

    /// The same for an output, by its place among them.
    pub(super) fn name_of_output(&self, place: usize, output: &Path) -> OsString {
        self.named(&format!("{OUTPUT}{place}"), output)
    }

    fn named(&self, inside: &str, outside: &Path) -> OsString {
        let path = if self.is_closed() { Path::new(inside) } else { outside };
        let mut name = OsString::from("file:");
        name.push(path);
        name
    }

    /// Runs the program over the files, and gives what it wrote to its standard output.
    pub(super) async fn run<A: AsRef<OsStr>>(
        &self,
        program: &Path,
        args: &[A],
        files: Files<'_>,
        allowance: Allowance,
    ) -> Result<Vec<u8>, RunError> {
        let mut command = self.command(program, files);
        command.args(args);
        prepare(&mut command, allowance);
        let mut group = Group::start(command).map_err(RunError::Failed)?;
        match tokio::time::timeout(allowance.wall, group.listen(allowance.output_bytes)).await {
            Ok(read) => read,
            Err(_) => Err(RunError::TimedOut),
        }
    }

    fn command(&self, program: &Path, files: Files<'_>) -> Command {
        let Some(bwrap) = &self.bwrap else { return Command::new(program) };
        let mut command = Command::new(bwrap);
        command.args(["--unshare-all", "--die-with-parent", "--cap-drop", "ALL", "--clearenv"]);
        command.args(["--ro-bind", "/usr", "/usr", "--dev", "/dev", "--chdir", "/"]);
        // Libraries, and how the loader finds them.
        for path in ["/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives"] {
            command.args(["--ro-bind-try", path, path]);
        }
        if !program.starts_with("/usr") {
            command.arg("--ro-bind").args([program, program]);
        }
        if let Some(input) = files.input {
            command.arg("--ro-bind").arg(input).arg(INPUT);
        }
        for (place, output) in files.outputs.iter().enumerate() {
            command.arg("--bind").arg(output).arg(format!("{OUTPUT}{place}"));
        }
        command.arg("--").arg(program);
        command
    }
}

fn prepare(command: &mut Command, allowance: Allowance) {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env_clear().env("LC_ALL", "C").env("PATH", "/usr/bin:/bin").current_dir("/");
    command.kill_on_drop(true);
    #[allow(unsafe_code)]
    // SAFETY: between fork and exec only system calls are made (setsid, setrlimit, nice, open and
    // write, straight to the kernel), over values that were computed before; nothing allocates.
    unsafe {
        command.pre_exec(move || confine(&allowance));
    }
}

/// In the child: a session of its own, which no terminal belongs to and which can be killed
/// whole, and its limits.
fn confine(allowance: &Allowance) -> io::Result<()> {
    setsid()?;
    for (resource, limit) in [
        (Resource::Cpu, allowance.cpu_seconds),
        (Resource::As, allowance.memory_bytes),
        (Resource::Fsize, allowance.file_bytes),
        (Resource::Nofile, MAX_FILES),
        (Resource::Core, 0),
    ] {
        setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit) })?;
    }
    if allowance.is_nice {
        nice(NICENESS)?;
        step_back();
    }
    Ok(())
}

/// Linux shares the processor among sessions first (sched(7), autogroup), and niceness counts
/// within one: the session as a whole steps back as well. Where there are no autogroups it need
/// not.
fn step_back() {
    let flags = OFlags::WRONLY | OFlags::CLOEXEC;
    if let Ok(file) = open(c"/proc/self/autogroup", flags, Mode::empty()) {
        let _ = rustix::io::write(&file, AUTOGROUP_NICENESS);
    }
}

/// A running program and all that it started. Dropping it kills them.
struct Group {
    child: Child,
    /// Until the program was waited for; its number may belong to another one afterwards.
    leader: Option<Pid>,
}

impl Group {
    fn start(mut command: Command) -> io::Result<Group> {
        let child = command.spawn()?;
        let leader = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        Ok(Group { child, leader })
    }

    async fn listen(&mut self, output_bytes: u64) -> Result<Vec<u8>, RunError> {
        let (out, err) = (self.child.stdout.take(), self.child.stderr.take());
        let stdout = async {
            let stdout = read_limited(out, output_bytes + 1).await.map_err(RunError::Failed)?;
            let too_much = stdout.len() as u64 > output_bytes;
            if too_much { Err(RunError::TooMuch) } else { Ok(stdout) }
        };
        let stderr = async { Ok(read_and_drain(err).await.unwrap_or_default()) };
        let (stdout, stderr) = tokio::try_join!(stdout, stderr)?;
        let status = self.child.wait().await.map_err(RunError::Failed)?;
        self.leader = None;
        if status.success() {
            return Ok(stdout);
        }
        // bubblewrap says so by its own status.
        if status.signal() == Some(KILL) || status.code() == Some(128 + KILL) {
            return Err(RunError::Killed);
        }
        Err(RunError::Refused(format!("{status}: {}", String::from_utf8_lossy(&stderr).trim())))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.leader {
            // It may have ended by itself meanwhile, which is as well.
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}

/// The first bytes that come.
async fn read_limited(
    pipe: Option<impl AsyncRead + Unpin>,
    limit_bytes: u64,
) -> io::Result<Vec<u8>> {
    let mut read = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(limit_bytes).read_to_end(&mut read).await?;
    }
    Ok(read)
}

/// The beginning of what a program writes; the rest is read as well, or the program would block on a
/// full pipe.
async fn read_and_drain(mut pipe: Option<impl AsyncRead + Unpin>) -> io::Result<Vec<u8>> {
    let read = read_limited(pipe.as_mut(), MAX_STDERR_BYTES).await?;
    if let Some(mut pipe) = pipe {
        tokio::io::copy(&mut pipe, &mut tokio::io::sink()).await?;
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::process::test_kill_process_group;
    use std::time::Instant;

    const ALLOWANCE: Allowance = Allowance {
        wall: Duration::from_secs(20),
        cpu_seconds: 10,
        memory_bytes: 1 << 30,
        file_bytes: 0,
        output_bytes: 64 << 10,
        is_nice: false,
    };

    /// Without bubblewrap, and with it where this machine allows it.
    async fn both() -> Vec<Sandbox> {
        let bare = Sandbox::new(None);
        let closed = Sandbox::new(Some("/usr/bin/bwrap".into()));
        match closed.run(Path::new("/usr/bin/true"), &[""], Files::default(), ALLOWANCE).await {
            Ok(_) => vec![bare, closed],
            Err(_) => vec![bare],
        }
    }

    async fn shell(
        sandbox: &Sandbox,
        script: &str,
        allowance: Allowance,
    ) -> Result<String, RunError> {
        let stdout =
            sandbox.run(Path::new("/bin/sh"), &["-c", script], Files::default(), allowance).await?;
        Ok(String::from_utf8_lossy(&stdout).into_owned())
    }

    #[tokio::test]
    async fn a_program_is_heard_and_its_failure_told() {
        for sandbox in both().await {
            assert_eq!(shell(&sandbox, "echo hello", ALLOWANCE).await.unwrap(), "hello\n");
            let error = shell(&sandbox, "echo bad >&2; exit 3", ALLOWANCE).await.unwrap_err();
            assert!(matches!(&error, RunError::Refused(why) if why.ends_with("bad")), "{error}");
            let noisy = "head -c 1000000 /dev/zero >&2; echo done";
            assert_eq!(shell(&sandbox, noisy, ALLOWANCE).await.unwrap(), "done\n");
        }
    }

    #[tokio::test]
    async fn a_program_that_hangs_is_killed_with_all_it_started() {
        for sandbox in both().await {
            let mut command = sandbox.command(Path::new("/bin/sh"), Files::default());
            command.args(["-c", "sleep 1000 & sleep 1000 & echo $$; sleep 1000"]);
            prepare(&mut command, ALLOWANCE);
            let mut group = Group::start(command).unwrap();
            let leader = group.leader.unwrap();
            let mut byte = [0];
            group.child.stdout.as_mut().unwrap().read_exact(&mut byte).await.unwrap();
            assert!(test_kill_process_group(leader).is_ok());
            drop(group);
            while test_kill_process_group(leader).is_ok() {
                tokio::task::yield_now().await;
            }
        }
    }

    #[tokio::test]
    async fn whoever_is_nice_is_so_beside_other_sessions_too() {
        let nice = Allowance { is_nice: true, ..ALLOWANCE };
        let script = "nice; cat /proc/self/autogroup 2>/dev/null || echo none";
        let plain = shell(&Sandbox::new(None), "nice", ALLOWANCE).await.unwrap();
        let stdout = shell(&Sandbox::new(None), script, nice).await.unwrap();
        let (niceness, group) = stdout.split_once('\n').unwrap();
        let number = |text: &str| text.trim().parse::<i32>().unwrap();
        assert_eq!(number(niceness), (number(&plain) + 10).min(19));
        assert!(group.trim() == "none" || group.trim().ends_with("nice 10"), "{group}");
    }

    #[tokio::test]
    async fn time_and_output_end_it() {
        for sandbox in both().await {
            let started = Instant::now();
            let short = Allowance { wall: Duration::from_millis(200), ..ALLOWANCE };
            let error = shell(&sandbox, "sleep 1000 & sleep 1000", short).await.unwrap_err();
            assert!(matches!(error, RunError::TimedOut), "{error}");
            let error = shell(&sandbox, "yes", ALLOWANCE).await.unwrap_err();
            assert!(matches!(error, RunError::TooMuch), "{error}");
            let busy = Allowance { cpu_seconds: 1, ..ALLOWANCE };
            let error = shell(&sandbox, "while :; do :; done", busy).await.unwrap_err();
            assert!(matches!(error, RunError::Killed), "{error}");
            assert!(started.elapsed() < ALLOWANCE.wall);
        }
    }

    #[tokio::test]
    async fn nothing_is_written_and_no_secret_of_ours_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out");
        for sandbox in both().await {
            let script = format!("echo leak > {}", path.display());
            assert!(shell(&sandbox, &script, ALLOWANCE).await.is_err());
            assert_eq!(std::fs::metadata(&path).map_or(0, |file| file.len()), 0);
            let report = shell(&sandbox, "env", ALLOWANCE).await.unwrap();
            assert!(!report.contains("CARGO") && !report.contains("HOME"), "{report}");
        }
    }

    #[tokio::test]
    async fn the_closed_sandbox_has_one_file_and_no_network() {
        let dir = tempfile::tempdir().unwrap();
        let input = dir.path().join("mine");
        std::fs::write(&input, b"mine").unwrap();
        for sandbox in both().await.into_iter().filter(Sandbox::is_closed) {
            let script = "cat /input; for d in /etc/passwd /root /home /proc/self /tmp /var /work; do \
                          test -e $d && echo $d; done; ls /sys/class/net; true";
            let sh = Path::new("/bin/sh");
            let files = Files { input: Some(&input), outputs: &[] };
            let stdout = sandbox.run(sh, &["-c", script], files, ALLOWANCE).await.unwrap();
            assert_eq!(String::from_utf8_lossy(&stdout), "mine");
        }
    }
}
