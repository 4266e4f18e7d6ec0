//! Handing files out: tickets and their waits, what was sent of each, and records of both.

pub(super) mod fetch;
pub(super) mod record;
pub(super) mod sending;
pub(super) mod ticket;

use crate::app::Playback;
use crate::app::support::base::Base;
use crate::app::support::known::Known;
use std::sync::Arc;

/// Tickets, what is sent for them, and their records.
pub struct Delivery {
    base: Arc<Base>,
    playback: Arc<Playback>,
    sent_log: sending::SentLog,
    fetches: Known<String, Arc<fetch::Fetch>>,
}

impl Delivery {
    pub(super) fn new(base: &Arc<Base>, playback: &Arc<Playback>) -> Delivery {
        Delivery {
            base: Arc::clone(base),
            playback: Arc::clone(playback),
            sent_log: sending::SentLog::default(),
            fetches: Known::default(),
        }
    }
}
