//! Sending files to the library: the cheap question first, then the bytes in as many
//! requests as it takes, their hash computed ahead of them. What is asked of a person belongs
//! to the commands and the menus.

use crate::context::Context;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::resume::Remembered;
use crate::retry::pause_after;
use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use futures_util::stream::unfold;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{Instant, sleep};
use yingku_client::{ByteStream, Client, ClientError, Standing};
use yingku_core::content::{fingerprint_of, fingerprint_ranges};
use yingku_protocol::{AskFingerprint, Code, EditVideo, Refusal, UploadVideo, Video};

/// Read and sent in pieces of this size.
const PIECE_BYTES: u64 = 1024 * 1024;
/// So many bytes go into one request: proxies refuse larger ones.
const REQUEST_BYTES: u64 = 64 * 1024 * 1024;
/// So many requests may break in a row before it is given up; each byte starts anew.
const TRIES: usize = 12;
/// A request none of whose bytes is taken so long is dead.
const STALLED: Duration = Duration::from_secs(60);
/// The answer to the last byte may take so long: the server looks at the film.
const ANSWERED: Duration = Duration::from_secs(300);
/// How often that is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// A description that is longer does not fit beside the rest into the head of a request.
const LONG_DESCRIPTION: usize = 4_000;

/// A file of this machine that may be sent.
#[derive(Clone)]
pub struct LocalFile {
    path: PathBuf,
    file: Arc<File>,
    size_bytes: u64,
    modified: Option<SystemTime>,
}

/// Whether the library has a file already.
pub enum Known {
    /// It has not, as far as is known. Where other content looks the same from afar, the
    /// whole hash is known by now.
    No(Option<String>),
    /// As this video.
    Here(Box<Video>),
    /// In the trash, as the video with this number.
    InTrash(i64),
}

impl LocalFile {
    /// Opens a file.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let wrong = |error| Failure::file(path, error);
        let file = File::open(path).map_err(wrong)?;
        let metadata = file.metadata().map_err(wrong)?;
        if !metadata.is_file() {
            return Err(Failure::Here {
                code: "not_a_file",
                facts: crate::facts! { "path" => path.display().to_string() },
            });
        }
        let modified = metadata.modified().ok();
        let file = Arc::new(file);
        Ok(LocalFile { path: path.to_owned(), file, size_bytes: metadata.len(), modified })
    }

    /// The name without its folders.
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// How many bytes it has.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    fn wrong(&self, error: impl std::fmt::Display) -> Failure {
        Failure::file(&self.path, error)
    }

    /// The sampled fingerprint.
    pub fn fingerprint(&self) -> Result<String, Failure> {
        let mut samples: [Vec<u8>; 4] = Default::default();
        for ((offset, length), sample) in
            fingerprint_ranges(self.size_bytes).into_iter().zip(&mut samples)
        {
            sample.resize(usize::try_from(length).unwrap_or_default(), 0);
            self.file.read_exact_at(sample, offset).map_err(|error| self.wrong(error))?;
        }
        Ok(fingerprint_of(samples.each_ref().map(Vec::as_slice)))
    }

    /// Whether the library has it: the fingerprint is a hint, the hash is proof.
    pub async fn look_up(&self, context: &Context, client: &Client) -> Result<Known, Failure> {
        let progress = Progress::new(context.say("cli.progress.hashing"), self.size_bytes);
        let known = self.look_up_with(client, &progress).await;
        progress.end();
        known
    }

    /// The same; where the whole has to be hashed, that is shown here.
    pub async fn look_up_with(
        &self,
        client: &Client,
        progress: &Progress,
    ) -> Result<Known, Failure> {
        let Some((mut video, in_trash)) = self.ask(client).await? else {
            return Ok(Known::No(None));
        };
        let hash = self.hashing(Some(progress.clone())).whole().await;
        let hash = hash.map_err(|error| self.wrong(error))?;
        if hash != video.content_hash {
            return Ok(Known::No(Some(hash)));
        }
        if in_trash {
            return Ok(Known::InTrash(video.id));
        }
        video.existing = true;
        Ok(Known::Here(Box::new(video)))
    }

    /// The video that may have the same content, and whether it is in the trash.
    async fn ask(&self, client: &Client) -> Result<Option<(Video, bool)>, Failure> {
        let question = AskFingerprint {
            size_bytes: i64::try_from(self.size_bytes).unwrap_or(i64::MAX),
            fingerprint: self.fingerprint()?,
        };
        let answer = client.ask_fingerprint(&question).await?;
        let Some(id) = answer.video_id.filter(|_| answer.known) else { return Ok(None) };
        match client.video(id).await {
            Err(error) if error.code() == Some(Code::NotFound) => Ok(None),
            video => Ok(Some((video?, answer.in_trash))),
        }
    }

    /// `length` of its bytes from `from` on; they are counted as they are taken.
    pub fn bytes(
        &self,
        from: u64,
        length: u64,
        taken: impl Fn(u64) + Send + 'static,
    ) -> ByteStream {
        let reading = Reading { file: Arc::clone(&self.file), at: from, end: from + length };
        Box::pin(unfold(Some((reading, taken)), |state| async move {
            let (reading, taken) = state.filter(|(reading, _)| reading.at < reading.end)?;
            match spawn_blocking(|| reading.piece()).await {
                Ok(Ok((piece, reading))) => {
                    taken(piece.len() as u64);
                    Some((Ok(piece), Some((reading, taken))))
                }
                Ok(Err(error)) => Some((Err(error), None)),
                Err(error) => Some((Err(io::Error::other(error)), None)),
            }
        }))
    }

    /// Hashes the whole on a thread of its own.
    fn hashing(&self, progress: Option<Progress>) -> Hashing {
        let (file, size_bytes) = (Arc::clone(&self.file), self.size_bytes);
        let stopped = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&stopped);
        let task = spawn_blocking(move || {
            let mut hasher = blake3::Hasher::new();
            let mut reading = Reading { file, at: 0, end: size_bytes };
            while reading.at < size_bytes {
                if asked.load(Ordering::Relaxed) {
                    return Err(io::ErrorKind::Interrupted.into());
                }
                let piece;
                (piece, reading) = reading.piece()?;
                hasher.update(&piece);
                if let Some(progress) = &progress {
                    progress.at(reading.at);
                }
            }
            Ok(hasher.finalize().to_hex().to_string())
        });
        Hashing { task, stopped }
    }
}

/// The hash of the whole, for whoever waits for it.
type Hash = Shared<BoxFuture<'static, Result<String, Arc<io::Error>>>>;

/// A hash that is being computed; dropped, it is not any more.
struct Hashing {
    task: JoinHandle<io::Result<String>>,
    stopped: Arc<AtomicBool>,
}

impl Hashing {
    async fn whole(mut self) -> io::Result<String> {
        (&mut self.task).await.map_err(io::Error::other)?
    }
}

impl Drop for Hashing {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

/// A part of a file on its way.
struct Reading {
    file: Arc<File>,
    at: u64,
    end: u64,
}

impl Reading {
    fn piece(mut self) -> io::Result<(Bytes, Self)> {
        let length = (self.end - self.at).min(PIECE_BYTES);
        let mut piece = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        self.file.read_exact_at(&mut piece, self.at)?;
        self.at += length;
        Ok((piece.into(), self))
    }
}

/// Hashes what is left of a file.
pub fn hash(file: &mut File, progress: &Progress) -> io::Result<blake3::Hasher> {
    let mut hasher = blake3::Hasher::new();
    let mut piece = vec![0; PIECE_BYTES as usize];
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            return Ok(hasher);
        }
        hasher.update(&piece[..read]);
        progress.add(read as u64);
    }
}

/// A file that is sent.
pub struct Sending<'a> {
    client: &'a Client,
    file: &'a LocalFile,
    about: UploadVideo,
    progress: Progress,
    remembered: Option<Remembered>,
    /// How far the server is.
    offset: u64,
    /// Bytes that were taken, for whoever looks whether anything moves.
    taken: Arc<AtomicU64>,
    hash: Option<String>,
}

impl<'a> Sending<'a> {
    /// Prepares to send a file to the server that goes by the name `place`. An upload of it
    /// that was begun before is gone on with.
    pub fn new(
        client: &'a Client,
        place: &str,
        file: &'a LocalFile,
        mut about: UploadVideo,
        progress: Progress,
    ) -> Result<Self, Failure> {
        about.file_name = file.name();
        let path = std::fs::canonicalize(&file.path).unwrap_or_else(|_| file.path.clone());
        let key = format!("{place}\n{path:?}\n{}\n{:?}\n{about:?}", file.size_bytes, file.modified);
        let remembered = Remembered::hold(&key, &file.path)?;
        let taken = Arc::default();
        let (offset, hash) = (0, None);
        Ok(Sending { client, file, about, progress, remembered, offset, taken, hash })
    }

    /// The same; the whole hash is known already, and is sent to the server.
    #[must_use]
    pub fn knowing(mut self, hash: Option<String>) -> Self {
        self.about.content_hash.clone_from(&hash);
        self.hash = hash;
        self
    }

    /// Whether an upload was begun before.
    pub fn is_begun(&self) -> bool {
        self.remembered.as_ref().is_some_and(|remembered| remembered.name().is_some())
    }

    /// Sends it. What turns out to be here already comes back as an existing video.
    pub async fn run(mut self) -> Result<Video, Failure> {
        let (client, file) = (self.client, self.file);
        let long = self.about.description.take_if(|text| text.len() > LONG_DESCRIPTION);
        let hash = self.hash_ahead();
        let sent = tokio::select! {
            biased;
            sent = self.send() => sent,
            (video, in_trash) = brought_meanwhile(client, file, hash.clone()) => {
                self.end_for(&video, in_trash).await
            }
        };
        if is_over(&sent) {
            self.remembered.iter_mut().for_each(Remembered::forget);
        }
        let id = match sent {
            Ok(id) => id,
            Err(failure) if failure.code() == Some(Code::VideoExists) => {
                let Some(id) = failure.video_id() else { return Err(failure) };
                let mut video = client.video(id).await?;
                video.existing = true;
                return Ok(video);
            }
            Err(failure) => return Err(failure),
        };
        let video = match long {
            Some(text) => {
                let edit = EditVideo { description: Some(text), ..Default::default() };
                client.edit_video(id, &edit).await?
            }
            None => client.video(id).await?,
        };
        let hash = hash.await.map_err(|error| file.wrong(error))?;
        checked(video, &hash, &file.path)
    }

    /// The hash of the whole, computed ahead of the bytes that are sent.
    fn hash_ahead(&mut self) -> Hash {
        let hashing = match self.hash.take() {
            Some(hash) => Ok(hash),
            None => Err(self.file.hashing(None)),
        };
        let hash = async move {
            match hashing {
                Ok(hash) => Ok(hash),
                Err(hashing) => hashing.whole().await.map_err(Arc::new),
            }
        };
        hash.boxed().shared()
    }

    /// Ends the upload, since that video has the content; unless it is what the upload has
    /// just become.
    async fn end_for(&self, video: &Video, in_trash: bool) -> Result<i64, Failure> {
        if let Some(name) = self.remembered.as_ref().and_then(|it| it.name()) {
            match self.client.upload_standing(name).await {
                Ok(standing) if standing.outcome.as_deref() == Some("done") => {
                    return Ok(video.id);
                }
                // It expires, where it cannot be ended now.
                _ => drop(self.client.end_upload(name).await),
            }
        }
        let code = if in_trash { Code::VideoInTrash } else { Code::VideoExists };
        Err(Failure::Refused(Refusal::from(code).with("video_id", video.id)))
    }

    /// Sends it over as many requests as it takes, and gives the video's number.
    async fn send(&mut self) -> Result<i64, Failure> {
        let mut name = self.remembered.as_ref().and_then(|it| it.name().map(str::to_owned));
        let mut broken = 0;
        let mut asks = name.is_some();
        loop {
            let before = self.offset;
            let tried = self.go_on(&mut name, asks).await;
            let error = match tried {
                Ok(id) => return Ok(id),
                Err(Failure::Call(error)) => error,
                Err(failure) => return Err(failure),
            };
            let moved = self.offset > before;
            broken = if moved { 0 } else { broken + 1 };
            let Some(pause) = pause_after(broken, TRIES) else { return Err(error.into()) };
            match recovery(&error) {
                Recovery::None => return Err(error.into()),
                // A server that cannot be reached from the start is not waited for.
                Recovery::Pause if name.is_none() && broken > 1 => return Err(error.into()),
                Recovery::Anew => (name, self.offset) = (None, 0),
                Recovery::Pause => sleep(pause).await,
            }
            asks = name.is_some();
        }
    }

    /// Begins it or asks how far it is, then sends what is missing.
    async fn go_on(&mut self, name: &mut Option<String>, asks: bool) -> Result<i64, Failure> {
        let name = match name {
            Some(name) => name.clone(),
            None => name.insert(self.begin().await?).clone(),
        };
        if asks {
            let standing = self.client.upload_standing(&name).await?;
            match self.offset {
                0 => self.progress.begin_at(standing.offset),
                _ => self.progress.at(standing.offset),
            }
            self.offset = standing.offset;
            if let Some(id) = finished(&standing)? {
                return Ok(id);
            }
        }
        loop {
            let standing = self.request(&name).await?;
            self.offset = standing.offset;
            self.progress.at(self.offset);
            if let Some(id) = finished(&standing)? {
                return Ok(id);
            }
            if self.offset >= self.file.size_bytes {
                let message = "the upload is whole, and no video".to_owned();
                return Err(ClientError::Protocol(message).into());
            }
        }
    }

    async fn begin(&mut self) -> Result<String, Failure> {
        let fingerprint = self.file.fingerprint()?;
        let size_bytes = self.file.size_bytes;
        let name = self.client.begin_upload(&self.about, &fingerprint, size_bytes).await?;
        self.offset = 0;
        self.progress.at(0);
        if let Some(remembered) = &mut self.remembered {
            remembered.keep(&name)?;
        }
        Ok(name)
    }

    /// One request; one that is dead ends as a broken connection.
    async fn request(&self, name: &str) -> Result<Standing, Failure> {
        let length = REQUEST_BYTES.min(self.file.size_bytes.saturating_sub(self.offset));
        let end = self.taken.load(Ordering::Relaxed) + length;
        let (taken, progress) = (Arc::clone(&self.taken), self.progress.clone());
        let bytes = self.file.bytes(self.offset, length, move |count| {
            taken.fetch_add(count, Ordering::Relaxed);
            progress.add(count);
        });
        tokio::select! {
            answer = self.client.append_upload(name, self.offset, bytes, length) => Ok(answer?),
            () = self.stalls(end) => {
                Err(ClientError::Unreachable("the connection stands still".into()).into())
            }
        }
    }

    /// Ends when nothing moves any more.
    async fn stalls(&self, end: u64) {
        let (mut seen, mut since) = (self.taken.load(Ordering::Relaxed), Instant::now());
        loop {
            sleep(LOOK).await;
            let now = self.taken.load(Ordering::Relaxed);
            if now != seen {
                (seen, since) = (now, Instant::now());
            }
            let patience = if now >= end { ANSWERED } else { STALLED };
            if since.elapsed() > patience {
                return;
            }
        }
    }
}

/// Waits for the hash, and then for nothing, unless a video has the content by now: one that
/// somebody else has brought since it was asked for.
async fn brought_meanwhile(client: &Client, file: &LocalFile, hash: Hash) -> (Video, bool) {
    if let Ok(hash) = hash.await
        && let Ok(Some((video, in_trash))) = file.ask(client).await
        && video.content_hash == hash
    {
        return (video, in_trash);
    }
    std::future::pending().await
}

/// What helps against an error.
enum Recovery {
    /// A pause, then another request.
    Pause,
    /// A new upload.
    Anew,
    None,
}

fn recovery(error: &ClientError) -> Recovery {
    match (error, error.code()) {
        (ClientError::Unreachable(_), _) => Recovery::Pause,
        (_, Some(Code::UploadEnded)) => Recovery::Anew,
        (
            _,
            Some(
                Code::UploadBusy
                | Code::UploadOffsetMismatch
                | Code::UploadIncomplete
                | Code::RequestTimeout
                | Code::Busy
                | Code::DatabaseUnavailable
                | Code::StorageFailed,
            ),
        ) => Recovery::Pause,
        _ => Recovery::None,
    }
}

/// The video that an upload became, or why it did not.
fn finished(standing: &Standing) -> Result<Option<i64>, Failure> {
    match standing.outcome.as_deref() {
        None => Ok(None),
        Some("done") => Ok(standing.video_id),
        Some(outcome) => {
            let code = Code::parse(outcome).unwrap_or(Code::UploadEnded);
            let refusal = Refusal::from(code);
            Err(Failure::Refused(match standing.video_id {
                Some(id) => refusal.with("video_id", id),
                None => refusal,
            }))
        }
    }
}

/// Whether there is nothing to go on with.
fn is_over(sent: &Result<i64, Failure>) -> bool {
    let code = match sent {
        Ok(_) => return true,
        Err(failure) => failure.code(),
    };
    matches!(code, Some(Code::VideoExists | Code::VideoInTrash | Code::HashMismatch))
}

/// The server must have what was read here, byte for byte.
fn checked(video: Video, hash: &str, path: &Path) -> Result<Video, Failure> {
    if hash == video.content_hash {
        return Ok(video);
    }
    Err(Failure::Here {
        code: "sent_otherwise",
        facts: crate::facts! { "path" => path.display().to_string(), "video_id" => video.id },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::StreamExt;

    fn file_of(bytes: &[u8]) -> (tempfile::TempDir, LocalFile) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("影.mp4");
        std::fs::write(&path, bytes).unwrap();
        let file = LocalFile::open(&path).unwrap();
        (folder, file)
    }

    #[tokio::test]
    async fn every_byte_is_sent_and_hashed() {
        let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| n as u8).collect();
        let (_folder, file) = file_of(&bytes);
        for (from, to) in [(0, 3_000_000), (1, 2_000_000), (2_999_999, 3_000_000)] {
            let taken = Arc::new(AtomicU64::new(0));
            let counts = Arc::clone(&taken);
            let stream = file.bytes(from, to - from, move |count| {
                counts.fetch_add(count, Ordering::Relaxed);
            });
            let sent: Vec<u8> =
                stream.map(|piece| piece.unwrap().to_vec()).collect::<Vec<_>>().await.concat();
            assert!(sent == bytes[from as usize..to as usize]);
            assert_eq!(taken.load(Ordering::Relaxed), to - from);
        }
        let hash = file.hashing(None).whole().await.unwrap();
        assert_eq!(hash, blake3::hash(&bytes).to_hex().to_string());
    }

    #[tokio::test]
    async fn a_file_that_shrinks_breaks_the_upload() {
        let (folder, file) = file_of(&[1; 100]);
        std::fs::write(folder.path().join("影.mp4"), [1; 50]).unwrap();
        let mut stream = file.bytes(0, 100, |_| {});
        assert!(stream.next().await.unwrap().is_err());
        assert!(stream.next().await.is_none());
        assert!(file.hashing(None).whole().await.is_err());
    }

    #[test]
    fn fingerprints_of_short_files() {
        for size in [0, 1, 9, 10, 39, 40, 41] {
            let bytes: Vec<u8> = (0..size).collect();
            let (_folder, file) = file_of(&bytes);
            assert_eq!(file.fingerprint().unwrap().len(), 32, "{size}");
        }
        let (_folder, file) = file_of(b"x");
        assert_eq!(file.name(), "影.mp4");
        assert!(LocalFile::open(&std::env::temp_dir()).is_err());
    }
}
