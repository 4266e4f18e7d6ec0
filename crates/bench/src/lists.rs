//! Lists and searches at two sizes, on both databases: they should be flat.

use crate::cpu::memory_mib;
use crate::query::{Place, QUERIES, Timed};
use crate::rows::{self, MY_TICKETS, Size};
use crate::stage::{Stage, create_admin};
use crate::table::padded;
use crate::wire::Wire;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use yingku_testkit::{Database, MariaDb, Site, program};

const SMALL: Size = Size { videos: 1_000, accounts: 1_000, tickets: 10_000, audit: 1_000 };
const LARGE: Size = Size { videos: 100_000, accounts: 100_000, tickets: 1_000_000, audit: 100_000 };

/// What is slow, in milliseconds, and how much slower the large one may be.
const SLOW_MS: f64 = 20.0;
const STEEP: f64 = 3.0;

/// Measures all of it and prints it.
pub fn run(bin: &Path) {
    for (database, name) in [(Database::Sqlite, "SQLite"), (Database::MariaDb, "MariaDB")] {
        println!("== {name}");
        let (small, mut small_place) = open(bin, database, SMALL);
        let (large, mut large_place) = open(bin, database, LARGE);
        // Kept waiting while the large one was loaded, it may have been closed.
        small_place.wire = Wire::connect(small.address()).expect("the server can be reached");
        let timed: Vec<[Timed; 2]> =
            QUERIES.iter().map(|query| query.time([&mut small_place, &mut large_place])).collect();
        print(&timed);
        for (stage, size) in [(small, SMALL), (large, LARGE)] {
            let (rss, _) = memory_mib(stage.server.pid());
            println!("the server's memory afterwards, {} videos: {rss:.0} MiB", size.videos);
            stage.server.assert_no_panic();
        }
        println!();
    }
}

/// Prints the rows of the large size.
pub fn print_rows(me: i64) {
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    rows::write(&mut out, LARGE, me).expect("somebody reads");
    out.flush().expect("somebody reads");
}

fn open(bin: &Path, database: Database, size: Size) -> (Stage, Place) {
    let site = Site::new(bin, database);
    create_admin(&site);
    let stage = Stage::start(site);
    let (me, user) = stage.user("我");
    let Stage { site, server, admin } = stage;
    server.terminate();
    let began = Instant::now();
    load(&site, size, me);
    println!(
        "{} videos, {} accounts, {} records ({MY_TICKETS} of the one who asks), {} audit entries; \
         loaded in {:.0} s{}",
        size.videos,
        size.accounts,
        size.tickets,
        size.audit,
        began.elapsed().as_secs_f64(),
        file_size(&site)
    );
    let server = site.start();
    let stage = Stage { site, server, admin };
    let wire = Wire::connect(stage.address()).expect("the server can be reached");
    let place = Place { wire, videos: size.videos, user, admin: stage.admin.clone() };
    (stage, place)
}

fn file_size(site: &Site) -> String {
    let file = site.data_dir.join("yingku.db");
    match file.metadata() {
        Ok(metadata) => format!(", {:.0} MiB", metadata.len() as f64 / 1_048_576.0),
        Err(_) => String::new(),
    }
}

fn load(site: &Site, size: Size, me: i64) {
    let before;
    let after;
    let mut command = match &site.database_url {
        Some(url) => {
            let server = MariaDb::shared();
            // To load with; Debian's own value is what is measured with.
            server.sql(url, "SET GLOBAL innodb_buffer_pool_size = 768 * 1024 * 1024");
            server.sql(url, "SET GLOBAL innodb_flush_log_at_trx_commit = 0");
            before = "SET unique_checks = 0; SET foreign_key_checks = 0; SET autocommit = 0;\n";
            after = "COMMIT;\n";
            let place = url.strip_prefix("mysql://root@").expect("the tests' own address");
            let (authority, name) = place.split_once('/').expect("the name of the database");
            let (host, port) = authority.split_once(':').expect("a port");
            let mut command = Command::new(program("mariadb", "mariadb-client"));
            command.args(["--no-defaults", "--default-character-set=utf8mb4", "--user=root"]);
            command.args(["--host", host, "--port", port, name]);
            command
        }
        None => {
            before = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-400000;
                PRAGMA foreign_keys=OFF; BEGIN;\n";
            after = "COMMIT;\n";
            let mut command = Command::new(program("sqlite3", "sqlite3"));
            command.args(["-batch", "-bail"]).arg(site.data_dir.join("yingku.db"));
            command
        }
    };
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the database's client starts");
    let mut out = BufWriter::with_capacity(1 << 20, child.stdin.take().expect("it is piped"));
    out.write_all(before.as_bytes()).expect("the client reads");
    rows::write(&mut out, size, me).expect("the client reads");
    out.write_all(after.as_bytes()).expect("the client reads");
    drop(out.into_inner().expect("the client reads"));
    assert!(child.wait().expect("the client ends").success(), "the rows could not be loaded");
    if let Some(url) = &site.database_url {
        let server = MariaDb::shared();
        // What its background thread does by itself after such a change.
        server.sql(
            url,
            "ANALYZE TABLE video, video_tag, search_gram, account, ticket, audit_entry, `blob`",
        );
        server.sql(url, "SET GLOBAL innodb_buffer_pool_size = 128 * 1024 * 1024");
        server.sql(url, "SET GLOBAL innodb_flush_log_at_trx_commit = 1");
        settle(server, url);
    }
}

/// Waits until the database has written down what was loaded.
fn settle(server: &MariaDb, url: &str) {
    server.sql(url, "SET GLOBAL innodb_max_dirty_pages_pct = 0");
    let asked = "SELECT variable_value FROM information_schema.global_status \
        WHERE variable_name IN ('innodb_buffer_pool_pages_dirty', 'innodb_history_list_length')";
    let quiet = || {
        let left: Vec<u64> = server.sql(url, asked).lines().flat_map(str::parse).collect();
        left.iter().all(|left| *left < 100).then_some(())
    };
    if yingku_testkit::poll(Duration::from_secs(60), quiet).is_none() {
        println!("MariaDB is still writing what was loaded");
    }
    server.sql(url, "SET GLOBAL innodb_max_dirty_pages_pct = DEFAULT");
}

fn print(timed: &[[Timed; 2]]) {
    println!(
        "\n{} {:>18} {:>18} {:>11} {:>15} {:>6}",
        padded("milliseconds over HTTP, one client, pages of 20", 46),
        "1,000: med (p95)",
        "100,000: med (p95)",
        "large/small",
        "of the fastest",
        "items"
    );
    for (query, [small, large]) in QUERIES.iter().zip(timed) {
        let ratio = large.median_ms / small.median_ms;
        let mark = match (large.median_ms > SLOW_MS, ratio > STEEP) {
            (true, _) => "  slow",
            (false, true) => "  steep",
            _ => "",
        };
        println!(
            "{} {:>9.2} ({:>6.2}) {:>9.2} ({:>6.2}) {ratio:>11.2} {:>15.2} {:>6}{mark}",
            padded(&query.label(large.page), 46),
            small.median_ms,
            small.p95_ms,
            large.median_ms,
            large.p95_ms,
            large.fastest_ms / small.fastest_ms,
            large.items
        );
    }
    println!();
}
