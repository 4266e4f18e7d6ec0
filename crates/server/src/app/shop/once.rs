//! Calls that move money once, however often they are made: the answer to the first is kept under the
//! caller's key, and answers the others.

use crate::app::{Caller, Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use yingku_core::{Millis, money};
use yingku_db::{Tx, rows};
use yingku_protocol::Code;

/// A money call that is done once, however often it comes.
pub(crate) struct Once {
    actor_id: i64,
    key: String,
    digest: String,
}

impl Once {
    /// `what` names the call and what it is about; with the request it is what the key
    /// stands for.
    pub(crate) fn new(
        caller: &Caller,
        key: Option<&str>,
        what: &str,
        request: &impl Serialize,
    ) -> Result<Once> {
        let key = key.and_then(|key| money::idempotency_key(key).ok());
        let key = key.ok_or_else(|| Error::from(Code::IdempotencyKeyRequired))?;
        let request = serde_json::to_string(request)
            .map_err(|error| Error::Internal(format!("a request cannot be written: {error}")))?;
        let digest = blake3::hash(format!("{what}\n{request}").as_bytes());
        Ok(Once {
            actor_id: caller.account_id().map_or(0, |id| id.0),
            key: key.to_owned(),
            digest: digest.to_hex().to_string(),
        })
    }

    /// The answer that was kept. To be asked after the wallet's row was locked: a call that
    /// is under way holds that lock.
    pub(crate) async fn replay<T: DeserializeOwned>(&self, tx: &Tx) -> Result<Option<T>> {
        let kept = yingku_db::ledger::find_answer(tx, self.actor_id, &self.key).await?;
        let Some(kept) = kept else { return Ok(None) };
        if kept.request_digest != self.digest {
            return Err(Code::IdempotencyKeyReused.into());
        }
        let answer = serde_json::from_str(&kept.response)
            .map_err(|error| Error::Internal(format!("a kept answer cannot be read: {error}")))?;
        Ok(Some(answer))
    }

    /// Keeps the answer, in the transaction that moved the money.
    pub(crate) async fn keep(&self, tx: &Tx, answer: &impl Serialize, now: Millis) -> Result<()> {
        let response = serde_json::to_string(answer)
            .map_err(|error| Error::Internal(format!("an answer cannot be written: {error}")))?;
        let row = rows::Idempotency {
            actor_id: self.actor_id,
            key: self.key.clone(),
            request_digest: self.digest.clone(),
            response,
            created_at_ms: now,
        };
        Ok(yingku_db::ledger::insert_answer(tx, row).await?)
    }
}
