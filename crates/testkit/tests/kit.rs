//! The kit itself: what it starts works, and nothing of it outlives the test process.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;
use yingku_testkit::{
    Http, MariaDb, Proxy, film, guarded, hash_of, program, spawn, temp_dir, unique_film, wait_for,
};

/// Where the child of `nothing_outlives_a_killed_test` writes what it started.
const REPORT: &str = "YINGKU_KIT_REPORT";

#[test]
fn each_test_gets_a_database_of_its_own() {
    let first = MariaDb::shared().fresh_database();
    let second = MariaDb::shared().fresh_database();
    assert_ne!(first, second);
    MariaDb::shared()
        .sql(&first, "CREATE TABLE 影片 (名 text); INSERT INTO 影片 VALUES ('电影🎬')");
    assert_eq!(MariaDb::shared().sql(&first, "SELECT 名 FROM 影片").trim(), "电影🎬");
    assert_eq!(MariaDb::shared().sql(&second, "SHOW TABLES").trim(), "");
}

#[test]
fn films_are_real_and_as_large_as_asked() {
    let path = film(2, 160, Some(2));
    assert!(path.ends_with("电影 我和我的祖国.mp4"));
    let size = fs::metadata(&path).expect("the film is there").len();
    assert!((1_800_000..2_200_000).contains(&size), "{size}");
    assert_eq!(probe(&path), "mov,mp4,m4a,3gp,3g2,mj2");
}

#[test]
fn unique_films_are_real_and_differ() {
    let one = unique_film(1, 100_000);
    assert_eq!(one.len(), 100_000);
    assert_ne!(hash_of(&one), hash_of(&unique_film(2, 100_000)));
    assert_eq!(hash_of(&one), hash_of(&unique_film(1, 100_000)));
    let folder = temp_dir();
    let path = folder.path().join("film");
    fs::write(&path, one).expect("the film can be written");
    assert_eq!(probe(&path), "mov,mp4,m4a,3gp,3g2,mj2");
}

#[test]
fn nothing_outlives_a_killed_test() {
    let folder = temp_dir();
    let report = folder.path().join("report");
    let mut command = Command::new(std::env::current_exe().expect("the test knows its path"));
    command.args(["--exact", "starts_things_and_hangs_when_asked"]).env(REPORT, &report);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = spawn(command).expect("the test binary starts");
    let message = wait_for("the child's report", Duration::from_secs(60), || {
        fs::read_to_string(&report).ok().filter(|text| text.ends_with('\n'))
    });
    let (pid, left) = message.trim().split_once(' ').expect("a number and a path");
    let process = PathBuf::from(format!("/proc/{pid}"));
    assert!(process.exists() && Path::new(left).exists());
    child.kill().expect("the child can be killed");
    child.wait().expect("the child can be awaited");
    wait_for("end of the grandchild", Duration::from_secs(10), || {
        (!process.exists()).then_some(())
    });
    wait_for("removal of its files", Duration::from_secs(20), || {
        (!Path::new(left).exists()).then_some(())
    });
}

#[test]
fn starts_things_and_hangs_when_asked() {
    let Some(report) = std::env::var_os(REPORT) else { return };
    let folder = temp_dir();
    let child = spawn({
        let mut command = guarded("/bin/sleep");
        command.arg("600");
        command
    });
    let mut child = child.expect("sleep starts");
    let text = format!("{} {}\n", child.id(), folder.path().display());
    fs::write(report, text).expect("the report can be written");
    child.wait().expect("sleep can be awaited");
}

/// A server for one connection that reads a request's head and answers what it was given.
fn says(answer: &'static [u8]) -> Http {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("a listener has an address");
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("somebody connects");
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("a head arrives");
            asked.push(byte[0]);
        }
        stream.write_all(answer).expect("the answer is taken");
    });
    Http::new(&format!("http://{address}"))
}

#[test]
fn the_client_reads_what_http_allows() {
    let whole: &[&'static [u8]] = &[
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;a=b\r\nllo\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nhello",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length:5\r\n\r\nhello",
    ];
    for answer in whole {
        let message = says(answer).get("/").send();
        assert_eq!((message.status, message.text().as_str()), (200, "hello"));
    }
    let broken: &[&'static [u8]] = &[
        b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello",
        b"hello",
        b"",
    ];
    for answer in broken {
        says(answer).get("/").try_send().expect_err("a broken answer is none");
    }
}

#[test]
fn the_wire_stops_in_the_middle() {
    let mut answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n".to_vec();
    answer.resize(answer.len() + 1_000_000, b'x');
    let http = says(answer.leak());
    let wire = Proxy::new(&format!("http://{}", http.authority()), 500_000);
    let (head, mut body) = Http::new(&wire.url).get("/").open().expect("a head passes");
    assert_eq!(head.status, 200);
    assert!(body.read_part(400_000).expect("a part passes").is_some());
    wait_for("the limit", Duration::from_secs(5), || (wire.passed() >= 500_000).then_some(()));
    assert!(wire.passed() < 600_000);
}

fn probe(path: &Path) -> String {
    let output = Command::new(program("ffprobe", "ffmpeg"))
        .args(["-v", "error", "-show_entries", "format=format_name", "-of", "default=nk=1:nw=1"])
        .arg(path)
        .output()
        .expect("ffprobe starts");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
