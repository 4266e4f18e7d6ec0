//! Fetching a ticket's file: wait, resume, reconnect, verify, and only then give the file
//! its name. What is bought and asked belongs to the commands and the menus.

use crate::context::Context;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::send;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, IsTerminal, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use yingku_client::{Client, ClientError};
use yingku_core::content::safe_file_name;
use yingku_protocol::{Code, DownloadState, Ticket};

/// So many connections may break in a row before it is given up; each byte starts anew.
const TRIES: u32 = 8;
/// The first pause after a broken connection; it doubles up to …
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// … this.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// How often a waiting ticket is looked at: becoming a member releases it.
const LOOK_EVERY: u64 = 5;
/// A file name that is taken gets a number, up to this one.
const HIGHEST_NUMBER: u32 = 9_999;

/// Where a download goes.
#[derive(Debug, PartialEq, Eq)]
pub enum Place {
    /// The file is there already, byte for byte.
    Done(PathBuf),
    /// To this file, which is not there.
    To(PathBuf),
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

/// Chooses where a download goes. Another file of that name is never replaced: in a folder
/// the next free number is taken, a path that somebody named is refused.
pub fn choose(context: &Context, output: Option<&Path>, wanted: &Wanted) -> Result<Place, Failure> {
    let name = safe_file_name(wanted.file_name);
    let folder = match output {
        Some(path) if path.is_dir() => path,
        Some(path) => return choose_exactly(context, path, wanted),
        None => Path::new("."),
    };
    for number in 0..=HIGHEST_NUMBER {
        let path = folder.join(numbered(&name, number));
        let path = path.strip_prefix(".").map(Path::to_owned).unwrap_or(path);
        match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Place::To(path)),
            Err(error) => return Err(Failure::file(&path, error)),
            Ok(_) if is_the_same(context, &path, wanted) => return Ok(Place::Done(path)),
            Ok(_) => {}
        }
    }
    Err(taken(&folder.join(name)))
}

fn choose_exactly(context: &Context, path: &Path, wanted: &Wanted) -> Result<Place, Failure> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Place::To(path.to_owned())),
        Err(error) => Err(Failure::file(path, error)),
        Ok(_) if is_the_same(context, path, wanted) => Ok(Place::Done(path.to_owned())),
        Ok(_) => Err(taken(path)),
    }
}

fn taken(path: &Path) -> Failure {
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
    /// In a menu, where everything is said on standard output.
    Stdout,
}

/// A download that runs.
pub struct Fetch<'a> {
    /// Language and form of what is said.
    pub context: &'a Context,
    /// Whom to ask.
    pub client: &'a Client,
    /// The right to fetch it.
    pub ticket: &'a Ticket,
    /// Where the countdown is shown.
    pub voice: Voice,
}

/// The part that is here already.
struct Part {
    path: PathBuf,
    file: File,
    have: u64,
    hasher: blake3::Hasher,
    resumed: bool,
}

impl Fetch<'_> {
    /// Fetches the file to `path`, which is not there.
    pub async fn to(&self, path: &Path) -> Result<(), Failure> {
        let mut part = Part::open(self.context, path)?;
        self.wait(Duration::from_millis(self.ticket.wait_ms.max(0).unsigned_abs())).await;
        loop {
            self.complete(&mut part).await?;
            if part.hasher.finalize().to_hex().as_str() == self.ticket.content_hash {
                return part.keep_as(path);
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
            let Err(failure) = self.connection(part, size, &progress).await else { continue };
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

    /// Makes the best of a failure: waits where waiting helps, else hands it back.
    async fn recover(&self, failure: Failure, part: &mut Part, broken: u32) -> Result<(), Failure> {
        let Failure::Call(error) = &failure else { return Err(failure) };
        let pause = FIRST_PAUSE.saturating_mul(1 << broken.min(6)).min(LONGEST_PAUSE);
        match (error, error.code()) {
            (_, Some(Code::DownloadWaiting)) => {
                let seconds = error.fact("retry_after_seconds").unwrap_or(1).max(1);
                self.wait(Duration::from_secs(seconds.unsigned_abs())).await;
                Ok(())
            }
            (_, Some(Code::RangeNotSatisfiable)) if part.have > 0 => part.start_over(),
            (ClientError::Unreachable(_), _)
            | (_, Some(Code::Busy | Code::DatabaseUnavailable))
                if broken < TRIES =>
            {
                sleep(pause).await;
                Ok(())
            }
            _ => Err(failure),
        }
    }

    /// Waits, counting down. The server alone decides when the wait is over.
    async fn wait(&self, wait: Duration) {
        let end = Instant::now() + wait;
        let live = self.is_watched();
        let mut last = None;
        while let Some(left) =
            end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
        {
            let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
            if last.is_none() || (live && last != Some(seconds)) {
                let said =
                    self.context.tell("cli.waiting", &crate::facts! { "seconds" => seconds });
                self.say(&said, live);
            }
            let look = last.is_some() && last != Some(seconds) && seconds % LOOK_EVERY == 0;
            if look && self.is_released().await {
                break;
            }
            last = Some(seconds);
            sleep(left.min(Duration::from_millis(200))).await;
        }
        if live && last.is_some() {
            self.say("\r\u{1b}[K", false);
        }
    }

    async fn is_released(&self) -> bool {
        let record = self.client.download(self.ticket.id).await;
        record.is_ok_and(|record| record.state != DownloadState::Waiting)
    }

    fn is_watched(&self) -> bool {
        match self.voice {
            Voice::Stderr => std::io::stderr().is_terminal(),
            Voice::Stdout => std::io::stdout().is_terminal(),
        }
    }

    fn say(&self, said: &str, live: bool) {
        let said = match (live, said.starts_with('\r')) {
            (true, _) => format!("\r\u{1b}[K{said}"),
            (false, true) => said.to_owned(),
            (false, false) => format!("{said}\n"),
        };
        let _ = match self.voice {
            Voice::Stderr => write_all(&mut std::io::stderr(), &said),
            Voice::Stdout => write_all(&mut std::io::stdout(), &said),
        };
    }
}

fn write_all(to: &mut impl Write, said: &str) -> std::io::Result<()> {
    to.write_all(said.as_bytes())?;
    to.flush()
}

impl Part {
    /// Opens the part of an earlier try, or a new one. One download at a time holds it.
    fn open(context: &Context, path: &Path) -> Result<Self, Failure> {
        let mut name = path.as_os_str().to_owned();
        name.push(".part");
        let path = PathBuf::from(name);
        let wrong = |error| Failure::file(&path, error);
        let mut options = OpenOptions::new();
        let mut file = options
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
        let have = file.metadata().map_err(wrong)?.len();
        let progress = Progress::new(context.say("cli.progress.hashing"), have);
        let hasher = send::hash(&mut file, &progress).map_err(wrong)?;
        progress.end();
        Ok(Part { path, file, have: hasher.count(), hasher, resumed: have > 0 })
    }

    fn append(&mut self, piece: &[u8]) -> Result<(), Failure> {
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

    /// Gives the whole and verified file its name, once it is on the disk. A file that came
    /// there meanwhile stays.
    fn keep_as(self, path: &Path) -> Result<(), Failure> {
        let wrong = |error| Failure::file(path, error);
        self.file.sync_all().map_err(wrong)?;
        match fs::hard_link(&self.path, path) {
            Ok(()) => fs::remove_file(&self.path).map_err(wrong)?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(taken(path)),
            // A file system without links.
            Err(_) => fs::rename(&self.path, path).map_err(wrong)?,
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let synced =
            File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all());
        synced.map_err(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yingku_protocol::Lang;

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
    fn nothing_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let hash = blake3::hash(b"film").to_hex().to_string();
        let wanted = Wanted { file_name: "片.mp4", size_bytes: 4, content_hash: &hash };
        let choose = |output: &Path| choose(&context(), Some(output), &wanted);

        assert_eq!(choose(folder.path()).unwrap(), Place::To(at("片.mp4")));
        assert_eq!(choose(&at("x")).unwrap(), Place::To(at("x")));
        fs::write(at("片.mp4"), "mlif").unwrap();
        assert_eq!(choose(folder.path()).unwrap(), Place::To(at("片 (1).mp4")));
        assert!(choose(&at("片.mp4")).is_err());
        fs::write(at("片 (1).mp4"), "film").unwrap();
        assert_eq!(choose(folder.path()).unwrap(), Place::Done(at("片 (1).mp4")));
        assert_eq!(choose(&at("片 (1).mp4")).unwrap(), Place::Done(at("片 (1).mp4")));
    }

    #[test]
    fn a_name_cannot_leave_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["../x", "/etc/passwd", "a/b", "..", ""] {
            let wanted = Wanted { file_name: name, size_bytes: 1, content_hash: "" };
            let Place::To(path) = choose(&context(), Some(folder.path()), &wanted).unwrap() else {
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
        part.keep_as(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"film");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

        let mut part = Part::open(&context(), &path).unwrap();
        part.append(b"other").unwrap();
        assert!(part.keep_as(&path).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"film");
    }
}
