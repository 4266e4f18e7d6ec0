//! Receiving a file, beside a program that writes, hashes and fsyncs the same bytes.

use crate::cpu::used;
use crate::stage::{Pieces, Stage};
use crate::table::{median, spread};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

const GIB: u64 = 1 << 30;
const ROUNDS: u64 = 5;

/// Who takes in the bytes.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// One thread: hash a piece, write it, and so on; fsync of file and folder.
    Plain,
    /// The same with the hashing on a second thread.
    SideBySide,
    /// The same from a socket: what any server has to do at the least.
    Socket,
    /// `POST /api/v1/videos`.
    Yingku,
}

const WAYS: [(Way, &str); 4] = [
    (Way::Plain, "direct: hash, write, in turns; fsync"),
    (Way::SideBySide, "direct: hash and write side by side; fsync"),
    (Way::Socket, "a bare socket: read, hash, write; fsync"),
    (Way::Yingku, "yingku: POST /api/v1/videos until 201"),
];

/// Measures all of it and prints it.
pub fn run(bin: &Path) {
    let stage = Stage::open(bin);
    let folder = stage.site.data_dir.join("direct");
    fs::create_dir(&folder).expect("a folder can be made");
    let mut taken: [Vec<(f64, f64)>; 4] = Default::default();
    for round in 0..=ROUNDS {
        for turn in 0..WAYS.len() {
            let which = (turn + usize::try_from(round).unwrap_or(0)) % WAYS.len();
            even_out(&stage, &folder);
            let measured = once(&stage, &folder, WAYS[which].0, 1_000 + round);
            // The first round warms up.
            if round > 0 {
                taken[which].push(measured);
            }
        }
    }
    println!("1 GiB of bytes that were never there, {ROUNDS} rounds in turns, medians; same disk,");
    println!("same bytes, same hash (BLAKE3). The sender runs on the same two cores.\n");
    let mibs = |way: usize| taken[way].iter().map(|one| 1024.0 / one.0).collect::<Vec<f64>>();
    let cpus = |way: usize| taken[way].iter().map(|one| one.1).collect::<Vec<f64>>();
    println!("{:<46} {:>8} {:>20} {:>11}", "", "MiB/s", "smallest–largest", "CPU-s/GiB");
    for (way, (_, name)) in WAYS.iter().enumerate() {
        let speeds = mibs(way);
        let (middle, cpu) = (median(&speeds), median(&cpus(way)));
        println!("{name:<46} {middle:>8.0} {:>20} {cpu:>11.2}", spread(&speeds));
    }
    println!("\nround by round, MiB/s:");
    for (way, (_, name)) in WAYS.iter().enumerate() {
        let speeds: Vec<String> = mibs(way).iter().map(|speed| format!("{speed:>5.0}")).collect();
        println!("{name:<46} {}", speeds.join(" "));
    }
    let ratio = |to: usize| median(&mibs(3)) / median(&mibs(to));
    println!("\nyingku / direct, in turns:     {:.2}   (aim: 0.8 or more)", ratio(0));
    println!("yingku / direct, side by side: {:.2}", ratio(1));
    println!("yingku / a bare socket:        {:.2}", ratio(2));
    stage.server.assert_no_panic();
}

/// The same start for everybody: nothing left to be written, nothing of earlier rounds in
/// the page cache, and memory to write into that the host has handed out already (its
/// first touch of a page costs more than all the rest).
fn even_out(stage: &Stage, folder: &Path) {
    for (_, blob) in stage.blobs().1 {
        crate::download::forget(&blob);
    }
    let path = folder.join("touched");
    let mut file = File::create(&path).expect("a file can be made");
    let mut pieces = Pieces::new(GIB + GIB / 2, 1);
    while let Some(piece) = pieces.next() {
        file.write_all(piece).expect("a file can be written");
    }
    fs::remove_file(&path).expect("a file can be removed");
    drop(file);
    rustix::fs::sync();
}

/// Seconds, and CPU seconds of whoever took the bytes in (with the socket: and sent them).
fn once(stage: &Stage, folder: &Path, way: Way, seed: u64) -> (f64, f64) {
    let pid = if way == Way::Yingku { stage.server.pid() } else { std::process::id() };
    let before = used_alone(pid);
    let took = match way {
        Way::Yingku => {
            let (_, took) = stage.upload(GIB, seed);
            thread::sleep(Duration::from_millis(100));
            took
        }
        _ => directly(folder, way, seed),
    };
    (took.as_secs_f64(), used_alone(pid) - before)
}

/// Of the process alone: the bench's children are servers.
fn used_alone(pid: u32) -> f64 {
    if pid == std::process::id() { crate::cpu::cpu_seconds(pid) } else { used(pid).cpu_seconds }
}

fn directly(folder: &Path, way: Way, seed: u64) -> Duration {
    let path = folder.join("file.part");
    let began = Instant::now();
    let mut file = File::create(&path).expect("a file can be made");
    let hash = match way {
        Way::SideBySide => beside(&mut file, seed),
        Way::Socket => from_socket(&mut file, seed),
        _ => in_turns(&mut file, seed),
    };
    file.sync_all().expect("fsync");
    fs::rename(&path, folder.join("file")).expect("a file can be renamed");
    File::open(folder).and_then(|folder| folder.sync_all()).expect("fsync of a folder");
    let took = began.elapsed();
    assert_ne!(hash.as_bytes(), &[0; 32]);
    fs::remove_file(folder.join("file")).expect("a file can be removed");
    took
}

fn in_turns(file: &mut File, seed: u64) -> blake3::Hash {
    let (mut pieces, mut hasher) = (Pieces::new(GIB, seed), blake3::Hasher::new());
    while let Some(piece) = pieces.next() {
        hasher.update(piece);
        file.write_all(piece).expect("a file can be written");
    }
    hasher.finalize()
}

fn beside(file: &mut File, seed: u64) -> blake3::Hash {
    let (send, receive) = sync_channel::<Vec<u8>>(4);
    let hashing = thread::spawn(move || {
        let mut hasher = blake3::Hasher::new();
        receive.iter().for_each(|piece| {
            hasher.update(&piece);
        });
        hasher.finalize()
    });
    let mut pieces = Pieces::new(GIB, seed);
    while let Some(piece) = pieces.next() {
        send.send(piece.to_vec()).expect("the hasher listens");
        file.write_all(piece).expect("a file can be written");
    }
    drop(send);
    hashing.join().expect("the hasher ends well")
}

fn from_socket(file: &mut File, seed: u64) -> blake3::Hash {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("a listener has an address");
    let sending = thread::spawn(move || {
        let mut stream = TcpStream::connect(address).expect("the listener listens");
        let mut pieces = Pieces::new(GIB, seed);
        while let Some(piece) = pieces.next() {
            stream.write_all(piece).expect("the receiver reads");
        }
    });
    let (mut stream, _) = listener.accept().expect("the sender connects");
    let (mut buffer, mut hasher) = (vec![0; 1 << 20], blake3::Hasher::new());
    loop {
        let count = stream.read(&mut buffer).expect("the sender sends");
        if count == 0 {
            break;
        }
        hasher.update(&buffer[..count]);
        file.write_all(&buffer[..count]).expect("a file can be written");
    }
    sending.join().expect("the sender ends well");
    hasher.finalize()
}
