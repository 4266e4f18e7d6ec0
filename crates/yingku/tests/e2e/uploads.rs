//! Uploads that come in several requests, against a server that dies and a disk that fails:
//! what was answered is there, and the video has the bytes that were sent.

use crate::disk::Disk;
use crate::stage::{Person, SOON, Stage, number, setting_from_env};
use std::collections::HashMap;
use std::fs;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};
use yingku_testkit::{
    Answer, Database, Random, Request, Server, Site, hash_of, temp_dir, unique_film, wait_for,
};

const UPLOADERS: usize = 3;
const OCTETS: &str = "application/offset+octet-stream";

#[test]
fn kill_9_on_sqlite() {
    kill_rounds(Database::Sqlite);
}

#[test]
fn kill_9_on_mariadb() {
    kill_rounds(Database::MariaDb);
}

/// The server dies as it begins its n-th fsync, and its n-th rename. n counts for each of its
/// threads, and goes up to what a trace has counted of one that makes videos of uploads.
#[test]
fn kill_points_on_sqlite() {
    kill_points(Database::Sqlite);
}

#[test]
fn kill_points_on_mariadb() {
    kill_points(Database::MariaDb);
}

/// The disk loses its power in the middle of it all: database and bytes lie on it.
#[test]
fn power_cuts_on_sqlite() {
    power_cuts(Database::Sqlite);
}

/// The same; the database, on MariaDB, lies elsewhere and knows what was answered.
#[test]
fn power_cuts_on_mariadb() {
    power_cuts(Database::MariaDb);
}

/// Every byte of the disk is taken while uploads are under way, and given back.
#[test]
fn a_full_disk_keeps_what_was_answered() {
    let Some(disk) = Disk::new(160 << 20) else { return };
    let stage = Stage::open_site(site_on(&disk, Database::Sqlite));
    let admin = stage.admin.clone();
    let video = stage.upload("影片.mp4", true, unique_film(1, 400_000)).ok();
    let mut open: Vec<Sent> = (2..5)
        .map(|seed| Sent::begin(&admin, unique_film(seed, 9_000_000)).expect("it is up"))
        .collect();
    for sent in &mut open {
        assert_eq!(sent.patch(&admin, 3_000_000).expect("it is up").status, 204);
    }
    let filler = disk.fill();
    for sent in &mut open {
        let refused = sent.patch(&admin, 3_000_000).expect("it is up");
        assert_eq!((refused.status, refused.refused()), (503, "storage_full".to_owned()));
        assert!(refused.header("retry-after").is_some());
        sent.head(&admin);
    }
    // Reading goes on.
    let path = format!("/api/v1/videos/{}", number(&video["id"]));
    assert_eq!(admin.http.get(&path).send().ok()["content_hash"], video["content_hash"]);

    fs::remove_file(filler).expect("a file can be removed");
    let freed = Instant::now();
    for sent in &mut open {
        let last = wait_for("room again", SOON, || {
            let answer = sent.patch(&admin, usize::MAX / 2).expect("it is up");
            (answer.status == 204).then_some(answer)
        });
        sent.check(&admin, &last);
    }
    println!("3 uploads went on and ended {} ms after there was room", freed.elapsed().as_millis());
    assert_eq!(
        stage.admin.http.get("/api/v1/uploads").send().ok()["items"].as_array(),
        Some(&vec![])
    );
    stage.close();
}

fn site_on(disk: &Disk, database: Database) -> Site {
    let mut site = Site::new(crate::stage::BIN, database);
    site.data_dir = disk.path.join("data");
    site
}

/// Each write and each fsync of the upload's file fails; it goes on where it was.
#[test]
fn a_disk_that_fails_keeps_what_was_answered() {
    for (calls, error, code) in [
        ("write", "ENOSPC", "storage_full"),
        ("fdatasync", "ENOSPC", "storage_full"),
        ("write", "EIO", "storage_failed"),
        ("fdatasync", "EIO", "storage_failed"),
    ] {
        failing_disk(calls, error, code);
    }
}

/// An upload, as whoever sends it knows it.
struct Sent {
    bytes: Vec<u8>,
    path: String,
    /// What was answered last.
    answered: usize,
}

impl Sent {
    fn begin(admin: &Person, bytes: Vec<u8>) -> io::Result<Sent> {
        let request = tus(admin, "POST", "/api/v1/uploads");
        let answer = request
            .header("Upload-Length", &bytes.len().to_string())
            .content(Vec::new())
            .try_send()?;
        if answer.status == 503 {
            return Err(io::Error::other("the storage failed"));
        }
        assert_eq!(answer.status, 201, "{}", answer.text());
        let address = answer.header("location").expect("a location");
        let path = address[address.find("/api/").expect("a path")..].to_owned();
        Ok(Sent { bytes, path, answered: 0 })
    }

    /// Sends the next bytes.
    fn patch(&mut self, admin: &Person, count: usize) -> io::Result<Answer> {
        let end = self.bytes.len().min(self.answered + count);
        let answer = tus(admin, "PATCH", &self.path)
            .header("Upload-Offset", &self.answered.to_string())
            .header("Content-Type", OCTETS)
            .content(self.bytes[self.answered..end].to_vec())
            .try_send()?;
        if answer.status == 204 {
            self.answered = offset_of(&answer);
            assert_eq!(self.answered, end);
        }
        Ok(answer)
    }

    /// Asks how far it is: never less than was answered.
    fn head(&mut self, admin: &Person) -> Answer {
        let answer = tus(admin, "HEAD", &self.path).send();
        assert_eq!(answer.status, 200, "{}", self.path);
        let offset = offset_of(&answer);
        assert!(offset >= self.answered, "{offset} of {} answered bytes are there", self.answered);
        self.answered = offset;
        answer
    }

    /// The video is what was sent.
    fn check(&self, admin: &Person, answer: &Answer) {
        let id = answer.header("yingku-video-id").expect("it is a video");
        check_video(admin, id.parse().expect("a number"), &hash_of(&self.bytes));
    }
}

/// A video is there, whole.
fn check_video(admin: &Person, id: i64, hash: &str) {
    let video = admin.http.get(&format!("/api/v1/videos/{id}")).send().ok();
    assert_eq!(video["content_hash"], hash);
    let ticket = admin.ask(id).ok();
    let got = admin.http.get(ticket["url"].as_str().expect("an address")).send();
    assert_eq!(hash_of(&got.body), hash, "the bytes of {video}");
}

fn tus(admin: &Person, method: &str, path: &str) -> Request {
    admin.http.request(method, path).header("Tus-Resumable", "1.0.0")
}

fn offset_of(answer: &Answer) -> usize {
    let offset = answer.header("upload-offset").expect("an offset");
    offset.parse().expect("a number")
}

/// Uploads run until the server is killed, and go on with the next one.
fn kill_rounds(database: Database) {
    let rounds = setting_from_env("YINGKU_KILL_ROUNDS", 15);
    let mut trial = Trial::begin(Stage::open(database), "upload kill rounds");
    for _ in 0..rounds {
        let moment = trial.random.millis(20, 900);
        trial.round(|stage| {
            // Not a race to hide: the moment of the kill is what is random here.
            thread::sleep(moment);
            stage.kill_and_restart()
        });
    }
    trial.end();
}

fn kill_points(database: Database) {
    let points = setting_from_env("YINGKU_KILL_POINTS", 4);
    let mut trial = Trial::begin(Stage::open(database), "upload kill points");
    for calls in ["fsync,fdatasync", "rename,renameat,renameat2"] {
        let mut counted = 0;
        let films = (0..UPLOADERS).map(|_| unique_film(trial.random.number(), 9_000_000)).collect();
        trial.restart(|stage| {
            let (stage, most) = stage.count_in_a_thread(calls, films);
            counted = most;
            stage
        });
        assert!(counted > 0, "the trace has no {calls}");
        let numbers = spread(counted, points);
        println!("{calls}: {counted} in one thread, killed at {numbers:?}");
        for number in numbers {
            let mut lives = false;
            trial.restart(|stage| {
                let (stage, is_up) = stage.restart_killed_at(calls, number);
                lives = is_up;
                stage
            });
            trial.round(|stage| match lives {
                true => stage.restart_when_killed(),
                false => stage.kill_and_restart(),
            });
        }
    }
    trial.end();
}

/// 1 to `counted`, or so many of them, evenly spread, where that is more than are wanted.
fn spread(counted: u32, wanted: u32) -> Vec<u32> {
    let wanted = wanted.max(2);
    if counted <= wanted {
        return (1..=counted).collect();
    }
    (0..wanted).map(|at| 1 + at * (counted - 1) / (wanted - 1)).collect()
}

fn power_cuts(database: Database) {
    let cuts = setting_from_env("YINGKU_POWER_CUTS", 3);
    let Some(disk) = Disk::new(8 << 30) else { return };
    let mut trial = Trial::begin(Stage::open_site(site_on(&disk, database)), "power cuts");
    for _ in 0..cuts {
        let moment = trial.random.millis(20, 900);
        trial.round(|stage| {
            // Not a race to hide: the moment of the cut is what is random here.
            thread::sleep(moment);
            // Without power nothing goes on: no fsync that the broken disk lets through is
            // answered, and none is noted in a database that lies elsewhere.
            stage.server.freeze();
            disk.cut();
            stage.restart_after(|server| {
                Server::kill9(server);
                disk.restore();
            })
        });
    }
    trial.end();
}

/// A site that dies again and again, and the uploads that are under way.
struct Trial {
    stage: Option<Stage>,
    random: Random,
    open: Vec<Option<Sent>>,
    kills: u32,
    resumed: u32,
    /// Videos whose bytes were looked at after a restart.
    videos: u32,
    /// From the start of a server until it was ready, at most.
    slowest_start: Duration,
    /// From then on until each upload had been asked how far it is, at most.
    slowest_asked: Duration,
    /// Videos that were answered, and are looked at again at the end.
    done: Vec<(i64, String)>,
}

impl Trial {
    fn begin(stage: Stage, seed: &str) -> Trial {
        let open = (0..UPLOADERS).map(|_| None).collect();
        Trial {
            stage: Some(stage),
            random: Random::seeded(seed),
            open,
            kills: 0,
            resumed: 0,
            videos: 0,
            slowest_start: Duration::ZERO,
            slowest_asked: Duration::ZERO,
            done: Vec::new(),
        }
    }

    fn restart(&mut self, restart: impl FnOnce(Stage) -> Stage) {
        self.stage = self.stage.take().map(restart);
    }

    /// Uploads run until the server dies; then each is asked how far it is.
    fn round(&mut self, kill: impl FnOnce(Stage) -> Stage) {
        let stage = self.stage.take().expect("there is one");
        let admin = stage.admin.clone();
        let (open, random) = (&mut self.open, &mut self.random);
        let (stage, done) = thread::scope(|scope| {
            let uploaders: Vec<_> = open
                .iter_mut()
                .map(|sent| {
                    let (admin, random) = (&admin, random.fork());
                    scope.spawn(move || send_until_killed(admin, random, sent))
                })
                .collect();
            let stage = kill(stage);
            let done = uploaders.into_iter().map(|one| one.join().expect("no panic"));
            (stage, done.flatten().collect::<Vec<_>>())
        });
        self.kills += 1;
        self.done.extend(done);
        let mut asked = Duration::ZERO;
        for open in &mut self.open {
            let Some(sent) = open else { continue };
            let before = Instant::now();
            let answer = sent.head(&stage.admin);
            asked += before.elapsed();
            self.resumed += 1;
            if sent.answered == sent.bytes.len() {
                sent.check(&stage.admin, &answer);
                self.videos += 1;
                *open = None;
            }
        }
        self.slowest_start = self.slowest_start.max(stage.server.ready_after);
        self.slowest_asked = self.slowest_asked.max(asked);
        self.stage = Some(stage);
    }

    /// What is left is sent to its end.
    fn end(self) {
        let stage = self.stage.expect("there is one");
        let mut videos = self.videos;
        for mut sent in self.open.into_iter().flatten() {
            let answer = sent.patch(&stage.admin, usize::MAX / 2).expect("the server is up");
            sent.check(&stage.admin, &answer);
            videos += 1;
        }
        for (id, hash) in &self.done {
            check_video(&stage.admin, *id, hash);
        }
        println!(
            "{} times cut off, {} uploads gone on with, {} videos looked at byte by byte, \
             nothing lost; ready at most {} ms after the start, and all asked at most {} ms later",
            self.kills,
            self.resumed,
            videos as usize + self.done.len(),
            self.slowest_start.as_millis(),
            self.slowest_asked.as_millis()
        );
        stage.close();
    }
}

/// One upload after another; ends with the connection, at the one that was under way. Gives
/// the videos that were answered, with their hashes.
fn send_until_killed(
    admin: &Person,
    mut random: Random,
    open: &mut Option<Sent>,
) -> Vec<(i64, String)> {
    let mut done = Vec::new();
    loop {
        if open.is_none() {
            let size = usize::try_from(random.between(2_000_000, 12_000_000)).expect("it fits");
            let Ok(begun) = Sent::begin(admin, unique_film(random.number(), size)) else {
                return done;
            };
            *open = Some(begun);
        }
        let Some(sent) = open else { return done };
        let count = match random.between(0, 4) {
            0 => random.between(1, 70_000),
            _ => random.between(500_000, 6_000_000),
        };
        let Ok(answer) = sent.patch(admin, usize::try_from(count).expect("it fits")) else {
            return done;
        };
        // A disk without power is a storage that failed, until the server is killed.
        if answer.status == 503 {
            return done;
        }
        assert_eq!(answer.status, 204, "{}", answer.text());
        if sent.answered == sent.bytes.len() {
            let id = answer.header("yingku-video-id").expect("whole, and no video");
            done.push((id.parse().expect("a number"), hash_of(&sent.bytes)));
            *open = None;
        }
    }
}

fn failing_disk(calls: &str, error: &str, code: &str) {
    let stage = Stage::open(Database::Sqlite);
    let mut sent = Sent::begin(&stage.admin, unique_film(7, 5_000_000)).expect("it is up");
    assert_eq!(sent.patch(&stage.admin, 3_000_000).expect("it is up").status, 204);
    let name = stage.site.sql("SELECT storage_name FROM upload");
    let file = stage.site.data_dir.join("incoming").join(format!("{}.upload", name.trim()));
    assert!(file.exists(), "{}", file.display());

    let stage = stage.restart_as(|site| site.command_failing(calls, error, &file));
    let refused = sent.patch(&stage.admin, 2_000_000).expect("it is up");
    assert_eq!((refused.status, refused.refused()), (503, code.to_owned()), "{calls} {error}");
    assert!(refused.header("retry-after").is_some());
    sent.head(&stage.admin);
    assert_eq!(sent.answered, 3_000_000);
    // Reading goes on.
    assert_eq!(stage.admin.http.get("/api/v1/videos").send().status, 200);

    let stage = stage.restart_as(|site| site.command());
    sent.head(&stage.admin);
    assert_eq!(sent.answered, 3_000_000);
    let last = sent.patch(&stage.admin, 2_000_000).expect("it is up");
    sent.check(&stage.admin, &last);
    stage.close();
}

/// How often the busiest thread of a trace has begun a call.
fn most_of_a_thread(trace: &str) -> u32 {
    let mut by_thread = HashMap::<&str, u32>::new();
    for line in trace.lines() {
        // `123 fsync(7) = 0`; the end of one that another thread interrupted begins with `<...`.
        let Some((thread, call)) = line.split_once(' ') else { continue };
        if call.trim_start().starts_with(|first: char| first.is_ascii_alphabetic()) {
            *by_thread.entry(thread).or_default() += 1;
        }
    }
    by_thread.into_values().max().unwrap_or(0)
}

impl Stage {
    /// Restarts the server and lets it make videos of these films, all at once; how often one
    /// of its threads, at most, has begun one of these system calls until it had stopped.
    fn count_in_a_thread(self, calls: &str, films: Vec<Vec<u8>>) -> (Stage, u32) {
        let folder = temp_dir();
        let log = folder.path().join("trace");
        let stage = self.restart_as(|site| site.command_traced(calls, &log));
        thread::scope(|scope| {
            for film in films {
                let admin = &stage.admin;
                scope.spawn(move || {
                    let mut sent = Sent::begin(admin, film).expect("it is up");
                    while sent.answered < sent.bytes.len() {
                        let answer = sent.patch(admin, 2_000_000).expect("it is up");
                        assert_eq!(answer.status, 204, "{}", answer.text());
                    }
                });
            }
        });
        let process = stage.server.pid().to_string();
        // Numbers of few digits have several blanks behind them.
        let is_last = |line: &str| {
            let mut words = line.split_whitespace();
            words.next() == Some(process.as_str()) && words.next() == Some("+++")
        };
        let stage = stage.restart_as(|site| site.command());
        let trace = wait_for("the whole trace", SOON, || {
            let trace = fs::read_to_string(&log).expect("strace has made it");
            trace.lines().any(is_last).then_some(trace)
        });
        (stage, most_of_a_thread(&trace))
    }

    /// Stops the server and starts one that dies at that call; whether it came up before.
    fn restart_killed_at(self, calls: &str, number: u32) -> (Stage, bool) {
        let Stage { site, server, admin } = self;
        server.terminate();
        let mut command = site.command_killed_at(calls, number);
        command.args(["--listen", "127.0.0.1:0", "--classic-listen", "off"]);
        let (server, lives) = match site.try_start(command) {
            Ok(server) => (server, true),
            Err((status, message)) => {
                assert_eq!(status.signal(), Some(9), "it did not start: {message}");
                (site.start(), false)
            }
        };
        let admin = admin.at(&server);
        (Stage { site, server, admin }, lives)
    }

    /// Stops the server and starts it by that command.
    fn restart_as(self, command: impl FnOnce(&yingku_testkit::Site) -> Command) -> Stage {
        let Stage { site, server, admin } = self;
        server.terminate();
        let mut command = command(&site);
        command.args(["--listen", "127.0.0.1:0", "--classic-listen", "off"]);
        let server = site.start_command(command);
        let admin = admin.at(&server);
        Stage { site, server, admin }
    }
}
