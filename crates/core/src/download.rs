//! Downloads: who may ask for a ticket, how long it waits, when it may be fetched, and
//! which bytes went out. Sending bytes never belongs here.

use crate::Millis;
use crate::account::Role;
use crate::word::words;
use std::fmt::Write;

/// A ticket lives this long after it was asked for: 24 hours.
pub const TICKET_LIFE_MS: i64 = 24 * 60 * 60 * 1_000;

/// A completed ticket still serves the end of its file for so long: 10 minutes.
pub const TAIL_LIFE_MS: i64 = 10 * 60 * 1_000;

/// How many bytes that end has: more than any connection buffers. A smaller file is served
/// whole.
pub const TAIL_BYTES: u64 = 16 << 20;

words! {
    /// Why an account may download a video.
    pub enum Basis {
        /// The video is free.
        Free = "free",
        /// The account bought it.
        Owned = "owned",
        /// The account is an admin's.
        Admin = "admin",
    }
}

/// Why somebody gets no ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskRefusal {
    /// There is no such video for this account.
    #[error("no such video")]
    NotFound,
    /// It must be bought first.
    #[error("must be bought first")]
    PurchaseRequired,
}

/// Whether somebody may have a ticket, and why. Admins get anything that still has
/// content. Who bought a video keeps it when it is withdrawn; nobody else sees it then.
/// What is both owned and free counts as owned, which outlasts a withdrawal.
pub fn may_ask(
    role: Role,
    visible: bool,
    purged: bool,
    is_free: bool,
    owned: bool,
) -> Result<Basis, AskRefusal> {
    match (role, visible) {
        _ if purged => Err(AskRefusal::NotFound),
        (Role::Admin, _) => Ok(Basis::Admin),
        _ if owned => Ok(Basis::Owned),
        (Role::User, false) => Err(AskRefusal::NotFound),
        (Role::User, true) if is_free => Ok(Basis::Free),
        (Role::User, true) => Err(AskRefusal::PurchaseRequired),
    }
}

/// How long accounts without a membership wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// For free videos, in milliseconds (setting `download.wait_free_seconds`).
    pub free_ms: i64,
    /// For paid videos, in milliseconds (setting `download.wait_paid_seconds`).
    pub paid_ms: i64,
}

/// How long a new ticket waits, in milliseconds. Members and admins do not, and neither does
/// who owns the video and has waited for it once.
pub fn wait_ms(
    basis: Basis,
    is_free: bool,
    is_member: bool,
    has_waited: bool,
    waits: &Waits,
) -> i64 {
    if is_member || basis == Basis::Admin || (basis == Basis::Owned && has_waited) {
        0
    } else if is_free {
        waits.free_ms
    } else {
        waits.paid_ms
    }
}

/// How far a download has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The wait is not over.
    Waiting,
    /// May be fetched.
    Ready,
    /// Bytes were sent.
    Started,
    /// Every byte was sent.
    Completed,
}

/// How far a download has come.
pub fn state(now: Millis, available_at: Millis, started: bool, completed: bool) -> State {
    if completed {
        State::Completed
    } else if started {
        State::Started
    } else if now < available_at {
        State::Waiting
    } else {
        State::Ready
    }
}

/// Whether asking again gives this ticket; otherwise it gives a new one.
pub fn still_live(now: Millis, created_at: Millis, completed: bool) -> bool {
    !completed && now < created_at.saturating_add(TICKET_LIFE_MS)
}

/// What is known when a ticket is fetched.
#[derive(Clone, Copy, Debug)]
pub struct FetchFacts {
    /// Why the ticket was given.
    pub basis: Basis,
    /// Whether the account is an admin's now.
    pub is_admin_now: bool,
    /// Whether the account owns the video now; a refund ends that.
    pub owned_now: bool,
    /// Whether the video is offered now.
    pub visible_now: bool,
    /// Whether the content is gone.
    pub purged: bool,
    /// No byte before this.
    pub available_at: Millis,
    /// When the ticket was asked for.
    pub created_at: Millis,
    /// When every byte had been sent.
    pub completed_at: Option<Millis>,
    /// How long the file is.
    pub size_bytes: u64,
    /// Whether a newer ticket took its place.
    pub superseded: bool,
    /// First byte that is asked for; 0 where no range is.
    pub range_start: u64,
}

/// Why a ticket gives nothing now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchRefusal {
    /// The wait is not over.
    #[error("waiting until {until}")]
    Waiting {
        /// When it is.
        until: Millis,
    },
    /// It was used, is too old, or a newer one took its place.
    #[error("the ticket has ended")]
    Ended,
    /// What it was given for holds no longer.
    #[error("the video was withdrawn")]
    Withdrawn,
}

/// Whether a ticket may be fetched now. A completed one still gives the end of its file for a
/// while: a connection that breaks takes with it what the kernel had buffered, so every byte
/// was sent and yet the last did not arrive.
pub fn may_fetch(now: Millis, facts: &FetchFacts) -> Result<(), FetchRefusal> {
    let used_up = facts.completed_at.is_some_and(|at| {
        let tail_start = facts.size_bytes.saturating_sub(TAIL_BYTES);
        now >= at.saturating_add(TAIL_LIFE_MS) || facts.range_start < tail_start
    });
    if used_up || facts.superseded || !still_live(now, facts.created_at, false) {
        return Err(FetchRefusal::Ended);
    }
    let holds = match facts.basis {
        Basis::Free => facts.visible_now,
        Basis::Owned => facts.owned_now,
        Basis::Admin => facts.is_admin_now,
    };
    if facts.purged || !holds {
        return Err(FetchRefusal::Withdrawn);
    }
    if now < facts.available_at {
        return Err(FetchRefusal::Waiting { until: facts.available_at });
    }
    Ok(())
}

/// Most pieces that a coverage keeps.
pub const MAX_PIECES: usize = 256;

/// Which bytes of a file were sent: a union of half-open ranges, apart from each other and
/// in order. It may know less than was sent, never more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage(Vec<(u64, u64)>);

impl Coverage {
    /// Adds the bytes from `start` up to and without `end`. Where that makes one piece too
    /// many it is left out: bytes sent again do no harm, bytes never sent would.
    pub fn add(&mut self, start: u64, end: u64) {
        if start >= end {
            return;
        }
        // The pieces that overlap or touch the new one stand together.
        let from = self.0.partition_point(|piece| piece.1 < start);
        let to = self.0.partition_point(|piece| piece.0 <= end);
        if from == to {
            if self.0.len() < MAX_PIECES {
                self.0.insert(from, (start, end));
            }
            return;
        }
        let merged = (start.min(self.0[from].0), end.max(self.0[to - 1].1));
        self.0.splice(from..to, [merged]);
    }

    /// Adds everything that another one has.
    pub fn add_all(&mut self, other: &Coverage) {
        other.0.iter().for_each(|&(start, end)| self.add(start, end));
    }

    /// Whether every byte of a file of that size was sent.
    pub fn covers(&self, size_bytes: u64) -> bool {
        size_bytes == 0
            || self.0.first().is_some_and(|&(start, end)| start == 0 && size_bytes <= end)
    }

    /// As text, for example `0-100,200-300`; empty for none.
    pub fn encode(&self) -> String {
        let mut text = String::new();
        for (start, end) in &self.0 {
            let comma = if text.is_empty() { "" } else { "," };
            let _ = write!(text, "{comma}{start}-{end}");
        }
        text
    }

    /// From `encode`'s text; none where it is not of that form.
    pub fn decode(text: &str) -> Option<Self> {
        let mut coverage = Coverage::default();
        for piece in text.split(',').filter(|_| !text.is_empty()) {
            let (start, end) = piece.split_once('-')?;
            let (start, end) = (start.parse().ok()?, end.parse().ok()?);
            if start >= end {
                return None;
            }
            coverage.add(start, end);
        }
        Some(coverage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_ask() {
        use AskRefusal::*;
        use Role::*;
        // role, visible, purged, is_free, owned
        let cases = [
            ((User, true, false, true, false), Ok(Basis::Free)),
            ((User, true, false, true, true), Ok(Basis::Owned)),
            ((User, true, false, false, false), Err(PurchaseRequired)),
            ((User, true, false, false, true), Ok(Basis::Owned)),
            ((User, false, false, true, false), Err(NotFound)),
            ((User, false, false, false, false), Err(NotFound)),
            ((User, false, false, false, true), Ok(Basis::Owned)),
            ((User, false, true, false, true), Err(NotFound)),
            ((Admin, true, false, false, false), Ok(Basis::Admin)),
            ((Admin, false, false, false, true), Ok(Basis::Admin)),
            ((Admin, false, true, false, true), Err(NotFound)),
        ];
        for ((role, visible, purged, is_free, owned), expected) in cases {
            let found = may_ask(role, visible, purged, is_free, owned);
            assert_eq!(found, expected, "{role:?} {visible} {purged} {is_free} {owned}");
        }
    }

    #[test]
    fn members_and_admins_do_not_wait() {
        let waits = Waits { free_ms: 10, paid_ms: 30 };
        let cases = [
            (Basis::Free, true, false, 10),
            (Basis::Owned, false, false, 30),
            (Basis::Owned, true, false, 10),
            (Basis::Free, true, true, 0),
            (Basis::Owned, false, true, 0),
            (Basis::Admin, false, false, 0),
        ];
        for (basis, is_free, is_member, expected) in cases {
            assert_eq!(wait_ms(basis, is_free, is_member, false, &waits), expected, "{basis:?}");
        }
        // Who owns it waits once; who does not, each time.
        assert_eq!(wait_ms(Basis::Owned, false, false, true, &waits), 0);
        assert_ne!(wait_ms(Basis::Free, true, false, true, &waits), 0);
    }

    #[test]
    fn basis_is_read_back() {
        for basis in [Basis::Free, Basis::Owned, Basis::Admin] {
            assert_eq!(Basis::parse(basis.as_str()), Some(basis));
        }
        assert_eq!(Basis::parse("paid"), None);
    }

    #[test]
    fn states_follow_each_other() {
        assert_eq!(state(29, 30, false, false), State::Waiting);
        assert_eq!(state(30, 30, false, false), State::Ready);
        assert_eq!(state(30, 30, true, false), State::Started);
        assert_eq!(state(30, 30, true, true), State::Completed);
    }

    #[test]
    fn a_ticket_lives_for_a_day_or_until_it_is_used() {
        assert!(still_live(TICKET_LIFE_MS - 1, 0, false));
        assert!(!still_live(TICKET_LIFE_MS, 0, false));
        assert!(!still_live(0, 0, true));
    }

    const FACTS: FetchFacts = FetchFacts {
        basis: Basis::Free,
        is_admin_now: false,
        owned_now: false,
        visible_now: true,
        purged: false,
        available_at: 30_000,
        created_at: 0,
        completed_at: None,
        size_bytes: 100 << 20,
        superseded: false,
        range_start: 0,
    };

    #[test]
    fn no_byte_before_its_time_and_none_after() {
        let waiting = Err(FetchRefusal::Waiting { until: 30_000 });
        let cases = [
            (0, waiting),
            (29_999, waiting),
            (30_000, Ok(())),
            (TICKET_LIFE_MS - 1, Ok(())),
            (TICKET_LIFE_MS, Err(FetchRefusal::Ended)),
        ];
        for (now, expected) in cases {
            assert_eq!(may_fetch(now, &FACTS), expected, "{now}");
        }
    }

    #[test]
    fn a_ticket_holds_while_its_basis_does() {
        use FetchRefusal::*;
        let owned = FetchFacts { basis: Basis::Owned, owned_now: true, ..FACTS };
        let admin = FetchFacts { basis: Basis::Admin, is_admin_now: true, ..FACTS };
        let cases = [
            (FetchFacts { visible_now: false, ..FACTS }, Err(Withdrawn)),
            (FetchFacts { visible_now: false, ..owned }, Ok(())),
            (FetchFacts { owned_now: false, ..owned }, Err(Withdrawn)),
            (FetchFacts { visible_now: false, ..admin }, Ok(())),
            (FetchFacts { is_admin_now: false, ..admin }, Err(Withdrawn)),
            (FetchFacts { purged: true, ..owned }, Err(Withdrawn)),
            (FetchFacts { purged: true, ..admin }, Err(Withdrawn)),
            (FetchFacts { superseded: true, ..FACTS }, Err(Ended)),
        ];
        for (facts, expected) in cases {
            assert_eq!(may_fetch(30_000, &facts), expected, "{facts:?}");
        }
    }

    #[test]
    fn a_completed_ticket_has_an_end_for_ten_minutes() {
        let large = FetchFacts { completed_at: Some(40_000), ..FACTS };
        let small = FetchFacts { size_bytes: TAIL_BYTES, ..large };
        let tail_start = (100 << 20) - TAIL_BYTES;
        let (first, last) = (40_000, 40_000 + TAIL_LIFE_MS - 1);
        let ended = Err(FetchRefusal::Ended);
        let cases = [
            (large, 0, first, ended),
            (large, 1, first, ended),
            (large, tail_start - 1, first, ended),
            (large, tail_start, first, Ok(())),
            (large, (100 << 20) - 1, last, Ok(())),
            (large, tail_start, last + 1, ended),
            (small, 0, first, Ok(())),
            (small, 0, last, Ok(())),
            (small, 0, last + 1, ended),
            (FetchFacts { size_bytes: TAIL_BYTES + 1, ..small }, 0, first, ended),
            (FetchFacts { superseded: true, ..small }, 0, first, ended),
        ];
        for (facts, range_start, now, expected) in cases {
            let facts = FetchFacts { range_start, ..facts };
            assert_eq!(may_fetch(now, &facts), expected, "{now} {facts:?}");
        }
    }

    fn coverage(pieces: &[(u64, u64)]) -> Coverage {
        let mut coverage = Coverage::default();
        for &(start, end) in pieces {
            coverage.add(start, end);
        }
        coverage
    }

    #[test]
    fn pieces_that_touch_become_one() {
        let cases: [(&[(u64, u64)], &str); 8] = [
            (&[], ""),
            (&[(5, 5), (7, 6)], ""),
            (&[(0, 10), (10, 20)], "0-20"),
            (&[(10, 20), (0, 10)], "0-20"),
            (&[(0, 10), (11, 20)], "0-10,11-20"),
            (&[(11, 20), (0, 10), (10, 11)], "0-20"),
            (&[(0, 10), (20, 30), (40, 50), (5, 45)], "0-50"),
            (&[(0, 50), (10, 20)], "0-50"),
        ];
        for (pieces, expected) in cases {
            let coverage = coverage(pieces);
            assert_eq!(coverage.encode(), expected, "{pieces:?}");
            assert_eq!(Coverage::decode(expected), Some(coverage), "{pieces:?}");
        }
    }

    #[test]
    fn a_file_is_covered_by_its_last_byte() {
        assert!(coverage(&[]).covers(0));
        assert!(!coverage(&[]).covers(1));
        assert!(!coverage(&[(0, 9)]).covers(10));
        assert!(coverage(&[(0, 10)]).covers(10));
        assert!(!coverage(&[(1, 10)]).covers(10));
        assert!(!coverage(&[(0, 4), (5, 10)]).covers(10));
    }

    #[test]
    fn one_piece_too_many_is_forgotten() {
        let mut full = Coverage::default();
        (0..MAX_PIECES as u64).for_each(|n| full.add(n * 10, n * 10 + 5));
        let before = full.clone();
        full.add(100_000, 100_001);
        assert_eq!(full, before);
        full.add(5, 10);
        assert_eq!(full.0.len(), MAX_PIECES - 1, "what closes a gap is kept");
        assert_eq!(Coverage::decode(&before.encode()), Some(before));
    }

    #[test]
    fn text_of_another_form_is_refused() {
        for text in ["0", "0-", "-5", "5-5", "6-5", "0-5,", ",", "a-b", "0-5;6-7", "0--5"] {
            assert_eq!(Coverage::decode(text), None, "{text}");
        }
    }

    #[test]
    fn coverage_agrees_with_a_set_of_bytes() {
        let mut seed = 7_u64;
        let mut next = |below: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for _ in 0..500 {
            let mut coverage = Coverage::default();
            let mut sent = [false; 40];
            for _ in 0..next(12) {
                let start = next(40);
                let end = start + next(41 - start);
                coverage.add(start, end);
                sent[start as usize..end as usize].fill(true);
            }
            for (byte, &sent) in (0..).zip(&sent) {
                let known = coverage.0.iter().any(|&(start, end)| start <= byte && byte < end);
                assert_eq!(known, sent, "{byte} in {coverage:?}");
            }
            assert_eq!(coverage.covers(40), sent.iter().all(|&sent| sent));
        }
    }
}
