//! Playing: who may watch a video, and for what reasons a content cannot be played. How its
//! segments are made never belongs here.

use crate::Millis;
use crate::account::Role;

/// An address to watch a video lives this long after it was given: 12 hours, for a long film
/// with a long break.
pub const LINK_LIFE_MS: i64 = 12 * 60 * 60 * 1_000;

/// Whether a content can be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Something is made of it first.
    Preparing,
    /// It can.
    Ready,
    /// It cannot, and nothing is being done about it.
    Unplayable,
}

impl State {
    const ALL: [State; 3] = [State::Preparing, State::Ready, State::Unplayable];

    /// `preparing`, `ready` or `unplayable`.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Preparing => "preparing",
            State::Ready => "ready",
            State::Unplayable => "unplayable",
        }
    }

    /// The state with that text form.
    pub fn parse(text: &str) -> Option<Self> {
        State::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// What is known of somebody who wants to watch.
#[derive(Clone, Copy, Debug)]
pub struct WatchFacts {
    /// The account's role.
    pub role: Role,
    /// Whether the account is locked.
    pub locked: bool,
    /// Whether the video is offered.
    pub visible: bool,
    /// Whether its content is gone.
    pub purged: bool,
    /// Whether it costs nothing.
    pub is_free: bool,
    /// Whether the account bought it.
    pub owned: bool,
}

/// Why somebody may not watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WatchRefusal {
    /// There is no such video for this account.
    #[error("no such video")]
    NotFound,
    /// It must be bought first.
    #[error("must be bought first")]
    PurchaseRequired,
}

/// Whether somebody may watch a video: admins whatever has content; buyers what they bought,
/// also when it is withdrawn; everybody with an account what is free.
pub fn may_watch(facts: &WatchFacts) -> Result<(), WatchRefusal> {
    match (facts.role, facts.visible) {
        _ if facts.purged || facts.locked => Err(WatchRefusal::NotFound),
        (Role::Admin, _) => Ok(()),
        _ if facts.owned => Ok(()),
        (Role::User, false) => Err(WatchRefusal::NotFound),
        (Role::User, true) if facts.is_free => Ok(()),
        (Role::User, true) => Err(WatchRefusal::PurchaseRequired),
    }
}

/// Whether an address that was given until `expires_at` still holds.
pub fn is_live(now: Millis, expires_at: Millis) -> bool {
    now < expires_at
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: WatchFacts = WatchFacts {
        role: Role::User,
        locked: false,
        visible: true,
        purged: false,
        is_free: true,
        owned: false,
    };

    #[test]
    fn who_may_watch() {
        use WatchRefusal::{NotFound, PurchaseRequired};
        let paid = WatchFacts { is_free: false, ..FREE };
        let admin = WatchFacts { role: Role::Admin, ..paid };
        let cases = [
            (FREE, Ok(())),
            (WatchFacts { visible: false, ..FREE }, Err(NotFound)),
            (WatchFacts { locked: true, ..FREE }, Err(NotFound)),
            (paid, Err(PurchaseRequired)),
            (WatchFacts { owned: true, ..paid }, Ok(())),
            (WatchFacts { owned: true, visible: false, ..paid }, Ok(())),
            (WatchFacts { owned: true, purged: true, ..paid }, Err(NotFound)),
            (WatchFacts { visible: false, ..paid }, Err(NotFound)),
            (admin, Ok(())),
            (WatchFacts { visible: false, ..admin }, Ok(())),
            (WatchFacts { purged: true, ..admin }, Err(NotFound)),
            (WatchFacts { locked: true, ..admin }, Err(NotFound)),
        ];
        for (facts, expected) in cases {
            assert_eq!(may_watch(&facts), expected, "{facts:?}");
        }
    }

    #[test]
    fn an_address_ends_with_its_time() {
        assert!(is_live(9, 10) && !is_live(10, 10));
    }

    #[test]
    fn states_have_one_text_form() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
        assert_eq!(State::parse("Ready"), None);
    }
}
