//! Files of this machine that become content without travelling: linked or copied into the
//! staging folder, and hashed there.

use super::receive::{HEAD_BYTES, fingerprint};
use super::staging::{Held, Staged, Staging};
use super::{BlobError, Received, blocking, random_hex};
use std::fs::{self, File, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

/// How a file comes into the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adoption {
    /// As bytes of its own; where the file system can share them, it does.
    Copy,
    /// As a second name of the same file: it must lie in the same file system, and must not be
    /// changed afterwards.
    Link,
}

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// It was written to meanwhile.
    #[error("the file was changed meanwhile")]
    Changed,
    /// A link cannot lead there from the store's file system.
    #[error("the file lies in another file system")]
    Elsewhere,
    /// What the file system says.
    #[error(transparent)]
    Blob(#[from] BlobError),
}

impl From<io::Error> for AdoptError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::CrossesDevices => AdoptError::Elsewhere,
            _ => AdoptError::Blob(error.into()),
        }
    }
}

/// How much is hashed at a time.
const PIECE_BYTES: usize = 1 << 20;

impl Staging {
    /// Takes a file of this machine. What is given back is durable once it is kept.
    ///
    /// # Errors
    /// See [`AdoptError`]; nothing is left of it then.
    pub async fn adopt(&self, path: &Path, how: Adoption) -> Result<Received, AdoptError> {
        let (staging, path) = (self.clone(), path.to_owned());
        blocking(move || Ok(adopt(&staging, &path, how))).await?
    }

    /// The sampled fingerprint of a file of this machine.
    ///
    /// # Errors
    /// What the file system says.
    pub async fn fingerprint_of(&self, path: &Path) -> Result<(u64, String), BlobError> {
        let path = path.to_owned();
        blocking(move || {
            let file = File::open(path)?;
            let size_bytes = file.metadata()?.len();
            Ok((size_bytes, fingerprint(&file, size_bytes)?))
        })
        .await
    }

    /// The BLAKE3 hash of a file of this machine, 64 hexadecimal digits.
    ///
    /// # Errors
    /// What the file system says.
    pub async fn hash_of(&self, path: &Path) -> Result<String, BlobError> {
        let path = path.to_owned();
        blocking(move || Ok(hashed(&File::open(path)?)?.0)).await
    }
}

fn adopt(staging: &Staging, path: &Path, how: Adoption) -> Result<Received, AdoptError> {
    let before = fs::metadata(path)?;
    let name = staging.dir.join(format!("{}.part", random_hex()?));
    let taken = match how {
        Adoption::Link => fs::hard_link(path, &name),
        Adoption::Copy => fs::copy(path, &name).and_then(|_| {
            // What is sold here is for no other account of this machine to read.
            fs::set_permissions(&name, Permissions::from_mode(0o600))
        }),
    };
    // From here on it goes again where something fails.
    let file = taken.and_then(|()| File::open(&name));
    let file = file.inspect_err(|_| drop(fs::remove_file(&name)))?;
    let temp = Staged { file: Arc::new(Held(file)), path: name, deletes: true };
    let (content_hash, head) = hashed(&temp.file)?;
    temp.file.sync_all()?;
    let (after, taken) = (fs::metadata(path)?, temp.file.metadata()?);
    let is_same = before.len() == after.len() && before.modified()? == after.modified()?;
    if !is_same || taken.len() != before.len() {
        return Err(AdoptError::Changed);
    }
    let fingerprint = fingerprint(&temp.file, taken.len())?;
    Ok(Received {
        temp,
        name: None,
        size_bytes: taken.len(),
        content_hash,
        fingerprint,
        head: head.into(),
    })
}

/// The BLAKE3 hash of a whole file, and its first bytes.
fn hashed(mut file: &File) -> io::Result<(String, Vec<u8>)> {
    let (mut hasher, mut head) = (blake3::Hasher::new(), Vec::new());
    let mut piece = vec![0_u8; PIECE_BYTES];
    loop {
        let size = match file.read(&mut piece) {
            Ok(0) => return Ok((hasher.finalize().to_hex().to_string(), head)),
            Ok(size) => size,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hasher.update(&piece[..size]);
        head.extend_from_slice(&piece[..size.min(HEAD_BYTES - head.len())]);
    }
}
