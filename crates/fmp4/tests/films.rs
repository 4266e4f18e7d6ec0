//! Real films of many kinds, made by ffmpeg: what is computed from their tables is put
//! together as a player would, and every picture and sound of it compared with the original.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use yingku_fmp4::{Movie, Obstacle, Streamable, Track, VideoRange};

const PICTURES: &str = "-f lavfi -i testsrc2=size=192x108:rate=25:duration=15";
const SOUND: &str = "-f lavfi -i sine=frequency=440:sample_rate=44100:duration=15";
const H264: &str = "-pix_fmt yuv420p -c:v libx264 -preset veryfast -g 50";

/// Makes a film by ffmpeg with these arguments.
fn film(dir: &TempDir, name: &str, args: &str) -> PathBuf {
    let path = dir.path().join(name);
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-y"]).args(args.split_whitespace()).arg(&path);
    assert!(ffmpeg.status().expect("ffmpeg is needed for this test").success(), "{args}");
    path
}

fn plan(path: &Path) -> Result<Streamable, Obstacle> {
    let file = File::open(path).expect("the film can be opened");
    let movie = Movie::read(&file).expect("the film can be read");
    Streamable::plan(movie, &file, None).expect("the film can be read")
}

fn streamable(path: &Path) -> Streamable {
    plan(path).unwrap_or_else(|obstacle| panic!("{}: {obstacle:?}", path.display()))
}

/// The segments of a track from one on, behind its initialisation segment.
fn joined(path: &Path, track: &Track, from: usize) -> Vec<u8> {
    let file = File::open(path).expect("the film can be opened");
    let mut bytes = track.init();
    for number in from..track.segments.len() {
        let segment = track.segment(number).expect("there is such a segment");
        let before = bytes.len() as u64;
        bytes.extend(&segment.head);
        for range in &segment.ranges {
            let at = bytes.len();
            bytes.resize(at + (range.end - range.start) as usize, 0);
            file.read_exact_at(&mut bytes[at..], range.start).expect("the media is there");
        }
        assert_eq!(bytes.len() as u64 - before, segment.size_bytes());
    }
    bytes
}

/// The hash of each decoded frame of a stream (`v:0`, `a:0`), with the time it is shown at in
/// microseconds.
fn frames(path: &Path, stream: &str) -> Vec<(i64, String)> {
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-i"])
        .arg(path)
        .args([
            "-map",
            &format!("0:{stream}"),
            "-fps_mode",
            "passthrough",
            "-enc_time_base",
            "1:1000000",
        ])
        .args(["-copyts", "-f", "framemd5", "-"])
        .output()
        .expect("ffmpeg is needed for this test");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && errors.is_empty(), "{}: {errors}", path.display());
    let text = String::from_utf8(output.stdout).expect("text");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split(',').map(str::trim).collect();
            (fields[2].parse().expect("a number"), fields[5].to_owned())
        })
        .collect()
}

/// Checks that a film comes out as it is: each frame once, at its own time.
#[track_caller]
fn check(path: &Path) -> Streamable {
    let film = streamable(path);
    let dir = TempDir::new().expect("a folder");
    for (track, stream) in [(&film.video, "v:0"), (&film.audio, "a:0")] {
        let Some(track) = track else { continue };
        let whole = dir.path().join("whole.mp4");
        fs::write(&whole, joined(path, track, 0)).expect("a file");
        let original = frames(path, stream);
        let mut ours = frames(&whole, stream);
        // Priming lies before the beginning: players drop it, ffmpeg only in whole files.
        ours.retain(|frame| frame.0 >= 0);
        assert!(!original.is_empty());
        assert_eq!(original.len(), ours.len(), "{stream}");
        for (original, ours) in original.iter().zip(&ours) {
            assert_eq!(original.1, ours.1, "{stream} at {} µs", original.0);
            // ffmpeg rounds to the units of the track.
            assert!((original.0 - ours.0).abs() <= 50, "{stream}: {original:?} {ours:?}");
        }
        check_seams(path, track, stream, &original, dir.path());
    }
    film
}

/// Whoever begins at a segment sees its first picture first, and all that follow.
#[track_caller]
fn check_seams(path: &Path, track: &Track, stream: &str, original: &[(i64, String)], dir: &Path) {
    if stream != "v:0" {
        return;
    }
    for (number, segment) in track.segments.iter().enumerate().skip(1) {
        let part = dir.join("part.mp4");
        fs::write(&part, joined(path, track, number)).expect("a file");
        let start = (track.seconds(segment.start) * 1e6).round() as i64;
        let expected = original.iter().filter(|frame| frame.0 >= start - 50);
        let ours = frames(&part, stream);
        assert!(
            expected.map(|frame| &frame.1).eq(ours.iter().map(|frame| &frame.1)),
            "segment {number}"
        );
    }
}

/// Every segment but the last has four to ten seconds, and they follow each other.
#[track_caller]
fn check_grid(track: &Track) {
    let mut at = track.segments[0].start;
    for (number, segment) in track.segments.iter().enumerate() {
        assert_eq!(segment.start, at, "segment {number}");
        at += segment.duration as i64;
        let seconds = track.seconds(segment.duration as i64);
        let is_last = number + 1 == track.segments.len();
        assert!(is_last || (4.0..=10.0).contains(&seconds), "segment {number}: {seconds} s");
    }
}

#[test]
fn a_film_with_b_frames_and_priming_comes_out_as_it_is() {
    let dir = TempDir::new().expect("a folder");
    let path = film(&dir, "a.mp4", &format!("{PICTURES} {SOUND} {H264} -bf 3 -c:a aac"));
    let film = check(&path);
    let video = film.video.expect("pictures");
    check_grid(&video);
    assert_eq!(video.segments.len(), 4, "4, 4, 4 and 3 seconds");
    assert_eq!(video.codec.name(), "avc1.64000b");
    let audio = film.audio.expect("sound");
    assert_eq!((audio.codec.name(), audio.segments.len()), ("mp4a.40.2".into(), 4));
}

#[test]
fn kinds_of_files_that_are_played_as_they_are() {
    let dir = TempDir::new().expect("a folder");
    let both = format!("{PICTURES} {SOUND} {H264}");
    for (name, args) in [
        ("front.mp4", format!("{both} -c:a aac -movflags +faststart")),
        ("plain.mp4", format!("{both} -bf 0 -profile:v baseline -c:a aac")),
        ("quicktime.mov", format!("{both} -c:a aac -ac 2")),
        ("silent.mp4", format!("{PICTURES} {H264}")),
        ("surround.mp4", format!("{both} -c:a aac -ac 6")),
        (
            "ntsc.mp4",
            format!(
                "-f lavfi -i testsrc2=size=192x108:rate=30000/1001:duration=15 {SOUND} {H264} -c:a aac"
            ),
        ),
        ("sixty.mp4", format!("-f lavfi -i testsrc2=size=192x108:rate=60:duration=9 {H264}")),
        ("negative.mp4", format!("{both} -c:a aac -movflags +negative_cts_offsets")),
        (
            "refresh.mp4",
            format!("{both} -c:a aac -x264-params keyint=100:min-keyint=10:scenecut=80"),
        ),
        ("sound.m4a", format!("{SOUND} -c:a aac")),
        (
            "variable.mp4",
            format!(
                "-f lavfi -i testsrc2=size=192x108:rate=30:duration=15 -vf select='not(eq(mod(n\\,7)\\,3))' -fps_mode vfr {H264}"
            ),
        ),
    ] {
        println!("{name}");
        let made = check(&film(&dir, name, &args));
        made.video.as_ref().into_iter().for_each(check_grid);
        let seconds = made.duration_ms() as f64 / 1000.0;
        assert!((8.9..15.2).contains(&seconds), "{name}: {seconds}");
    }
}

#[test]
fn hevc_comes_out_as_it_is_for_those_who_play_it() {
    let dir = TempDir::new().expect("a folder");
    let hevc = |depth: &str, parameters: &str| {
        format!(
            "{PICTURES} {SOUND} -pix_fmt {depth} -c:v libx265 -preset ultrafast \
             -x265-params log-level=none:keyint=50:open-gop=0{parameters} -c:a aac"
        )
    };
    let hdr = "-color_primaries bt2020 -colorspace bt2020nc -color_trc";
    for (name, args, codec, range) in [
        ("hev1.mp4", hevc("yuv420p", ""), "hvc1.1.6.L30.90", VideoRange::Sdr),
        ("hvc1.mp4", hevc("yuv420p", "") + " -tag:v hvc1", "hvc1.1.6.L30.90", VideoRange::Sdr),
        (
            "pq.mp4",
            hevc("yuv420p10le", ":transfer=smpte2084") + &format!(" -tag:v hvc1 {hdr} smpte2084"),
            "hvc1.2.4.L30.90",
            VideoRange::Pq,
        ),
        (
            "hlg.mov",
            hevc("yuv420p10le", ":transfer=arib-std-b67")
                + &format!(" -tag:v hvc1 {hdr} arib-std-b67"),
            "hvc1.2.4.L30.90",
            VideoRange::Hlg,
        ),
    ] {
        println!("{name}");
        let film = check(&film(&dir, name, &args));
        assert!(!film.is_universal());
        let video = film.video.expect("pictures");
        check_grid(&video);
        assert_eq!((video.codec.name().as_str(), video.codec.range()), (codec, range));
    }
}

#[test]
fn what_cannot_be_played_as_it_is_says_why() {
    let dir = TempDir::new().expect("a folder");
    let both = format!("{PICTURES} {SOUND}");
    for (name, args, obstacle) in [
        (
            // x265 begins its groups with pictures that others before them are shown after.
            "hevc.mp4",
            format!(
                "{both} -pix_fmt yuv420p -c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=50 -c:a aac"
            ),
            Obstacle::VideoCodec,
        ),
        (
            "hevc_ac3.mp4",
            format!(
                "{both} -pix_fmt yuv420p -c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=50:open-gop=0 -c:a ac3"
            ),
            Obstacle::VideoCodec,
        ),
        (
            "ten.mp4",
            format!("{both} -pix_fmt yuv420p10le -c:v libx264 -preset ultrafast -c:a aac"),
            Obstacle::VideoCodec,
        ),
        (
            "full.mp4",
            format!("{both} -pix_fmt yuv444p -c:v libx264 -preset ultrafast -c:a aac"),
            Obstacle::VideoCodec,
        ),
        ("fields.mp4", format!("{both} {H264} -flags +ilme+ildct -c:a aac"), Obstacle::VideoCodec),
        ("mp3.mp4", format!("{both} {H264} -c:a mp3"), Obstacle::AudioCodec),
        (
            "fragments.mp4",
            format!("{both} {H264} -c:a aac -movflags +frag_keyframe+empty_moov"),
            Obstacle::Fragmented,
        ),
        (
            "open.mp4",
            format!("{both} {H264} -bf 2 -x264-params open-gop=1 -c:a aac"),
            Obstacle::SparseKeyFrames,
        ),
        (
            "sparse.mp4",
            format!("{both} -pix_fmt yuv420p -c:v libx264 -preset veryfast -g 600 -c:a aac"),
            Obstacle::SparseKeyFrames,
        ),
        (
            "short.mp4",
            format!("{PICTURES} -f lavfi -i sine=duration=5 {H264} -c:a aac"),
            Obstacle::Uneven,
        ),
        ("late.mp4", format!("{PICTURES} -itsoffset 3 {SOUND} {H264} -c:a aac"), Obstacle::Uneven),
    ] {
        let found = plan(&film(&dir, name, &args)).err();
        assert_eq!(found, Some(obstacle), "{name}");
    }
    let straight = film(&dir, "straight.mp4", &format!("{both} {H264} -c:a aac"));
    let turn = format!("-i {} -c copy -metadata:s:v:0 rotate=90", straight.display());
    let turned = film(&dir, "turned.mp4", &turn);
    assert_eq!(plan(&turned).err(), Some(Obstacle::Turned));
}

/// Bytes that were changed anywhere in the tables are refused, or make another film; they
/// never make this program fail, or read beyond the file.
#[test]
fn damaged_tables_do_no_harm() {
    let hevc = "-pix_fmt yuv420p -c:v libx265 -preset ultrafast \
                -x265-params log-level=none:keyint=50:open-gop=0";
    for (codec, times) in [(H264, 3_000), (hevc, 1_000)] {
        damage_tables(codec, times);
    }
}

fn damage_tables(codec: &str, times: usize) {
    let dir = TempDir::new().expect("a folder");
    let path =
        film(&dir, "a.mp4", &format!("{PICTURES} {SOUND} {codec} -c:a aac -movflags +faststart"));
    let bytes = fs::read(&path).expect("the film can be read");
    let tables = 40..bytes.windows(4).position(|part| part == b"mdat").expect("there is media");
    let mut random = yingku_testkit::Random::seeded("damaged_tables");
    let changed = dir.path().join("changed.mp4");
    let (mut refused, mut planned) = (0, 0);
    for _ in 0..times {
        let mut bytes = bytes.clone();
        for _ in 0..=random.between(0, 3) {
            let at = tables.start + random.between(0, tables.len() as u64) as usize;
            bytes[at] = random.between(0, 256) as u8;
        }
        if random.between(0, 10) == 0 {
            bytes.truncate(random.between(0, bytes.len() as u64) as usize);
        }
        fs::write(&changed, &bytes).expect("a file");
        let file = File::open(&changed).expect("the file can be opened");
        match Movie::read(&file).and_then(|movie| Streamable::plan(movie, &file, None)) {
            Err(_) | Ok(Err(_)) => refused += 1,
            Ok(Ok(film)) => {
                planned += 1;
                for track in [&film.video, &film.audio].into_iter().flatten() {
                    assert!(!track.init().is_empty());
                    for number in 0..track.segments.len() {
                        let segment = track.segment(number).expect("there is such a segment");
                        assert!(segment.ranges.iter().all(|range| range.end <= bytes.len() as u64));
                    }
                }
            }
        }
    }
    println!("{refused} refused, {planned} planned");
    assert!(refused > 0 && planned > 0);
}
