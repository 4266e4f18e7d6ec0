//! Sending files, beside nginx: the same files, the same reader, in turns.

use crate::cpu::{Used, used};
use crate::nginx::Nginx;
use crate::stage::Stage;
use crate::table::{median, padded, spread};
use crate::wire::Wire;
use std::fs::File;
use std::net::SocketAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};
use yingku_testkit::Random;

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
const ROUNDS: usize = 5;
/// The account that asks for a stream's ticket; each has its own.
const ACCOUNTS: usize = 64;
/// Files that are read from the disk side by side.
const COLD_FILES: u64 = 4;

/// What one connection asks for, one after the other.
struct Stream {
    path: String,
    asks: Vec<Option<Range<u64>>>,
}

/// A way to download.
struct Case {
    name: &'static str,
    streams: usize,
    /// Files, by their place in the list: stream by stream, and round again.
    files: Range<usize>,
    asks: fn(stream: usize, random: &mut Random) -> Vec<Option<Range<u64>>>,
    /// How often all of it is done in a round.
    repeats: usize,
    cold: bool,
}

const CASES: &[Case] = &[
    Case {
        name: "1 stream, 1 GiB, 4 times",
        streams: 1,
        files: 0..1,
        asks: |_, _| vec![None],
        repeats: 4,
        cold: false,
    },
    Case {
        name: "8 streams of 1 GiB",
        streams: 8,
        files: 0..1,
        asks: |_, _| vec![None],
        repeats: 1,
        cold: false,
    },
    Case {
        name: "64 streams of 128 MiB (a range each)",
        streams: 64,
        files: 0..1,
        asks: |stream, _| {
            let start = stream as u64 * 14 * MIB;
            vec![Some(start..start + 128 * MIB)]
        },
        repeats: 1,
        cold: false,
    },
    Case {
        name: "8 connections, 256 random ranges of 1 MiB each",
        streams: 8,
        files: 0..1,
        asks: |_, random| {
            let mut range = || {
                let start = random.between(0, GIB - MIB);
                Some(start..start + MIB)
            };
            (0..256).map(|_| range()).collect()
        },
        repeats: 1,
        cold: false,
    },
    Case {
        name: "cold: 1 stream, 1 GiB",
        streams: 1,
        files: 0..1,
        asks: |_, _| vec![None],
        repeats: 1,
        cold: true,
    },
    Case {
        name: "cold: 4 streams, 4 files of 256 MiB",
        streams: 4,
        files: 1..5,
        asks: |_, _| vec![None],
        repeats: 1,
        cold: true,
    },
];

/// What one round gave.
#[derive(Clone, Copy)]
struct Measured {
    gib_per_second: f64,
    cpu_per_gib: f64,
    from_disk: f64,
}

struct Rig {
    stage: Stage,
    nginx: Nginx,
    accounts: Vec<String>,
    /// Number of the video, and its file.
    files: Vec<(i64, PathBuf)>,
    /// The folder that nginx serves.
    root: PathBuf,
}

/// Measures all of it and prints it.
pub fn run(bin: &Path) {
    let rig = Rig::new(bin);
    println!("{ROUNDS} rounds, nginx and yingku in turns; medians (smallest–largest in brackets).");
    println!("GiB/s: higher is better. CPU: seconds of the server's processes for each GiB.\n");
    println!(
        "{} {:>19} {:>19} {:>7} {:>14} {:>14} {:>7}",
        padded("", 47),
        "nginx GiB/s",
        "yingku GiB/s",
        "ratio",
        "nginx CPU/GiB",
        "yingku CPU/GiB",
        "ratio"
    );
    let only = std::env::var("YINGKU_BENCH_ONLY").unwrap_or_default();
    for case in CASES.iter().filter(|case| case.name.contains(&only)) {
        rig.measure(case);
    }
    rig.stage.server.assert_no_panic();
}

impl Rig {
    fn new(bin: &Path) -> Rig {
        let stage = Stage::open(bin);
        let accounts = (0..ACCOUNTS).map(|n| stage.another_admin(&format!("reader{n}"))).collect();
        let mut files = Vec::new();
        for number in 0..=COLD_FILES {
            let size = if number == 0 { GIB } else { GIB / COLD_FILES };
            let (video, _) = stage.upload(size, number + 1);
            let id = video["id"].as_i64().expect("a video has a number");
            let known: Vec<PathBuf> =
                files.iter().map(|(_, path): &(i64, PathBuf)| path.clone()).collect();
            let (_, blobs) = stage.blobs();
            let fresh = blobs.into_iter().find(|(len, path)| *len == size && !known.contains(path));
            files.push((id, fresh.expect("an upload leaves a file").1));
        }
        let root = stage.site.data_dir.clone();
        let nginx = Nginx::serve(&root);
        Rig { stage, nginx, accounts, files, root }
    }

    fn measure(&self, case: &Case) {
        if !case.cold {
            self.round(case, 0, true);
            self.round(case, 0, false);
        }
        let (mut nginx, mut yingku) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let seed = round as u64 + 1;
            // Who goes first changes from round to round.
            for ours in [round % 2 == 1, round % 2 == 0] {
                let measured = self.round(case, seed, ours);
                if ours { yingku.push(measured) } else { nginx.push(measured) }
            }
        }
        print_line(case, &nginx, &yingku);
    }

    fn round(&self, case: &Case, seed: u64, ours: bool) -> Measured {
        let (address, pid) = match ours {
            true => (self.stage.address(), self.stage.server.pid()),
            false => (self.nginx.address, self.nginx.pid()),
        };
        let mut took = Duration::ZERO;
        let mut sum = Measured { gib_per_second: 0.0, cpu_per_gib: 0.0, from_disk: 0.0 };
        let mut bytes = 0;
        for repeat in 0..case.repeats {
            let streams = self.streams(case, seed + 100 * repeat as u64, ours);
            if case.cold {
                self.files.iter().for_each(|(_, path)| forget(path));
            }
            let before = used(pid);
            let began = Instant::now();
            bytes += read_all(address, streams);
            took += began.elapsed();
            // What is written down after the last byte counts as well.
            thread::sleep(Duration::from_millis(150));
            let Used { cpu_seconds, disk_read_bytes } = used(pid);
            sum.cpu_per_gib += cpu_seconds - before.cpu_seconds;
            sum.from_disk += disk_read_bytes.saturating_sub(before.disk_read_bytes) as f64;
        }
        let gib = bytes as f64 / GIB as f64;
        Measured {
            gib_per_second: gib / took.as_secs_f64(),
            cpu_per_gib: sum.cpu_per_gib / gib,
            from_disk: sum.from_disk / bytes as f64,
        }
    }

    fn streams(&self, case: &Case, seed: u64, ours: bool) -> Vec<Stream> {
        let mut random = Random::from_seed(seed);
        let one = |stream: usize| {
            let (video_id, file) = &self.files[case.files.start + stream % case.files.len()];
            let path = match ours {
                true => self.stage.ticket(&self.accounts[stream], *video_id),
                false => {
                    let below = file.strip_prefix(&self.root).expect("a blob lies in the data");
                    format!("/{}", below.display())
                }
            };
            Stream { path, asks: (case.asks)(stream, &mut random) }
        };
        (0..case.streams).map(one).collect()
    }
}

/// Reads every stream on a thread of its own; answers how many bytes came.
fn read_all(address: SocketAddr, streams: Vec<Stream>) -> u64 {
    let readers: Vec<_> =
        streams.into_iter().map(|stream| thread::spawn(move || read(address, &stream))).collect();
    // All are heard before one that broke ends the measurement, and the server with it.
    let read: Vec<_> =
        readers.into_iter().map(|reader| reader.join().expect("a reader ends well")).collect();
    let broken: Vec<&String> = read.iter().filter_map(|read| read.as_ref().err()).collect();
    assert!(broken.is_empty(), "{} of {} downloads broke: {broken:#?}", broken.len(), read.len());
    read.into_iter().flatten().sum()
}

fn read(address: SocketAddr, stream: &Stream) -> Result<u64, String> {
    let began = Instant::now();
    let at = || format!("{} after {:.2} s", stream.path, began.elapsed().as_secs_f64());
    let mut wire = Wire::connect(address).map_err(|error| format!("{}: {error}", at()))?;
    let mut bytes = 0;
    for ask in &stream.asks {
        let answer = wire.fetch(&stream.path, ask.as_ref());
        let answer = answer.map_err(|error| format!("{}, {ask:?}: {error}", at()))?;
        if answer.status != if ask.is_some() { 206 } else { 200 } {
            return Err(format!("{}, {ask:?}: status {}", at(), answer.status));
        }
        bytes += answer.content_bytes;
    }
    Ok(bytes)
}

/// Drops a file from the page cache; the table says how much was read from the disk then.
pub fn forget(path: &Path) {
    let file = File::open(path).expect("a blob can be opened");
    file.sync_all().expect("a blob can be synced");
    rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed)
        .expect("a cache can be expected");
}

fn print_line(case: &Case, nginx: &[Measured], yingku: &[Measured]) {
    let speed = |of: &[Measured]| of.iter().map(|one| one.gib_per_second).collect::<Vec<_>>();
    let cpu = |of: &[Measured]| of.iter().map(|one| one.cpu_per_gib).collect::<Vec<_>>();
    let disk = |of: &[Measured]| of.iter().map(|one| one.from_disk).collect::<Vec<_>>();
    let shown = |speeds: &[f64]| format!("{:.2} ({})", median(speeds), spread(speeds));
    let (speed_of, cpu_of) = ((speed(nginx), speed(yingku)), (cpu(nginx), cpu(yingku)));
    println!(
        "{} {:>19} {:>19} {:>7.2} {:>14.2} {:>14.2} {:>7.2}",
        padded(case.name, 47),
        shown(&speed_of.0),
        shown(&speed_of.1),
        median(&speed_of.1) / median(&speed_of.0),
        median(&cpu_of.0),
        median(&cpu_of.1),
        median(&cpu_of.1) / median(&cpu_of.0)
    );
    if case.cold {
        println!(
            "{} from the disk, of what was sent: nginx {:.0} %, yingku {:.0} %",
            padded("", 47),
            median(&disk(nginx)) * 100.0,
            median(&disk(yingku)) * 100.0
        );
    }
}
