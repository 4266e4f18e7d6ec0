//! Playing: who may watch a video, and for what reasons a content cannot be played. How its
//! segments are made never belongs here.

use crate::Millis;
use crate::account::Role;
use crate::word::words;

/// An address to watch a video lives this long after it was given: 12 hours, for a long film
/// with a long break.
pub const LINK_LIFE_MS: i64 = 12 * 60 * 60 * 1_000;

/// A stream that asked for nothing in so long has ended, in milliseconds: its place among those
/// that an account may have is free again.
pub const STREAM_LIFE_MS: i64 = 30_000;

words! {
    /// Whether a content can be played.
    pub enum State {
        /// Something is made of it first.
        Preparing = "preparing",
        /// It can.
        Ready = "ready",
        /// Some of it can, and no more will be made.
        Partial = "partial",
        /// It cannot, and nothing is being done about it.
        Unplayable = "unplayable",
    }
}

words! {
    /// What was made of a content so that it can be played.
    pub enum RenditionKind {
        /// Its pictures and sound in a plain MP4.
        Copy = "copy",
        /// Its sound alone.
        Audio = "audio",
        /// A copy of it that can be cut anywhere, to be encoded from.
        Source = "source",
    }
}

/// How much of a video may be watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// Its first milliseconds.
    Preview(i64),
    /// All of it.
    Full,
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
    /// Whether the account has a membership, and the video is one that members may watch.
    pub by_membership: bool,
    /// How much of a paid video anybody may watch, in milliseconds (`playback.preview_seconds`);
    /// 0 for nothing.
    pub preview_ms: i64,
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

/// How much of a video somebody may watch: admins all of whatever has content; buyers all of what
/// they bought, also when it is withdrawn; everybody with an account all of what is free; members all
/// of what they may; and everybody the beginning of what is paid.
pub fn may_watch(facts: &WatchFacts) -> Result<Extent, WatchRefusal> {
    match (facts.role, facts.visible) {
        _ if facts.purged || facts.locked => Err(WatchRefusal::NotFound),
        (Role::Admin, _) => Ok(Extent::Full),
        _ if facts.owned => Ok(Extent::Full),
        (Role::User, false) => Err(WatchRefusal::NotFound),
        (Role::User, true) if facts.is_free || facts.by_membership => Ok(Extent::Full),
        (Role::User, true) if facts.preview_ms > 0 => Ok(Extent::Preview(facts.preview_ms)),
        (Role::User, true) => Err(WatchRefusal::PurchaseRequired),
    }
}

/// How much of a film of that length a preview of `preview_ms` shows, in milliseconds: nothing
/// where that would be all of it, or where its length is not known. Films are sent in segments of
/// up to ten seconds, of which the last is never a part of it.
pub fn preview_of(preview_ms: i64, duration_ms: Option<i64>) -> i64 {
    const LONGEST_SEGMENT_MS: i64 = 10_000;
    match duration_ms {
        Some(duration_ms) if duration_ms > preview_ms.max(LONGEST_SEGMENT_MS) => preview_ms,
        _ => 0,
    }
}

/// How long somebody waits before a video plays, in milliseconds: members, admins and buyers do
/// not, and a preview has no wait (`playback.wait_free_seconds`).
pub fn wait_ms(facts: &WatchFacts, is_member: bool, wait_free_ms: i64) -> i64 {
    let waits = facts.role == Role::User && facts.is_free && !facts.owned && !is_member;
    if waits { wait_free_ms } else { 0 }
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
        by_membership: false,
        preview_ms: 0,
    };

    #[test]
    fn who_may_watch() {
        use WatchRefusal::{NotFound, PurchaseRequired};
        let paid = WatchFacts { is_free: false, ..FREE };
        let admin = WatchFacts { role: Role::Admin, ..paid };
        let cases = [
            (FREE, Ok(Extent::Full)),
            (WatchFacts { visible: false, ..FREE }, Err(NotFound)),
            (WatchFacts { locked: true, ..FREE }, Err(NotFound)),
            (paid, Err(PurchaseRequired)),
            (WatchFacts { by_membership: true, preview_ms: 9, ..paid }, Ok(Extent::Full)),
            (WatchFacts { by_membership: true, visible: false, ..paid }, Err(NotFound)),
            (WatchFacts { preview_ms: 9, ..paid }, Ok(Extent::Preview(9))),
            (WatchFacts { preview_ms: 9, visible: false, ..paid }, Err(NotFound)),
            (WatchFacts { preview_ms: 9, owned: true, ..paid }, Ok(Extent::Full)),
            (WatchFacts { preview_ms: 9, ..FREE }, Ok(Extent::Full)),
            (WatchFacts { owned: true, ..paid }, Ok(Extent::Full)),
            (WatchFacts { owned: true, visible: false, ..paid }, Ok(Extent::Full)),
            (WatchFacts { owned: true, purged: true, ..paid }, Err(NotFound)),
            (WatchFacts { visible: false, ..paid }, Err(NotFound)),
            (admin, Ok(Extent::Full)),
            (WatchFacts { visible: false, ..admin }, Ok(Extent::Full)),
            (WatchFacts { purged: true, ..admin }, Err(NotFound)),
            (WatchFacts { locked: true, ..admin }, Err(NotFound)),
        ];
        for (facts, expected) in cases {
            assert_eq!(may_watch(&facts), expected, "{facts:?}");
        }
    }

    #[test]
    fn a_preview_is_never_the_whole_film() {
        let of = |duration_ms| preview_of(30_000, duration_ms);
        assert_eq!((of(Some(30_000)), of(Some(30_001)), of(None)), (0, 30_000, 0));
        assert_eq!((preview_of(2_000, Some(10_000)), preview_of(2_000, Some(10_001))), (0, 2_000));
        assert_eq!(preview_of(0, Some(60_000)), 0);
    }

    #[test]
    fn who_waits() {
        let of = |facts, is_member| wait_ms(&facts, is_member, 7);
        assert_eq!((of(FREE, false), of(FREE, true)), (7, 0));
        assert_eq!(of(WatchFacts { role: Role::Admin, ..FREE }, false), 0);
        assert_eq!(of(WatchFacts { owned: true, ..FREE }, false), 0);
        assert_eq!(of(WatchFacts { is_free: false, ..FREE }, false), 0);
    }

    #[test]
    fn an_address_ends_with_its_time() {
        assert!(is_live(9, 10) && !is_live(10, 10));
    }

    #[test]
    fn states_have_one_text_form() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(*state));
        }
        assert_eq!(State::parse("Ready"), None);
    }
}
