//! Pictures of films: where in a film they are looked for. How they are made never belongs here.

use crate::word::words;

words! {
    /// What a picture is.
    pub enum PictureKind {
        /// A frame of the film, which may be its poster.
        Frame = "frame",
        /// A picture that an admin uploaded, to be its poster.
        Cover = "cover",
        /// Many small frames side by side, to look ahead in the film.
        Sheet = "sheet",
        /// Nothing could be made: it is not tried again.
        Nothing = "nothing",
    }
}

/// Widths that a poster is made in, in pixels; never wider than the film.
pub const POSTER_WIDTHS: [u32; 3] = [320, 640, 1_280];

/// The most bytes of an uploaded cover.
pub const MAX_COVER_BYTES: u64 = 20 << 20;
/// The most covers of one film.
pub const MAX_COVERS: usize = 10;

/// The small frames of a sheet: so many side by side, and so many rows.
pub const SHEET_SIDE: u32 = 10;
/// Their width and height, in pixels; what has another shape has black bars.
pub const CELL: (u32, u32) = (160, 90);

/// Films shorter than this have one candidate for their poster, in milliseconds.
const SHORT_MS: i64 = 30_000;
/// Where the candidates are, in hundredths of the film: neither titles nor credits.
const PLACES: [i64; 5] = [8, 25, 42, 60, 78];

/// Small frames are so far apart at least and at most, in milliseconds.
const STEP_MS: (i64, i64) = (1_000, 10_000);

/// Where the candidates for a poster are looked for, in milliseconds from the beginning.
pub fn moments(duration_ms: i64) -> Vec<i64> {
    if duration_ms < SHORT_MS {
        return Vec::from([duration_ms / 4]);
    }
    PLACES.iter().map(|hundredths| duration_ms * hundredths / 100).collect()
}

/// What one sheet shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SheetPlan {
    /// Where it begins, in milliseconds.
    pub start_ms: i64,
    /// How much of the film it shows, in milliseconds.
    pub length_ms: i64,
    /// How far its frames are apart, in milliseconds.
    pub step_ms: i64,
}

/// The sheets of a film, in their order: a hundred frames each.
pub fn sheets(duration_ms: i64) -> Vec<SheetPlan> {
    let cells = i64::from(SHEET_SIDE * SHEET_SIDE);
    let step_ms = (duration_ms / cells).clamp(STEP_MS.0, STEP_MS.1);
    let length_ms = step_ms * cells;
    (0..duration_ms)
        .step_by(usize::try_from(length_ms).unwrap_or(usize::MAX))
        .map(|start_ms| SheetPlan {
            start_ms,
            length_ms: length_ms.min(duration_ms - start_ms),
            step_ms,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    #[test]
    fn sheets_cover_a_film_once() {
        for duration_ms in [1, 999, 4_000, 100_000, 100_001, HOUR_MS, 2 * HOUR_MS + 1, 30 * HOUR_MS]
        {
            let sheets = sheets(duration_ms);
            let mut at = 0;
            for sheet in &sheets {
                assert_eq!(sheet.start_ms, at, "{duration_ms}");
                assert!((1..=sheet.step_ms * 100).contains(&sheet.length_ms), "{sheet:?}");
                at += sheet.length_ms;
            }
            assert_eq!(at, duration_ms);
        }
        assert_eq!(sheets(0), []);
        assert_eq!(sheets(4_000).len(), 1);
        assert_eq!(sheets(2 * HOUR_MS).len(), 8);
        assert_eq!(sheets(2 * HOUR_MS)[0].step_ms, 10_000);
    }

    #[test]
    fn candidates_are_within_the_film() {
        for duration_ms in [0, 1, 29_999, 30_000, HOUR_MS] {
            let moments = moments(duration_ms);
            assert!(moments.iter().all(|at| (0..=duration_ms).contains(at)), "{moments:?}");
            assert!(moments.is_sorted());
        }
        assert_eq!(moments(29_999).len(), 1);
        assert_eq!(moments(30_000).len(), 5);
    }
}
