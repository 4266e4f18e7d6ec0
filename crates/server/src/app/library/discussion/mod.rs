//! What viewers say about films: comments, danmaku, and what admins do about them.

mod comment;
mod danmaku;
pub(in crate::app) mod feed;
mod review;

use crate::app::{Caller, Error, Library, Result};
use yingku_core::Millis;
use yingku_core::discussion::{Pace, is_blocked};
use yingku_core::setting::Settings;
use yingku_protocol::{Code, Refusal};

/// Whether somebody may say a text.
///
/// # Errors
/// [`Code::Muted`] where an admin muted the account, [`Code::TextBlocked`] where the text has a word
/// that is not wanted here.
fn may_say(caller: &Caller, text: &str, settings: &Settings) -> Result<()> {
    if caller.require_account()?.muted {
        return Err(Code::Muted.into());
    }
    match is_blocked(text, &settings.blocked_words) && !caller.is_admin() {
        true => Err(Code::TextBlocked.into()),
        false => Ok(()),
    }
}

/// Whether somebody who said something at these moments may go on now.
///
/// # Errors
/// [`Code::TooFast`], with `retry_after_seconds`.
fn keep_pace(times: &[Millis], pace: Pace, now: Millis) -> Result<()> {
    let count = usize::try_from(pace.count).unwrap_or(usize::MAX);
    let Some(place) = times.len().checked_sub(count) else { return Ok(()) };
    let free_at = times.get(place).map_or(now, |at| at + pace.within_ms);
    let left_ms = u64::try_from(free_at - now).unwrap_or_default();
    let refusal = Refusal::from(Code::TooFast);
    Err(Error::from(refusal.with("retry_after_seconds", left_ms.div_ceil(1_000).max(1))))
}

impl Library {
    /// Ends what goes on without end, for the stop.
    pub fn end_feeds(&self) {
        self.feed.end();
    }
}
