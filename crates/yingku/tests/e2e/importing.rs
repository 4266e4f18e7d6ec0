//! Folders on the server: imported by a command, and as they come.

use crate::stage::{ADMIN, BIN, Stage, create_admin, log_in, number, text};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::time::Duration;
use yingku_testkit::{Cli, Database, Site, hash_of, temp_dir, unique_film, wait_for};

#[test]
fn a_folder_is_imported_once_on_sqlite() {
    a_folder_is_imported_once(Database::Sqlite);
}

#[test]
fn a_folder_is_imported_once_on_mariadb() {
    a_folder_is_imported_once(Database::MariaDb);
}

#[test]
fn what_is_put_into_a_folder_is_imported_on_sqlite() {
    what_is_put_into_a_folder_is_imported(Database::Sqlite);
}

#[test]
fn what_is_put_into_a_folder_is_imported_on_mariadb() {
    what_is_put_into_a_folder_is_imported(Database::MariaDb);
}

fn put(root: &Path, name: &str, bytes: &[u8]) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
    fs::write(path, bytes).expect("it can be written");
}

/// Only what is a film is taken, as in the shop.
fn only_films(site: &Site) {
    site.sql("DELETE FROM setting");
}

fn import(site: &Site, folder: &Path, more: &[&str]) -> (i32, Value) {
    let mut args: Vec<std::ffi::OsString> = ["video", "import"].map(Into::into).into();
    args.push(folder.into());
    args.extend(more.iter().map(Into::into));
    args.push("--json".into());
    args.extend(site.local_args());
    let done = Cli::new(BIN).run(args);
    let document = serde_json::from_str(&done.stdout);
    (done.status, document.unwrap_or_else(|_| panic!("{}{}", done.stdout, done.stderr)))
}

fn a_folder_is_imported_once(database: Database) {
    let site = Site::new(BIN, database);
    create_admin(&site);
    only_films(&site);
    let folder = temp_dir();
    let root = folder.path();
    let film = |seed: u64| unique_film(seed, 60_000);
    for (number, name) in ["第10讲", "第2讲", "第1讲"].iter().enumerate() {
        put(root, &format!("课程/高等数学/{name}.mp4"), &film(number as u64));
    }
    put(root, "电影/Laura/movie.mp4", &film(10));
    put(
        root,
        "电影/Laura/movie.nfo",
        "<movie><title>罗拉</title><tag>黑色</tag></movie>".as_bytes(),
    );
    put(root, "免费.mp4", &film(11));
    put(root, "免费.json", br#"{ "is_free": true, "visibility": "unlisted" }"#);
    put(root, "同一个.mp4", &film(11));
    put(root, "notes.mp4", b"Buy milk.");
    put(root, "readme.txt", b"no film by its name");
    put(root, ".hidden/a.mp4", &film(12));
    // Nothing is done, but said.
    let (status, dry) = import(&site, root, &["--dry-run"]);
    assert_eq!((status, &dry["summary"]["planned"]), (0, &json!(7)), "{dry}");
    let (status, done) = import(&site, root, &["--link"]);
    let summary = &done["summary"];
    for (what, count) in [("imported", 5), ("existing", 1), ("failed", 1), ("seen", 0)] {
        assert_eq!(summary[what], count, "{what}: {done}");
    }
    assert_eq!((status, &done["code"]), (1, &json!("not_a_film")), "{done}");
    assert!(text(&done["failed"][0]["path"]).ends_with("notes.mp4"), "{done}");
    let items = done["items"].as_array().expect("items");
    let titles: Vec<&str> = items.iter().map(|item| text(&item["title"])).collect();
    let lessons: Vec<&str> =
        titles.iter().copied().filter(|title| title.starts_with("高等数学")).collect();
    assert_eq!(lessons, ["高等数学 第1讲", "高等数学 第2讲", "高等数学 第10讲"]);
    let named = |title: &str| {
        let found = items.iter().find(|item| item["title"] == title);
        found.unwrap_or_else(|| panic!("{title} is none of {titles:?}"))
    };
    let laura = named("罗拉");
    assert_eq!((&laura["category"], &laura["tags"]), (&json!("电影"), &json!(["黑色"])));
    assert_eq!((&laura["is_free"], &laura["price_minor"]), (&json!(false), &json!(1_000)));
    assert_eq!(laura["content_hash"], hash_of(&film(10)));
    let free = named("免费");
    assert_eq!((&free["is_free"], &free["visibility"]), (&json!(true), &json!("unlisted")));
    assert_eq!(named("高等数学 第1讲")["category"], "课程");
    // Again: nothing is read twice; and a file that was changed is another one.
    let (status, again) = import(&site, root, &["--link"]);
    assert_eq!((status, &again["summary"]["seen"]), (0, &json!(7)), "{again}");
    put(root, "notes.mp4", &film(20));
    put(root, "更多/b.mp4", &film(21));
    // Of a symbolic link the bytes come into the store, and what it leads to stays.
    let elsewhere = temp_dir();
    put(elsewhere.path(), "far.mp4", &film(22));
    std::os::unix::fs::symlink(elsewhere.path().join("far.mp4"), root.join("link.mp4"))
        .expect("it can be linked");
    let (status, more) = import(&site, root, &["--move"]);
    assert_eq!((status, &more["summary"]["imported"]), (0, &json!(3)), "{more}");
    let far = more["items"].as_array().expect("items").iter().find(|item| item["title"] == "link");
    let far = far.expect("it is a video").clone();
    assert!(elsewhere.path().join("far.mp4").exists() && !root.join("link.mp4").is_symlink());
    drop(elsewhere);
    assert!(!root.join("notes.mp4").exists() && !root.join("更多/b.mp4").exists());
    assert!(root.join("免费.mp4").exists(), "what was linked stays");
    // What was imported is served like anything else, and outlives the folder.
    drop(folder);
    let server = site.start();
    let admin = log_in(&server.http(), ADMIN);
    for (video, bytes) in [(laura, film(10)), (&far, film(22))] {
        let ticket = admin.http.post(&format!("/api/v1/videos/{}/downloads", video["id"])).send();
        let url = text(&ticket.ok()["url"]).to_owned();
        assert_eq!(hash_of(&server.http().get(&url).send().body), hash_of(&bytes));
    }
    let acts = admin.http.get("/api/v1/audit?action=video.upload").send().ok();
    assert_eq!(acts["items"].as_array().map(Vec::len), Some(8), "{acts}");
    let (status, refused) = import(&site, Path::new("/nowhere/at/all"), &[]);
    assert_eq!((status, &refused["code"]), (1, &json!("file_failed")), "{refused}");
    server.terminate();
}

fn what_is_put_into_a_folder_is_imported(database: Database) {
    let folder = temp_dir();
    let mut site = Site::new(BIN, database);
    site.args.extend(["--import-watch-dir".into(), folder.path().into()]);
    site.args.extend(["--import-mode".into(), "move".into()]);
    let stage = Stage::open_site(site);
    only_films(&stage.site);
    put(folder.path(), "晚会/开场.mp4", &unique_film(1, 60_000));
    put(folder.path(), "notes.mp4", b"Buy milk.");
    let video = wait_for("the film to be a video", Duration::from_secs(60), || {
        let list = stage.admin.http.get("/api/v1/videos").send().ok();
        list["items"].as_array().expect("items").first().cloned()
    });
    assert_eq!((text(&video["title"]), text(&video["category"])), ("开场", "晚会"));
    assert!(number(&video["id"]) > 0);
    wait_for("the file to be gone", Duration::from_secs(10), || {
        (!folder.path().join("晚会/开场.mp4").exists()).then_some(())
    });
    assert!(folder.path().join("notes.mp4").exists(), "what is refused stays");
    stage.close();
}
