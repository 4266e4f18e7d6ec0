//! tus clients that nobody here wrote, each from its own registry in a version of its own,
//! against this server: a line that breaks in the middle, a process that ends there, parts
//! that are put together. Their scripts are in `tests/clients`.

use crate::stage::{SOON, Stage, all, number, text};
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use yingku_testkit::{Database, Relay, guarded, hash_of, spawn, temp_dir, unique_film, wait_for};

const MIB: i64 = 1 << 20;
/// Slow enough that a film of 24 MB is under way for seconds.
const SLOW: u32 = 10_000_000;
const FILM_BYTES: usize = 24_000_000;

#[test]
fn tus_js_client_goes_on_when_the_line_breaks() {
    goes_on_when_the_line_breaks(&node("tus_js.mjs"), &["whole"], 1);
}

#[test]
fn tus_js_client_goes_on_in_another_process() {
    goes_on_in_another_process(&node("tus_js.mjs"));
}

/// Three parts, and what they are put together to.
#[test]
fn tus_js_client_sends_parts_side_by_side_and_goes_on() {
    goes_on_when_the_line_breaks(&node("tus_js.mjs"), &["parallel"], 4);
}

#[test]
fn uppy_goes_on_when_the_line_breaks() {
    goes_on_when_the_line_breaks(&node("uppy.mjs"), &[], 1);
}

#[test]
fn tuspy_goes_on_when_the_line_breaks() {
    goes_on_when_the_line_breaks(&python("with_tuspy.py"), &["whole"], 1);
}

#[test]
fn tuspy_goes_on_in_another_process() {
    goes_on_in_another_process(&python("with_tuspy.py"));
}

#[test]
fn aiotus_goes_on_when_the_line_breaks() {
    goes_on_when_the_line_breaks(&python("with_aiotus.py"), &["whole"], 1);
}

#[test]
fn aiotus_sends_parts_side_by_side_and_goes_on() {
    goes_on_when_the_line_breaks(&python("with_aiotus.py"), &["parts"], 4);
}

/// A program and its script.
struct Client {
    program: PathBuf,
    script: PathBuf,
}

impl Client {
    /// Sends a file there, in some way.
    fn command(&self, url: &str, token: &str, film: &Path, ways: &[&str]) -> Command {
        let mut command = guarded(&self.program);
        command.arg(&self.script).arg(format!("{url}/api/v1/uploads")).arg(token).arg(film);
        // No proxy of whoever runs the tests stands between.
        for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
            command.env_remove(name);
        }
        command.args(ways).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

/// Its line breaks when a third is there; it goes on by itself, with the same `uploads`.
fn goes_on_when_the_line_breaks(client: &Client, ways: &[&str], uploads: usize) {
    let stage = Stage::open(Database::Sqlite);
    // Parts travel on three connections.
    let relay = Relay::new(&stage.server.url, if uploads > 1 { SLOW / 3 } else { SLOW });
    let (folder, film) = (temp_dir(), unique_film(940, FILM_BYTES));
    let path = folder.path().join("film.mp4");
    fs::write(&path, &film).expect("it can be written");
    let sending = spawn(client.command(&relay.url, &stage.admin.token, &path, ways));
    let sending = sending.expect("the client starts");
    let received = wait_for("a third of the film", SOON * 3, || {
        let open = all(&stage.admin.http, "/api/v1/uploads");
        let received: i64 = open.iter().map(|upload| number(&upload["offset_bytes"])).sum();
        (received >= 8 * MIB).then_some(received)
    });
    relay.cut();
    assert!(received < FILM_BYTES as i64, "it was in the middle");
    check(&sending.wait_with_output().expect("it can be awaited"));
    check_film(&stage, &film, uploads);
    stage.close();
}

/// One process stops in the middle, another goes on.
fn goes_on_in_another_process(client: &Client) {
    let stage = Stage::open(Database::Sqlite);
    let (folder, film) = (temp_dir(), unique_film(941, FILM_BYTES));
    let path = folder.path().join("film.mp4");
    fs::write(&path, &film).expect("it can be written");
    for way in ["begin", "resume"] {
        let command = client.command(&stage.server.url, &stage.admin.token, &path, &[way]);
        let sending = spawn(command).expect("the client starts");
        check(&sending.wait_with_output().expect("it can be awaited"));
        if way == "begin" {
            let open = all(&stage.admin.http, "/api/v1/uploads");
            assert_eq!(open.len(), 1, "it stopped in the middle: {open:?}");
            assert!(number(&open[0]["offset_bytes"]) >= 4 * MIB, "{open:?}");
        }
    }
    check_film(&stage, &film, 1);
    stage.close();
}

fn check(output: &Output) {
    let message = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (message(&output.stdout), message(&output.stderr));
    assert!(output.status.success(), "{}\n{out}\n{err}", output.status);
}

/// The film is there, and nothing was begun twice.
fn check_film(stage: &Stage, film: &[u8], uploads: usize) {
    let videos = all(&stage.admin.http, "/api/v1/videos");
    assert_eq!(videos.len(), 1, "{videos:?}");
    assert_eq!(text(&videos[0]["content_hash"]), hash_of(film));
    assert_eq!(videos[0]["is_free"], true, "its metadata came along");
    let begun = stage.site.sql("SELECT COUNT(*) FROM upload");
    assert_eq!(begun.trim(), uploads.to_string(), "uploads that were begun");
    assert!(all(&stage.admin.http, "/api/v1/uploads").is_empty(), "some are left open");
}

fn node(script: &str) -> Client {
    static READY: OnceLock<PathBuf> = OnceLock::new();
    let folder = READY.get_or_init(|| {
        installed("node", "package-lock.json", |folder| {
            let mut npm = Command::new("npm");
            npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(folder);
            run(npm);
        })
    });
    Client { program: "node".into(), script: folder.join(script) }
}

fn python(script: &str) -> Client {
    static READY: OnceLock<PathBuf> = OnceLock::new();
    let folder = READY.get_or_init(|| {
        installed("python", "requirements.txt", |folder| {
            let mut venv = Command::new("python3");
            venv.args(["-m", "venv", "--clear"]).arg(folder.join("venv"));
            run(venv);
            let mut pip = Command::new(folder.join("venv/bin/pip"));
            pip.args(["install", "--quiet", "--no-deps", "--disable-pip-version-check"]);
            pip.arg("-r").arg(folder.join("requirements.txt"));
            run(pip);
        })
    });
    Client { program: folder.join("venv/bin/python"), script: folder.join(script) }
}

/// The scripts of that kind with what they need, under `target`; installed anew only when
/// the list of it has changed.
fn installed(kind: &str, list: &str, install: impl FnOnce(&Path)) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/clients").join(kind);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clients").join(kind);
    fs::create_dir_all(&folder).expect("it can be made");
    // Another run of the tests waits here.
    let lock = File::create(folder.join(".lock")).expect("it can be made");
    lock.lock().expect("it can be locked");
    for entry in fs::read_dir(&source).expect("the scripts are there") {
        let path = entry.expect("the scripts are there").path();
        if path.is_file() {
            let name: OsString = path.file_name().expect("it has a name").into();
            fs::copy(&path, folder.join(name)).expect("it can be copied");
        }
    }
    let wanted = fs::read(source.join(list)).expect("the list is there");
    let stamp = folder.join(".installed");
    if fs::read(&stamp).is_ok_and(|there| there == wanted) {
        return folder;
    }
    install(&folder);
    fs::write(&stamp, wanted).expect("it can be written");
    folder
}

fn run(mut command: Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{message}", output.status);
}
