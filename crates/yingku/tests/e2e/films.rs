//! Films of many kinds, as people have them: each plays from its first picture to its last, or
//! has a reason why it does not. `attack/run films` has the long ones, and real ones where there are any.

use crate::stage::{Stage, number, setting_from_env, text};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use yingku_testkit::{Database, temp_dir, wait_for};

/// Two hours on a slow machine.
const LONG: Duration = Duration::from_secs(3 * 3_600);

const PICTURES: &str = "-f lavfi -i testsrc2=size=96x54:rate=25:duration=9";
const SOUND: &str = "-f lavfi -i sine=duration=9";
const X264: &str = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac";
const X265: &str = "-c:v libx265 -preset ultrafast -x265-params log-level=none -c:a aac";

/// What a film becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It is played: every picture once.
    Plays,
    /// It is played where it is whole.
    PlaysInPart,
    /// Only its sound is.
    Sounds,
    /// It is not played, for this reason.
    Unplayable(&'static str),
}

use Fate::{Plays, PlaysInPart, Sounds, Unplayable};

fn ffmpeg(args: &str, path: &Path) {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-y"]).args(args.split_whitespace()).arg(path);
    assert!(ffmpeg.status().expect("ffmpeg is needed for this test").success(), "{args}");
}

/// Made by one command each.
fn usual(dir: &Path) -> Vec<(PathBuf, Fate)> {
    let both = format!("{PICTURES} {SOUND}");
    let at = |rate: &str| format!("{} {SOUND} {X265}", PICTURES.replace("rate=25", rate));
    let kinds = [
        ("av1.mkv", format!("{both} -c:v libaom-av1 -cpu-used 8 -row-mt 1 -c:a libopus"), Plays),
        ("portrait.mp4", format!("{} {SOUND} {X265}", PICTURES.replace("96x54", "54x96")), Plays),
        ("ten-bit.mkv", format!("{both} {X265} -pix_fmt yuv420p10le"), Plays),
        ("film.mp4", at("rate=24"), Plays),
        ("ntsc.mp4", at("rate=30000/1001"), Plays),
        ("sixty.mp4", at("rate=60"), Plays),
        (
            "variable.mp4",
            format!("{both} -vf select='not(eq(mod(n\\,7)\\,3))' -fps_mode vfr {X265}"),
            Plays,
        ),
        ("surround.mkv", format!("{both} {X264} -ac 6 -c:a ac3"), Plays),
        (
            "silent.webm",
            format!("{PICTURES} -c:v libvpx-vp9 -deadline realtime -cpu-used 8"),
            Plays,
        ),
        ("open.mp4", format!("{both} {X264} -g 60 -bf 2 -x264-params open-gop=1"), Plays),
        ("sparse.mp4", format!("{both} {X264} -g 1000"), Plays),
        ("song.m4a", format!("{SOUND} -c:a aac"), Sounds),
        ("song.flac", SOUND.to_owned(), Sounds),
    ];
    let made = kinds.iter().map(|(name, args, fate)| {
        ffmpeg(args, &dir.join(name));
        (dir.join(name), *fate)
    });
    made.collect()
}

/// Made of others.
fn unusual(dir: &Path) -> Vec<(PathBuf, Fate)> {
    let of = |name: &str| dir.join(name);
    let upright = of("upright.mp4");
    ffmpeg(&format!("{PICTURES} {SOUND} {X264}"), &upright);
    let rotated = of("rotated.mp4");
    ffmpeg(&format!("-i {} -c copy -metadata:s:v rotate=90", upright.display()), &rotated);
    // Ten seconds later a recorder begins anew: its clock jumps.
    let (first, second) = (of("first.ts"), of("second.ts"));
    let mpeg2 = "-c:v mpeg2video -bf 2 -c:a mp2";
    ffmpeg(&format!("{PICTURES} {SOUND} {mpeg2}"), &first);
    ffmpeg(&format!("{PICTURES} {SOUND} {mpeg2} -output_ts_offset 5000"), &second);
    let jumps = of("jumps.ts");
    let both = [first, second].map(|path| fs::read(path).expect("it can be read")).concat();
    fs::write(&jumps, both).expect("it can be written");
    let broken = of("broken.mkv");
    ffmpeg(&format!("{PICTURES} {SOUND} {X265} -g 25"), &of("whole.mkv"));
    let mut bytes = fs::read(of("whole.mkv")).expect("it can be read");
    let (from, to) = (bytes.len() * 5 / 10, bytes.len() * 6 / 10);
    bytes[from..to].iter_mut().enumerate().for_each(|(at, byte)| *byte = (at * 31 % 251) as u8);
    fs::write(&broken, bytes).expect("it can be written");
    let text = of("text.mp4");
    fs::write(&text, "no film at all").expect("it can be written");
    vec![(rotated, Plays), (jumps, Plays), (broken, PlaysInPart), (text, Unplayable("unreadable"))]
}

/// Those that take long: two hours, a key frame every thirty seconds, and large ones.
fn long(dir: &Path) -> Vec<(PathBuf, Fate)> {
    let two_hours =
        "-f lavfi -i testsrc2=size=96x54:rate=10:duration=7200 -f lavfi -i sine=duration=7200";
    let rare =
        "-f lavfi -i testsrc2=size=640x360:rate=25:duration=120 -f lavfi -i sine=duration=120";
    let large =
        "-f lavfi -i testsrc2=size=3840x2160:rate=25:duration=12 -f lavfi -i sine=duration=12";
    let kinds = [
        ("two-hours.mp4", format!("{two_hours} {X265} -b:v 60k")),
        ("rare-keys.mkv", format!("{rare} {X265} -g 750 -keyint_min 750")),
        ("large.mkv", format!("{large} {X265}")),
    ];
    let made = kinds.iter().map(|(name, args)| {
        ffmpeg(args, &dir.join(name));
        (dir.join(name), Plays)
    });
    made.collect()
}

/// What somebody's camera made, in a folder that is named by the environment.
fn real() -> Vec<(PathBuf, Fate)> {
    let Ok(folder) = std::env::var("YINGKU_REAL_FILMS") else { return Vec::new() };
    let entries = Path::new(&folder).read_dir().expect("the folder can be read");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path, Plays)).collect()
}

#[test]
fn films_of_many_kinds_play_or_say_why() {
    let dir = temp_dir();
    let mut films = usual(dir.path());
    films.extend(unusual(dir.path()));
    if setting_from_env("YINGKU_LONG_FILMS", 0) > 0 {
        films.extend(long(dir.path()));
    }
    films.extend(real());
    let stage = Stage::open(Database::Sqlite);
    stage.set("playback.max_streams", "1000");
    stage.set("playback.sizes", "240,360");
    let videos: Vec<i64> = films.iter().map(|(path, _)| uploaded(&stage, path)).collect();
    for ((path, fate), video) in films.iter().zip(videos) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let playback = ended(&stage, video);
        println!("{name}: {} {}", playback["state"], playback["reason"]);
        check(&name, path, *fate, &playback);
    }
    stage.close();
}

fn uploaded(stage: &Stage, path: &Path) -> i64 {
    let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
    let bytes = fs::read(path).expect("it can be read");
    number(&stage.upload(name, true, bytes).ok()["id"])
}

/// How a video is played, once nothing more is made of it.
fn ended(stage: &Stage, video: i64) -> Value {
    wait_for("everything to be made of it", LONG, || {
        let video = stage.admin.http.get(&format!("/api/v1/videos/{video}")).send().ok();
        let playback = &video["playback"];
        let stage = &playback["encoding"]["stage"];
        let is_made = stage.is_null() || *stage == "done" || *stage == "failed";
        (playback["state"] != "preparing" && is_made).then(|| playback.clone())
    })
}

fn check(name: &str, path: &Path, fate: Fate, playback: &Value) {
    if let Unplayable(reason) = fate {
        assert_eq!(
            (&playback["state"], &playback["reason"]),
            (&"unplayable".into(), &reason.into())
        );
        assert!(playback["detail"].is_string(), "{name}: {playback}");
        return;
    }
    assert!(playback["state"] == "ready" || fate == PlaysInPart, "{name}: {playback}");
    let url = text(&playback["hls_url"]);
    let (seconds, expected) = match name {
        // By its clocks it takes more than an hour.
        "jumps.ts" => (length(url), 18.0),
        _ => (length(url), length(&path.display().to_string())),
    };
    assert!((seconds - expected).abs() < 0.3, "{name}: {seconds} s, not {expected}");
    if fate == Sounds {
        return;
    }
    let (original, ours) = (pictures(&path.display().to_string()), pictures(url));
    match fate {
        PlaysInPart => assert!(ours > original / 2, "{name}: {ours} of {original}"),
        _ => assert_eq!(ours, original, "{name}: every picture once"),
    }
}

fn ask(args: &str, input: &str) -> String {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error"]).args(args.split_whitespace()).args(["-of", "csv=p=0", input]);
    let output = ffprobe.output().expect("ffprobe is needed for this test");
    String::from_utf8(output.stdout).expect("text")
}

/// How many pictures are shown, of the largest size that there is.
fn pictures(input: &str) -> usize {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "quiet", "-i", input, "-map", "0:V:0"]);
    ffmpeg.args(["-fps_mode", "passthrough", "-f", "framemd5", "-"]);
    let output = ffmpeg.output().expect("ffmpeg is needed for this test");
    let stdout = String::from_utf8(output.stdout).expect("text");
    stdout.lines().filter(|line| !line.starts_with('#')).count()
}

fn length(input: &str) -> f64 {
    ask("-show_entries format=duration", input).trim().parse().unwrap_or(0.0)
}
