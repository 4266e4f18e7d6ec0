//! The sizes in which a film is offered, and where it is cut when its pictures are encoded.
//! Times are in units of [`TIMESCALE`], from the beginning of the film.

/// Units of time in a second: those of MPEG, in which every usual frame rate is whole.
pub const TIMESCALE: u32 = 90_000;

/// A segment has this many units at least.
const SEGMENT: u64 = 4 * TIMESCALE as u64;
/// A rest that is shorter belongs to the segment before it.
const SHORTEST_REST: u64 = TIMESCALE as u64;
/// Pictures may be encoded in another order than they are shown in while that delays them by no
/// more than this; a film whose pictures stand longer is encoded in their order.
const LONGEST_LEAD: u64 = TIMESCALE as u64 / 2;

/// The pictures of a film, as they are shown: turned upright, with square pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pictures {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Pictures in a second, on average.
    pub rate: f64,
    /// Bits in a second, where they are played as they are; then only sizes are made that
    /// save something.
    pub original_bits: Option<u64>,
}

/// A size in which a film is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Its name: the pixels of the shorter side.
    pub name: u32,
    /// Pixels, even.
    pub width: u32,
    /// Pixels, even.
    pub height: u32,
    /// Bits in a second at most, over a second or two.
    pub max_bits: u64,
    /// The level of H.264 (ITU-T H.264, table A-1) times ten.
    pub level: u32,
}

impl Size {
    /// What browsers call it (RFC 6381): High profile, no constraints.
    pub fn codec(&self) -> String {
        format!("avc1.6400{:02x}", self.level)
    }
}

/// Levels of H.264 (table A-1): times ten, macroblocks in a second, macroblocks in a picture,
/// kilobits in a second (High profile).
const LEVELS: &[(u32, u64, u64, u64)] = &[
    (13, 11_880, 396, 960),
    (20, 11_880, 396, 2_500),
    (21, 19_800, 792, 5_000),
    (22, 20_250, 1_620, 5_000),
    (30, 40_500, 1_620, 12_500),
    (31, 108_000, 3_600, 17_500),
    (32, 216_000, 5_120, 25_000),
    (40, 245_760, 8_192, 25_000),
    (42, 522_240, 8_704, 62_500),
    (50, 589_824, 22_080, 168_750),
    (51, 983_040, 36_864, 300_000),
    (52, 2_073_600, 36_864, 300_000),
];

/// The sizes in which a film is encoded, of those that the site wants (pixels of the shorter
/// side), smallest first. None is larger than the film; one that is takes the film's own. Where
/// the original is played as well, only what is smaller, and saves a quarter of its bits.
pub fn sizes(pictures: &Pictures, wanted: &[u32]) -> Vec<Size> {
    let own = pictures.width.min(pictures.height);
    let mut names: Vec<u32> = wanted.iter().map(|&name| name.min(own)).collect();
    names.sort_unstable();
    names.dedup();
    let sizes = names.into_iter().map(|name| size(pictures, name));
    match pictures.original_bits {
        None => sizes.collect(),
        Some(bits) => {
            sizes.filter(|size| size.name < own && size.max_bits * 4 <= bits * 3).collect()
        }
    }
}

fn size(pictures: &Pictures, name: u32) -> Size {
    let shorter = u64::from(pictures.width.min(pictures.height)).max(1);
    let side = |pixels: u32| {
        let scaled = u64::from(pixels) * u64::from(name) / shorter;
        // Even, and no less than the encoder takes.
        (scaled.next_multiple_of(2)).max(16) as u32
    };
    let (width, height) = (side(pictures.width), side(pictures.height));
    let pixels = f64::from(width) * f64::from(height);
    // 0.8 Mbit/s at 360p, 2.6 at 720p, 5.2 at 1080p; half as much again for fast pictures.
    let bits = 800_000.0 * (pixels / 230_400.0).powf(0.85);
    let bits = if pictures.rate > 40.0 { bits * 1.5 } else { bits };
    let max_bits = (bits / 1_000.0).round() as u64 * 1_000;
    Size { name, width, height, max_bits, level: level(width, height, pictures.rate, max_bits) }
}

fn level(width: u32, height: u32, rate: f64, max_bits: u64) -> u32 {
    let blocks = u64::from(width.div_ceil(16)) * u64::from(height.div_ceil(16));
    let fits = |&&(_, a_second, a_picture, kilobits): &&(u32, u64, u64, u64)| {
        blocks <= a_picture
            && blocks as f64 * rate <= a_second as f64
            && max_bits <= kilobits * 1_000
            // A.3.1: no side is longer than the root of eight times the largest picture.
            && u64::from(width.max(height).div_ceil(16)).pow(2) <= a_picture * 8
    };
    LEVELS.iter().find(fits).or(LEVELS.last()).map_or(52, |level| level.0)
}

/// Where a film is cut, and what is known of its pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// When each segment begins: with a picture.
    pub starts: Vec<u64>,
    /// When the film ends.
    pub end: u64,
    /// How many pictures each segment has.
    pub pictures: Vec<u32>,
    /// How much later than decoded a picture is shown at most; 0 where they are encoded in the
    /// order in which they are shown.
    pub lead: u64,
}

impl Grid {
    /// Cuts a film every four seconds, by the times at which its pictures are shown, in any
    /// order; the last of them is shown for `last` units. `None` where it has no pictures.
    pub fn of(mut times: Vec<u64>, last: u64) -> Option<Grid> {
        times.sort_unstable();
        times.dedup();
        let end = times.last()? + last.max(1);
        let mut grid = Grid { starts: Vec::new(), end, pictures: Vec::new(), lead: lead(&times) };
        for &at in &times {
            let is_next = match grid.starts.last() {
                None => true,
                Some(&start) => at >= start + SEGMENT && end - at >= SHORTEST_REST,
            };
            if is_next {
                grid.starts.push(at);
                grid.pictures.push(0);
            }
            if let Some(count) = grid.pictures.last_mut() {
                *count += 1;
            }
        }
        Some(grid)
    }

    /// The grid of a film that is cut already: `starts` are the beginnings of its segments, `times`
    /// those of its pictures. `None` where these do not fit.
    pub fn along(starts: Vec<u64>, mut times: Vec<u64>, end: u64) -> Option<Grid> {
        times.sort_unstable();
        let mut pictures = vec![0; starts.len()];
        for at in &times {
            let number = starts.partition_point(|start| start <= at).checked_sub(1)?;
            pictures[number] += 1;
        }
        let fits = pictures.iter().all(|&count| count > 0) && times.last()? < &end;
        fits.then(|| Grid { lead: lead(&times), starts, end, pictures })
    }

    /// How many segments there are.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// A segment.
    pub fn segment(&self, number: usize) -> Option<Segment> {
        let start = *self.starts.get(number)?;
        let end = self.starts.get(number + 1).copied().unwrap_or(self.end);
        Some(Segment { start, end, pictures: *self.pictures.get(number)? })
    }

    /// What is to be encoded of these segments, in these sizes.
    pub fn run(&self, numbers: std::ops::Range<usize>, sizes: Vec<Size>) -> Run {
        Run {
            first: numbers.start,
            is_last: numbers.end >= self.count(),
            segments: numbers.filter_map(|number| self.segment(number)).collect(),
            sizes,
        }
    }
}

/// A segment of a film.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// When its first picture is shown.
    pub start: u64,
    /// When the one behind its last is shown, or the film ends.
    pub end: u64,
    /// How many pictures it has.
    pub pictures: u32,
}

/// Segments, one after the other, that the same sizes lack: one process encodes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The number of the first segment.
    pub first: usize,
    /// Whether the film ends with it.
    pub is_last: bool,
    /// The segments.
    pub segments: Vec<Segment>,
    /// The sizes.
    pub sizes: Vec<Size>,
}

impl Run {
    /// Whether the film begins with it.
    pub fn is_first(&self) -> bool {
        self.first == 0
    }

    /// When each of its segments begins.
    pub fn keys(&self) -> Vec<u64> {
        self.segments.iter().map(|segment| segment.start).collect()
    }

    /// When it ends.
    pub fn end(&self) -> u64 {
        self.segments.last().map_or(0, |segment| segment.end)
    }

    /// How many pictures it has.
    pub fn pictures(&self) -> u32 {
        self.segments.iter().map(|segment| segment.pictures).sum()
    }

    /// Each of its segments as a run of its own.
    pub fn singles(&self) -> impl Iterator<Item = Run> {
        let last = self.segments.len().saturating_sub(1);
        self.segments.iter().enumerate().map(move |(place, &segment)| Run {
            first: self.first + place,
            is_last: self.is_last && place == last,
            segments: vec![segment],
            sizes: self.sizes.clone(),
        })
    }
}

/// What all units of a film have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitPlan {
    /// When the film begins, by its file's own clock.
    pub origin: i64,
    /// Whether each picture is two fields.
    pub is_interlaced: bool,
    /// Whether the colours are brought to those of an ordinary screen.
    pub is_hdr: bool,
    /// See [`Grid::lead`].
    pub lead: u64,
}

/// The longest time that two pictures take: an encoder with pyramids of B-frames decodes a
/// picture two places before it is shown.
fn lead(times: &[u64]) -> u64 {
    let longest = times.windows(3).map(|three| three[2] - three[0]).max().unwrap_or_default();
    if longest > LONGEST_LEAD { 0 } else { longest }
}

/// The stretches in which a film of so many segments is encoded, each by one process: short ones
/// first, so that it can be watched soon, then six segments, which cost little more than all at
/// once.
pub fn units(count: usize) -> Vec<std::ops::Range<usize>> {
    let lengths = [1, 3].into_iter().chain(std::iter::repeat(6));
    let mut units = Vec::new();
    let mut at = 0;
    for length in lengths {
        if at >= count {
            break;
        }
        let end = (at + length).min(count);
        units.push(at..end);
        at = end;
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL_HD: Pictures =
        Pictures { width: 1_920, height: 1_080, rate: 25.0, original_bits: None };

    fn names(pictures: Pictures, wanted: &[u32]) -> Vec<u32> {
        sizes(&pictures, wanted).into_iter().map(|size| size.name).collect()
    }

    #[test]
    fn no_size_is_larger_than_the_film() {
        assert_eq!(names(FULL_HD, &[720, 360]), [360, 720]);
        let dvd = Pictures { width: 768, height: 576, ..FULL_HD };
        assert_eq!(names(dvd, &[360, 720, 1_080]), [360, 576]);
        let tiny = Pictures { width: 64, height: 48, ..FULL_HD };
        assert_eq!(names(tiny, &[360, 720]), [48]);
        let tall = Pictures { width: 1_080, height: 1_920, ..FULL_HD };
        let size = sizes(&tall, &[360])[0];
        assert_eq!((size.name, size.width, size.height), (360, 360, 640));
    }

    #[test]
    fn a_size_beside_the_original_saves_a_quarter() {
        let with = |bits| Pictures { original_bits: Some(bits), ..FULL_HD };
        assert_eq!(names(with(6_000_000), &[360, 720, 1_080]), [360, 720]);
        assert_eq!(names(with(2_000_000), &[360, 720]), [360]);
        assert_eq!(names(with(500_000), &[360, 720]), [0_u32; 0]);
    }

    #[test]
    fn levels_are_those_of_the_table() {
        let level = |name, rate| size(&Pictures { rate, ..FULL_HD }, name).level;
        assert_eq!([240, 360, 720, 1_080].map(|name| level(name, 25.0)), [21, 30, 31, 40]);
        assert_eq!([720, 1_080].map(|name| level(name, 60.0)), [32, 42]);
        let uhd = Pictures { width: 3_840, height: 2_160, ..FULL_HD };
        assert_eq!(size(&uhd, 2_160).level, 51);
        assert_eq!(size(&FULL_HD, 720).codec(), "avc1.64001f");
    }

    #[test]
    fn a_film_is_cut_every_four_seconds_at_a_picture() {
        let ntsc: Vec<u64> = (0..260).map(|number| number * 3_003).collect();
        let grid = Grid::of(ntsc, 3_003).unwrap();
        assert_eq!(grid.starts, [0, 120 * 3_003]);
        assert_eq!((grid.pictures, grid.end, grid.lead), (vec![120, 140], 780_780, 6_006));
        let slides = Grid::of(vec![900_000, 0, 950_000, 950_000], 0).unwrap();
        assert_eq!((slides.starts, slides.pictures), (vec![0], vec![3]));
        assert_eq!((slides.lead, slides.end), (0, 950_001));
        assert_eq!(Grid::of(Vec::new(), 1), None);
    }

    #[test]
    fn a_film_that_is_cut_keeps_its_cuts() {
        let times: Vec<u64> = (0..10).rev().map(|number| number * 10).collect();
        let grid = Grid::along(vec![0, 60], times.clone(), 100).unwrap();
        assert_eq!((grid.pictures, grid.lead, grid.end), (vec![6, 4], 20, 100));
        assert_eq!(Grid::along(vec![10, 60], times.clone(), 100), None);
        assert_eq!(Grid::along(vec![0, 91], times.clone(), 100), None);
        assert_eq!(Grid::along(vec![0], times, 90), None);
    }

    #[test]
    fn segments_follow_each_other() {
        let grid = Grid::of((0..250).map(|number| number * 3_600).collect(), 3_600).unwrap();
        assert_eq!(grid.count(), 3);
        let ends = |number| grid.segment(number).map(|segment| (segment.start, segment.end));
        assert_eq!(ends(1), Some((360_000, 720_000)));
        assert_eq!((ends(2), ends(3)), (Some((720_000, 900_000)), None));
    }

    #[test]
    fn units_cover_a_film_once() {
        assert_eq!(units(12), [0..1, 1..4, 4..10, 10..12]);
        assert_eq!((units(1).len(), units(0).len()), (1, 0));
    }
}
