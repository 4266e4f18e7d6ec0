//! Counting failed tests of credentials, over every door and node.

use super::{App, Caller, Error, Result};
use yingku_core::account::{self, THROTTLE_WINDOW_MS};
use yingku_db::transaction;
use yingku_protocol::{Code, Refusal};

/// A test of a credential that is under way. It counts as failed until it is forgiven, so
/// that a hundred tests side by side are no more than a hundred one after the other.
pub(crate) struct Attempt {
    id: i64,
}

impl App {
    /// Begins a test of a credential of `name_key`, or refuses with the time left.
    pub(crate) async fn attempt(&self, caller: &Caller, name_key: &str) -> Result<Attempt> {
        let now = self.now();
        let address = caller.address.as_str();
        let since = now - THROTTLE_WINDOW_MS;
        let id = transaction!(self.db, |tx| yingku_db::throttle::begin(tx, name_key, address, now)
            .await)
        .map_err(Error::Database)?;
        let failures = async |name: Option<&str>, most: usize| {
            let most = u64::try_from(most).unwrap_or(u64::MAX);
            yingku_db::throttle::failures(&self.db, name, address, since, id, most).await
        };
        let of_account = failures(Some(name_key), account::THROTTLE_PER_ACCOUNT).await?;
        let of_address = failures(None, account::THROTTLE_PER_ADDRESS).await?;
        let attempt = Attempt { id };
        match account::throttled(&of_account, &of_address, now) {
            None => Ok(attempt),
            Some(seconds) => {
                self.forgive(attempt).await?;
                Err(Refusal::from(Code::TooManyAttempts)
                    .with("retry_after_seconds", seconds)
                    .into())
            }
        }
    }

    /// Takes an attempt back: it succeeded, or was refused before it was made.
    pub(crate) async fn forgive(&self, attempt: Attempt) -> Result<()> {
        transaction!(self.db, |tx| yingku_db::throttle::forgive(tx, attempt.id).await)
            .map_err(Error::Database)
    }
}
