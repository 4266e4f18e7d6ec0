//! Attacks on the real binary, in short forms; `attack/run` has the full counts.

use crate::stage::{BIN, Stage, create_admin, number, setting_from_env, upload};
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};
use yingku_testkit::{
    Cli, Database, Http, Random, Site, connect_from, guarded, raise_open_files, temp_dir,
    unique_film, wait_for,
};

/// The most memory that a server may take under any of these.
const MOST_MEMORY_MIB: u64 = 256;

/// Files and folders that hold keys are their owner's alone, whatever the umask.
#[test]
fn the_data_folder_is_private_whatever_the_umask() {
    let site = Site::new(BIN, Database::Sqlite);
    fs::create_dir_all(&site.data_dir).expect("a folder can be made");
    fs::set_permissions(&site.data_dir, PermissionsExt::from_mode(0o777)).expect("a folder's mode");
    let mut command = guarded("/bin/sh");
    command.args(["-c", "umask 0; exec \"$0\" \"$@\""]).arg(BIN).arg("serve");
    command.args(site.local_args()).args(["--listen", "127.0.0.1:0", "--classic-listen", "off"]);
    let server = site.start_command(command);
    create_admin(&site);
    let admin = crate::stage::log_in(&server.http(), crate::stage::ADMIN);
    upload(&admin.http, "影片.mp4", true, unique_film(901, 200_000)).send().ok();
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&site.data_dir), 0o700);
    let mut folders = vec![site.data_dir.clone()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().expect("a folder can be read") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                assert_eq!(mode(&path), 0o600, "{}", path.display());
                files += 1;
            }
        }
    }
    assert!(files >= 3, "{files}: the database, what belongs to it, and the film");
    server.terminate();
}

/// One whose file was readable by everybody, as old versions made it, is closed at the start.
#[test]
fn an_old_database_becomes_private() {
    let stage = Stage::open(Database::Sqlite);
    let database = stage.site.data_dir.join("yingku.db");
    fs::set_permissions(&database, PermissionsExt::from_mode(0o644)).expect("a file's mode");
    fs::set_permissions(&stage.site.data_dir, PermissionsExt::from_mode(0o755)).expect("a mode");
    let stage = stage.stop_and_restart();
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(&database), mode(&stage.site.data_dir)), (0o600, 0o700));
    stage.close();
}

/// The first start of a site is killed at each fsync of its database, again and again.
#[test]
fn a_first_start_killed_at_each_fsync_on_sqlite() {
    let site = Site::new(BIN, Database::Sqlite);
    let mut killed = 0;
    loop {
        let mut command = site.command_killed_at("fsync,fdatasync", killed + 1);
        command.args(["--listen", "127.0.0.1:0", "--classic-listen", "off"]);
        match site.try_start(command) {
            Ok(server) => {
                server.terminate();
                break;
            }
            Err((_, log)) => assert!(!log.contains("cannot be opened"), "after {killed}: {log}"),
        }
        killed += 1;
        assert!(killed < 500, "it never starts");
    }
    println!("killed at {killed} fsyncs");
    assert!(killed > 3, "{killed}: were these the migrations?");
    create_admin(&site);
    site.start().terminate();
}

/// A disk that cannot be read answers with an error, and no signal ends the server.
#[test]
fn a_disk_that_fails_under_the_deep_doctor_is_told() {
    let stage = Stage::open(Database::Sqlite);
    stage.upload("影片.mp4", true, unique_film(902, 3_000_000)).ok();
    let blob = first_file(&stage.site.data_dir.join("blobs"));
    let Stage { site, server, admin } = stage;
    server.terminate();
    let mut command = site.command_failing("read,pread64", "EIO", &blob);
    command.args(["--listen", "127.0.0.1:0", "--classic-listen", "off"]);
    let mut server = site.start_command(command);
    let admin = admin.at(&server);
    let report = admin.http.post("/api/v1/doctor?deep=true").send().ok();
    assert_eq!(report["ok"], false, "{report}");
    assert!(report.to_string().contains("content 1"), "{report}");
    assert!(server.runs());
    server.terminate();
}

fn first_file(folder: &Path) -> PathBuf {
    let entry = folder.read_dir().expect("a folder can be read").next().expect("it is not empty");
    let path = entry.expect("an entry").path();
    if path.is_dir() { first_file(&path) } else { path }
}

/// Where a kernel cannot fault pages in, bytes are copied: in small pieces, or many slow
/// readers would fill the memory.
#[test]
fn slow_readers_take_little_where_bytes_are_copied() {
    const READERS: usize = 60;
    let stage = Stage::open(Database::Sqlite);
    let films: Vec<i64> = (0..2)
        .map(|seed| {
            let film = stage.upload("影片.mp4", true, unique_film(910 + seed, 64 << 20)).ok();
            number(&film["id"])
        })
        .collect();
    let Stage { site, server, admin } = stage;
    server.terminate();
    let mut command = site.command_with_faults("madvise", "error=EINVAL");
    command.args(["--listen", "127.0.0.1:0", "--classic-listen", "off"]);
    let server = site.start_command(command);
    let admin = admin.at(&server);
    let before = memory_kib(server.pid(), "RssAnon");
    let mut open = Vec::new();
    for reader in 0..READERS {
        let ticket = admin.ask(films[reader % films.len()]).ok();
        let url = ticket["url"].as_str().expect("an address").to_owned();
        let mut stream = server.http().connect().expect("a connection");
        stream
            .write_all(format!("GET {url} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes())
            .expect("taken");
        let mut head = [0; 64];
        stream.read_exact(&mut head).expect("an answer begins");
        assert!(head.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&head));
        open.push(stream);
    }
    let taken_mib = memory_kib(server.pid(), "RssAnon").saturating_sub(before) >> 10;
    println!("{READERS} slow readers of copied bytes take {taken_mib} MiB");
    // 8 MiB for each, once, would be 480.
    assert!(taken_mib < 150, "{taken_mib} MiB");
    drop(open);
    server.terminate();
}

/// A value of `/proc/PID/status`, in KiB.
fn memory_kib(pid: u32, field: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the process runs");
    let line = status.lines().find(|line| line.starts_with(&format!("{field}:")));
    let value = line.and_then(|line| line.split_whitespace().nth(1)).expect("the field is there");
    value.parse().expect("a number")
}

/// Labels: thousands of long paths that are nowhere leave no memory behind.
#[test]
fn metric_labels_of_strangers_take_no_memory() {
    let requests = setting_from_env("YINGKU_ATTACK_REQUESTS", 600);
    let stage = Stage::open(Database::Sqlite);
    let before = memory_kib(stage.server.pid(), "VmRSS");
    for request in 0..requests {
        let path = format!("/{request}/{}", "x".repeat(15_000));
        assert_eq!(stage.http().get(&path).send().status, 404);
    }
    let metrics = stage.http().get("/metrics").send().body.len();
    let grown_mib = memory_kib(stage.server.pid(), "VmRSS").saturating_sub(before) >> 10;
    println!("{requests} paths of 15 kB: {grown_mib} MiB more, /metrics has {metrics} bytes");
    assert!(metrics < 200_000 && grown_mib < 40, "{grown_mib} MiB, {metrics} bytes");
    stage.close();
}

/// What a slow client does with its connection.
#[derive(Clone, Copy, Debug)]
enum Slow {
    /// Nothing.
    Silent,
    /// Half a head, and a byte now and then.
    Head,
    /// Half a login body, and a byte now and then.
    Body,
    /// One request, and no other.
    KeepAlive,
    /// Nothing, on the classic listener.
    ClassicSilent,
    /// The most of a frame of 64 KiB, and a byte now and then.
    ClassicFrame,
}

#[test]
fn slow_connections_leave_room_for_others() {
    use Slow::{Body, ClassicFrame, ClassicSilent, Head, KeepAlive, Silent};
    raise_open_files();
    let count = setting_from_env("YINGKU_SLOW_CONNECTIONS", 500);
    for kind in [Silent, Head, Body, KeepAlive, ClassicSilent, ClassicFrame] {
        let mut site = Site::new(BIN, Database::Sqlite);
        site.args.extend(["--address-connections", "600"].map(Into::into));
        create_admin(&site);
        let mut command = site.command();
        command.args(["--listen", "127.0.0.1:0", "--classic-listen", "127.0.0.1:0"]);
        let server = site.start_command(command);
        let admin = crate::stage::log_in(&server.http(), crate::stage::ADMIN);
        let again = |connection: u32| begin(kind, connection, &server.url, &server.classic);
        let mut slow: Vec<TcpStream> = (0..count).map(again).collect();
        let (times, refused) = honest(&admin.http, &mut slow, again);
        let (memory, most) =
            (memory_kib(server.pid(), "VmRSS") >> 10, memory_kib(server.pid(), "VmHWM") >> 10);
        let p99 = times[times.len() * 99 / 100];
        println!(
            "{count} slow connections ({kind:?}): {memory} MiB, {most} MiB at most; {} honest \
             requests meanwhile: p99 {} ms, slowest {} ms, {refused} refused",
            times.len(),
            p99.as_millis(),
            times[times.len() - 1].as_millis(),
        );
        assert!(most < MOST_MEMORY_MIB, "{kind:?}: {most} MiB");
        assert_eq!(refused, 0, "{kind:?}");
        drop(slow);
        server.terminate();
    }
}

fn begin(kind: Slow, connection: u32, url: &str, classic: &str) -> TcpStream {
    // From ten addresses: none of them has too many.
    let from = format!("127.0.1.{}", 1 + connection % 10);
    let http = url.strip_prefix("http://").expect("an address");
    let to: SocketAddr = match kind {
        Slow::ClassicSilent | Slow::ClassicFrame => classic,
        _ => http,
    }
    .parse()
    .expect("an address");
    let mut stream = connect_from(&from, to).expect("the server listens");
    let sent: Vec<u8> = match kind {
        Slow::Silent | Slow::ClassicSilent => Vec::new(),
        Slow::Head => {
            format!("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: {}", "a".repeat(15_000)).into_bytes()
        }
        Slow::Body => format!(
            "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
             Content-Length: 8000\r\n\r\n{{\"name\":\"{}",
            "a".repeat(7_000)
        )
        .into_bytes(),
        Slow::KeepAlive => b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
        Slow::ClassicFrame => [&60_000_i32.to_le_bytes()[..], &vec![b' '; 59_000]].concat(),
    };
    // A server that has had enough may close at any byte.
    drop(stream.write_all(&sent));
    stream
}

/// Honest requests, each on a connection of its own, while every slow client sends a byte now
/// and then and comes again when it is cut off. How long each took, in order, and how many
/// were refused.
fn honest(
    http: &Http,
    slow: &mut [TcpStream],
    again: impl Fn(u32) -> TcpStream + Sync,
) -> (Vec<Duration>, usize) {
    let rounds = setting_from_env("YINGKU_HONEST_REQUESTS", 200);
    let (mut times, mut refused) = (Vec::new(), 0);
    thread::scope(|scope| {
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let again = &again;
        scope.spawn(move || {
            while stopped
                .recv_timeout(Duration::from_millis(500))
                .is_err_and(|e| e == std::sync::mpsc::RecvTimeoutError::Timeout)
            {
                for (connection, stream) in (0..).zip(slow.iter_mut()) {
                    if stream.write_all(b"a").is_err() {
                        *stream = again(connection);
                    }
                }
            }
        });
        for _ in 0..rounds {
            let began = Instant::now();
            let answer = http.get("/api/v1/videos").try_send();
            times.push(began.elapsed());
            refused += usize::from(!answer.is_ok_and(|answer| answer.status == 200));
        }
        drop(stop);
    });
    times.sort();
    (times, refused)
}

/// A stop in the middle of anything ends within ten seconds, also while ffprobe hangs.
#[test]
fn a_stop_waits_for_no_prober() {
    let tools = temp_dir();
    for tool in ["ffprobe", "bwrap"] {
        let path = tools.path().join(tool);
        fs::write(&path, "#!/bin/sh\ncase \"$*\" in *-version*) exit 0;; esac\nsleep 600\n")
            .expect("a script");
        fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("a mode");
    }
    let mut site = Site::new(BIN, Database::Sqlite);
    let path = std::env::var("PATH").expect("there is a PATH");
    site.env.push(("PATH".into(), format!("{}:{path}", tools.path().display()).into()));
    let stage = Stage::open_site(site);
    let film = unique_film(920, 300_000);
    let request = upload(&stage.admin.http, "影片.mp4", true, film);
    let uploading = thread::spawn(move || request.try_send());
    wait_for("ffprobe to hang", Duration::from_secs(20), || {
        is_running(&format!("{}/ffprobe", tools.path().display())).then_some(())
    });
    stage.close();
    drop(uploading.join().expect("no panic"));
}

/// Whether a process has that in its command line.
fn is_running(part: &str) -> bool {
    let processes = Path::new("/proc").read_dir().expect("there is a /proc");
    let lines = processes.flatten().filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    let mut lines = lines.map(|line| String::from_utf8_lossy(&line).into_owned());
    lines.any(|line| line.contains(part))
}

/// Stops at random moments while people upload, download and log in.
#[test]
fn stops_at_random_moments_end_in_time() {
    let stops = setting_from_env("YINGKU_STOPS", 6);
    let mut random = Random::seeded("stops");
    let mut stage = Stage::open(Database::Sqlite);
    let film = stage.upload("影片.mp4", true, unique_film(930, 8 << 20)).ok();
    let mut slowest = Duration::ZERO;
    for stop in 0..stops {
        let moment = random.millis(5, 700);
        let (admin, http) = (stage.admin.clone(), stage.http());
        let busy: Vec<_> = (0..4)
            .map(|worker| {
                let (admin, http, id) = (admin.clone(), http.clone(), number(&film["id"]));
                thread::spawn(move || work(worker, stop, &admin.http, &http, id))
            })
            .collect();
        // Not a race to hide: the moment of the stop is what is random here.
        thread::sleep(moment);
        let Stage { site, server, admin } = stage;
        let began = Instant::now();
        server.terminate();
        slowest = slowest.max(began.elapsed());
        busy.into_iter().for_each(|worker| worker.join().expect("no panic"));
        let server = site.start();
        let admin = admin.at(&server);
        stage = Stage { site, server, admin };
    }
    println!("{stops} stops, the slowest took {} ms", slowest.as_millis());
    stage.close();
}

/// Works until the server is gone.
fn work(worker: u32, stop: u32, admin: &Http, nobody: &Http, film: i64) {
    for step in 0_u32.. {
        let seed = u64::from(stop) * 1_000_000 + u64::from(worker) * 10_000 + u64::from(step);
        let done = match worker {
            0 => upload(admin, "新片.mp4", true, unique_film(seed + 1, 3_000_000))
                .try_send()
                .map(drop),
            1 => join_parts(admin, seed),
            2 => admin.post(&format!("/api/v1/videos/{film}/downloads")).try_send().and_then(
                |ticket| {
                    let url = ticket.json()["url"].as_str().unwrap_or("/").to_owned();
                    nobody.get(&url).try_send().map(drop)
                },
            ),
            _ => {
                let wrong = serde_json::json!({ "name": "nobody", "password": "wrong" });
                nobody.post("/api/v1/sessions").json(&wrong).try_send().map(drop)
            }
        };
        if done.is_err() {
            return;
        }
    }
}

/// Two parts, sent and put together.
fn join_parts(admin: &Http, seed: u64) -> std::io::Result<()> {
    let tus =
        |method: &str, path: &str| admin.request(method, path).header("Tus-Resumable", "1.0.0");
    let film = unique_film(seed + 5_000_000, 4_000_000);
    let mut names = Vec::new();
    for part in film.chunks(2_000_000) {
        let begun = tus("POST", "/api/v1/uploads")
            .header("Upload-Length", &part.len().to_string())
            .header("Upload-Concat", "partial")
            .content(Vec::new())
            .try_send()?;
        let Some(address) = begun.header("location") else { return Ok(()) };
        let path = address[address.find("/api/").expect("a path")..].to_owned();
        tus("PATCH", &path)
            .header("Upload-Offset", "0")
            .header("Content-Type", "application/offset+octet-stream")
            .content(part.to_vec())
            .try_send()?;
        names.push(path);
    }
    let whole = tus("POST", "/api/v1/uploads")
        .header("Upload-Concat", &format!("final;{}", names.join(" ")));
    whole.content(Vec::new()).try_send().map(drop)
}

/// A sandbox that does not work is reported, nothing is looked into where it is required, and
/// once it works it is used.
#[test]
fn a_sandbox_that_is_mended_is_used_again() {
    let tools = temp_dir();
    let bwrap = tools.path().join("bwrap");
    let write = |script: &str| {
        fs::write(&bwrap, format!("#!/bin/sh\n{script}\n")).expect("a script");
        fs::set_permissions(&bwrap, PermissionsExt::from_mode(0o755)).expect("a mode");
    };
    write("echo 'no user namespaces' >&2; exit 1");
    let mut site = Site::new(BIN, Database::Sqlite);
    let path = std::env::var("PATH").expect("there is a PATH");
    site.env.push(("PATH".into(), format!("{}:{path}", tools.path().display()).into()));
    let stage = Stage::open_site(site);
    let sandbox = || {
        let report = stage.admin.http.post("/api/v1/doctor").send().ok();
        let items = report["items"].as_array().expect("items").clone();
        items.into_iter().find(|item| item["check"] == "sandbox").expect("it is looked at")
    };
    let found = sandbox();
    assert_eq!(found["state"], "advice");
    assert!(
        found["detail"].as_str().is_some_and(|why| why.contains("no user namespaces")),
        "{found}"
    );
    let film = stage.looked_into(&stage.upload("一.mp4", true, clip(1)).ok());
    assert_eq!(film["playback"]["state"], "ready", "{film}");
    stage.set("media.sandbox", "required");
    assert_eq!(sandbox()["state"], "wrong");
    let film = stage.looked_into(&stage.upload("二.mp4", true, clip(2)).ok());
    assert_eq!(film["playback"]["reason"], "no_sandbox", "{film}");
    // Everything up to `--` is for bubblewrap.
    write("while [ \"$1\" != -- ]; do shift; done; shift; exec \"$@\"");
    assert_eq!(sandbox()["state"], "ok");
    stage.close();
}

/// The doctor on the command line says whether strangers' files are looked into in a sandbox.
#[test]
fn the_doctor_tells_of_the_sandbox() {
    let stage = Stage::open(Database::Sqlite);
    let mut args = vec!["--json".into(), "doctor".into()];
    args.extend(stage.site.local_args());
    let report = Cli::new(BIN).run_with("", args).ok_json();
    assert!(report.to_string().contains("\"check\":\"sandbox\""), "{report}");
    stage.close();
}

/// A film of so many seconds.
fn clip(seconds: u32) -> Vec<u8> {
    fs::read(yingku_testkit::film(seconds, 160, None)).expect("a film can be read")
}
