//! Real films, made by ffmpeg once and kept under `target/testkit`.

use crate::process::{program, target_dir};
use crate::random::Random;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The file name that the made films have.
const FILE_NAME: &str = "电影 我和我的祖国.mp4";

/// A real mp4 (H.264 and AAC) of that length and width, called `电影 我和我的祖国.mp4`.
/// With `megabytes` the bit rate is held so high that it has about that many (within a tenth).
pub fn film(seconds: u32, width: u32, megabytes: Option<u32>) -> PathBuf {
    let name = match megabytes {
        Some(megabytes) => format!("{seconds}s-{width}w-{megabytes}mb"),
        None => format!("{seconds}s-{width}w"),
    };
    let folder = target_dir().join("testkit/films").join(name);
    fs::create_dir_all(&folder).expect("the folder for films can be made");
    // Two test processes may want the same film at the same time.
    let lock = File::create(folder.join("lock")).expect("the lock file can be made");
    lock.lock().expect("the lock can be taken");
    let path = folder.join(FILE_NAME);
    if !path.exists() {
        let unfinished = folder.join("unfinished.mp4");
        make(&unfinished, seconds, width, megabytes);
        fs::rename(&unfinished, &path).expect("the film can be renamed");
    }
    path
}

/// A small real film that differs from every other with another seed, as bytes of exactly
/// that size: a made film with a `free` box of noise behind it, as the format allows.
pub fn unique_film(seed: u64, size_bytes: usize) -> Vec<u8> {
    static BASE: OnceLock<Vec<u8>> = OnceLock::new();
    let base = BASE.get_or_init(|| fs::read(film(1, 64, None)).expect("the film can be read"));
    let room = size_bytes
        .checked_sub(base.len() + 16)
        .unwrap_or_else(|| panic!("a unique film has more than {} bytes", base.len() + 16));
    let mut bytes = base.clone();
    let box_bytes = u32::try_from(room + 16).expect("a unique film is smaller than 4 GiB");
    bytes.extend_from_slice(&box_bytes.to_be_bytes());
    bytes.extend_from_slice(b"free");
    bytes.extend_from_slice(&seed.to_be_bytes());
    bytes.extend_from_slice(&Random::from_seed(seed).bytes(room));
    bytes
}

/// The BLAKE3 hash of bytes, 64 hex digits.
pub fn hash_of(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// The BLAKE3 hash of a file, 64 hex digits.
pub fn hash_of_file(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    let mut hasher = blake3::Hasher::new();
    File::open(path)
        .and_then(|mut file| io::copy(&mut file, &mut hasher))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    hasher.finalize().to_hex().to_string()
}

fn make(path: &Path, seconds: u32, width: u32, megabytes: Option<u32>) {
    let height = width * 9 / 16 / 2 * 2;
    let mut command = Command::new(program("ffmpeg", "ffmpeg"));
    command.args(["-nostdin", "-v", "error", "-y"]);
    command.args(["-f", "lavfi", "-i", &format!("testsrc2=size={width}x{height}:rate=25")]);
    command.args(["-f", "lavfi", "-i", "sine=frequency=440"]);
    command.args(["-t", &seconds.to_string(), "-pix_fmt", "yuv420p"]);
    command.args(["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-b:a", "64k"]);
    if let Some(megabytes) = megabytes {
        // What ffmpeg's picture does not fill, filler data does: the size is what was asked for.
        let rate = (u64::from(megabytes) * 8_000_000 / u64::from(seconds)).to_string();
        command.args(["-vf", "noise=alls=20:allf=t", "-x264-params", "nal-hrd=cbr"]);
        command.args(["-b:v", &rate, "-minrate", &rate, "-maxrate", &rate, "-bufsize", &rate]);
    }
    let output = command.args(["-movflags", "+faststart"]).arg(path).output();
    let output = output.expect("ffmpeg starts");
    assert!(output.status.success(), "ffmpeg: {}", String::from_utf8_lossy(&output.stderr));
}
