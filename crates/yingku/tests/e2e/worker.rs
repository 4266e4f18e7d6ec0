//! `yingku worker`: films are encoded by other processes, which have neither the database nor the
//! folder of the server, and which may be killed at any moment.

use crate::stage::{BIN, PASSWORD, SOON, Stage, items, number, text};
use serde_json::Value;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use yingku_testkit::{Cli, Database, Running, temp_dir, wait_for};

/// Pictures of the film: half a minute.
const PICTURES: usize = 750;
/// Leases end, and what was begun is done by others, well within this.
const LONG: Duration = Duration::from_secs(120);

#[test]
fn workers_encode_a_film_though_one_is_killed_on_sqlite() {
    encode_with_workers(Database::Sqlite);
}

#[test]
fn workers_encode_a_film_though_one_is_killed_on_mariadb() {
    encode_with_workers(Database::MariaDb);
}

fn encode_with_workers(database: Database) {
    let stage = Stage::open(database);
    stage.set("media.workers", "0");
    let video = number(&stage.upload("影片.mp4", true, film()).ok()["id"]);
    let first = Machine::new(&stage, "一号");
    let second = Machine::new(&stage, "二号");
    let killed = first.start(&stage);
    wait_for("the first worker to begin", SOON, || {
        let listed = stage.admin.http.get("/api/v1/workers").send().ok();
        let is_at_work = |worker: &Value| worker["name"] == "一号" && worker["running"] == 1;
        items(&listed).iter().any(is_at_work).then_some(())
    });
    killed.kill9();
    let worker = second.start(&stage);
    let shown = wait_for("the film to be encoded", LONG, || {
        let shown = stage.admin.http.get(&format!("/api/v1/videos/{video}")).send().ok();
        (shown["playback"]["encoding"]["percent"] == 100).then_some(shown)
    });
    // What was killed was begun once more, by the other.
    let jobs = stage.admin.http.get("/api/v1/jobs?kind=unit").send().ok();
    let attempts: Vec<i64> = items(&jobs).iter().map(|job| number(&job["attempts"])).collect();
    assert!(attempts.contains(&2) && attempts.iter().all(|&count| count <= 2), "{attempts:?}");
    assert_eq!(pictures(text(&shown["playback"]["hls_url"])), PICTURES);
    // Neither a worker that is stopped leaves anything behind on its machine, nor one that was
    // killed once it was started again.
    worker.terminate().ok();
    first.start(&stage).terminate().ok();
    for machine in [first, second] {
        assert_eq!(machine.remains(), 0);
    }
    stage.close();
}

#[test]
fn a_worker_whose_token_is_revoked_ends() {
    let stage = Stage::open(Database::Sqlite);
    let machine = Machine::new(&stage, "一号");
    let mut running = machine.start(&stage);
    // Its folder is its own.
    let server = stage.server.url.clone();
    let other = machine.cli.run(machine.args(&stage)).exits(1);
    assert!(other.stderr.contains("another worker"), "{}", other.stderr);
    let login = Cli::new(BIN);
    let password = format!("{PASSWORD}\n");
    login
        .run_with(&password, ["login", server.as_str(), &stage.admin.name, "--password-stdin"])
        .ok();
    let listed = login.run(["worker", "list", "--json"]).ok_json();
    assert_eq!(items(&listed).len(), 1);
    login.run(["worker", "revoke", &items(&listed)[0]["id"].to_string()]).ok();
    wait_for("the worker to end", SOON, || (!running.runs()).then_some(()));
    let outcome = running.finish().exits(1);
    assert!(outcome.stderr.contains("revoked"), "{}", outcome.stderr);
    stage.close();
}

#[test]
fn a_worker_goes_nowhere_without_tls() {
    let cli = Cli::new(BIN);
    let outcome = cli.run(["worker", "--server", "http://example.org", "--token", "T"]).exits(2);
    assert!(outcome.stderr.contains("https://"), "{}", outcome.stderr);
}

/// A machine with the token of a worker that was registered.
pub struct Machine {
    cli: Cli,
}

impl Machine {
    pub fn new(stage: &Stage, name: &str) -> Self {
        let mut args: Vec<OsString> =
            ["worker", "create", name, "--json"].map(OsString::from).into();
        args.extend(stage.site.local_args());
        let made = Cli::new(BIN).run(args).ok_json();
        Machine { cli: Cli::new(BIN).env("YINGKU_WORKER_TOKEN", text(&made["token"])) }
    }

    fn args(&self, stage: &Stage) -> [String; 7] {
        let folder = self.cli.home().join("work").display().to_string();
        let server = stage.server.url.clone();
        ["worker", "--server", &server, "-j", "1", "--dir", &folder].map(str::to_owned)
    }

    /// Starts the worker for a site that runs.
    pub fn start(&self, stage: &Stage) -> Running {
        let running = self.cli.start(self.args(stage));
        wait_for("the worker", SOON, || running.stdout().contains("ready").then_some(()));
        running
    }

    /// How many films, and files that ffmpeg wrote, it has.
    pub fn remains(&self) -> usize {
        let folder = |name| self.cli.home().join("work").join(name);
        ["incoming", "sources"].map(|name| files(&folder(name))).iter().sum()
    }
}

/// A film that has to be encoded.
fn film() -> Vec<u8> {
    let dir = temp_dir();
    let path = dir.path().join("film.mp4");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-f", "lavfi", "-i"]);
    ffmpeg.args(["testsrc2=size=320x240:rate=25:duration=30", "-c:v", "mpeg4", "-q:v", "4"]);
    assert!(ffmpeg.arg(&path).status().expect("ffmpeg is needed for this test").success());
    fs::read(path).expect("it can be read")
}

/// How many pictures a player gets.
fn pictures(url: &str) -> usize {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-i", url, "-map", "0:v:0", "-fps_mode"]);
    ffmpeg.args(["passthrough", "-f", "framemd5", "-"]);
    let output = ffmpeg.output().expect("ffmpeg is needed for this test");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    let stdout = String::from_utf8(output.stdout).expect("text");
    stdout.lines().filter(|line| !line.starts_with('#')).count()
}

fn files(folder: &Path) -> usize {
    let entries = folder.read_dir().expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
}
