//! A site with the built binary, its admin, and what the measurements ask of it.

use crate::wire::Wire;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use yingku_testkit::{Cli, Database, Http, Random, Server, Site};

const PASSWORD: &str = "correct horse battery";
/// The first admin's name.
pub const ADMIN: &str = "馆长";

/// Bytes of one piece of a made-up file.
const PIECE_BYTES: usize = 1 << 20;

/// A site whose server runs.
pub struct Stage {
    /// What lasts of it.
    pub site: Site,
    /// Its server.
    pub server: Server,
    /// The admin's login.
    pub admin: String,
}

impl Stage {
    /// A new site with an admin.
    pub fn open(bin: &Path) -> Stage {
        let site = Site::new(bin, Database::Sqlite);
        create_admin(&site);
        Stage::start(site)
    }

    /// The server of a site that has its admin already.
    pub fn start(site: Site) -> Stage {
        let server = site.start();
        let admin = log_in(&server.http(), ADMIN);
        Stage { site, server, admin }
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.server.http().authority().parse().expect("an address and a port")
    }

    /// A client with the admin's login.
    pub fn http(&self) -> Http {
        self.server.http().bearer(&self.admin)
    }

    /// Makes another admin and logs in.
    pub fn another_admin(&self, name: &str) -> String {
        let account = json!({ "name": name, "password": PASSWORD });
        self.http().post("/api/v1/admins").json(&account).send().ok();
        log_in(&self.server.http(), name)
    }

    /// Registers somebody; answers the account's number and a login.
    pub fn user(&self, name: &str) -> (i64, String) {
        let account = json!({ "name": name, "password": PASSWORD });
        let made = self.server.http().post("/api/v1/accounts").json(&account).send().ok();
        let id = made["id"].as_i64().expect("an account has a number");
        (id, log_in(&self.server.http(), name))
    }

    /// The path of a ticket's URL, for whoever has this login.
    pub fn ticket(&self, token: &str, video_id: i64) -> String {
        let path = format!("/api/v1/videos/{video_id}/downloads");
        let ticket = self.server.http().bearer(token).post(&path).send().ok();
        ticket["url"].as_str().expect("a ticket has a URL").to_owned()
    }

    /// Uploads a made-up file; answers the video and how long it took.
    pub fn upload(&self, size_bytes: u64, seed: u64) -> (Value, Duration) {
        let mut wire = Wire::connect(self.address()).expect("the server can be reached");
        let mut pieces = Pieces::new(size_bytes, seed);
        let head = format!(
            "POST /api/v1/videos?file_name=film-{seed}.bin&is_free=true HTTP/1.1\r\nHost: bench\r\n\
             Authorization: Bearer {}\r\nContent-Type: application/octet-stream\r\n\
             Content-Length: {size_bytes}\r\n\r\n",
            self.admin
        );
        let began = Instant::now();
        wire.send(&head).expect("the head can be sent");
        while let Some(piece) = pieces.next() {
            wire.send_content(piece).expect("the content can be sent");
        }
        let answer = wire.answer(true).expect("the server answers");
        let took = began.elapsed();
        let text = String::from_utf8_lossy(&answer.content);
        assert_eq!(answer.status, 201, "{text}");
        (serde_json::from_slice(&answer.content).expect("JSON"), took)
    }

    /// The folder in which the blobs lie, and the path of each below it, largest first.
    pub fn blobs(&self) -> (PathBuf, Vec<(u64, PathBuf)>) {
        let mut files = Vec::new();
        walk(&self.site.data_dir, &mut files);
        files.retain(|(_, path)| path.components().any(|part| part.as_os_str() == "blobs"));
        files.sort();
        files.reverse();
        (self.site.data_dir.clone(), files)
    }
}

/// The bytes of a made-up file, the same for the same seed, and cheap to make.
pub struct Pieces {
    piece: Vec<u8>,
    seed: u64,
    next: u64,
    left_bytes: u64,
}

impl Pieces {
    /// A file of that size.
    pub fn new(size_bytes: u64, seed: u64) -> Pieces {
        let piece = Random::from_seed(seed).bytes(PIECE_BYTES);
        Pieces { piece, seed, next: 0, left_bytes: size_bytes }
    }

    /// The next piece.
    pub fn next(&mut self) -> Option<&[u8]> {
        if self.left_bytes == 0 {
            return None;
        }
        let len = self.left_bytes.min(PIECE_BYTES as u64);
        self.left_bytes -= len;
        // No two pieces are the same, in this file or another.
        for (number, at) in [(self.seed, 16), (self.next, 24)] {
            self.piece[at..at + 8].copy_from_slice(&number.to_le_bytes());
        }
        self.next += 1;
        usize::try_from(len).ok().and_then(|len| self.piece.get(..len))
    }
}

/// Makes the first admin of a site, with no server up.
pub fn create_admin(site: &Site) {
    let mut args = site.local_args();
    args.extend(["admin", "create", ADMIN, "--password-stdin"].map(Into::into));
    let done = Cli::new(&site.bin).run_with(&format!("{PASSWORD}\n"), args);
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
    // What is sent are bytes of no meaning.
    site.sql("INSERT INTO setting VALUES ('upload.allow_unknown', 'true', 0)");
}

fn log_in(http: &Http, name: &str) -> String {
    let login = json!({ "name": name, "password": PASSWORD });
    let done = http.post("/api/v1/sessions").json(&login).send().ok();
    done["token"].as_str().expect("a login has a token").to_owned()
}

fn walk(folder: &Path, files: &mut Vec<(u64, PathBuf)>) {
    for entry in folder.read_dir().expect("a folder can be read").flatten() {
        match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => walk(&entry.path(), files),
            Ok(metadata) => files.push((metadata.len(), entry.path())),
            Err(_) => {}
        }
    }
}
