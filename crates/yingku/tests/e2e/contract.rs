//! The operator's contract: what a script outside may rely on.

use crate::stage::{ADMIN, BIN, PASSWORD, SOON, Stage, create_admin, items, number, text};
use serde_json::{Value, json};
use std::ffi::OsString;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use yingku_testkit::{Cli, Database, Site, temp_dir, unique_film, wait_for};

#[test]
fn serve_says_when_it_is_ready_and_stops_when_asked() {
    let site = Site::new(BIN, Database::Sqlite);
    let server = site.start();
    assert!(server.url.starts_with("http://127.0.0.1:"), "{}", server.url);
    assert!(!server.url.ends_with(":0"), "{}", server.url);
    assert_eq!(server.classic, "off");
    assert_eq!(server.http().get("/healthz").send().status, 200);
    assert_eq!(server.http().get("/readyz").send().status, 200);
    server.terminate();
}

#[test]
fn the_open_routes_answer() {
    let stage = Stage::open(Database::Sqlite);
    let http = stage.http();
    let page = http.get("/").send();
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
    assert!(page.header("content-security-policy").is_some(), "{:?}", page.headers);
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert!(page.text().contains("/api/docs"), "{}", page.text());

    let document = http.get("/api/openapi.json").send().ok();
    assert!(text(&document["openapi"]).starts_with("3.1"), "{}", document["openapi"]);
    let paths = document["paths"].as_object().expect("paths");
    for path in ["/api/v1/videos", "/api/v1/me", "/api/v1/videos/{id}/purchases"] {
        assert!(paths.contains_key(path), "{path}");
    }
    let docs = follow(&stage, "/api/docs");
    assert!(docs.contains("<html") || docs.contains("<!DOCTYPE"), "{docs}");

    let metrics = http.get("/metrics").send();
    assert_eq!(metrics.status, 200, "a Prometheus on this machine needs no login");
    assert!(metrics.text().contains("# TYPE"), "{}", metrics.text());

    let me = http.get("/api/v1/me").send();
    assert_eq!(me.ok(), json!({ "account": null }));
    let dead = http.bearer("no-such-token").get("/api/v1/me").send();
    assert_eq!((dead.status, dead.refused().as_str()), (401, "session_ended"));
    let nobody = http.get("/api/v1/videos").send();
    assert_eq!((nobody.status, nobody.refused().as_str()), (401, "login_required"));
    stage.set("site.visibility", "public");
    http.get("/api/v1/videos").send().ok();
    stage.close();
}

#[test]
fn exit_codes_tell_what_happened() {
    let stage = Stage::open(Database::Sqlite);
    let url = stage.server.url.clone();
    let cli = Cli::new(BIN).env("YINGKU_SERVER", &url).env("YINGKU_TOKEN", &stage.admin.token);
    cli.run(["whoami"]).exits(0);
    assert_eq!(cli.run(["video", "show", "424242", "--json"]).refused(), "not_found");
    for wrong in [
        &["video", "frobnicate"][..],
        &["video", "show"],
        &["video", "show", "no-number"],
        &["video", "list", "--free", "--paid"],
        &["settings", "set", "download.wait_free_seconds"],
        &["--lang", "tlh", "whoami"],
    ] {
        let message = cli.run(wrong).exits(2);
        assert!(message.stdout.is_empty() && !message.stderr.is_empty(), "{message:?}");
    }
    assert_eq!(
        cli.run(["settings", "set", "download.wait_free_seconds", "soon", "--json"]).refused(),
        "invalid_field"
    );
    cli.run(["--help"]).exits(0);
    cli.run(["--version"]).exits(0);

    // Nobody listens there; somebody does, and is no such server.
    let port = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = port.local_addr().expect("it has an address");
    drop(port);
    let lost = Cli::new(BIN).env("YINGKU_SERVER", format!("http://{address}"));
    let lost = lost.env("YINGKU_TOKEN", "x");
    let message = lost.run(["whoami", "--json"]).exits(3);
    assert!(
        message.json()["detail"].as_str().is_some_and(|detail| !detail.is_empty()),
        "{message:?}"
    );

    // Nobody is logged in: a refusal, and nothing is asked on a pipe.
    assert_eq!(Cli::new(BIN).env("YINGKU_SERVER", &url).run(["wallet", "show"]).status, 1);
    stage.close();
}

#[test]
fn json_has_the_promised_fields() {
    let stage = Stage::open(Database::Sqlite);
    let cli = Cli::new(BIN).env("YINGKU_SERVER", &stage.server.url);
    let cli = cli.env("YINGKU_TOKEN", &stage.admin.token);
    let file = cli.home().join("合同.mp4");
    fs::write(&file, unique_film(501, 60_000)).expect("the film can be written");
    let file = file.to_str().expect("the path is UTF-8");
    let uploaded = cli
        .run(["video", "upload", file, "--title", "契约", "--price-minor", "250", "--json"])
        .ok_json();
    let video = &items(&uploaded)[0];
    has(
        video,
        &["id", "title", "file_name", "is_free", "price_minor", "size_bytes", "content_hash"],
    );
    assert_eq!((&video["title"], &video["price_minor"]), (&json!("契约"), &json!(250)));
    let id = number(&video["id"]).to_string();
    cli.run(["video", "download", &id, "-o", "out.mp4", "--json"]).ok_json();

    let lists: &[(&[&str], &[&str])] = &[
        (&["video", "list"], &["id", "title", "file_name", "is_free", "price_minor", "size_bytes"]),
        (&["video", "trash"], &[]),
        (&["download", "list"], &["id", "video_id", "title", "price_paid_minor", "state"]),
        (&["session", "list"], &["id", "current"]),
        (&["announcement", "list"], &[]),
        (&["wallet", "history"], &[]),
        (&["membership", "plans"], &["id", "code", "price_minor"]),
        (&["user", "list"], &["id", "name", "role"]),
        (&["invite", "list"], &[]),
        (&["plan", "list"], &["id", "code", "price_minor"]),
        (&["settings", "list"], &["key", "value"]),
        (&["audit", "list"], &["id", "action", "actor"]),
    ];
    for (command, fields) in lists {
        let list = cli.run([command, &["--json"][..]].concat()).ok_json();
        has(&list, &["items", "next_cursor"]);
        if !fields.is_empty() {
            has(items(&list).first().unwrap_or_else(|| panic!("{command:?}: {list}")), fields);
        }
    }
    let single: &[(&[&str], &[&str])] = &[
        (&["whoami"], &["id", "name", "role"]),
        (&["wallet", "show"], &["balance_minor"]),
        (&["membership", "show"], &["active", "expires_at"]),
        (&["ledger", "verify"], &["ok"]),
        (&["doctor"], &["ok", "items"]),
        (&["settings", "get", "site.name"], &["key", "value"]),
        (&["plan", "set", "month", "--price-minor", "1600"], &["id", "code", "price_minor"]),
        (&["video", "show", &id], &["id", "title", "content_hash"]),
        (&["announcement", "publish", "--title", "T", "--content", "C"], &["id", "title"]),
        (&["user", "show", ADMIN], &["id", "name", "role"]),
    ];
    for (command, fields) in single {
        has(&cli.run([command, &["--json"][..]].concat()).ok_json(), fields);
    }
    let message = cli.run(["video", "show", "999", "--json"]).exits(1).json();
    has(&message, &["code", "detail"]);
    stage.close();
}

#[test]
fn settings_exist_with_their_defaults() {
    let site = Site::new(BIN, Database::Sqlite);
    let local = |command: &[&str]| {
        let mut args: Vec<OsString> = command.iter().map(Into::into).collect();
        args.extend(site.local_args());
        Cli::new(BIN).run(args)
    };
    let list = local(&["settings", "list", "--json"]).ok_json();
    let value = |key: &str| {
        let found = items(&list).iter().find(|setting| setting["key"] == key);
        found.unwrap_or_else(|| panic!("no {key}: {list}"))["value"].as_str().map(str::to_owned)
    };
    for (key, default) in [
        ("site.visibility", "login"),
        ("site.currency", "CNY"),
        ("signup.user", "open"),
        ("signup.admin", "invite"),
        ("download.wait_free_seconds", "30"),
        ("download.wait_paid_seconds", "30"),
        ("price.paid_minor", "1000"),
        ("price.paid_member_minor", "500"),
        ("wallet.welcome_minor", "0"),
        ("trash.days", "30"),
        ("classic.plan", "month"),
        ("classic.list_limit", "1000"),
    ] {
        assert_eq!(value(key).as_deref(), Some(default), "{key}");
    }
    for key in [
        "site.name",
        "site.timezone",
        "site.support_contact",
        "upload.max_bytes",
        "session.idle_minutes",
    ] {
        value(key);
    }
    local(&["settings", "set", "site.name", "光影社"]).ok();
    assert_eq!(local(&["settings", "get", "site.name", "--json"]).ok_json()["value"], "光影社");
    local(&["settings", "set", "no.such.key", "1"]).exits(1);
    local(&["settings", "set", "signup.user", "perhaps"]).exits(1);
}

#[test]
fn settings_of_the_machine_come_from_flags_then_environment_then_file() {
    let folder = temp_dir();
    let config = folder.path().join("yingku.toml");
    let from_file = folder.path().join("from-file");
    let toml = format!(
        "data_dir = {:?}\nlisten = \"127.0.0.2:0\"\nclassic_listen = \"off\"\n",
        from_file.display()
    );
    fs::write(&config, toml).expect("the file can be written");
    let site = Site::new(BIN, Database::Sqlite);
    let serve = |before: &[&str], after: &[&str], env: &[(&str, &str)]| {
        // A command without the site's own addresses and folders.
        let mut command = yingku_testkit::guarded(BIN);
        let config = config.to_str().expect("the path is UTF-8");
        command.args(before).args(["serve", "--config", config]).args(after);
        command.env_remove("YINGKU_LISTEN").envs(env.iter().copied());
        let server = site.start_command(command);
        let url = server.url.clone();
        server.terminate();
        url
    };
    let file = serve(&[], &[], &[]);
    assert!(file.starts_with("http://127.0.0.2:"), "{file}");
    assert!(from_file.is_dir(), "the data directory of the file");
    let env = [("YINGKU_LISTEN", "127.0.0.3:0")];
    let environment = serve(&[], &[], &env);
    assert!(environment.starts_with("http://127.0.0.3:"), "{environment}");
    let listen = ["--listen", "127.0.0.4:0"];
    let after = serve(&[], &listen, &env);
    assert!(after.starts_with("http://127.0.0.4:"), "{after}");
    let before = serve(&listen, &[], &env);
    assert!(before.starts_with("http://127.0.0.4:"), "{before}");
    let data_dir = folder.path().join("from-environment");
    serve(&[], &[], &[("YINGKU_DATA_DIR", data_dir.to_str().expect("the path is UTF-8"))]);
    assert!(data_dir.is_dir());

    // A mistake is reported with its place, before anything starts.
    fs::write(&config, "listen = 7\n").expect("the file can be written");
    let mut command = yingku_testkit::guarded(BIN);
    command.args(["serve", "--config"]).arg(&config).arg("--data-dir").arg(&data_dir);
    let (status, message) = site.try_start(command).expect_err("a wrong file is refused");
    assert_eq!(status.code(), Some(2), "{message}");
    assert!(message.contains("listen"), "{message}");
    fs::write(&config, "lissten = \"127.0.0.1:0\"\n").expect("the file can be written");
    let mut command = yingku_testkit::guarded(BIN);
    command.args(["serve", "--config"]).arg(&config).arg("--data-dir").arg(&data_dir);
    let (_, message) = site.try_start(command).expect_err("an unknown key is refused");
    assert!(message.contains("lissten"), "{message}");
}

#[test]
fn administration_takes_its_flags_before_and_after() {
    let site = Site::new(BIN, Database::MariaDb);
    create_admin(&site);
    let url = site.database_url.clone().expect("a MariaDB has an address");
    let data_dir = site.data_dir.clone();
    let before: Vec<OsString> = vec![
        "--data-dir".into(),
        data_dir.clone().into(),
        "--database-url".into(),
        url.clone().into(),
        "--json".into(),
        "user".into(),
        "show".into(),
        ADMIN.into(),
    ];
    assert_eq!(Cli::new(BIN).run(before).ok_json()["name"], ADMIN);
    let by_env = Cli::new(BIN).env("YINGKU_DATA_DIR", &data_dir).env("YINGKU_DATABASE_URL", &url);
    assert_eq!(by_env.run(["user", "show", ADMIN, "--json"]).ok_json()["name"], ADMIN);
    // Names are the same without regard to width and case; short passwords are refused.
    let again = ["admin", "create", ADMIN, "--password-stdin", "--json"];
    assert_eq!(by_env.run_with(&format!("{PASSWORD}\n"), again).refused(), "name_taken");
    let short = ["admin", "create", "短", "--password-stdin", "--json"];
    let message = by_env.run_with("short\n", short).exits(1).json();
    assert_eq!(
        (&message["code"], &message["field"]),
        (&json!("invalid_field"), &json!("password"))
    );
}

#[test]
fn a_newer_schema_is_refused_on_sqlite() {
    newer_schema(Database::Sqlite);
}

#[test]
fn a_newer_schema_is_refused_on_mariadb() {
    newer_schema(Database::MariaDb);
}

fn newer_schema(database: Database) {
    let site = Site::new(BIN, database);
    create_admin(&site);
    let sql = "INSERT INTO seaql_migrations (version, applied_at) \
               VALUES ('m99991231_000000_from_the_future', 1)";
    site.sql(sql);
    let mut command = site.command();
    command.args(["--listen", "127.0.0.1:0", "--classic-listen", "off"]);
    let (status, message) = site.try_start(command).expect_err("a newer schema is refused");
    assert_ne!(status.code(), Some(0), "{message}");
    assert!(
        message.contains("m99991231_000000_from_the_future") || message.contains("newer"),
        "{message}"
    );
    let mut args: Vec<OsString> = vec!["user".into(), "list".into()];
    args.extend(site.local_args());
    assert_ne!(Cli::new(BIN).run(args).status, 0);
    site.sql("DELETE FROM seaql_migrations WHERE version LIKE 'm9999%'");
    site.start().terminate();
}

#[test]
fn without_ffmpeg_videos_can_be_uploaded_and_downloaded_all_the_same() {
    let folder = temp_dir();
    let mut site = Site::new(BIN, Database::Sqlite);
    site.env.push(("PATH".into(), folder.path().into()));
    let stage = Stage::open_site(site);
    let film = unique_film(502, 60_000);
    let video = stage.upload("无.mp4", true, film.clone()).ok();
    assert_eq!(video["media_type"], "video/mp4", "{video}");
    let video = stage.looked_into(&video);
    assert_eq!(video["playback"]["state"], "preparing", "{video}");
    assert_eq!(video["playback"]["reason"], "no_ffmpeg", "{video}");
    assert!(text(&video["playback"]["detail"]).contains("ffmpeg"), "{video}");
    let ticket = stage.admin.ask(number(&video["id"])).ok();
    assert_eq!(stage.http().get(text(&ticket["url"])).send().body, film);
    stage.close();
}

#[test]
fn what_is_no_film_is_kept_and_said_to_be_unreadable() {
    let stage = Stage::open(Database::Sqlite);
    let letter = b"this is a letter, not a film".repeat(100);
    let video = stage.upload("信.mp4", true, letter.clone()).ok();
    let playback = stage.looked_into(&video)["playback"].clone();
    assert_eq!(playback["state"], "unplayable", "{playback}");
    assert_eq!(playback["reason"], "unreadable", "{playback}");
    let ticket = stage.admin.ask(number(&video["id"])).ok();
    let answer = stage.http().get(text(&ticket["url"])).send();
    assert_eq!(answer.body, letter);
    // A name makes no type: nothing that a browser would run or show.
    let disposition = answer.header("content-disposition").expect("an attachment");
    assert!(disposition.starts_with("attachment"), "{disposition}");
    stage.close();
}

/// The server asks the kernel itself for the time its waits run on, where no preloaded
/// library is asked; what this shows is that no wait hangs on any other reading.
#[test]
fn a_jump_of_the_clock_releases_no_ticket() {
    let folder = temp_dir();
    let clock = folder.path().join("clock");
    fs::write(&clock, "+0\n").expect("the file can be written");
    let mut site = Site::new(BIN, Database::Sqlite);
    for (name, value) in [
        ("LD_PRELOAD", faketime_library().into_os_string()),
        ("FAKETIME_TIMESTAMP_FILE", clock.clone().into()),
        ("FAKETIME_NO_CACHE", "1".into()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".into()),
    ] {
        site.env.push((name.into(), value));
    }
    let stage = Stage::open_site(site);
    stage.set("download.wait_free_seconds", "600");
    let video = number(&stage.upload("钟.mp4", true, unique_film(503, 60_000)).ok()["id"]);
    let person = stage.person("等钟的人");
    let ticket = person.ask(video).ok();
    let url = text(&ticket["url"]);
    let before = date_of(&stage);

    // Two hours ahead; hyper's own Date header shows that the process sees it.
    let next = folder.path().join("next");
    fs::write(&next, "+2h\n").expect("the file can be written");
    fs::rename(&next, &clock).expect("the file can be replaced");
    wait_for("the jump", SOON, || (date_of(&stage) != before).then_some(()));
    wait_for("the jump of the hour", SOON, || {
        (hour(&date_of(&stage)) != hour(&before)).then_some(())
    });
    for _ in 0..20 {
        assert_eq!(stage.http().get(url).send().refused(), "download_waiting");
        let same = person.ask(video).ok();
        assert_eq!((&same["id"], &same["state"]), (&ticket["id"], &json!("waiting")), "{same}");
        assert!(number(&same["wait_ms"]) > 500_000, "{same}");
    }
    stage.close();
}

fn date_of(stage: &Stage) -> String {
    let answer = stage.http().get("/healthz").send();
    answer.header("date").expect("an answer has a date").to_owned()
}

fn hour(date: &str) -> &str {
    // Mon, 23 Nov 2026 20:17:12 GMT
    date.split(' ').nth(4).and_then(|time| time.get(..2)).expect("a date has an hour")
}

fn faketime_library() -> PathBuf {
    let folders = ["/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime"];
    folders
        .iter()
        .map(|folder| Path::new(folder).join("libfaketimeMT.so.1"))
        .find(|file| file.exists())
        .expect(
            "libfaketime is missing: install the Debian package libfaketime (scripts/setup does)",
        )
}

#[test]
fn completions_exist_for_the_usual_shells() {
    for shell in ["bash", "zsh", "fish"] {
        let message = Cli::new(BIN).run(["completions", shell]).ok();
        assert!(message.stdout.contains("yingku"), "{shell}: {}", message.stdout);
    }
}

#[test]
fn two_servers_on_one_database_migrate_in_turn() {
    let site = Site::new(BIN, Database::MariaDb);
    // A second node: its own process, the same database and the same folder.
    let mut other = Site::new(BIN, Database::Sqlite);
    other.database_url.clone_from(&site.database_url);
    other.data_dir.clone_from(&site.data_dir);
    let (first, second) = std::thread::scope(|scope| {
        let first = scope.spawn(|| site.start());
        let second = scope.spawn(|| other.start());
        (first.join().expect("the first starts"), second.join().expect("the second starts"))
    });
    assert_ne!(first.url, second.url);
    first.terminate();
    second.terminate();
}

fn follow(stage: &Stage, target: &str) -> String {
    let mut target = target.to_owned();
    loop {
        let answer = stage.http().get(&target).send();
        match answer.header("location") {
            Some(next) if (300..400).contains(&answer.status) => target = next.to_owned(),
            _ => {
                assert_eq!(answer.status, 200, "{target}: {}", answer.text());
                return answer.text();
            }
        }
    }
}

fn has(value: &Value, fields: &[&str]) {
    let object = value.as_object().unwrap_or_else(|| panic!("no object: {value}"));
    for field in fields {
        assert!(object.contains_key(*field), "no {field}: {value}");
    }
}
