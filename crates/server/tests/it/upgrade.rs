//! Databases of every schema that there was, with data in them, are brought up to date when the
//! server opens them. They are in `schema/`: a file of SQL for each schema and kind of database.
//!
//! When a migration was added, `YINGKU_KEEP_SCHEMA=1 cargo test -p yingku-server --test it
//! upgrade::` writes the files of its schema; a file that is there already stays as it is.
//! Those up to `m0015_streams` were made when this test was: by running the migrations backwards
//! on a database in use, and for those before `m0007_purchase_timezone`, which added to what the
//! ledger's hashes cover, on one whose membership was bought without a time zone.

use crate::site::{DAY, Database, PASSWORD, Person, Site};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use yingku_db::Db;
use yingku_testkit::MariaDb;

/// The migration that added resumable uploads.
const UPLOADS: &str = "m0006_upload";

#[tokio::test(flavor = "multi_thread")]
async fn sqlite() {
    every_schema(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mariadb() {
    every_schema(Database::MariaDb).await;
}

async fn every_schema(database: Database) {
    let names = Db::migrations();
    if std::env::var_os("YINGKU_KEEP_SCHEMA").is_some() {
        keep(database, names.last().expect("there are migrations")).await;
    }
    let fresh = Site::start(database).await;
    let newest = schema(&fresh).await;
    fresh.finish().await;
    for name in names {
        let path = file(database, &name);
        let script = fs::read_to_string(&path).unwrap_or_else(|error| {
            panic!("{}: {error}; see the head of upgrade.rs", path.display())
        });
        let site = Site::start_on(&script, database, |_| {}).await;
        println!("{name}");
        assert_eq!(schema(&site).await, newest, "{name}");
        check(&site, name.as_str() >= UPLOADS).await;
        site.finish().await;
    }
}

fn file(database: Database, name: &str) -> PathBuf {
    let kind = match database {
        Database::Sqlite => "sqlite",
        Database::MariaDb => "mariadb",
    };
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/schema/{kind}/{name}.sql"))
}

/// Every column and every index, in an order that is always the same.
async fn schema(site: &Site) -> Vec<Vec<Option<String>>> {
    let (columns, indexes) = if site.is_mariadb() {
        (
            "SELECT table_name, column_name, column_type, is_nullable, column_default, collation_name \
             FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY 1, 2",
            "SELECT table_name, index_name, seq_in_index, column_name, non_unique \
             FROM information_schema.statistics WHERE table_schema = DATABASE() ORDER BY 1, 2, 3",
        )
    } else {
        (
            "SELECT t.name, c.name, c.type, CAST(c.\"notnull\" AS TEXT), c.dflt_value, \
             CAST(c.pk AS TEXT) FROM sqlite_master t JOIN pragma_table_info(t.name) c \
             WHERE t.type = 'table' ORDER BY 1, 2",
            "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' ORDER BY 1, 2",
        )
    };
    let mut schema = site.sql(columns).await;
    schema.extend(site.sql(indexes).await);
    schema
}

/// Puts something into every part of the site, as its users do.
async fn fill(site: &Site) {
    site.set("price.paid_minor", "1200").await;
    let free = site.video("免费的电影", true).await;
    let paid = site.upload(
        &[
            ("title", "Final_Cut"),
            ("category", "纪录片"),
            ("tags", "城市,2026"),
            ("price_minor", "900"),
            ("member_price_minor", "450"),
        ],
        site.content(1_000),
    );
    let paid = paid.await.ok()["id"].as_i64().expect("a video has a number");
    let trashed = site.video("旧的", true).await;
    site.admin.delete(&format!("/videos/{trashed}")).await.ok();

    let buyer = site.member("小红").await;
    site.credit(&buyer, 5_000).await;
    let bought = buyer.buy(paid, 450).await;
    assert_eq!(bought.status, 201, "{}", bought.text());
    let ticket = buyer.ask(free).await.ok();
    assert_eq!(buyer.fetch(&ticket).await.status, 200);
    let locked = site.user("小锁").await;
    site.admin.post(&format!("/accounts/{}/lock", locked.id()), json!({})).await.ok();

    let notice = json!({ "title": "开馆", "content": "# 欢迎\n每天九点。" });
    site.admin.post("/announcements", notice).await.ok();
    site.admin.post("/invites", json!({ "label": "老师", "role": "user" })).await.ok();
    let about = [
        ("filename", "第1讲.mp4"),
        ("title", "第一讲"),
        ("is_free", "0"),
        ("price_minor", "700"),
        ("tags", "课程"),
        ("fingerprint", "0123456789ABCDEF0123456789abcdef"),
    ];
    let about = about.map(|(key, value)| format!("{key} {}", STANDARD.encode(value))).join(",");
    let begun = site.admin.call(Method::POST, "/uploads").header("tus-resumable", "1.0.0");
    let begun = begun.header("upload-length", "4096").header("upload-metadata", &about).await;
    assert_eq!(begun.status, 201, "{}", begun.text());
}

/// What [`fill`] did is there, and can be gone on with.
async fn check(site: &Site, has_uploads: bool) {
    site.clock.advance(DAY);
    let log_in = async |name: &str| site.log_in(&json!({ "name": name }), PASSWORD).await;
    let site_admin = log_in("馆长").await;
    let buyer = log_in("小红").await;
    check_library(&site_admin, &buyer).await;
    check_shop(&buyer).await;
    let who = json!({ "name": "小锁", "password": PASSWORD });
    site.nobody().post("/sessions", who).await.refused(403, "account_locked");
    let settings = site_admin.get("/settings").await.ok().to_string();
    assert!(settings.contains("1200"), "{settings}");
    let invites = site_admin.all("/invites", 50).await;
    assert_eq!((invites.len(), &invites[0]["label"]), (1, &json!("老师")));
    assert!(site_admin.all("/audit", 50).await.len() > 10);
    let uploads = site_admin.all("/uploads", 50).await;
    assert_eq!(uploads.len(), usize::from(has_uploads));
    if let Some(upload) = uploads.first() {
        check_upload(site, upload).await;
    }
}

async fn check_library(admin: &Person, buyer: &Person) {
    let found = buyer.all("/videos?search=Final", 50).await;
    assert_eq!((found.len(), &found[0]["title"]), (1, &json!("Final_Cut")));
    assert_eq!((&found[0]["owned"], &found[0]["category"]), (&json!(true), &json!("纪录片")));
    assert_eq!(buyer.all("/videos?tag=城市", 50).await.len(), 1);
    assert_eq!(buyer.all("/videos", 50).await.len(), 2);
    let trash = admin.all("/trash", 50).await;
    assert_eq!((trash.len(), &trash[0]["title"]), (1, &json!("旧的")));
    let notices = buyer.all("/announcements", 50).await;
    assert_eq!((notices.len(), &notices[0]["title"]), (1, &json!("开馆")));
}

async fn check_shop(buyer: &Person) {
    assert_eq!(buyer.balance().await, 4_550);
    assert_eq!(buyer.account["membership"]["active"], json!(true));
    let downloads = buyer.all("/downloads", 50).await;
    let states: Vec<&str> = downloads.iter().filter_map(|one| one["state"].as_str()).collect();
    assert_eq!(states, ["completed", "ready"]);
}

async fn check_upload(site: &Site, upload: &Value) {
    assert_eq!(upload["file_name"], json!("第1讲.mp4"));
    assert_eq!(upload["fingerprint"], json!("0123456789abcdef0123456789abcdef"));
    let about = site.sql("SELECT about FROM upload").await[0][0].clone().expect("a value");
    let about: Value = serde_json::from_str(&about).expect("JSON");
    let mut video = json!({
        "file_name": "第1讲.mp4", "title": "第一讲", "is_free": false, "price_minor": 700,
        "tags": "课程",
    });
    video.sort_all_objects();
    assert_eq!(about["video"], video);
}

/// Writes the file of the newest schema, unless there is one.
async fn keep(database: Database, name: &str) {
    let path = file(database, name);
    if path.exists() {
        return;
    }
    let site = Site::start(database).await;
    fill(&site).await;
    write(&site, database, &path);
    site.finish().await;
}

fn write(site: &Site, database: Database, path: &Path) {
    let mut dump = match database {
        Database::Sqlite => {
            let mut command = Command::new("sqlite3");
            command.arg(site.config.data_dir.join("yingku.db")).arg(".dump");
            command
        }
        Database::MariaDb => MariaDb::shared().dump_command(&site.config.database_url),
    };
    let dump = dump.output().expect("the program that writes a database as SQL is installed");
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let dump = String::from_utf8(dump.stdout).expect("SQL is text");
    // What sets the session of the program that reads it back is of no use here.
    let lines = dump.lines().filter(|line| !line.starts_with("/*"));
    fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
    fs::write(path, lines.collect::<Vec<_>>().join("\n") + "\n").expect("it can be written");
}
