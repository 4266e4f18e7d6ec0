//! `video upload` and `video download` over poor lines: many files, a server that dies, a
//! client that dies, content that is here already.

use crate::stage::{ADMIN, BIN, PASSWORD, SOON, Stage, all, items, number, text};
use serde_json::Value;
use std::fs;
use yingku_testkit::{Cli, Database, Relay, Running, hash_of, unique_film, wait_for};

const MIB: usize = 1 << 20;
/// Slow enough that a film of 40 MB is under way for seconds.
const SLOW: u32 = 10_000_000;

/// Somebody at a command line, logged in as the admin.
fn admin_cli(url: &str) -> Cli {
    let cli = Cli::new(BIN);
    cli.run_with(&format!("{PASSWORD}\n"), ["login", url, ADMIN, "--password-stdin"]).ok();
    cli
}

fn write(cli: &Cli, name: &str, bytes: &[u8]) {
    let path = cli.home().join(name);
    fs::create_dir_all(path.parent().expect("it has a folder")).expect("it can be made");
    fs::write(path, bytes).expect("it can be written");
}

fn upload(cli: &Cli, args: &[&str]) -> Value {
    cli.run(["video", "upload", "--json"].iter().chain(args)).ok_json()
}

fn count(document: &Value, name: &str) -> i64 {
    number(&document["summary"][name])
}

#[test]
fn many_files_and_folders_are_sent_once() {
    let stage = Stage::open(Database::Sqlite);
    let cli = admin_cli(&stage.server.url);
    let films: Vec<_> = (0..5).map(|n| unique_film(900 + n, 300_000)).collect();
    write(&cli, "films/one.mp4", &films[0]);
    write(&cli, "films/deep/two.MP4", &films[1]);
    write(&cli, "films/deep/three.mkv", &films[2]);
    // The same content under another name.
    write(&cli, "films/deep/three again.mkv", &films[2]);
    write(&cli, "films/notes.txt", b"no film");
    write(&cli, "single.mp4", &films[3]);

    let planned = upload(&cli, &["films", "single.mp4", "--dry-run"]);
    let actions: Vec<_> = items(&planned).iter().map(|item| text(&item["action"])).collect();
    assert_eq!(actions, ["upload"; 5]);
    assert_eq!(count(&planned, "passed_over"), 1);
    assert!(all(&stage.admin.http, "/api/v1/videos").is_empty(), "nothing was sent");

    let sent = upload(&cli, &["films", "single.mp4", "-j", "2", "--free"]);
    assert_eq!((count(&sent, "uploaded"), count(&sent, "existing")), (4, 1), "{sent}");
    assert_eq!(items(&sent).len(), 5);
    let mut hashes: Vec<_> =
        items(&sent).iter().map(|video| text(&video["content_hash"])).collect();
    let in_order: Vec<_> =
        [&films[2], &films[2], &films[1], &films[0], &films[3]].map(|film| hash_of(film)).into();
    assert_eq!(hashes, in_order, "in the order of the names");
    hashes.sort_unstable();
    assert_eq!(all(&stage.admin.http, "/api/v1/videos").len(), 4);

    // Again, with one more: what is there is asked about and not sent.
    write(&cli, "films/new.mp4", &films[4]);
    let planned = upload(&cli, &["films", "--dry-run"]);
    let actions: Vec<_> = items(&planned).iter().map(|item| text(&item["action"])).collect();
    assert_eq!(actions, ["existing", "existing", "existing", "upload", "existing"]);
    let again = upload(&cli, &["films"]);
    assert_eq!((count(&again, "uploaded"), count(&again, "existing")), (1, 4));
    assert_eq!(stage.site.sql("SELECT COUNT(*) FROM upload WHERE state = 'done'").trim(), "5");

    // A person gets it in words; what fails does not keep the others back.
    let message = cli.run(["--lang", "en", "video", "upload", "gone.mp4", "single.mp4"]).exits(1);
    assert!(message.stdout.contains("Already in the library"), "{}", message.stdout);
    assert!(message.stderr.contains("1 already here, 1 failed"), "{}", message.stderr);
    stage.close();
}

#[test]
fn content_in_the_trash_is_restored_where_that_is_wanted() {
    let stage = Stage::open(Database::Sqlite);
    let cli = admin_cli(&stage.server.url);
    write(&cli, "a.mp4", &unique_film(910, 200_000));
    let id = number(&items(&upload(&cli, &["a.mp4"]))[0]["id"]);
    cli.run(["video", "delete", &id.to_string()]).ok();
    let planned = upload(&cli, &["a.mp4", "--dry-run", "--restore"]);
    assert_eq!(items(&planned)[0]["action"], "in_trash");
    assert_eq!(cli.run(["video", "upload", "a.mp4", "--json"]).refused(), "video_in_trash");
    let restored = upload(&cli, &["a.mp4", "--restore"]);
    assert_eq!((number(&items(&restored)[0]["id"]), count(&restored, "restored")), (id, 1));
    stage.close();
}

/// Waits until so many bytes of an upload are on the server's disk.
fn until_received(stage: &Stage, bytes: usize) -> String {
    wait_for("bytes of an upload", SOON * 3, || {
        let open = all(&stage.admin.http, "/api/v1/uploads");
        let some = open.iter().find(|upload| number(&upload["offset_bytes"]) >= bytes as i64)?;
        Some(text(&some["id"]).to_owned())
    })
}

fn sent_whole(stage: &Stage, running: Running, film: &[u8]) {
    let sent = running.finish().ok_json();
    assert_eq!(items(&sent)[0]["content_hash"], hash_of(film).as_str());
    // Gone on with: it was begun once.
    assert_eq!(stage.site.sql("SELECT COUNT(*) FROM upload").trim(), "1");
    assert!(all(&stage.admin.http, "/api/v1/uploads").is_empty());
}

#[test]
fn an_upload_goes_on_when_the_server_was_killed() {
    goes_on_with_another_server(920, Stage::kill_and_restart);
}

/// The server saves what came, lets go and ends within its 10 seconds.
#[test]
fn an_upload_goes_on_when_the_server_was_stopped() {
    goes_on_with_another_server(923, Stage::stop_and_restart);
}

fn goes_on_with_another_server(seed: u64, restart: impl FnOnce(Stage) -> Stage) {
    let stage = Stage::open(Database::Sqlite);
    let relay = Relay::new(&stage.server.url, SLOW);
    let cli = admin_cli(&relay.url);
    let film = unique_film(seed, 40_000_000);
    write(&cli, "long.mp4", &film);
    let running = cli.start(["video", "upload", "long.mp4", "--json"]);
    until_received(&stage, 8 * MIB);
    let stage = restart(stage);
    relay.lead_to(&stage.server.url);
    sent_whole(&stage, running, &film);
    stage.close();
}

#[test]
fn an_upload_goes_on_when_the_client_was_killed() {
    let stage = Stage::open(Database::Sqlite);
    let relay = Relay::new(&stage.server.url, SLOW);
    let cli = admin_cli(&relay.url);
    let film = unique_film(921, 40_000_000);
    write(&cli, "long.mp4", &film);
    let running = cli.start(["video", "upload", "long.mp4", "--json"]);
    let id = until_received(&stage, 8 * MIB);
    // One at a time.
    assert_eq!(cli.run(["video", "upload", "long.mp4", "--json"]).refused(), "upload_running");
    running.kill9();
    let planned = upload(&cli, &["long.mp4", "--dry-run"]);
    assert_eq!(items(&planned)[0]["action"], "resume");
    let listed = cli.run(["upload", "list", "--json"]).ok_json();
    assert_eq!(text(&items(&listed)[0]["id"]), id);
    assert_eq!(items(&listed)[0]["file_name"], "long.mp4");
    let running = cli.start(["video", "upload", "long.mp4", "--json"]);
    sent_whole(&stage, running, &film);
    assert_eq!(
        fs::read_dir(cli.home().join("state/yingku/uploads")).expect("it is there").count(),
        0
    );
    stage.close();
}

/// The hash, computed ahead of the bytes, ends what would be sent in vain.
#[test]
fn an_upload_ends_when_somebody_else_has_brought_the_content() {
    let stage = Stage::open(Database::Sqlite);
    let relay = Relay::new(&stage.server.url, SLOW);
    let cli = admin_cli(&relay.url);
    let film = unique_film(924, 40_000_000);
    write(&cli, "long.mp4", &film);
    let running = cli.start(["video", "upload", "long.mp4", "--json"]);
    until_received(&stage, 8 * MIB);
    running.kill9();
    let video = stage.upload("别人.mp4", true, film).ok();
    let sent = upload(&cli, &["long.mp4"]);
    assert_eq!((&items(&sent)[0]["id"], count(&sent, "existing")), (&video["id"], 1));
    let states = stage.site.sql("SELECT state FROM upload");
    // Refused, if the machine was so slow that all was sent before.
    assert!(["ended", "refused"].contains(&states.trim()), "{states}");
    assert!(all(&stage.admin.http, "/api/v1/uploads").is_empty());
    stage.close();
}

#[test]
fn an_upload_that_was_ended_begins_anew() {
    let stage = Stage::open(Database::Sqlite);
    let relay = Relay::new(&stage.server.url, SLOW);
    let cli = admin_cli(&relay.url);
    let film = unique_film(922, 20_000_000);
    write(&cli, "long.mp4", &film);
    let running = cli.start(["video", "upload", "long.mp4", "--json"]);
    let id = until_received(&stage, 8 * MIB);
    running.kill9();
    let ended = cli.run(["upload", "end", &id, "--json"]).ok_json();
    assert_eq!(text(&items(&ended)[0]["id"]), id);
    assert_eq!(cli.run(["upload", "end", &id, "--json"]).refused(), "upload_ended");
    let sent = upload(&cli, &["long.mp4"]);
    assert_eq!(items(&sent)[0]["content_hash"], hash_of(&film).as_str());
    assert_eq!(stage.site.sql("SELECT COUNT(*) FROM upload").trim(), "2");
    stage.close();
}

#[test]
fn a_download_over_several_connections_goes_on_when_it_was_killed() {
    let stage = Stage::open(Database::Sqlite);
    let relay = Relay::new(&stage.server.url, SLOW);
    let cli = admin_cli(&relay.url);
    let film = unique_film(930, 60_000_000);
    let video = stage.upload("长.mp4", true, film.clone()).ok();
    let id = number(&video["id"]).to_string();
    let args = ["video", "download", &id, "--connections", "4", "--json"];
    let running = cli.start(args);
    let part = cli.home().join("长.mp4.part");
    wait_for("a part of the film", SOON * 3, || {
        fs::metadata(&part).is_ok_and(|part| part.len() >= 8 * MIB as u64).then_some(())
    });
    running.kill9();
    // What is there is a beginning of the film.
    let have = fs::read(&part).expect("it is there");
    assert!(have.len() < film.len() && film.starts_with(&have), "{} bytes", have.len());
    cli.run(args).ok_json();
    assert!(fs::read(cli.home().join("长.mp4")).expect("it is there") == film);
    stage.close();
}
