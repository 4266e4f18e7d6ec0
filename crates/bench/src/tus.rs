//! Receiving a file in pieces, beside rustus, which brings nothing to the disk, and beside a
//! program that writes, hashes and fsyncs the same pieces. Then many uploads at once.

use crate::stage::{Pieces, Stage};
use crate::table::{median, spread};
use crate::wire::Wire;
use std::fs::{self, File};
use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use yingku_testkit::{TempDir, program, temp_dir, wait_for};

const GIB: u64 = 1 << 30;
const PIECE_BYTES: u64 = 8 << 20;
const ROUNDS: u64 = 5;
/// Uploads at once, and the MiB of each: memory that grows with their length shows in the last.
const AT_ONCE: [(u64, u64); 4] = [(1, 64), (10, 64), (50, 64), (50, 256)];

const WAYS: [&str; 4] = [
    "direct: hash, write, fsync each 8 MiB",
    "rustus: PATCH of 8 MiB, no fsync, no hash",
    "rustus --force-fsync yes: no hash",
    "yingku: PATCH of 8 MiB, hashed, on the disk",
];

/// Measures all of it and prints it.
pub fn run(bin: &Path) {
    let stage = Stage::open(bin);
    let folder = stage.site.data_dir.join("direct");
    fs::create_dir(&folder).expect("a folder can be made");
    let (fast, careful) = (Rustus::start(false), Rustus::start(true));
    let mut taken: [Vec<f64>; 4] = Default::default();
    for round in 0..=ROUNDS {
        for turn in 0..WAYS.len() {
            let way = (turn + usize::try_from(round).unwrap_or(0)) % WAYS.len();
            rustix::fs::sync();
            let seed = 10_000 + round;
            let took = match way {
                0 => directly(&folder, seed),
                1 => fast.upload(seed),
                2 => careful.upload(seed),
                _ => upload(&Target::of(&stage), GIB, seed),
            };
            // The first round warms up.
            if round > 0 {
                taken[way].push(took.as_secs_f64());
            }
        }
    }
    report(&taken);
    many_at_once(bin);
}

fn report(taken: &[Vec<f64>; 4]) {
    println!(
        "1 GiB in pieces of 8 MiB, {ROUNDS} rounds in turns, medians; same disk, same bytes. The"
    );
    println!("sender runs on the same two cores. yingku and direct hash with BLAKE3.\n");
    let speeds = |way: usize| taken[way].iter().map(|took| 1024.0 / took).collect::<Vec<f64>>();
    println!("{:<48} {:>8} {:>20}", "", "MiB/s", "smallest–largest");
    for (way, name) in WAYS.iter().enumerate() {
        println!("{name:<48} {:>8.0} {:>20}", median(&speeds(way)), spread(&speeds(way)));
    }
    println!("\nround by round, MiB/s:");
    for (way, name) in WAYS.iter().enumerate() {
        let rounds: Vec<String> = speeds(way).iter().map(|speed| format!("{speed:>5.0}")).collect();
        println!("{name:<48} {}", rounds.join(" "));
    }
    let ratio = |way: usize| median(&speeds(3)) / median(&speeds(way));
    println!("\nyingku / rustus:             {:.2}   (aim: over 1)", ratio(1));
    println!("yingku / rustus with fsync:  {:.2}", ratio(2));
    println!("yingku / direct:             {:.2}   (aim: 0.8 or more)", ratio(0));
}

/// What memory many uploads at once take.
fn many_at_once(bin: &Path) {
    println!("\nuploads at once, in pieces of 8 MiB, to a fresh server each time:\n");
    println!("{:>8} {:>10} {:>12} {:>24}", "at once", "MiB each", "MiB/s", "largest memory, MiB");
    for (count, mib) in AT_ONCE {
        let stage = Stage::open(bin);
        let target = Target::of(&stage);
        let began = Instant::now();
        thread::scope(|scope| {
            for number in 0..count {
                let target = &target;
                scope.spawn(move || upload(target, mib << 20, 20_000 + number));
            }
        });
        let speed = (count * mib) as f64 / began.elapsed().as_secs_f64();
        let memory = largest_memory_mib(stage.server.pid());
        println!("{count:>8} {mib:>10} {speed:>12.0} {memory:>24.0}");
    }
}

/// Where uploads are made, and as whom.
struct Target {
    address: SocketAddr,
    path: &'static str,
    login: String,
}

impl Target {
    fn of(stage: &Stage) -> Target {
        let login = format!("Authorization: Bearer {}\r\n", stage.admin);
        Target { address: stage.address(), path: "/api/v1/uploads", login }
    }
}

/// Uploads a made-up file; answers how long it took until the last byte was answered.
fn upload(target: &Target, size_bytes: u64, seed: u64) -> Duration {
    let mut wire = Wire::connect(target.address).expect("the server can be reached");
    let mut pieces = Pieces::new(size_bytes, seed);
    let common = format!("HTTP/1.1\r\nHost: bench\r\n{}Tus-Resumable: 1.0.0\r\n", target.login);
    // "film.bin", which nothing looks into.
    let metadata = "Upload-Metadata: filename ZmlsbS5iaW4=\r\nContent-Length: 0\r\n";
    let began = Instant::now();
    wire.send(&format!(
        "POST {} {common}Upload-Length: {size_bytes}\r\n{metadata}\r\n",
        target.path
    ))
    .expect("the head can be sent");
    let path = wire.location();
    for offset in (0..size_bytes).step_by(usize::try_from(PIECE_BYTES).expect("it fits")) {
        let len = PIECE_BYTES.min(size_bytes - offset);
        let octets = "Content-Type: application/offset+octet-stream\r\n";
        let head = format!(
            "PATCH {path} {common}{octets}Upload-Offset: {offset}\r\nContent-Length: {len}\r\n\r\n"
        );
        wire.send(&head).expect("the head can be sent");
        let mut sent = 0;
        while sent < len {
            let piece = pieces.next().expect("there are enough");
            wire.send_content(piece).expect("the content can be sent");
            sent += piece.len() as u64;
        }
        let answer = wire.answer(true).expect("the server answers");
        assert_eq!(answer.status, 204, "{}", String::from_utf8_lossy(&answer.content));
    }
    began.elapsed()
}

fn directly(folder: &Path, seed: u64) -> Duration {
    let path = folder.join("file");
    let (mut pieces, mut hasher) = (Pieces::new(GIB, seed), blake3::Hasher::new());
    let began = Instant::now();
    let mut file = File::create(&path).expect("a file can be made");
    let mut unsynced = 0;
    while let Some(piece) = pieces.next() {
        hasher.update(piece);
        file.write_all(piece).expect("a file can be written");
        unsynced += piece.len() as u64;
        if unsynced == PIECE_BYTES {
            file.sync_data().expect("fsync");
            unsynced = 0;
        }
    }
    file.sync_all().expect("fsync");
    File::open(folder).and_then(|folder| folder.sync_all()).expect("fsync of a folder");
    let took = began.elapsed();
    assert_ne!(hasher.finalize().as_bytes(), &[0; 32]);
    fs::remove_file(path).expect("a file can be removed");
    took
}

/// A running rustus, with its files on the same disk. Killed when dropped.
struct Rustus {
    address: SocketAddr,
    child: Child,
    folder: TempDir,
}

impl Rustus {
    fn start(syncs: bool) -> Rustus {
        let folder = temp_dir();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        drop(listener);
        let mut command = Command::new(program("setpriv", "util-linux"));
        command.args(["--pdeathsig", "KILL", "--"]).arg(rustus());
        command.args(["--host", "127.0.0.1", "--port", &address.port().to_string()]);
        command.args(["--log-level", "ERROR"]).env("RUSTUS_DATA_DIR", folder.path());
        command.env("RUSTUS_INFO_DIR", folder.path());
        if syncs {
            command.args(["--force-fsync", "yes"]);
        }
        // It takes 256 KiB at a time unless it is configured.
        command.args(["--max-body-size", &(PIECE_BYTES + 1024).to_string()]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("rustus starts");
        wait_for("rustus", Duration::from_secs(10), || TcpStream::connect(address).ok());
        Rustus { address, child, folder }
    }

    fn upload(&self, seed: u64) -> Duration {
        let target = Target { address: self.address, path: "/files/", login: String::new() };
        let took = upload(&target, GIB, seed);
        for entry in self.folder.path().read_dir().expect("a folder can be read").flatten() {
            fs::remove_file(entry.path()).expect("a file can be removed");
        }
        took
    }
}

impl Drop for Rustus {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// `bench/run` puts it there.
fn rustus() -> PathBuf {
    let path = std::env::var_os("YINGKU_RUSTUS").expect("YINGKU_RUSTUS names the program rustus");
    PathBuf::from(path)
}

fn largest_memory_mib(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) / 1024.0
}
