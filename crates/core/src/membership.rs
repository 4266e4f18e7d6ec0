//! Memberships: whether one runs and until when. Prices and payment never belong here.

use crate::Millis;
use chrono::{DateTime, LocalResult, Months, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;

/// The last moment that RFC 3339 can say: the end of the year 9999. No membership of
/// months ends later.
pub const LATEST_MS: Millis = 253_402_300_799_999;

/// When a membership ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expiry {
    /// There never was a membership.
    #[default]
    Never,
    /// It ends, or ended, at that moment.
    Until(Millis),
    /// It has no end.
    Lifetime,
}

/// The account has a membership for ever and needs no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the membership is for ever already")]
pub struct AlreadyLifetime;

/// Whether a membership runs. The moment it ends is too late.
pub fn active(expiry: Expiry, now: Millis) -> bool {
    match expiry {
        Expiry::Never => false,
        Expiry::Until(end) => now < end,
        Expiry::Lifetime => true,
    }
}

/// The membership after buying so many calendar months (`None`: for ever): counted from
/// the later of now and its end, at the same local time of day, on the same day of the
/// month or that month's last. The day is that of the end it extends: 31 January and a
/// month is 28 February, and another month is 28 March.
pub fn extend(
    current: Expiry,
    now: Millis,
    months: Option<u32>,
    timezone: Tz,
) -> Result<Expiry, AlreadyLifetime> {
    let from = match current {
        Expiry::Lifetime => return Err(AlreadyLifetime),
        Expiry::Until(end) => end.max(now),
        Expiry::Never => now,
    };
    let end = |months| add_months(from, months, timezone).unwrap_or(LATEST_MS).min(LATEST_MS);
    Ok(months.map_or(Expiry::Lifetime, |months| Expiry::Until(end(months))))
}

/// A purchase of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// When it was bought.
    pub bought_at: Millis,
    /// Calendar months; none for ever.
    pub months: Option<u32>,
    /// Where they were counted when it was bought.
    pub timezone: Tz,
}

/// The membership that these purchases make, oldest first. What follows a purchase for ever
/// changes nothing.
pub fn replay(purchases: &[Term]) -> Expiry {
    purchases.iter().fold(Expiry::Never, |expiry, term| {
        extend(expiry, term.bought_at, term.months, term.timezone).unwrap_or(Expiry::Lifetime)
    })
}

/// None where the calendar of `chrono` ends.
fn add_months(from: Millis, months: u32, timezone: Tz) -> Option<Millis> {
    let local = timezone.timestamp_millis_opt(from).single()?.naive_local();
    let local = local.checked_add_months(Months::new(months))?;
    Some(moment(local, timezone)?.timestamp_millis())
}

/// The moment of a local time. One that clocks show twice is the later, so that nobody
/// gets less than was paid for; one that they skip is as far behind the skip as it was
/// meant to be behind its begin (02:30 becomes 03:30).
fn moment(local: NaiveDateTime, timezone: Tz) -> Option<DateTime<Tz>> {
    match timezone.from_local_datetime(&local) {
        LocalResult::Single(moment) => Some(moment),
        LocalResult::Ambiguous(_, later) => Some(later),
        LocalResult::None => {
            // A day earlier is before any skip, whatever the zone.
            let before = local.checked_sub_signed(TimeDelta::days(1))?;
            let offset = timezone.offset_from_utc_datetime(&before).fix();
            Some(timezone.from_utc_datetime(&local.checked_sub_offset(offset)?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Expiry::*;
    use chrono_tz::{America::New_York, Asia::Shanghai, Pacific::Apia, UTC};

    fn at(text: &str) -> Millis {
        DateTime::parse_from_rfc3339(text).expect(text).timestamp_millis()
    }

    #[test]
    fn a_membership_ends_at_the_very_moment() {
        assert!(!active(Never, 0));
        assert!(active(Until(10), 9));
        assert!(!active(Until(10), 10));
        assert!(active(Lifetime, i64::MAX));
    }

    #[test]
    fn months_are_clamped_to_the_months_end_in_the_sites_zone() {
        let cases = [
            ("2025-01-31T12:00:00+08:00", 1, "2025-02-28T12:00:00+08:00"),
            ("2024-01-31T12:00:00+08:00", 1, "2024-02-29T12:00:00+08:00"),
            ("2024-02-29T00:00:00+08:00", 12, "2025-02-28T00:00:00+08:00"),
            ("2024-02-29T00:00:00+08:00", 48, "2028-02-29T00:00:00+08:00"),
            ("2025-12-31T23:59:59.999+08:00", 2, "2026-02-28T23:59:59.999+08:00"),
            // 31 January in Shanghai, 30 January in UTC.
            ("2025-01-30T20:00:00Z", 1, "2025-02-27T20:00:00Z"),
            ("2025-05-15T08:00:00+08:00", 0, "2025-05-15T08:00:00+08:00"),
        ];
        for (now, months, end) in cases {
            let found = extend(Never, at(now), Some(months), Shanghai);
            assert_eq!(found, Ok(Until(at(end))), "{now} + {months}");
        }
    }

    #[test]
    fn clocks_that_skip_or_repeat_an_hour() {
        let cases = [
            (New_York, "2025-02-09T02:30:00-05:00", "2025-03-09T03:30:00-04:00"),
            (New_York, "2025-02-09T01:59:59-05:00", "2025-03-09T01:59:59-05:00"),
            (New_York, "2025-02-09T03:00:00-05:00", "2025-03-09T03:00:00-04:00"),
            (New_York, "2025-10-02T01:30:00-04:00", "2025-11-02T01:30:00-05:00"),
            (New_York, "2025-10-15T09:00:00-04:00", "2025-11-15T09:00:00-05:00"),
            // Samoa had no 30 December 2011.
            (Apia, "2011-11-30T10:00:00-10:00", "2011-12-31T10:00:00+14:00"),
        ];
        for (timezone, now, end) in cases {
            let found = extend(Never, at(now), Some(1), timezone);
            assert_eq!(found, Ok(Until(at(end))), "{now}");
        }
    }

    #[test]
    fn it_extends_the_later_of_now_and_its_end() {
        let end = at("2025-06-10T00:00:00Z");
        let month_later = Ok(Until(at("2025-07-10T00:00:00Z")));
        assert_eq!(extend(Until(end), end - 1, Some(1), UTC), month_later);
        assert_eq!(extend(Until(end), end, Some(1), UTC), month_later);
        let lapsed = extend(Until(end), end + 1, Some(1), UTC);
        assert_eq!(lapsed, Ok(Until(at("2025-07-10T00:00:00.001Z"))));
        assert_eq!(extend(Until(end), 0, None, UTC), Ok(Lifetime));
        assert_eq!(extend(Lifetime, 0, Some(1), UTC), Err(AlreadyLifetime));
        assert_eq!(extend(Lifetime, 0, None, UTC), Err(AlreadyLifetime));
    }

    #[test]
    fn a_chain_keeps_the_day_it_was_clamped_to() {
        let january = at("2025-01-31T00:00:00Z");
        let bought = [month(january), month(january)];
        assert_eq!(replay(&bought[..1]), Until(at("2025-02-28T00:00:00Z")));
        assert_eq!(replay(&bought), Until(at("2025-03-28T00:00:00Z")));
    }

    #[test]
    fn replay_ends_with_a_lifetime() {
        assert_eq!(replay(&[]), Never);
        assert_eq!(replay(&[month(0), Term { months: None, ..month(1) }, month(2)]), Lifetime);
        let gap = [month(0), month(at("2025-06-10T00:00:00Z"))];
        assert_eq!(replay(&gap), Until(at("2025-07-10T00:00:00Z")));
    }

    fn month(bought_at: Millis) -> Term {
        Term { bought_at, months: Some(1), timezone: UTC }
    }

    /// The site moved between the two purchases: each is counted where it was bought.
    #[test]
    fn each_purchase_is_counted_in_its_own_zone() {
        let bought_at = at("2025-01-30T20:00:00Z");
        let there = Term { timezone: Shanghai, ..month(bought_at) };
        assert_eq!(replay(&[there]), Until(at("2025-02-27T20:00:00Z")));
        assert_eq!(replay(&[month(bought_at)]), Until(at("2025-02-28T20:00:00Z")));
        assert_eq!(replay(&[there, month(bought_at)]), Until(at("2025-03-27T20:00:00Z")));
    }

    #[test]
    fn it_never_runs_past_what_can_be_said() {
        let far = at("9999-12-01T00:00:00Z");
        assert_eq!(extend(Until(far), 0, Some(1), UTC), Ok(Until(LATEST_MS)));
        assert_eq!(extend(Never, i64::MAX, Some(1_200), UTC), Ok(Until(LATEST_MS)));
        assert_eq!(extend(Until(far), 0, Some(u32::MAX), Shanghai), Ok(Until(LATEST_MS)));
    }
}
