//! Password hashing: Argon2id, 46 MiB, one pass (OWASP's second choice), off the
//! runtime's threads and a few at a time, so that a storm of logins slows nobody else.

use super::{Error, Result};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use md5::{Digest, Md5};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;
use yingku_protocol::{Code, Refusal};

const MEMORY_KIB: u32 = 46 * 1024;

/// How many callers may wait for their turn; more are told that the server is busy.
const MOST_WAITING: usize = 256;

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
    /// Of the digest; only while the classic door is open.
    pub(crate) digest_hash: Option<String>,
}

/// The digest that the classic protocol sends for a password.
pub(crate) fn digest_of(password: &str) -> String {
    Md5::digest(password.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Hashes and verifies passwords.
#[derive(Clone)]
pub(crate) struct Passwords {
    turns: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

impl Passwords {
    pub(crate) fn new() -> Passwords {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Passwords { turns: Arc::new(Semaphore::new(cores.div_ceil(2))), waiting: Arc::default() }
    }

    pub(crate) async fn hash(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        self.in_turn(move || hash_now(&password)).await?
    }

    /// Whether the password is the one that was hashed; a missing hash takes as long.
    pub(crate) async fn verify(&self, hash: Option<&str>, password: &str) -> Result<bool> {
        let known = hash.is_some();
        let hash = hash.unwrap_or(NOBODY).to_owned();
        let password = password.to_owned();
        let same = self.in_turn(move || verify_now(&hash, &password)).await?;
        Ok(same && known)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let waiting = self.waiting.fetch_add(1, Ordering::Relaxed);
        let turn = if waiting < MOST_WAITING {
            self.turns.clone().acquire_owned().await.ok()
        } else {
            None
        };
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        let Some(turn) = turn else {
            return Err(Refusal::from(Code::Busy).with("retry_after_seconds", 5).into());
        };
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        done.await.map_err(|join| Error::Internal(join.to_string()))
    }
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, 1, 1, None).map_err(fault)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &str) -> Result<String> {
    Ok(argon2()?.hash_password(password.as_bytes()).map_err(fault)?.to_string())
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
        let hash = hash_now("password").expect("it can be hashed");
        let somebody = PasswordHash::new(&hash).expect("it can be read");
        assert_eq!(nobody.params, somebody.params);
        assert_eq!(nobody.algorithm, somebody.algorithm);
        assert!(!verify_now(NOBODY, "password") && verify_now(&hash, "password"));
    }
}
