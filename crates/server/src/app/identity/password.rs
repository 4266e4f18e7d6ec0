//! Password hashing: Argon2id, 46 MiB, one pass (OWASP's second choice), off the
//! runtime's threads and a few at a time, so that a storm of logins slows nobody else.

use crate::app::{Error, Result};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use md5::{Digest, Md5};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{AcquireError, Semaphore};
use yingku_protocol::{Code, Refusal};

/// How much memory the hashing of a password takes, in KiB.
pub const MEMORY_KIB: u32 = 46 * 1024;

/// How many callers may wait in a queue; one more gets the answer that the server is busy.
const MOST_WAITING: usize = 256;

/// How many wait among those who sign up: a school does it in one lesson.
const MOST_SIGNING_UP: usize = 512;

/// Verified against where there is no account, so that the answer takes as long. It is the
/// hash of nothing: no password was ever hashed to it.
const NOBODY: &str = "$argon2id$v=19$m=47104,t=1,p=1$bm9ib2R5IGlzIGhlcmUh\
    $AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// What somebody proves with who they are.
#[derive(Clone)]
pub enum Secret {
    /// The password itself.
    Password(String),
    /// MD5 of it, in lower-case hex, as the classic protocol sends it.
    Digest(String),
}

/// What is kept of a secret.
#[derive(Clone)]
pub(crate) struct Verifiers {
    /// Of the password; empty where only a digest was seen.
    pub(crate) password_hash: String,
    /// Of the digest; only while the classic interface is on.
    pub(crate) digest_hash: Option<String>,
}

/// The digest that the classic protocol sends for a password.
pub(crate) fn digest_of(password: &str) -> String {
    hex::encode(Md5::digest(password.as_bytes()))
}

/// Who waits for a password to be hashed or verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Queue {
    /// Somebody who has an account.
    Login,
    /// Somebody who wants one. One of these at a time stands among the logins, so that however
    /// many sign up, a login waits for one of them at most.
    SignUp,
}

/// Hashes and verifies passwords.
#[derive(Clone)]
pub(crate) struct Passwords {
    memory_kib: u32,
    workers: Arc<Semaphore>,
    logins: Arc<AtomicUsize>,
    sign_ups: Arc<AtomicUsize>,
    next_sign_up: Arc<Semaphore>,
}

impl Passwords {
    pub(crate) fn new(memory_kib: u32) -> Passwords {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Passwords {
            memory_kib,
            workers: Arc::new(Semaphore::new(cores.div_ceil(2))),
            logins: Arc::default(),
            sign_ups: Arc::default(),
            next_sign_up: Arc::new(Semaphore::new(1)),
        }
    }

    pub(crate) async fn hash(&self, queue: Queue, password: &str) -> Result<String> {
        let password = password.to_owned();
        let memory_kib = self.memory_kib;
        self.in_turn(queue, move || hash_now(&password, memory_kib)).await?
    }

    /// Whether the password is the one that was hashed; a missing hash takes as long.
    pub(crate) async fn verify(&self, hash: Option<&str>, password: &str) -> Result<bool> {
        let known = hash.is_some();
        let hash = hash.unwrap_or(NOBODY).to_owned();
        let password = password.to_owned();
        let same = self.in_turn(Queue::Login, move || verify_now(&hash, &password)).await?;
        Ok(same && known)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        queue: Queue,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let (waiting, most) = match queue {
            Queue::Login => (&self.logins, MOST_WAITING),
            Queue::SignUp => (&self.sign_ups, MOST_SIGNING_UP),
        };
        let waiting = Waiting::begin(waiting, most)?;
        let closed = |error: AcquireError| Error::Internal(error.to_string());
        let next = match queue {
            Queue::Login => None,
            Queue::SignUp => Some(self.next_sign_up.acquire().await.map_err(closed)?),
        };
        let worker = Arc::clone(&self.workers).acquire_owned().await.map_err(closed)?;
        drop((waiting, next));
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(worker);
            done
        });
        done.await.map_err(|join| Error::Internal(join.to_string()))
    }
}

/// One that waits in a queue, also where it is given up.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn begin(waiting: &'a AtomicUsize, most: usize) -> Result<Waiting<'a>> {
        let waiting = Waiting(waiting);
        match waiting.0.fetch_add(1, Ordering::Relaxed) {
            before if before < most => Ok(waiting),
            _ => Err(Refusal::from(Code::Busy).with("retry_after_seconds", 5).into()),
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn argon2(memory_kib: u32) -> Result<Argon2<'static>> {
    let params = Params::new(memory_kib, 1, 1, None).map_err(fault)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &str, memory_kib: u32) -> Result<String> {
    Ok(argon2(memory_kib)?.hash_password(password.as_bytes()).map_err(fault)?.to_string())
}

fn verify_now(hash: &str, password: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

fn fault(error: impl std::fmt::Display) -> Error {
    Error::Internal(format!("argon2: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_costs_as_much_as_somebody() {
        let nobody = PasswordHash::new(NOBODY).expect("it can be read");
        let hash = hash_now("password", MEMORY_KIB).expect("it can be hashed");
        let somebody = PasswordHash::new(&hash).expect("it can be read");
        assert_eq!(nobody.params, somebody.params);
        assert_eq!(nobody.algorithm, somebody.algorithm);
        assert!(!verify_now(NOBODY, "password") && verify_now(&hash, "password"));
    }
}
