//! Counting failed tests of credentials, over every interface and node.

use crate::app::support::audit::Act;
use crate::app::support::error::not_found;
use crate::app::{Caller, Error, Identity, Result, moment};
use parking_lot::{Mutex, MutexGuard};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use tokio::sync::Notify;
use yingku_core::Millis;
use yingku_core::account::{self, THROTTLE_WINDOW_MS};
use yingku_core::id::AccountId;
use yingku_db::{Conn, rows, transaction};
use yingku_protocol::{Code, Refusal, Throttle, ThrottleReason, Throttles};

/// How many tests may be under way where one more has to wait for them; then it is refused with
/// that the server is busy.
const MOST_UNDER_WAY: usize = 128;

/// A test of a credential that is under way. It counts as failed until it is forgiven, so
/// that a hundred tests side by side are no more than a hundred one after the other.
pub(crate) struct Attempt {
    id: i64,
    under_way: Arc<UnderWay>,
}

impl Drop for Attempt {
    fn drop(&mut self) {
        self.under_way.ids().remove(&self.id);
        self.under_way.settled.notify_waiters();
    }
}

/// The tests of this node of which nobody knows yet whether they fail.
#[derive(Default)]
pub(crate) struct UnderWay {
    ids: Mutex<HashSet<i64>>,
    settled: Notify,
    /// Held while a test gets its id: whatever has a lower one is then known to be under way.
    beginning: tokio::sync::Mutex<()>,
}

impl UnderWay {
    fn ids(&self) -> MutexGuard<'_, HashSet<i64>> {
        self.ids.lock()
    }
}

/// Addresses whose sign-ups are remembered; where there are more, those that have their whole
/// budget again are forgotten.
const MOST_ADDRESSES: usize = 100_000;

/// The sign-ups of this node by address: until when each has used its budget.
#[derive(Default)]
pub(crate) struct SignUps(Mutex<HashMap<String, Millis>>);

impl Identity {
    /// Counts a sign-up, or refuses it with the time left. Whatever becomes of it counts: the
    /// hashing of its password is what costs.
    pub(crate) async fn count_sign_up(&self, caller: &Caller) -> Result<()> {
        if caller.address.is_empty() {
            return Ok(());
        }
        let hourly = self.base.settings(&self.base.db).await?.signup_hourly;
        let now = self.base.now();
        let mut used = self.sign_ups.0.lock();
        if used.len() >= MOST_ADDRESSES {
            used.retain(|_, until| *until > now);
        }
        let until = used.get(&caller.address).copied().unwrap_or(Millis::MIN);
        match account::sign_up(until, now, hourly) {
            Ok(until) => {
                used.insert(caller.address.clone(), until);
                Ok(())
            }
            Err(seconds) => {
                Err(Refusal::from(Code::TooManySignUps).with("retry_after_seconds", seconds).into())
            }
        }
    }

    /// Begins a test of a credential of `name_key`, or refuses with the time left. Where
    /// tests before it are under way that would be too many if they failed, it waits for
    /// what becomes of them: a class that logs in at once is let in.
    pub(crate) async fn attempt(&self, caller: &Caller, name_key: &str) -> Result<Attempt> {
        // What is refused already, whatever becomes of those under way, writes nothing.
        let under_way: Vec<i64> = self.under_way.ids().iter().copied().collect();
        if let Some(seconds) = self.throttled(caller, name_key, i64::MAX, &under_way).await? {
            return Err(too_many(seconds));
        }
        let attempt = self.begin_attempt(caller, name_key).await?;
        loop {
            let settled = self.under_way.settled.notified();
            let under_way: Vec<i64> = self.under_way.ids().iter().copied().collect();
            let refusal = match self.throttled(caller, name_key, attempt.id, &under_way).await? {
                Some(seconds) => too_many(seconds),
                None if self.throttled(caller, name_key, attempt.id, &[]).await?.is_none() => {
                    return Ok(attempt);
                }
                None if under_way.len() > MOST_UNDER_WAY => {
                    Refusal::from(Code::Busy).with("retry_after_seconds", 5).into()
                }
                None => {
                    settled.await;
                    continue;
                }
            };
            self.forgive(attempt).await?;
            return Err(refusal);
        }
    }

    async fn begin_attempt(&self, caller: &Caller, name_key: &str) -> Result<Attempt> {
        let (now, address) = (self.base.now(), caller.address.as_str());
        let _beginning = self.under_way.beginning.lock().await;
        let id =
            transaction!(self.base.db, |tx| yingku_db::throttle::begin(tx, name_key, address, now)
                .await)
            .map_err(Error::Database)?;
        self.under_way.ids().insert(id);
        Ok(Attempt { id, under_way: Arc::clone(&self.under_way) })
    }

    /// For how many seconds the failures before the test `before_id` refuse it; those in `but`
    /// are not counted.
    async fn throttled(
        &self,
        caller: &Caller,
        name_key: &str,
        before_id: i64,
        but: &[i64],
    ) -> Result<Option<u64>> {
        let now = self.base.now();
        let failures = async |name_key: Option<&str>, most: usize| {
            let before = yingku_db::throttle::Before {
                id: before_id,
                address: &caller.address,
                name_key,
                since: now - THROTTLE_WINDOW_MS,
                but,
            };
            let most = u64::try_from(most).unwrap_or(u64::MAX);
            yingku_db::throttle::failures(&self.base.db, &before, most).await
        };
        let of_account = failures(Some(name_key), account::THROTTLE_PER_ACCOUNT).await?;
        let of_address = failures(None, account::THROTTLE_PER_ADDRESS).await?;
        Ok(account::throttled(&of_account, &of_address, now))
    }

    /// Takes an attempt back: it succeeded, or was refused before it was made.
    pub(crate) async fn forgive(&self, attempt: Attempt) -> Result<()> {
        transaction!(self.base.db, |tx| yingku_db::throttle::forgive(tx, attempt.id).await)
            .map_err(Error::Database)
    }
}

impl Identity {
    /// From where an account cannot log in just now, since there were too many failures.
    pub async fn list_throttles(&self, id: AccountId) -> Result<Throttles> {
        let account = account_of(&self.base.db, id).await?;
        let now = self.base.now();
        let since = now - THROTTLE_WINDOW_MS;
        let failures = yingku_db::throttle::of_account(&self.base.db, &account.name_key, since);
        let mut by_address: BTreeMap<String, Vec<Millis>> = BTreeMap::new();
        for (address, failed_at) in failures.await? {
            by_address.entry(address).or_default().push(failed_at);
        }
        let mut items = Vec::new();
        for (address, of_account) in by_address {
            let of_address =
                yingku_db::throttle::of_address(&self.base.db, &address, since).await?;
            let (reason, failures, seconds) = match account::throttled(&of_account, &[], now) {
                Some(seconds) => (ThrottleReason::Account, of_account.len(), seconds),
                None => match account::throttled(&[], &of_address, now) {
                    Some(seconds) => (ThrottleReason::Address, of_address.len(), seconds),
                    None => continue,
                },
            };
            let until = moment(now + i64::try_from(seconds).unwrap_or_default() * 1_000);
            let failures = i64::try_from(failures).unwrap_or(i64::MAX);
            items.push(Throttle { address, reason, failures, until });
        }
        Ok(Throttles { items })
    }

    /// Forgets the failures that keep an account from logging in: its own, and those of
    /// addresses that are refused as a whole.
    pub async fn lift_throttles(&self, caller: &Caller, id: AccountId) -> Result<()> {
        let throttles = self.list_throttles(id).await?.items;
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let account = account_of(tx, id).await?;
            yingku_db::throttle::forget_account(tx, &account.name_key).await?;
            for throttle in throttles.iter().filter(|one| one.reason == ThrottleReason::Address) {
                yingku_db::throttle::forget_address(tx, &throttle.address).await?;
            }
            Act::new("account.lift_throttle").on("account", id).write(tx, caller, now).await
        })
    }
}

async fn account_of(c: &impl Conn, id: AccountId) -> Result<rows::Account> {
    let found = yingku_db::account::find(c, id).await?;
    found.ok_or_else(|| not_found("account"))
}

fn too_many(seconds: u64) -> Error {
    Refusal::from(Code::TooManyAttempts).with("retry_after_seconds", seconds).into()
}
