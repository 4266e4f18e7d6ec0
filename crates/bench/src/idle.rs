//! What an idle server takes, and how long one takes to start.

use crate::cpu::memory_mib;
use crate::nginx::Nginx;
use crate::stage::{Stage, create_admin};
use crate::table::{median, p95};
use crate::wire::Wire;
use std::path::Path;
use std::thread;
use std::time::Duration;
use yingku_testkit::{Database, Site};

const STARTS: usize = 20;
const IDLE: Duration = Duration::from_secs(10);

/// Measures all of it and prints it.
pub fn run(bin: &Path) {
    let size = bin.metadata().map(|metadata| metadata.len()).unwrap_or(0);
    println!("the binary: {:.1} MiB\n", size as f64 / 1_048_576.0);
    start_ups(bin);
    memory(bin);
}

fn start_ups(bin: &Path) {
    println!("From exec to the line `ready`, SQLite, {STARTS} starts each, in milliseconds:");
    let fresh: Vec<f64> =
        (0..STARTS).map(|_| ready_ms(&Site::new(bin, Database::Sqlite))).collect();
    print_starts("a new data directory", &fresh);
    let site = Site::new(bin, Database::Sqlite);
    create_admin(&site);
    let again: Vec<f64> = (0..STARTS).map(|_| ready_ms(&site)).collect();
    print_starts("an existing one", &again);
    println!();
}

fn print_starts(what: &str, ms: &[f64]) {
    println!(
        "  {what:<24} median {:>6.1}   p95 {:>6.1}   (aim: under 300; ratio to it {:.2})",
        median(ms),
        p95(ms),
        median(ms) / 300.0
    );
}

fn ready_ms(site: &Site) -> f64 {
    let server = site.start();
    let ready = server.ready_after.as_secs_f64() * 1000.0;
    server.terminate();
    ready
}

fn memory(bin: &Path) {
    println!("Memory in MiB: resident (RSS), and resident with shared pages split (PSS):");
    let stage = Stage::open(bin);
    stage.server.assert_no_panic();
    let Stage { site, server, .. } = stage;
    server.terminate();
    let server = site.start();
    let pid = server.pid();
    print_memory("just started", pid);
    thread::sleep(IDLE);
    let (rss, pss) = print_memory("idle for 10 s", pid);
    println!("  {:<58} (aim: under 40; ratio to it {:.2})", "", rss.max(pss) / 40.0);
    server.terminate();

    let stage = Stage::start(site);
    let pid = stage.server.pid();
    let (video, _) = stage.upload(1 << 30, 1);
    let id = video["id"].as_i64().expect("a video has a number");
    let path = stage.ticket(&stage.admin, id);
    let mut wire = Wire::connect(stage.address()).expect("the server can be reached");
    wire.fetch(&path, None).expect("a download");
    print_memory("after a login, an upload and a download of 1 GiB", pid);
    thread::sleep(IDLE);
    print_memory("the same, idle for 10 s", pid);
    stage.server.terminate();

    let nginx = Nginx::serve(bin.parent().unwrap_or(bin));
    print_memory("for comparison: idle nginx, a master and a worker a core", nginx.pid());
}

fn print_memory(what: &str, pid: u32) -> (f64, f64) {
    let (rss, pss) = memory_mib(pid);
    println!("  {what:<58} RSS {rss:>6.1}   PSS {pss:>6.1}");
    (rss, pss)
}
