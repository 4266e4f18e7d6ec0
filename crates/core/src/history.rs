//! How far somebody has watched a film.

/// No film is longer, in milliseconds.
pub const LONGEST_MS: i64 = 24 * 60 * 60 * 1_000;

/// What is left of a film that was watched to its end: the credits, in milliseconds at most, and
/// as a part of a short film.
const CREDITS_MS: i64 = 3 * 60 * 1_000;
const CREDITS_PART: i64 = 20;

/// Whether a film of that length is watched to its end, in milliseconds. One whose length is not
/// known never is.
pub fn is_done(position_ms: i64, duration_ms: Option<i64>) -> bool {
    let Some(duration_ms) = duration_ms.filter(|length| *length > 0) else { return false };
    position_ms >= duration_ms - CREDITS_MS.min(duration_ms / CREDITS_PART)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_credits_need_not_be_watched() {
        let minute = 60_000;
        for (position, duration, done) in [
            (0, Some(100), false),
            (94, Some(100), false),
            (95, Some(100), true),
            (100, Some(100), true),
            (116 * minute, Some(120 * minute), false),
            (117 * minute, Some(120 * minute), true),
            (5 * minute, None, false),
            (0, Some(0), false),
        ] {
            assert_eq!(is_done(position, duration), done, "{position} of {duration:?}");
        }
    }
}
