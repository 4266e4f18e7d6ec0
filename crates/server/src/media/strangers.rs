//! Strangers' files: hostile ones, and films that were damaged at random, through everything that
//! reads them. `attack/run films` has the full counts.

use super::probe::{ProbeError, Prober};
use super::{Conversion, ConvertError, UnitEncoder, UnitError};
use crate::blob::Staging;
use futures_util::StreamExt;
use rustix::fs::inotify;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use yingku_core::ladder::{Grid, Pictures, UnitPlan, sizes};
use yingku_fmp4::{Movie, Streamable};
use yingku_testkit::Random;

/// No small file keeps this machine busy for longer.
const LONGEST: Duration = Duration::from_secs(300);
/// One that takes longer is worth a look.
const LONG: Duration = Duration::from_secs(10);

/// Films of two seconds of every kind of container, and of the codecs that are usual in them.
const FILMS: &[(&str, &str)] = &[
    ("plain.mp4", "-c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -c:a aac"),
    ("hevc.mov", "-c:v libx265 -preset ultrafast -x265-params log-level=none -c:a aac"),
    ("mpeg4.avi", "-c:v mpeg4 -c:a mp3"),
    ("vp9.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus"),
    ("h264.mkv", "-c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -c:a ac3"),
    ("mpeg2.ts", "-c:v mpeg2video -c:a mp2"),
    ("mpeg1.mpg", "-c:v mpeg1video -c:a mp2"),
    ("flash.flv", "-c:v flv -c:a mp3 -ar 44100"),
    ("wmv.wmv", "-c:v wmv2 -c:a wmav2"),
    ("theora.ogv", "-c:v libtheora -c:a libvorbis"),
    ("fragments.mp4", "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -movflags +frag_keyframe"),
];

fn made(dir: &Path, name: &str, args: &str) -> Vec<u8> {
    let path = dir.join(name);
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i"]);
    ffmpeg.args(["testsrc2=size=64x48:rate=25:duration=2", "-f", "lavfi", "-i"]);
    ffmpeg.arg("sine=duration=2").args(args.split_whitespace()).arg(&path);
    assert!(ffmpeg.status().expect("ffmpeg is needed for this test").success(), "{name}");
    fs::read(path).unwrap()
}

/// What became of a file.
#[derive(Clone, Copy, Debug, Default)]
struct Fate {
    /// Its own tables can be played.
    is_streamable: bool,
    is_probed: bool,
    is_encoded: bool,
}

/// Does to a file all that is done to one that was uploaded.
async fn digest(prober: &Prober, staging: &Staging, path: &Path) -> Fate {
    let mut fate = Fate { is_streamable: is_streamable(path), ..Fate::default() };
    let probe = match prober.probe(path).await {
        Ok(probe) => probe,
        Err(ProbeError::Failed(error)) => panic!("ffprobe could not be run: {error}"),
        Err(_) => return fate,
    };
    fate.is_probed = true;
    let copy = staging.scratch().await.unwrap();
    let remuxed = prober.convert(Conversion::Remux, path, copy.path()).await;
    not_failed(remuxed);
    let sound = prober.convert(Conversion::Sound { duration_ms: 2_000 }, path, copy.path()).await;
    not_failed(sound);
    let Some(shown) = probe.pictures else { return fate };
    let Ok(timeline) = prober.timeline(path, &shown).await else { return fate };
    let Some(grid) = Grid::of(timeline.times, timeline.last) else { return fate };
    let (width, height, rate) = (shown.width, shown.height, shown.rate);
    let sizes = sizes(&Pictures { width, height, rate, original_bits: None }, &[48]);
    let encoder = UnitEncoder {
        prober,
        staging,
        source: path,
        plan: UnitPlan {
            origin: shown.origin,
            is_interlaced: shown.is_interlaced,
            is_hdr: shown.is_hdr,
            lead: grid.lead,
        },
        is_urgent: false,
    };
    for number in BTreeSet::from([0, grid.count() - 1]) {
        match encoder.encode(&grid.run(number..number + 1, sizes.clone())).await {
            Ok(encoded) => fate.is_encoded |= !encoded.is_empty(),
            Err(UnitError::Misfit(_) | UnitError::Refused(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    fate
}

fn not_failed(done: Result<(), ConvertError>) {
    if let Err(ConvertError::Failed(error)) = done {
        panic!("ffmpeg could not be run: {error}");
    }
}

/// Whether its tables can be played; if so, every segment lies within the file.
fn is_streamable(path: &Path) -> bool {
    let file = File::open(path).unwrap();
    let size_bytes = file.metadata().unwrap().len();
    let Ok(movie) = Movie::read(&file) else { return false };
    let Ok(Ok(film)) = Streamable::plan(movie, &file, None) else { return false };
    for track in [&film.video, &film.audio].into_iter().flatten() {
        assert!(!track.init().is_empty());
        for number in 0..track.segments.len().min(20) {
            let segment = track.segment(number).unwrap();
            let ends = segment.ranges.iter().map(|range| range.end);
            assert!(ends.max().unwrap_or(0) <= size_bytes, "segment {number}");
        }
    }
    true
}

/// Damages a film: bytes, stretches, its beginning, its end.
fn damage(film: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = film.to_vec();
    for _ in 0..random.between(1, 4) {
        let len = bytes.len() as u64;
        // Tables lie at the beginning or at the end: that is where damage matters.
        let near = random.between(1, 4_096.min(len));
        let at = match random.between(0, 3) {
            0 => random.between(0, near),
            1 => len - near,
            _ => random.between(0, len),
        } as usize;
        let end = (at + random.between(1, 2_000) as usize).min(bytes.len());
        match random.between(0, 7) {
            0 => bytes[at] ^= 1 << random.between(0, 8),
            1 => bytes[at] = random.number() as u8,
            2 => bytes[at..end].fill(random.number() as u8),
            3 => bytes.truncate(at.max(16)),
            4 => drop(bytes.drain(at..end.min(bytes.len() - 16).max(at))),
            5 => {
                let piece = bytes[at..end].to_vec();
                let to = random.between(0, len) as usize;
                bytes.splice(to..to, piece);
            }
            // The largest length, or number of things, that there can be.
            _ => {
                let four = (at + 4).min(bytes.len());
                bytes[at..four].fill(0xff);
            }
        }
    }
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_films_harm_nothing() {
    let count = std::env::var("YINGKU_DAMAGED_FILMS").ok().and_then(|text| text.parse().ok());
    let count: usize = count.unwrap_or(22);
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let films: Vec<(&str, Vec<u8>)> =
        FILMS.iter().map(|(name, args)| (*name, made(dir, name, args))).collect();
    let prober = Prober::find().await.expect("ffprobe is needed for this test");
    let staging = Staging::open(&dir.join("incoming")).unwrap();
    let mut random = Random::seeded("damaged films");
    let tried = (0..count).map(|number| {
        let (name, film) = &films[number % films.len()];
        let seed = random.number();
        let path = dir.join(format!("{number}-{name}"));
        fs::write(&path, damage(film, &mut Random::from_seed(seed))).unwrap();
        let (prober, staging) = (&prober, &staging);
        async move {
            let begun = Instant::now();
            let digested = tokio::time::timeout(LONGEST, digest(prober, staging, &path)).await;
            let fate = digested.unwrap_or_else(|_| panic!("{name}, seed {seed}: it never ends"));
            if begun.elapsed() > LONG {
                println!("{name}, seed {seed}: {} s", begun.elapsed().as_secs());
            }
            fs::remove_file(&path).unwrap();
            fate
        }
    });
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let fates: Vec<Fate> =
        futures_util::stream::iter(tried).buffer_unordered(cores).collect().await;
    let count_of = |is: fn(&Fate) -> bool| fates.iter().filter(|fate| is(fate)).count();
    println!(
        "{count} damaged films: {} played by their own tables, {} recognised, {} encoded",
        count_of(|fate| fate.is_streamable),
        count_of(|fate| fate.is_probed),
        count_of(|fate| fate.is_encoded)
    );
    assert!(count_of(|fate| fate.is_encoded) > 0, "damage this mild leaves something");
    nothing_stays(dir).await;
}

/// Neither a process nor a file.
async fn nothing_stays(dir: &Path) {
    let is_left = || {
        let processes = fs::read_dir("/proc").unwrap().flatten().filter(|entry| {
            let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(&dir.display().to_string())
        });
        processes.count() + fs::read_dir(dir.join("incoming")).unwrap().count()
    };
    let emptied = async {
        while is_left() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(LONGEST, emptied).await.expect("a process or a file stays behind");
}

/// Files that name others, in every form that ffmpeg has for it.
fn hostile(target: &Path, port: u16, film: &[u8]) -> Vec<Vec<u8>> {
    let file = target.display().to_string();
    let web = format!("http://127.0.0.1:{port}/film.ts");
    let relative = format!("../{}", target.file_name().unwrap().to_string_lossy());
    let mut named = vec![file.clone(), format!("file:{file}"), format!("file://{file}"), relative];
    named.extend([web.clone(), format!("tcp://127.0.0.1:{port}"), format!("hls+{web}")]);
    named.extend(
        ["concat", "subfile,,start,0,end,0,,", "crypto", "cache", "async"]
            .map(|protocol| format!("{protocol}:{file}")),
    );
    let mut files: Vec<String> = Vec::new();
    for name in &named {
        files.push(format!("ffconcat version 1.0\nfile '{name}'\n"));
        files.push(format!(
            "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{name}\n#EXT-X-ENDLIST\n"
        ));
        files.push(format!(
            "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{name}\n#EXT-X-MAP:URI=\"{name}\"\n"
        ));
    }
    for name in [&file, &web] {
        files
            .push(format!("#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"{name}\"\n#EXTINF:2,\na.ts\n"));
        files.push(format!(
            "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\" \
             mediaPresentationDuration=\"PT2S\"><Period><AdaptationSet><Representation id=\"1\" \
             bandwidth=\"1\"><BaseURL>{name}</BaseURL></Representation></AdaptationSet></Period></MPD>"
        ));
        files.push(format!(
            "<?xml version=\"1.0\"?><!DOCTYPE svg [<!ENTITY a SYSTEM \"{name}\">]>\
             <svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"{name}\"/>&a;</svg>"
        ));
        files.push(format!("[playlist]\nFile1={name}\nNumberOfEntries=1\n"));
        files.push(format!("<asx version=\"3.0\"><entry><ref href=\"{name}\"/></entry></asx>"));
        files.push(format!("RTSPtext\r\n{name}\r\n"));
        files.push(format!("[Reference]\nRef1={name}\n"));
    }
    files.push(format!("v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video {port} RTP/AVP 96\n"));
    let mut files: Vec<Vec<u8>> = files.into_iter().map(String::into_bytes).collect();
    // A film whose tables place its media in another file.
    let mut elsewhere = film.to_vec();
    let at = elsewhere.windows(8).position(|bytes| bytes == b"url \0\0\0\x01").unwrap();
    elsewhere[at + 7] = 0;
    files.push(elsewhere);
    // A list behind the beginning of a film, and one with a mark of its encoding.
    files.push([&film[..32], b"\nffconcat version 1.0\nfile '", file.as_bytes(), b"'\n"].concat());
    files.push([b"\xef\xbb\xbf", &files[0][..]].concat());
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_files_open_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let film = made(dir, FILMS[0].0, FILMS[0].1);
    let target = dir.join("target.ts");
    fs::write(&target, made(dir, FILMS[5].0, FILMS[5].1)).unwrap();
    let inbox = dir.join("inbox");
    fs::create_dir(&inbox).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let files = hostile(&target, listener.local_addr().unwrap().port(), &film);
    assert!(files.len() >= 50, "{}", files.len());

    let watch = inotify::init(inotify::CreateFlags::NONBLOCK).unwrap();
    inotify::add_watch(&watch, &target, inotify::WatchFlags::OPEN).unwrap();
    let is_opened = || rustix::io::read(&watch, &mut [0_u8; 256][..]).is_ok();
    drop(File::open(&target).unwrap());
    assert!(is_opened(), "the watch works");

    let staging = Staging::open(&dir.join("incoming")).unwrap();
    let found = Prober::find().await.expect("ffprobe is needed for this test");
    for prober in [found.clone(), found.bare()] {
        for (number, bytes) in files.iter().enumerate() {
            let path: PathBuf = inbox.join(format!("{number}.mp4"));
            fs::write(&path, bytes).unwrap();
            let digested = tokio::time::timeout(LONGEST, digest(&prober, &staging, &path)).await;
            digested.unwrap_or_else(|_| panic!("{number}: it never ends"));
            let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(120)]);
            assert!(!is_opened(), "it opened another file: {shown}");
            assert!(listener.accept().is_err(), "it connected: {shown}");
        }
    }
    nothing_stays(dir).await;
}
