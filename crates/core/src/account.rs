//! Accounts: names, passwords, roles, sign-up, sessions, throttling. Hashing and tokens
//! never belong here: they need randomness.

use crate::Millis;
use crate::character;
use crate::field::{FieldError, FieldProblem};
use crate::fold::fold;
use crate::text;
use crate::word::words;
use unicode_normalization::UnicodeNormalization;

/// Most characters of a login or display name.
pub const MAX_NAME_CHARS: u64 = 64;
/// Fewest characters of a password.
pub const MIN_PASSWORD_CHARS: u64 = 8;
/// Most characters of a password, so that hashing one stays cheap to bound.
pub const MAX_PASSWORD_CHARS: u64 = 128;
/// Most characters of admins' note about an account.
pub const MAX_NOTE_CHARS: u64 = 2_000;

/// A login name: how it is shown, and what makes it unique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountName {
    /// NFKC, trimmed, 1–64 characters.
    pub shown: String,
    /// Folded: the same for names that differ by case or width alone; at most 128
    /// characters.
    pub key: String,
}

impl AccountName {
    /// Reads a login name. Refuses what cannot be seen or looks like nothing, so that
    /// no two names look the same by invisible characters.
    pub fn parse(name: &str) -> Result<Self, FieldError> {
        let shown: String = name.nfkc().collect();
        let shown = shown.trim().to_owned();
        let check = || {
            text::length(&shown, 1, MAX_NAME_CHARS)?;
            if shown.chars().any(is_refused_in_name) {
                return Err(FieldProblem::BadCharacter);
            }
            let key = fold(&shown);
            if key.is_empty() { Err(FieldProblem::Missing) } else { Ok(key) }
        };
        let key = check().map_err(|problem: FieldProblem| problem.of("name"))?;
        Ok(AccountName { shown, key })
    }
}

/// Most characters of a folded login name: a folded character has two at most.
const MAX_NAME_KEY_CHARS: u64 = 2 * MAX_NAME_CHARS;

/// The folded form of a name by which an account is looked for. Nobody has one that is longer
/// than the longest.
pub fn name_key(name: &str) -> Result<String, FieldError> {
    let key = fold(name);
    match key.chars().count() as u64 > MAX_NAME_KEY_CHARS {
        true => Err(FieldProblem::TooLong(MAX_NAME_CHARS).of("name")),
        false => Ok(key),
    }
}

fn is_refused_in_name(c: char) -> bool {
    // Emoji come with these from keyboards; folding drops them from the key.
    let variation_selector = matches!(c, '\u{FE00}'..='\u{FE0F}');
    let blank = c == '\u{2800}' || (c.is_whitespace() && c != ' ');
    character::is_control(c)
        || character::is_format(c)
        || blank
        || (character::is_ignorable(c) && !variation_selector)
}

/// Whether a new password has 8–128 characters; any characters do.
pub fn check_password(field: &'static str, password: &str) -> Result<(), FieldError> {
    text::length(password, MIN_PASSWORD_CHARS, MAX_PASSWORD_CHARS)
        .map_err(|problem| problem.of(field))
}

/// The name to show, one line of up to 64 characters; none for an empty one.
pub fn display_name(name: &str) -> Result<Option<String>, FieldError> {
    let name = text::line(name, 0, MAX_NAME_CHARS).map_err(|problem| problem.of("display_name"))?;
    Ok((!fold(&name).is_empty()).then_some(name))
}

/// Admins' note about an account, up to 2,000 characters; none for an empty one.
pub fn note(note: &str) -> Result<Option<String>, FieldError> {
    let note = text::paragraphs(note, 0, MAX_NOTE_CHARS).map_err(|problem| problem.of("note"))?;
    Ok((!note.is_empty()).then_some(note))
}

words! {
    /// What an account may do.
    pub enum Role {
        /// Runs the library.
        Admin = "admin",
        /// Watches and downloads.
        User = "user",
    }
}

words! {
    /// Who may register, for one role.
    pub enum SignupPolicy {
        /// Anybody.
        Open = "open",
        /// Whoever has an invite code.
        Invite = "invite",
        /// Nobody.
        Closed = "closed",
    }
}

words! {
    /// What a code that works once is for.
    pub enum CodePurpose {
        /// To make the first admin.
        Setup = "setup",
        /// To choose another password.
        Reset = "reset",
    }
}

/// Why somebody may not register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignupRefusal {
    /// Nobody may register for that role.
    #[error("sign-up is closed")]
    Closed,
    /// An invite code is needed and none came.
    #[error("an invite code is needed")]
    InviteRequired,
    /// The invite code that came does not hold.
    #[error("the invite code does not hold")]
    InviteInvalid,
}

/// Whether somebody may register. `has_valid_invite` is absent where no code came, else
/// whether it holds for that role now. A site that is open does not look at codes; one that is
/// closed takes none.
pub fn may_sign_up(
    policy: SignupPolicy,
    has_valid_invite: Option<bool>,
) -> Result<(), SignupRefusal> {
    match (policy, has_valid_invite) {
        (SignupPolicy::Open, _) | (SignupPolicy::Invite, Some(true)) => Ok(()),
        (SignupPolicy::Invite, None) => Err(SignupRefusal::InviteRequired),
        (SignupPolicy::Invite, Some(false)) => Err(SignupRefusal::InviteInvalid),
        (SignupPolicy::Closed, _) => Err(SignupRefusal::Closed),
    }
}

/// Whether an admin may be locked or demoted: another admin who is not locked must stay.
pub fn may_lose_admin(other_active_admins: u64) -> bool {
    other_active_admins > 0
}

/// A session ends this long after the login, however busy it is: 90 days.
pub const SESSION_ABSOLUTE_MS: i64 = 90 * 24 * 60 * 60 * 1_000;

/// What is known of a session and its account.
#[derive(Clone, Copy, Debug)]
pub struct SessionFacts {
    /// When it was last used.
    pub last_used_at: Millis,
    /// When it ends at the latest: the login and `SESSION_ABSOLUTE_MS`.
    pub expires_at: Millis,
    /// It ends when unused for so long (setting `session.idle_minutes`).
    pub idle_ms: i64,
    /// The account's epoch at the login.
    pub session_epoch: i64,
    /// The account's epoch now; a raised one ends every earlier session.
    pub account_epoch: i64,
    /// Whether the account is locked.
    pub locked: bool,
}

/// Whether a session is good at this moment. The very moment of an end is too late.
pub fn session_alive(now: Millis, facts: &SessionFacts) -> bool {
    !facts.locked
        && facts.session_epoch == facts.account_epoch
        && now < facts.expires_at
        && now < facts.last_used_at.saturating_add(facts.idle_ms)
}

/// Failed logins count for this long: 15 minutes.
pub const THROTTLE_WINDOW_MS: i64 = 15 * 60 * 1_000;
/// So many failures for one account from one address are tried in a window.
pub const THROTTLE_PER_ACCOUNT: usize = 5;
/// So many failures from one address are tried in a window.
pub const THROTTLE_PER_ADDRESS: usize = 30;

/// Whether to refuse an attempt without trying it, and for how many seconds more
/// (rounded up, at least 1). Both lists hold the moments of earlier failures, oldest
/// first: those for this account from this address, and all from this address.
pub fn throttled(account: &[Millis], address: &[Millis], now: Millis) -> Option<u64> {
    let account = free_at(account, THROTTLE_PER_ACCOUNT, now);
    let address = free_at(address, THROTTLE_PER_ADDRESS, now);
    let left_ms = account.max(address)?.saturating_sub(now);
    Some(left_ms.unsigned_abs().div_ceil(1_000))
}

/// When the failures in the window are fewer than the limit again; none if they are now.
fn free_at(failures: &[Millis], limit: usize, now: Millis) -> Option<Millis> {
    let newest_that_counts = failures.len().checked_sub(limit)?;
    let free_at = failures[newest_that_counts].saturating_add(THROTTLE_WINDOW_MS);
    (now < free_at).then_some(free_at)
}

/// How many accounts may be registered from one address, as one moment: when all that were
/// registered would have been at the allowed rate (GCRA, ITU-T I.371, with a burst of an
/// hour). Gives that moment after one more, or for how many seconds (at least 1) it is
/// refused. `used_until` is the moment that the last one gave; the beginning of time for none.
pub fn sign_up(used_until: Millis, now: Millis, hourly: i64) -> Result<Millis, u64> {
    let (hour_ms, each_ms) = (3_600_000, 3_600_000 / hourly.max(1));
    let used_until = used_until.max(now).saturating_add(each_ms);
    let over_ms = used_until.saturating_sub(now.saturating_add(hour_ms));
    if over_ms <= 0 { Ok(used_until) } else { Err(over_ms.unsigned_abs().div_ceil(1_000)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use FieldProblem::*;

    #[test]
    fn names_differ_by_more_than_case_and_width() {
        let cases = [
            ("小明", "小明", "小明"),
            (" Ａlice　", "Alice", "alice"),
            ("a b", "a b", "a b"),
            ("Straße", "Straße", "strasse"),
            ("❤\u{FE0F}", "❤\u{FE0F}", "❤"),
        ];
        for (given, shown, key) in cases {
            let name = AccountName::parse(given).expect(given);
            assert_eq!((name.shown.as_str(), name.key.as_str()), (shown, key));
        }
        assert!(AccountName::parse(&"影".repeat(64)).is_ok());
        assert_eq!(AccountName::parse(&"ß".repeat(64)).map(|name| name.key.len()), Ok(128));
    }

    #[test]
    fn names_that_cannot_be_seen_are_refused() {
        let long = "a".repeat(65);
        let cases = [
            ("", Missing),
            ("  ", Missing),
            ("\u{FE0F}", Missing),
            (long.as_str(), TooLong(64)),
            ("a\nb", BadCharacter),
            ("a\0", BadCharacter),
            ("a\u{1680}b", BadCharacter),
            ("a\u{200B}b", BadCharacter),
            ("a\u{202E}b", BadCharacter),
            ("a\u{AD}b", BadCharacter),
            ("\u{3164}", BadCharacter),
            ("\u{2800}", BadCharacter),
        ];
        for (given, problem) in cases {
            assert_eq!(AccountName::parse(given), Err(problem.of("name")), "{given:?}");
        }
    }

    #[test]
    fn passwords_have_8_to_128_characters() {
        for (chars, expected) in [
            (0, Err(Missing)),
            (7, Err(TooShort(8))),
            (8, Ok(())),
            (128, Ok(())),
            (129, Err(TooLong(128))),
        ] {
            let expected = expected.map_err(|problem| problem.of("new_password"));
            assert_eq!(check_password("new_password", &"密".repeat(chars)), expected);
        }
    }

    #[test]
    fn empty_display_names_and_notes_are_none() {
        assert_eq!(display_name(" "), Ok(None));
        assert_eq!(display_name(" 明 "), Ok(Some("明".into())));
        assert_eq!(display_name(&"a".repeat(65)), Err(TooLong(64).of("display_name")));
        assert_eq!(note("\n"), Ok(None));
        assert_eq!(note("a\nb"), Ok(Some("a\nb".into())));
        assert_eq!(note(&"a".repeat(2_001)), Err(TooLong(2_000).of("note")));
    }

    #[test]
    fn words_are_read_back() {
        for role in [Role::Admin, Role::User] {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        for policy in [SignupPolicy::Open, SignupPolicy::Invite, SignupPolicy::Closed] {
            assert_eq!(SignupPolicy::parse(policy.as_str()), Some(policy));
        }
        assert_eq!(Role::parse("Admin"), None);
        assert_eq!(SignupPolicy::parse(""), None);
    }

    #[test]
    fn sign_up_follows_the_policy() {
        use SignupPolicy::*;
        let cases = [
            (Open, None, Ok(())),
            (Open, Some(false), Ok(())),
            (Invite, None, Err(SignupRefusal::InviteRequired)),
            (Invite, Some(false), Err(SignupRefusal::InviteInvalid)),
            (Invite, Some(true), Ok(())),
            (Closed, None, Err(SignupRefusal::Closed)),
            (Closed, Some(true), Err(SignupRefusal::Closed)),
        ];
        for (policy, invite, expected) in cases {
            assert_eq!(may_sign_up(policy, invite), expected, "{policy:?} {invite:?}");
        }
    }

    #[test]
    fn the_last_admin_stays() {
        assert!(!may_lose_admin(0));
        assert!(may_lose_admin(1));
    }

    #[test]
    fn a_session_ends_at_the_very_moment() {
        let alive = SessionFacts {
            last_used_at: 1_000,
            expires_at: 5_000,
            idle_ms: 2_000,
            session_epoch: 3,
            account_epoch: 3,
            locked: false,
        };
        assert!(session_alive(2_999, &alive));
        assert!(!session_alive(3_000, &alive), "idle");
        let busy = SessionFacts { last_used_at: 4_999, ..alive };
        assert!(session_alive(4_999, &busy));
        assert!(!session_alive(5_000, &busy), "absolute end");
        assert!(!session_alive(2_000, &SessionFacts { account_epoch: 4, ..alive }));
        assert!(!session_alive(2_000, &SessionFacts { locked: true, ..alive }));
    }

    #[test]
    fn the_sixth_attempt_is_refused_until_the_first_failure_is_old() {
        let five = [0, 1_000, 2_000, 3_000, 4_000];
        let window = THROTTLE_WINDOW_MS;
        assert_eq!(throttled(&five[..4], &five[..4], 5_000), None);
        assert_eq!(throttled(&five, &five, 5_000), Some(895));
        assert_eq!(throttled(&five, &five, window - 1), Some(1));
        assert_eq!(throttled(&five, &five, window), None);
        let six = [0, 1_000, 2_000, 3_000, 4_000, 5_000];
        assert_eq!(throttled(&six, &six, window), Some(1), "five are left");
    }

    #[test]
    fn an_address_is_refused_after_thirty() {
        let thirty = [7_000; 30];
        assert_eq!(throttled(&[], &thirty[..29], 8_000), None);
        assert_eq!(throttled(&[], &thirty, 8_000), Some(899));
        assert_eq!(throttled(&[2_000; 5], &thirty, 8_000), Some(899), "the longer of both");
    }

    #[test]
    fn sign_ups_have_a_budget_that_comes_back() {
        let (mut used_until, mut allowed) = (i64::MIN, 0);
        while let Ok(after) = sign_up(used_until, 0, 60) {
            (used_until, allowed) = (after, allowed + 1);
        }
        assert_eq!(allowed, 60);
        assert_eq!(sign_up(used_until, 0, 60), Err(60));
        assert_eq!(sign_up(used_until, 59_001, 60), Err(1));
        assert!(sign_up(used_until, 60_000, 60).is_ok());
        // A larger budget counts at once; a time long past is worth one hour and no more.
        assert!(sign_up(used_until, 0, 600).is_err());
        assert_eq!(sign_up(used_until, 10 * 3_600_000, 1), Ok(11 * 3_600_000));
    }
}
