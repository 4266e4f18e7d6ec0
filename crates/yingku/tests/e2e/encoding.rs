//! kill -9 of the server, of a worker and of ffmpeg while films are encoded: nothing but the unit in
//! the making is lost, what is sent is whole, and nothing stays behind.

use crate::stage::{BIN, Stage, items, number, setting_from_env, text};
use crate::worker::Machine;
use serde_json::Value;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, SystemTime};
use yingku_testkit::{Cli, Database, Random, temp_dir, wait_for};

/// Pictures of each film: twelve seconds.
const PICTURES: usize = 300;
/// Leases end, and what was killed is tried again, well within this.
const SOON: Duration = Duration::from_secs(180);
/// Rounds until everything is waited for and looked at.
const BATCH: u32 = 10;

#[test]
fn encoding_outlives_kills_on_sqlite() {
    kill_rounds(Database::Sqlite);
}

#[test]
fn encoding_outlives_kills_on_mariadb() {
    kill_rounds(Database::MariaDb);
}

fn kill_rounds(database: Database) {
    let rounds = setting_from_env("YINGKU_ENCODE_KILLS", 4);
    let mut random = Random::seeded("encode kills");
    let film = film();
    let mut stage = Stage::open(database);
    stage.set("playback.max_streams", "1000");
    stage.set("media.workers", "1");
    let machine = Machine::new(&stage, "一号");
    let mut worker = machine.start(&stage);
    let (mut servers, mut workers, mut encoders) = (0, 0, 0);
    for round in 0..rounds {
        let video = stage.upload("影片.mp4", true, unique(&film, random.number())).ok();
        // Not a race to hide: the moment of the kill is what is random here.
        thread::sleep(random.millis(50, 1_200));
        let victim = random.between(0, 3);
        if victim == 0 {
            stage = stage.kill_and_restart();
            // The server has another address now.
            worker.terminate().ok();
            worker = machine.start(&stage);
            servers += 1;
        } else if victim == 1 && kill_encoder([stage.server.pid(), worker.pid()], &mut random) {
            encoders += 1;
        } else {
            worker.kill9();
            worker = machine.start(&stage);
            workers += 1;
        }
        // Whole or not there, whatever was killed.
        watch_some(&stage, number(&video["id"]));
        if (round + 1) % BATCH == 0 || round + 1 == rounds {
            all_end(&stage);
        }
    }
    println!(
        "{rounds} rounds: {servers} servers, {workers} workers and {encoders} encoders killed"
    );
    worker.terminate().ok();
    assert_eq!(machine.remains(), 0);
    for video in items(&stage.admin.http.get("/api/v1/videos?limit=200").send().ok()) {
        check_film(&stage, number(&video["id"]));
    }
    check_remains(stage);
}

/// A film that has to be encoded.
fn film() -> Vec<u8> {
    let dir = temp_dir();
    let path = dir.path().join("film.mp4");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-f", "lavfi", "-i"]);
    ffmpeg.args([
        "testsrc2=size=320x240:rate=25:duration=12",
        "-f",
        "lavfi",
        "-i",
        "sine=duration=12",
    ]);
    ffmpeg.args(["-c:v", "mpeg4", "-q:v", "4", "-c:a", "mp3"]).arg(&path);
    assert!(ffmpeg.status().expect("ffmpeg is needed for this test").success());
    fs::read(path).expect("it can be read")
}

/// The same film with other bytes, which players skip.
fn unique(film: &[u8], seed: u64) -> Vec<u8> {
    let mut bytes = film.to_vec();
    bytes.extend(16_u32.to_be_bytes());
    bytes.extend(b"free");
    bytes.extend(seed.to_be_bytes());
    bytes
}

/// Kills one ffmpeg of these processes; answers whether one was killed.
fn kill_encoder(parents: [u32; 2], random: &mut Random) -> bool {
    let is_theirs = |pid| parents.iter().any(|&parent| descends(pid, parent));
    let mine: Vec<u32> =
        processes().into_iter().filter(|&pid| name_of(pid) == "ffmpeg" && is_theirs(pid)).collect();
    if mine.is_empty() {
        return false;
    }
    let pid = mine[random.between(0, mine.len() as u64) as usize];
    // It may have ended by itself meanwhile.
    let killed = Command::new("kill").args(["-9", &pid.to_string()]).status();
    killed.expect("kill runs").success()
}

fn processes() -> Vec<u32> {
    let entries = fs::read_dir("/proc").expect("there is /proc");
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect()
}

fn name_of(pid: u32) -> String {
    fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default().trim().to_owned()
}

fn descends(mut pid: u32, from: u32) -> bool {
    while pid > 1 {
        if pid == from {
            return true;
        }
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let parent = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1));
        pid = parent.and_then(|parent| parent.parse().ok()).unwrap_or(0);
    }
    false
}

fn playback(stage: &Stage, video: i64) -> Value {
    stage.admin.http.get(&format!("/api/v1/videos/{video}")).send().ok()["playback"].clone()
}

/// Asks for the first segment: it comes whole, or not at all.
fn watch_some(stage: &Stage, video: i64) {
    let playback = playback(stage, video);
    let Some(url) = playback["hls_url"].as_str() else { return };
    let (_, path) = url.split_once("/s/").expect("a signed path");
    let folder = path.strip_suffix("master.m3u8").expect("the first playlist");
    let answer = stage.http().get(&format!("/s/{folder}240p/0.m4s")).send();
    if answer.status == 200 {
        assert_eq!(&answer.body[4..8], b"styp");
        assert_eq!(answer.header("content-length"), Some(answer.body.len().to_string().as_str()));
    }
}

/// Waits until every job ends. What was killed once too often is begun anew.
fn all_end(stage: &Stage) {
    let http = &stage.admin.http;
    let count = |state: &str| {
        ["probe", "plan", "sound", "unit"].iter().find_map(|kind| {
            let jobs = http.get(&format!("/api/v1/jobs?state={state}&kind={kind}")).send().ok();
            items(&jobs).first().cloned()
        })
    };
    wait_for("every job to end", SOON, || {
        if let Some(failed) = count("failed") {
            assert_eq!(failed["reason"], "holders_lost", "{failed}");
            http.post(&format!("/api/v1/jobs/{}/retry", failed["id"])).send().ok();
        }
        (count("queued").is_none() && count("running").is_none()).then_some(())
    });
}

fn check_film(stage: &Stage, video: i64) {
    let playback = playback(stage, video);
    assert_eq!(playback["state"], "ready", "{playback}");
    assert_eq!(playback["encoding"]["percent"], 100, "{playback}");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-i", text(&playback["hls_url"])]);
    ffmpeg.args(["-map", "0:v:0", "-fps_mode", "passthrough", "-f", "framemd5", "-"]);
    let output = ffmpeg.output().expect("ffmpeg is needed for this test");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    let message = String::from_utf8(output.stdout).expect("text");
    let hash = |line: &str| line.rsplit(',').next().map(str::to_owned);
    let mut pictures: Vec<_> =
        message.lines().filter(|line| !line.starts_with('#')).filter_map(hash).collect();
    assert_eq!(pictures.len(), PICTURES, "every picture once");
    pictures.sort_unstable();
    pictures.dedup();
    assert_eq!(pictures.len(), PICTURES, "none is black, or like another");
}

/// Nothing runs any more, and nothing lies about after housekeeping.
fn check_remains(stage: Stage) {
    let Stage { site, server, .. } = stage;
    let folder = site.data_dir.clone();
    server.terminate();
    let orphans = || {
        let is_ours = |pid: &u32| {
            let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line).into_owned();
            name_of(*pid) != "mariadbd" && line.contains(&folder.display().to_string())
        };
        processes().into_iter().filter(is_ours).count()
    };
    wait_for("the last process to end", SOON, || (orphans() == 0).then_some(()));
    make_old(&folder.join("blobs"));
    make_old(&folder.join("incoming"));
    let mut args: Vec<OsString> = vec!["doctor".into(), "--json".into(), "--repair".into()];
    args.extend(site.local_args());
    let report = Cli::new(BIN).run(args).ok_json();
    assert_eq!(report["ok"], true, "{report}");
    let rows = "SELECT (SELECT COUNT(*) FROM `blob`) + (SELECT COUNT(*) FROM unit) \
        + (SELECT COUNT(storage_key) FROM picture)";
    let rows: usize = site.sql(rows).trim().parse().expect("a number");
    assert_eq!(files(&folder.join("blobs")), rows);
    // Housekeeping, as at any start.
    site.sql("UPDATE job SET run_at_ms = 0 WHERE kind = 'sweep_incoming'");
    let server = site.start();
    let incoming = folder.join("incoming");
    wait_for("the remains to be swept", SOON, || (files(&incoming) == 0).then_some(()));
    server.terminate();
}

fn files(folder: &Path) -> usize {
    let entries = folder.read_dir().expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
}

fn make_old(folder: &Path) {
    for entry in folder.read_dir().expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            make_old(&path);
            continue;
        }
        let file = File::options().write(true).open(&path).expect("it can be opened");
        file.set_modified(SystemTime::UNIX_EPOCH).expect("it has a time");
    }
}
