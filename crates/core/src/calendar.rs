//! Calendar days of a time zone. Calendar months of a membership are `membership`'s affair.

use crate::Millis;
use chrono::{DateTime, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;

/// A calendar day: from its first moment to that of the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// Its date.
    pub date: NaiveDate,
    /// Its first moment.
    pub begins_at: Millis,
    /// The first moment of the day after.
    pub ends_at: Millis,
}

/// The last `count` days of a time zone, oldest first; the day of `now` is the last one.
pub fn days_until(now: Millis, count: u32, timezone: Tz) -> Vec<Day> {
    let Some(now) = timezone.timestamp_millis_opt(now).single() else { return Vec::new() };
    let today = now.date_naive();
    let days = (0..i64::from(count)).rev().filter_map(|back| {
        let date = today.checked_sub_signed(TimeDelta::try_days(back)?)?;
        let begins_at = begin(date, timezone)?;
        Some(Day { date, begins_at, ends_at: begin(date.succ_opt()?, timezone)? })
    });
    days.collect()
}

/// The first moment of a day. Where clocks skip midnight it is the end of the skip; where
/// they show it twice, the first.
fn begin(date: NaiveDate, timezone: Tz) -> Option<Millis> {
    let midnight = date.and_time(NaiveTime::MIN);
    let moment: DateTime<Tz> = match timezone.from_local_datetime(&midnight).earliest() {
        Some(moment) => moment,
        None => {
            // A day earlier is before the skip: by its offset, midnight is the skip's begin.
            let before = midnight.checked_sub_signed(TimeDelta::days(1))?;
            let offset = timezone.offset_from_utc_datetime(&before).fix();
            timezone.from_utc_datetime(&midnight.checked_sub_offset(offset)?)
        }
    };
    Some(moment.timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::{America::Havana, America::New_York, Asia::Shanghai, Pacific::Apia};

    const HOUR: Millis = 3_600_000;

    fn at(text: &str) -> Millis {
        DateTime::parse_from_rfc3339(text).expect(text).timestamp_millis()
    }

    fn dates(days: &[Day]) -> Vec<String> {
        days.iter().map(|day| day.date.to_string()).collect()
    }

    #[test]
    fn a_day_is_the_site_s() {
        for (now, date) in
            [("2026-01-31T15:59:59.999Z", "2026-01-31"), ("2026-01-31T16:00:00Z", "2026-02-01")]
        {
            let days = days_until(at(now), 1, Shanghai);
            assert_eq!(dates(&days), [date], "{now}");
            assert!(days[0].begins_at <= at(now) && at(now) < days[0].ends_at);
        }
        let days = days_until(at("2026-03-01T00:00:00Z"), 3, Shanghai);
        assert_eq!(dates(&days), ["2026-02-27", "2026-02-28", "2026-03-01"]);
        assert_eq!(days[1].begins_at, at("2026-02-27T16:00:00Z"));
        assert!(days.windows(2).all(|pair| pair[0].ends_at == pair[1].begins_at));
        assert_eq!(days_until(at("2026-03-01T00:00:00Z"), 366, Shanghai).len(), 366);
        assert!(days_until(0, 0, Shanghai).is_empty());
    }

    #[test]
    fn days_are_as_long_as_clocks_make_them() {
        let length = |days: &[Day], at: usize| (days[at].ends_at - days[at].begins_at) / HOUR;
        let spring = days_until(at("2026-03-09T12:00:00Z"), 3, New_York);
        assert_eq!((length(&spring, 0), length(&spring, 1), length(&spring, 2)), (24, 23, 24));
        let autumn = days_until(at("2026-11-01T12:00:00Z"), 1, New_York);
        assert_eq!(length(&autumn, 0), 25);
        // Midnight itself is skipped in Havana; a whole day was in Samoa.
        let skipped = days_until(at("2026-03-08T12:00:00Z"), 1, Havana);
        assert_eq!((skipped[0].begins_at, length(&skipped, 0)), (at("2026-03-08T05:00:00Z"), 23));
        let samoa = days_until(at("2011-12-30T22:00:00Z"), 3, Apia);
        assert_eq!(dates(&samoa), ["2011-12-29", "2011-12-30", "2011-12-31"]);
        assert_eq!(samoa[1].begins_at, samoa[1].ends_at, "it never was");
    }
}
