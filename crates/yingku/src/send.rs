//! Sending a file to the library: the cheap question first, then the bytes, which are hashed
//! on their way. What is asked of a person belongs to the commands and the menus.

use crate::context::Context;
use crate::failure::Failure;
use crate::progress::Progress;
use bytes::Bytes;
use futures_util::stream::unfold;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use yingku_client::{ByteStream, Client, ClientError};
use yingku_core::content::{fingerprint_of, fingerprint_ranges};
use yingku_protocol::{AskFingerprint, Code, Refusal, UploadVideo, Video};

/// Read and sent in pieces of this size.
const PIECE_BYTES: u64 = 1024 * 1024;

/// A file of this machine that may be sent.
pub struct LocalFile {
    path: PathBuf,
    file: File,
    size_bytes: u64,
}

/// Whether the library has a file already.
pub enum Known {
    /// It has not, as far as it can tell.
    No,
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
        Ok(LocalFile { path: path.to_owned(), file, size_bytes: metadata.len() })
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
    pub fn fingerprint(&mut self) -> Result<String, Failure> {
        let mut samples: [Vec<u8>; 4] = Default::default();
        for ((offset, length), sample) in
            fingerprint_ranges(self.size_bytes).into_iter().zip(&mut samples)
        {
            sample.resize(usize::try_from(length).unwrap_or_default(), 0);
            let read =
                self.file.seek(SeekFrom::Start(offset)).and_then(|_| self.file.read_exact(sample));
            read.map_err(|error| Failure::file(&self.path, error))?;
        }
        Ok(fingerprint_of(samples.each_ref().map(Vec::as_slice)))
    }

    /// The BLAKE3 hash of the whole.
    fn content_hash(&mut self, context: &Context) -> Result<String, Failure> {
        let progress = Progress::new(context.say("cli.progress.hashing"), self.size_bytes);
        self.file.rewind().map_err(|error| Failure::file(&self.path, error))?;
        let hashed = hash(&mut self.file, &progress);
        progress.end();
        hashed.map(|hasher| hasher.finalize().to_hex().to_string()).map_err(|e| self.wrong(e))
    }

    /// Whether the library has it: the fingerprint is a hint, the hash is proof.
    pub async fn look_up(&mut self, context: &Context, client: &Client) -> Result<Known, Failure> {
        let question = AskFingerprint {
            size_bytes: i64::try_from(self.size_bytes).unwrap_or(i64::MAX),
            fingerprint: self.fingerprint()?,
        };
        let answer = client.ask_fingerprint(&question).await?;
        let Some(id) = answer.video_id.filter(|_| answer.known) else { return Ok(Known::No) };
        let mut video = match client.video(id).await {
            Err(error) if error.code() == Some(Code::NotFound) => return Ok(Known::No),
            video => video?,
        };
        if self.content_hash(context)? != video.content_hash {
            return Ok(Known::No);
        }
        if answer.in_trash {
            return Ok(Known::InTrash(id));
        }
        video.existing = true;
        Ok(Known::Here(Box::new(video)))
    }

    /// Sends it. What turns out to be here already comes back as an existing video.
    pub async fn send(self, client: &Client, mut about: UploadVideo) -> Result<Video, Failure> {
        about.file_name = self.name();
        let (size_bytes, path) = (self.size_bytes, self.path.clone());
        let progress = Progress::new(self.name(), size_bytes);
        let hash = Arc::new(OnceLock::new());
        let bytes = self.into_stream(progress.clone(), hash.clone())?;
        let sent = client.upload_video(&about, bytes, size_bytes).await;
        progress.end();
        match sent {
            Ok(video) => checked(video, hash.get(), &path),
            Err(error) if error.code() == Some(Code::VideoExists) => {
                let Some(id) = error.fact("video_id") else { return Err(error.into()) };
                let mut video = client.video(id).await?;
                video.existing = true;
                Ok(video)
            }
            Err(ClientError::Unreachable(reason)) => {
                let broken = Failure::Call(ClientError::Unreachable(reason));
                Err(too_large(client, size_bytes).await.unwrap_or(broken))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Its bytes; when all are read, their hash is set.
    pub fn into_stream(
        mut self,
        progress: Progress,
        hash: Arc<OnceLock<String>>,
    ) -> Result<ByteStream, Failure> {
        self.file.rewind().map_err(|error| Failure::file(&self.path, error))?;
        let reading = Reading {
            left: self.size_bytes,
            file: self.file,
            hasher: blake3::Hasher::new(),
            progress,
            hash,
        };
        Ok(Box::pin(unfold(Some(reading), |reading| async move {
            let reading = reading.filter(|reading| reading.left > 0)?;
            match tokio::task::spawn_blocking(|| reading.piece()).await {
                Ok(Ok((piece, reading))) => Some((Ok(piece), Some(reading))),
                Ok(Err(error)) => Some((Err(error), None)),
                Err(error) => Some((Err(io::Error::other(error)), None)),
            }
        })))
    }
}

/// A file on its way.
struct Reading {
    file: File,
    left: u64,
    hasher: blake3::Hasher,
    progress: Progress,
    hash: Arc<OnceLock<String>>,
}

impl Reading {
    fn piece(mut self) -> io::Result<(Bytes, Self)> {
        let length = usize::try_from(self.left.min(PIECE_BYTES)).map_err(io::Error::other)?;
        let mut piece = vec![0; length];
        self.file.read_exact(&mut piece)?;
        self.hasher.update(&piece);
        self.left -= length as u64;
        self.progress.add(length as u64);
        if self.left == 0 {
            let _ = self.hash.set(self.hasher.finalize().to_hex().to_string());
        }
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

/// The server must have what was read here, byte for byte.
fn checked(video: Video, hash: Option<&String>, path: &Path) -> Result<Video, Failure> {
    match hash {
        Some(hash) if *hash != video.content_hash => Err(Failure::Here {
            code: "sent_otherwise",
            facts: crate::facts! { "path" => path.display().to_string(), "video_id" => video.id },
        }),
        _ => Ok(video),
    }
}

/// A server that refuses a body early may look like a broken connection; its limit tells.
async fn too_large(client: &Client, size_bytes: u64) -> Option<Failure> {
    let limit: u64 = client.setting("upload.max_bytes").await.ok()?.value.parse().ok()?;
    let refusal = Refusal::from(Code::UploadTooLarge).with("limit_bytes", limit);
    (limit > 0 && size_bytes > limit).then_some(Failure::Refused(refusal))
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
        let hash = Arc::new(OnceLock::new());
        let stream = file.into_stream(Progress::new("", 3_000_000), hash.clone()).unwrap();
        let sent: Vec<u8> =
            stream.map(|piece| piece.unwrap().to_vec()).collect::<Vec<_>>().await.concat();
        assert!(sent == bytes);
        assert_eq!(hash.get().unwrap(), &blake3::hash(&bytes).to_hex().to_string());
    }

    #[tokio::test]
    async fn a_file_that_shrinks_breaks_the_upload() {
        let (folder, file) = file_of(&[1; 100]);
        std::fs::write(folder.path().join("影.mp4"), [1; 50]).unwrap();
        let mut stream = file.into_stream(Progress::new("", 100), Arc::default()).unwrap();
        assert!(stream.next().await.unwrap().is_err());
        assert!(stream.next().await.is_none());
    }

    #[test]
    fn fingerprints_of_short_files() {
        for size in [0, 1, 9, 10, 39, 40, 41] {
            let bytes: Vec<u8> = (0..size).collect();
            let (_folder, mut file) = file_of(&bytes);
            assert_eq!(file.fingerprint().unwrap().len(), 32, "{size}");
        }
        let (_folder, file) = file_of(b"x");
        assert_eq!(file.name(), "影.mp4");
        assert!(LocalFile::open(&std::env::temp_dir()).is_err());
    }
}
