//! Watching: from the last byte of an upload to the first picture, to a place that is not encoded
//! yet, what units cost beside one command, what a second worker brings, and segments a second
//! beside nginx.

use crate::cpu;
use crate::nginx::Nginx;
use crate::stage::Stage;
use crate::table::{median, spread};
use crate::wire::Wire;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use yingku_testkit::{temp_dir, wait_for};

/// Nothing here takes longer.
const SOON: Duration = Duration::from_secs(1_800);
const ROUNDS: usize = 3;
/// Segments that are fetched in one round.
const SEGMENTS: usize = 2_000;

/// A part of it, with the program and a folder for films.
type Part = fn(&Path, &Path);

/// Runs all of it, or the parts that the environment names.
pub fn run(bin: &Path) {
    let folder = temp_dir();
    let only = std::env::var("YINGKU_BENCH_ONLY").unwrap_or_default();
    let parts: [(&str, Part); 4] = [
        ("first pictures", first_pictures),
        ("units", units),
        ("workers", workers),
        ("segments", segments),
    ];
    for (_, measure) in parts.iter().filter(|(name, _)| name.contains(&only)) {
        measure(bin, folder.path());
    }
}

fn ffmpeg(args: &str, output: &Path) {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-y"]).args(args.split_whitespace()).arg(output);
    assert!(ffmpeg.status().expect("ffmpeg is needed").success(), "{args}");
}

/// A film of so many seconds, of a stretch that is repeated.
fn long_film(folder: &Path, name: &str, seconds: u32, codec: &str) -> PathBuf {
    let stretch = folder.join(format!("stretch-{name}"));
    let pictures = "-f lavfi -i testsrc2=size=1920x1080:rate=25:duration=20 \
                    -f lavfi -i sine=duration=20 -vf noise=alls=8:allf=t -pix_fmt yuv420p";
    ffmpeg(&format!("{pictures} {codec} -c:a aac"), &stretch);
    let film = folder.join(name);
    let repeats = seconds / 20 - 1;
    let args = format!("-stream_loop {repeats} -i {} -c copy", stretch.display());
    ffmpeg(&args, &film);
    fs::remove_file(stretch).expect("it can be removed");
    film
}

/// Uploads a film; answers its number and the moment at which its last byte was sent.
fn upload(stage: &Stage, film: &Path) -> (i64, Instant) {
    let mut file = File::open(film).expect("the film can be opened");
    let size = file.metadata().expect("it has a size").len();
    let mut wire = Wire::connect(stage.address()).expect("the server can be reached");
    let name = film.file_name().and_then(|name| name.to_str()).unwrap_or("film");
    let head = format!(
        "POST /api/v1/videos?file_name={name}&is_free=true HTTP/1.1\r\nHost: bench\r\n\
         Authorization: Bearer {}\r\nContent-Type: application/octet-stream\r\n\
         Content-Length: {size}\r\n\r\n",
        stage.admin
    );
    wire.send(&head).expect("the head can be sent");
    let mut piece = vec![0; 1 << 20];
    loop {
        let count = file.read(&mut piece).expect("the film can be read");
        if count == 0 {
            break;
        }
        wire.send_content(&piece[..count]).expect("the content can be sent");
    }
    let sent = Instant::now();
    let answer = wire.answer(true).expect("the server answers");
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.content));
    let video: Value = serde_json::from_slice(&answer.content).expect("JSON");
    (video["id"].as_i64().expect("a number"), sent)
}

fn playback(stage: &Stage, video: i64) -> Value {
    stage.http().get(&format!("/api/v1/videos/{video}")).send().ok()["playback"].clone()
}

/// The folder of the address, once there is one.
fn address(stage: &Stage, video: i64) -> String {
    let url = wait_for("the film to be playable", SOON, || {
        let playback = playback(stage, video);
        assert_ne!(playback["state"], "unplayable", "{playback}");
        playback["hls_url"].as_str().map(str::to_owned)
    });
    let path = url.find("/s/").map(|at| url[at..].to_owned()).expect("a signed path");
    path.trim_end_matches("master.m3u8").to_owned()
}

fn get(stage: &Stage, path: &str) -> Vec<u8> {
    let mut wire = Wire::connect(stage.address()).expect("the server can be reached");
    for _ in 0..50 {
        let answer = wire.get(path, &stage.admin).expect("the server answers");
        if answer.status == 200 {
            return answer.content;
        }
        assert_eq!(answer.status, 503, "{}", String::from_utf8_lossy(&answer.content));
    }
    panic!("{path} does not come");
}

/// The first track of pictures that the playlist names.
fn first_track(stage: &Stage, folder: &str) -> String {
    let master = String::from_utf8(get(stage, &format!("{folder}master.m3u8"))).expect("text");
    let index =
        master.lines().find(|line| line.ends_with("p/index.m3u8") || *line == "video/index.m3u8");
    let index = index.unwrap_or_else(|| panic!("no pictures: {master}"));
    index.trim_end_matches("/index.m3u8").to_owned()
}

/// Fetches a segment and decodes its first picture.
fn show(stage: &Stage, folder: &str, track: &str, segment: usize, scratch: &Path) {
    let mut bytes = get(stage, &format!("{folder}{track}/init.mp4"));
    bytes.extend(get(stage, &format!("{folder}{track}/{segment}.m4s")));
    fs::write(scratch, bytes).expect("a file");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-i"]).arg(scratch);
    ffmpeg.args(["-frames:v", "1", "-f", "null", "-"]).stdout(Stdio::null());
    assert!(ffmpeg.status().expect("ffmpeg is needed").success());
}

fn first_pictures(bin: &Path, folder: &Path) {
    println!("from the last byte to the first picture, and to places that are not encoded yet");
    let h264 = "-c:v libx264 -preset ultrafast -g 50 -b:v 3M -maxrate 3M -bufsize 3M";
    let heavy =
        "-c:v libx264 -preset ultrafast -g 50 -b:v 11M -minrate 10M -maxrate 12M -bufsize 12M";
    let hevc = "-c:v libx265 -preset ultrafast -b:v 2M -x265-params log-level=none:keyint=50";
    for (name, seconds, codec, places) in [
        ("20-seconds.mp4", 20, h264, &[][..]),
        ("one-hour.mp4", 3_600, h264, &[]),
        ("4-gib.mp4", 3_600, heavy, &[]),
        ("one-hour-hevc.mp4", 3_600, hevc, &[450_usize, 800, 123][..]),
    ] {
        let film = long_film(folder, name, seconds, codec);
        let gib = film.metadata().expect("it has a size").len() as f64 / f64::from(1 << 30);
        let scratch = folder.join("shown.mp4");
        let (mut firsts, mut seeks) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            // A site each time: content that is here already would not be looked into.
            let stage = Stage::open(bin);
            let (video, sent) = upload(&stage, &film);
            let below = address(&stage, video);
            let track = first_track(&stage, &below);
            show(&stage, &below, &track, 0, &scratch);
            firsts.push(sent.elapsed().as_secs_f64());
            for &place in places {
                let asked = Instant::now();
                show(&stage, &below, &track, place, &scratch);
                seeks.push(asked.elapsed().as_secs_f64());
            }
        }
        println!("  {name:<18} {gib:.2} GiB   {:.2} s ({})", median(&firsts), spread(&firsts));
        if !seeks.is_empty() {
            println!("  {:<18} a seek     {:.2} s ({})", "", median(&seeks), spread(&seeks));
        }
        fs::remove_file(film).expect("it can be removed");
    }
}

fn units(bin: &Path, folder: &Path) {
    let film = long_film(
        folder,
        "two-minutes.mp4",
        120,
        "-c:v libx265 -preset ultrafast -b:v 3M -x265-params log-level=none:keyint=50",
    );
    println!("\nunits beside one bare command for the same ladder (two minutes of 1080p HEVC)");
    let bare = folder.join("bare");
    fs::create_dir(&bare).expect("a folder");
    let size = |height: u32, most: u32, name: &str| {
        format!(
            "-map [{name}] -c:v libx264 -preset veryfast -crf 23 -maxrate {most} -bufsize {} \
             -profile:v high -pix_fmt yuv420p -x264-params keyint=100:min-keyint=100:scenecut=0:open-gop=0 \
             {}/{height}.mp4",
            most * 2,
            bare.display()
        )
    };
    let command = format!(
        "-i {} -filter_complex [0:v]split=2[a][b];[a]scale=640:360[o0];[b]scale=1280:720[o1] {} {} \
         -map 0:a -c:a aac -b:a 128k -ac 2",
        film.display(),
        size(360, 800_000, "o0"),
        size(720, 2_599_000, "o1"),
    );
    let before = cpu::machine_seconds();
    let began = Instant::now();
    ffmpeg(&command, &bare.join("sound.mp4"));
    let wall = began.elapsed().as_secs_f64();
    let bare_cpu = cpu::machine_seconds() - before;
    let bare_bytes: u64 = ["360.mp4", "720.mp4"]
        .iter()
        .map(|name| bare.join(name).metadata().expect("it was made").len())
        .sum();

    let stage = Stage::open(bin);
    let before = cpu::machine_seconds();
    let began = Instant::now();
    let (video, _) = upload(&stage, &film);
    wait_for("all of it to be encoded", SOON, || {
        (playback(&stage, video)["encoding"]["percent"] == 100).then_some(())
    });
    let ours_wall = began.elapsed().as_secs_f64();
    wait_for("its sound", SOON, || {
        (playback(&stage, video)["encoding"]["stage"] == "done").then_some(())
    });
    let ours_cpu = cpu::machine_seconds() - before;
    let sql = "SELECT SUM(size_bytes) FROM unit WHERE size > 0";
    let ours_bytes: u64 = stage.site.sql(sql).trim().parse().expect("a number");
    let ratio = |ours: f64, bare: f64| (ours / bare - 1.0) * 100.0;
    println!(
        "  CPU    {ours_cpu:.1} s beside {bare_cpu:.1} s: {:+.1} %",
        ratio(ours_cpu, bare_cpu)
    );
    println!(
        "  bytes  {ours_bytes} beside {bare_bytes}: {:+.1} %",
        ratio(ours_bytes as f64, bare_bytes as f64)
    );
    println!("  wall   {ours_wall:.1} s beside {wall:.1} s");
    fs::remove_file(film).expect("it can be removed");
}

/// How long workers take that have a processor each, one and then two.
fn workers(bin: &Path, folder: &Path) {
    println!("\nworkers with a processor each (six minutes of 1080p HEVC)");
    let codec = "-c:v libx265 -preset ultrafast -b:v 3M -x265-params log-level=none:keyint=50";
    // Long enough for the last stretch, which one of them encodes alone, to weigh little.
    let film = long_film(folder, "six-minutes.mp4", 360, codec);
    let took = |processors: &[usize]| {
        let stage = Stage::open(bin);
        let none = json!({ "value": "0" });
        stage.http().request("PUT", "/api/v1/settings/media.workers").json(&none).send().ok();
        let (video, _) = upload(&stage, &film);
        // Planned, and its sound encoded: what the server does by itself.
        wait_for("the plan", SOON, || {
            let sound = "SELECT COUNT(*) FROM job WHERE kind = 'sound' AND state = 'done'";
            (stage.site.sql(sound).trim() == "1").then_some(())
        });
        let dir = temp_dir();
        let workers: Vec<Child> = processors
            .iter()
            .map(|processor| worker(bin, &stage, *processor, dir.path()))
            .collect();
        let began = Instant::now();
        wait_for("all of it to be encoded", SOON, || {
            (playback(&stage, video)["encoding"]["percent"] == 100).then_some(())
        });
        let seconds = began.elapsed().as_secs_f64();
        for mut worker in workers {
            worker.kill().expect("it can be killed");
            worker.wait().expect("it can be awaited");
        }
        seconds
    };
    let (one, two) = (took(&[0]), took(&[0, 1]));
    println!("  one {one:.1} s, two {two:.1} s: {:.2} times as fast", one / two);
    fs::remove_file(film).expect("it can be removed");
}

fn worker(bin: &Path, stage: &Stage, processor: usize, dir: &Path) -> Child {
    let name = json!({ "name": format!("processor {processor}") });
    let made = stage.http().post("/api/v1/workers").json(&name).send().ok();
    let mut taskset = Command::new("taskset");
    taskset.args(["-c", &processor.to_string()]).arg(bin);
    taskset.args(["worker", "-j", "1", "--server", &stage.server.url, "--dir"]);
    taskset.arg(dir.join(processor.to_string()));
    taskset.env("YINGKU_WORKER_TOKEN", made["token"].as_str().expect("a token"));
    taskset.stdout(Stdio::null()).stderr(Stdio::null());
    taskset.spawn().expect("taskset is needed")
}

fn segments(bin: &Path, folder: &Path) {
    println!("\nsegments a second, one connection, of a film that is played as it is");
    let film = long_film(folder, "film.mp4", 600, "-c:v libx264 -preset ultrafast -g 50 -b:v 4M");
    let stage = Stage::open(bin);
    // Nothing is encoded meanwhile: that would be measured as well.
    let none = json!({ "value": "" });
    stage.http().request("PUT", "/api/v1/settings/playback.sizes").json(&none).send().ok();
    let (video, _) = upload(&stage, &film);
    let below = address(&stage, video);
    let index = format!("{below}video/index.m3u8");
    let index = String::from_utf8(get(&stage, &index)).expect("text");
    let names: Vec<&str> = index.lines().filter(|line| line.ends_with(".m4s")).collect();
    let served = folder.join("served");
    fs::create_dir(&served).expect("a folder");
    for name in &names {
        fs::write(served.join(name), get(&stage, &format!("{below}video/{name}"))).expect("a file");
    }
    let nginx = Nginx::serve(&served);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(rate(stage.address(), &names, &format!("{below}video/")));
        theirs.push(rate(nginx.address, &names, "/"));
    }
    let (ours, theirs) = (median(&ours), median(&theirs));
    println!("  {ours:.0} beside {theirs:.0} of nginx: {:.2}", ours / theirs);
}

fn rate(address: std::net::SocketAddr, names: &[&str], below: &str) -> f64 {
    let mut wire = Wire::connect(address).expect("it can be reached");
    let began = Instant::now();
    for name in names.iter().cycle().take(SEGMENTS) {
        let answer = wire.fetch(&format!("{below}{name}"), None).expect("an answer");
        assert_eq!(answer.status, 200);
    }
    SEGMENTS as f64 / began.elapsed().as_secs_f64()
}
