//! Fetching a ticket's file: wait, resume, reconnect, verify, and only then give the file
//! its name. What is bought and asked belongs to the commands and the menus.

use crate::context::Context;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::retry::pause_after;
use crate::send;
use futures_util::{StreamExt, stream};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, IsTerminal, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use yingku_client::{Client, ClientError};
use yingku_core::content::safe_file_name;
use yingku_protocol::{Code, DownloadState, Ticket};

/// So many connections may break in a row before it is given up; each byte starts anew.
const TRIES: usize = 8;
/// How often a waiting ticket is looked at: becoming a member releases it.
const LOOK_EVERY: u64 = 5;
/// How often a countdown is looked at.
pub const TICK: Duration = Duration::from_millis(200);
/// So many bytes are fetched over one of several connections, and held in memory until those
/// before them are there.
const SEGMENT_BYTES: u64 = 4 * 1024 * 1024;
/// From this size on a file is large.
const LARGE_BYTES: u64 = 64 * 1024 * 1024;
/// How many connections fetch a large file over a network.
const CONNECTIONS: u8 = 4;
/// A file name that is taken gets a number, up to this one.
const HIGHEST_NUMBER: u32 = 9_999;

/// Where a download goes.
#[derive(Debug, PartialEq, Eq)]
pub enum Place {
    /// The file is there already, byte for byte.
    Done(PathBuf),
    /// To a file.
    To {
        /// The file.
        path: PathBuf,
        /// Whether it is there already, named by somebody to be replaced.
        replaces: bool,
    },
}

/// What is about to be downloaded.
pub struct Wanted<'a> {
    /// Its name.
    pub file_name: &'a str,
    /// Its size.
    pub size_bytes: i64,
    /// Its BLAKE3 hash.
    pub content_hash: &'a str,
}

/// Chooses where a download goes. In a folder nothing is replaced: the next free number is
/// taken. A file that somebody named is replaced, as `curl -o` does.
pub fn choose(context: &Context, output: Option<&Path>, wanted: &Wanted) -> Result<Place, Failure> {
    let name = safe_file_name(wanted.file_name);
    let folder = match output {
        Some(path) if path.is_dir() => path,
        Some(path) => return choose_exactly(path),
        None => Path::new("."),
    };
    for path in names_in(folder, &name) {
        match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(Place::To { path, replaces: false });
            }
            Err(error) => return Err(Failure::file(&path, error)),
            Ok(_) if is_the_same(context, &path, wanted) => return Ok(Place::Done(path)),
            Ok(_) => {}
        }
    }
    Err(taken(&folder.join(name)))
}

fn choose_exactly(path: &Path) -> Result<Place, Failure> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Ok(Place::To { path: path.to_owned(), replaces: false })
        }
        Err(error) => Err(Failure::file(path, error)),
        // A link stays; what it leads to is replaced.
        Ok(_) => match fs::canonicalize(path) {
            Ok(real) if real.is_file() => Ok(Place::To {
                path: if path.is_symlink() { real } else { path.to_owned() },
                replaces: true,
            }),
            Ok(_) | Err(_) => Err(taken(path)),
        },
    }
}

/// The names that a file may get in a folder: its own, then numbered ones.
pub fn names_in<'a>(folder: &'a Path, name: &'a str) -> impl Iterator<Item = PathBuf> + 'a {
    (0..=HIGHEST_NUMBER).map(move |number| {
        let path = folder.join(numbered(name, number));
        path.strip_prefix(".").map(Path::to_owned).unwrap_or(path)
    })
}

/// Another file is there.
pub fn taken(path: &Path) -> Failure {
    Failure::Here {
        code: "file_exists",
        facts: crate::facts! { "path" => path.display().to_string() },
    }
}

/// `name.ext`, `name (1).ext`, `name (2).ext` …
fn numbered(name: &str, number: u32) -> String {
    if number == 0 {
        return name.to_owned();
    }
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => format!("{stem} ({number}).{extension}"),
        _ => format!("{name} ({number})"),
    }
}

fn is_the_same(context: &Context, path: &Path, wanted: &Wanted) -> bool {
    let Ok(mut file) = File::open(path) else { return false };
    let size = wanted.size_bytes.unsigned_abs();
    if !file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() == size) {
        return false;
    }
    let progress = Progress::new(context.say("cli.progress.hashing"), size);
    let hashed = send::hash(&mut file, &progress);
    progress.end();
    hashed.is_ok_and(|hasher| hasher.finalize().to_hex().as_str() == wanted.content_hash)
}

/// Where a countdown is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// Beside the output of a command.
    Stderr,
    /// In a menu, where everything is printed on standard output.
    Stdout,
}

/// A download that runs.
pub struct Fetch<'a> {
    /// Language and form of the output.
    pub context: &'a Context,
    /// Whom to ask.
    pub client: &'a Client,
    /// The right to fetch it.
    pub ticket: &'a Ticket,
    /// Where the countdown is shown.
    pub voice: Voice,
    /// How many connections fetch it side by side.
    pub connections: u8,
}

/// A file that is not whole yet: `NAME.part` until it is.
pub struct Part {
    path: PathBuf,
    file: File,
    have: u64,
    hasher: blake3::Hasher,
    resumed: bool,
}

/// How many connections help: over a network each of them may be slow by itself; on one
/// machine none is.
pub fn connections(asked: Option<u8>, size_bytes: i64, server: &str) -> u8 {
    let is_near = ["://localhost", "://127.", "://[::1]"].iter().any(|near| server.contains(near));
    match asked {
        Some(asked) => asked,
        None if is_near || size_bytes.unsigned_abs() < LARGE_BYTES => 1,
        None => CONNECTIONS,
    }
}

impl Fetch<'_> {
    /// Fetches the file to `path`. What is there is replaced by the whole file alone, and
    /// only where that was asked for.
    pub async fn to(&self, path: &Path, replaces: bool) -> Result<(), Failure> {
        let mut part = Part::open(self.context, path)?;
        self.wait(Duration::from_millis(self.ticket.wait_ms.max(0).unsigned_abs())).await;
        loop {
            self.complete(&mut part).await?;
            if part.hasher.finalize().to_hex().as_str() == self.ticket.content_hash {
                return part.keep_as(path, replaces);
            }
            let resumed = part.resumed;
            part.start_over()?;
            if !resumed {
                return Err(Failure::Refused(Code::HashMismatch.into()));
            }
        }
    }

    /// Fetches what is missing, over as many connections as it takes.
    async fn complete(&self, part: &mut Part) -> Result<(), Failure> {
        let size = u64::try_from(self.ticket.size_bytes).unwrap_or_default();
        if part.have > size {
            part.start_over()?;
        }
        let progress = Progress::new(&self.ticket.file_name, size);
        progress.at(part.have);
        let mut broken = 0;
        while part.have < size {
            let before = part.have;
            let fetched = match self.connections > 1 && size - part.have > SEGMENT_BYTES {
                true => self.side_by_side(part, size, &progress).await,
                false => self.connection(part, size, &progress).await,
            };
            let Err(failure) = fetched else { continue };
            broken = if part.have > before { 0 } else { broken + 1 };
            if let Err(failure) = self.recover(failure, part, broken).await {
                progress.end();
                return Err(failure);
            }
        }
        progress.end();
        Ok(())
    }

    /// Fetches over one connection until it ends.
    async fn connection(
        &self,
        part: &mut Part,
        size: u64,
        progress: &Progress,
    ) -> Result<(), Failure> {
        let mut fetched = self.client.fetch(self.ticket, part.have).await?;
        if fetched.offset != part.have {
            if fetched.offset != 0 {
                return Err(ClientError::Protocol("another part than was asked for".into()).into());
            }
            part.start_over()?;
        }
        while let Some(piece) = fetched.next().await? {
            if part.have + piece.len() as u64 > size {
                return Err(ClientError::Protocol("more bytes than the file has".into()).into());
            }
            part.append(&piece)?;
            progress.at(part.have);
        }
        if part.have < size {
            return Err(ClientError::Unreachable("the connection ended early".into()).into());
        }
        Ok(())
    }

    /// Fetches over several connections, a segment on each, until one of them breaks. What is
    /// kept is always a beginning of the file, so that going on needs nothing else.
    async fn side_by_side(
        &self,
        part: &mut Part,
        size: u64,
        progress: &Progress,
    ) -> Result<(), Failure> {
        let from = part.have;
        let count = (size - from).div_ceil(SEGMENT_BYTES);
        let segments = (0..count).map(|at| {
            let start = from + at * SEGMENT_BYTES;
            self.segment(start, size.min(start + SEGMENT_BYTES))
        });
        let mut fetched = stream::iter(segments).buffered(self.connections.into());
        while let Some(segment) = fetched.next().await {
            part.append(&segment?)?;
            progress.at(part.have);
        }
        Ok(())
    }

    async fn segment(&self, from: u64, to: u64) -> Result<Vec<u8>, Failure> {
        let strange = || ClientError::Protocol("another part than was asked for".into());
        let mut fetched = self.client.fetch_part(self.ticket, from, to).await?;
        if fetched.offset != from {
            return Err(strange().into());
        }
        let wanted = usize::try_from(to - from).map_err(|_| strange())?;
        let mut bytes = Vec::with_capacity(wanted);
        while let Some(piece) = fetched.next().await? {
            bytes.extend_from_slice(&piece);
            if bytes.len() > wanted {
                return Err(strange().into());
            }
        }
        match bytes.len() == wanted {
            true => Ok(bytes),
            false => Err(ClientError::Unreachable("the connection ended early".into()).into()),
        }
    }

    /// Makes the best of a failure: waits where waiting helps, else hands it back.
    async fn recover(
        &self,
        failure: Failure,
        part: &mut Part,
        broken: usize,
    ) -> Result<(), Failure> {
        let Failure::Call(error) = &failure else { return Err(failure) };
        match (error, error.code()) {
            (_, Some(Code::DownloadWaiting)) => {
                let seconds = error.fact("retry_after_seconds").unwrap_or(1).max(1);
                self.wait(Duration::from_secs(seconds.unsigned_abs())).await;
                Ok(())
            }
            (_, Some(Code::RangeNotSatisfiable)) if part.have > 0 => part.start_over(),
            (ClientError::Unreachable(_), _)
            | (_, Some(Code::Busy | Code::DatabaseUnavailable)) => {
                let Some(pause) = pause_after(broken, TRIES) else { return Err(failure) };
                sleep(pause).await;
                Ok(())
            }
            _ => Err(failure),
        }
    }

    /// Waits, counting down. The server alone decides when the wait is over.
    async fn wait(&self, wait: Duration) {
        let mut countdown = Countdown::new(self.context, self.voice, wait);
        while let Some((seconds, is_new)) = countdown.tick() {
            let look = is_new && seconds % LOOK_EVERY == 0;
            if look && self.is_released().await {
                break;
            }
            sleep(TICK).await;
        }
        countdown.end();
    }

    async fn is_released(&self) -> bool {
        let record = self.client.download(self.ticket.id).await;
        record.is_ok_and(|record| record.state != DownloadState::Waiting)
    }
}

/// A wait that is shown: second by second to a person, else once.
pub struct Countdown<'a> {
    context: &'a Context,
    voice: Voice,
    live: bool,
    end: Instant,
    last: Option<u64>,
}

impl<'a> Countdown<'a> {
    /// A wait that begins now.
    pub fn new(context: &'a Context, voice: Voice, wait: Duration) -> Self {
        let live = match voice {
            Voice::Stderr => std::io::stderr().is_terminal(),
            Voice::Stdout => std::io::stdout().is_terminal(),
        };
        Countdown { context, voice, live, end: Instant::now() + wait, last: None }
    }

    /// Shows what is left, in seconds, and whether another second has begun; `None` when
    /// nothing is left. To be called every `TICK`.
    pub fn tick(&mut self) -> Option<(u64, bool)> {
        let left = self.end.checked_duration_since(Instant::now()).filter(|it| !it.is_zero())?;
        let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
        let is_new = self.last.is_some_and(|last| last != seconds);
        if self.last.is_none() || (self.live && is_new) {
            let facts = crate::facts! { "seconds" => seconds };
            let message = self.context.tell("cli.waiting", &facts);
            match self.live {
                true => self.say(&format!("\r\u{1b}[K{message}")),
                false => self.say(&format!("{message}\n")),
            }
        }
        self.last = Some(seconds);
        Some((seconds, is_new))
    }

    /// Takes the countdown away.
    pub fn end(self) {
        if self.live && self.last.is_some() {
            self.say("\r\u{1b}[K");
        }
    }

    fn say(&self, message: &str) {
        let _ = match self.voice {
            Voice::Stderr => write_all(&mut std::io::stderr(), message),
            Voice::Stdout => write_all(&mut std::io::stdout(), message),
        };
    }
}

fn write_all(to: &mut impl Write, message: &str) -> std::io::Result<()> {
    to.write_all(message.as_bytes())?;
    to.flush()
}

impl Part {
    /// Opens the part of an earlier try, or a new one. One download at a time holds it.
    fn open(context: &Context, path: &Path) -> Result<Self, Failure> {
        let mut part = Part::hold(path)?;
        let wrong = |error| Failure::file(&part.path, error);
        let have = part.file.metadata().map_err(wrong)?.len();
        let progress = Progress::new(context.say("cli.progress.hashing"), have);
        part.hasher = send::hash(&mut part.file, &progress).map_err(wrong)?;
        progress.end();
        part.have = part.hasher.count();
        part.resumed = have > 0;
        Ok(part)
    }

    /// A new part; what an earlier try left is gone.
    pub fn fresh(path: &Path) -> Result<Self, Failure> {
        let mut part = Part::hold(path)?;
        part.start_over()?;
        Ok(part)
    }

    fn hold(path: &Path) -> Result<Self, Failure> {
        let mut name = path.as_os_str().to_owned();
        name.push(".part");
        let path = PathBuf::from(name);
        let wrong = |error| Failure::file(&path, error);
        let mut options = OpenOptions::new();
        let file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(wrong)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::Here {
                    code: "download_running",
                    facts: crate::facts! { "path" => path.display().to_string() },
                });
            }
            // A file system without locks is no reason not to download.
            Err(TryLockError::Error(_)) | Ok(()) => {}
        }
        Ok(Part { path, file, have: 0, hasher: blake3::Hasher::new(), resumed: false })
    }

    /// The next bytes.
    pub fn append(&mut self, piece: &[u8]) -> Result<(), Failure> {
        self.file.write_all(piece).map_err(|error| Failure::file(&self.path, error))?;
        self.hasher.update(piece);
        self.have += piece.len() as u64;
        Ok(())
    }

    fn start_over(&mut self) -> Result<(), Failure> {
        let emptied = self.file.set_len(0).and_then(|()| self.file.seek(SeekFrom::Start(0)));
        emptied.map_err(|error| Failure::file(&self.path, error))?;
        self.hasher.reset();
        self.have = 0;
        self.resumed = false;
        Ok(())
    }

    /// How many bytes there are.
    pub fn have(&self) -> u64 {
        self.have
    }

    /// Gives the whole file its name, once it is on the disk. A file that came there meanwhile
    /// stays, unless one is to be replaced.
    pub fn keep_as(&self, path: &Path, replaces: bool) -> Result<(), Failure> {
        let wrong = |error| Failure::file(path, error);
        self.file.sync_all().map_err(wrong)?;
        match replaces {
            true => fs::rename(&self.path, path).map_err(wrong)?,
            false => self.link_as(path)?,
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let synced =
            File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all());
        synced.map_err(wrong)
    }

    fn link_as(&self, path: &Path) -> Result<(), Failure> {
        let wrong = |error| Failure::file(path, error);
        match fs::hard_link(&self.path, path) {
            Ok(()) => fs::remove_file(&self.path).map_err(wrong)?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(taken(path)),
            // A file system without links.
            Err(_) => fs::rename(&self.path, path).map_err(wrong)?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use yingku_protocol::Lang;

    #[test]
    fn connections_where_they_help() {
        let far = "https://films.example";
        assert_eq!(connections(None, 64 << 20, far), 4);
        assert_eq!(connections(None, (64 << 20) - 1, far), 1);
        assert_eq!(connections(None, 64 << 20, "http://127.0.0.1:8080"), 1);
        assert_eq!(connections(None, 64 << 20, "http://localhost"), 1);
        assert_eq!(connections(Some(7), 1, "http://127.0.0.1:8080"), 7);
    }

    fn context() -> Context {
        Context {
            lang: Lang::En,
            json: false,
            database: Default::default(),
            database_by_flag: false,
        }
    }

    #[test]
    fn numbers_for_names_that_are_taken() {
        let cases = [
            ("片.mp4", 0, "片.mp4"),
            ("片.mp4", 1, "片 (1).mp4"),
            ("a.tar.gz", 2, "a.tar (2).gz"),
            ("plain", 1, "plain (1)"),
            (".hidden", 1, ".hidden (1)"),
        ];
        for (name, number, expected) in cases {
            assert_eq!(numbered(name, number), expected);
        }
    }

    #[test]
    fn only_what_somebody_named_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let hash = blake3::hash(b"film").to_hex().to_string();
        let wanted = Wanted { file_name: "片.mp4", size_bytes: 4, content_hash: &hash };
        let choose = |output: &Path| choose(&context(), Some(output), &wanted);

        let to = |name: &str, replaces| Place::To { path: at(name), replaces };
        assert_eq!(choose(folder.path()).unwrap(), to("片.mp4", false));
        assert_eq!(choose(&at("x")).unwrap(), to("x", false));
        fs::write(at("片.mp4"), "mlif").unwrap();
        assert_eq!(choose(folder.path()).unwrap(), to("片 (1).mp4", false));
        assert_eq!(choose(&at("片.mp4")).unwrap(), to("片.mp4", true));
        fs::write(at("片 (1).mp4"), "film").unwrap();
        assert_eq!(choose(folder.path()).unwrap(), Place::Done(at("片 (1).mp4")));
        assert_eq!(choose(&at("片 (1).mp4")).unwrap(), to("片 (1).mp4", true));
        assert!(choose(Path::new("/dev/null")).is_err());
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("片.mp4", at("link")).unwrap();
            std::os::unix::fs::symlink("gone", at("dead")).unwrap();
            let real = fs::canonicalize(at("片.mp4")).unwrap();
            assert_eq!(choose(&at("link")).unwrap(), Place::To { path: real, replaces: true });
            assert!(choose(&at("dead")).is_err());
        }
    }

    #[test]
    fn a_name_cannot_leave_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["../x", "/etc/passwd", "a/b", "..", ""] {
            let wanted = Wanted { file_name: name, size_bytes: 1, content_hash: "" };
            let Place::To { path, .. } = choose(&context(), Some(folder.path()), &wanted).unwrap()
            else {
                panic!("{name}")
            };
            assert_eq!(path.parent(), Some(folder.path()), "{name}");
        }
    }

    #[test]
    fn a_part_is_held_by_one_and_kept_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("片.mp4");
        fs::write(folder.path().join("片.mp4.part"), "fi").unwrap();
        let mut part = Part::open(&context(), &path).unwrap();
        assert_eq!((part.have, part.resumed), (2, true));
        assert!(Part::open(&context(), &path).is_err());
        part.append(b"lm").unwrap();
        assert_eq!(part.hasher.finalize(), blake3::hash(b"film"));
        part.keep_as(&path, false).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"film");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

        let mut part = Part::open(&context(), &path).unwrap();
        part.append(b"other").unwrap();
        assert!(part.keep_as(&path, false).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"film");
        part.keep_as(&path, true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"other");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
