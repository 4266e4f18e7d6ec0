//! When each picture of a film is shown.

use super::probe::{ProbeError, Prober};
use super::sandbox::Allowance;
use super::stream::Pictures;
use std::time::Duration;
use yingku_core::ladder::TIMESCALE;

/// All packets are read: a large file on a slow disk takes its time.
const ALLOWANCE: Allowance = Allowance {
    wall: Duration::from_secs(3_600),
    cpu_seconds: 1_200,
    memory_bytes: 2 << 30,
    file_bytes: 0,
    // Twelve hours of sixty pictures a second.
    output_bytes: 96 << 20,
    is_nice: false,
};

/// When the pictures of a film are shown, in units of 1/90,000 second from its beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// In the order of the file.
    pub times: Vec<u64>,
    /// How long the last of them is shown.
    pub last: u64,
    /// Whether some are without a time, or lie before the beginning.
    pub has_gaps: bool,
}

impl Prober {
    /// Reads when each picture of a file is shown. It reads the whole file.
    ///
    /// # Errors
    /// See [`ProbeError`].
    pub async fn timeline(
        &self,
        path: &std::path::Path,
        pictures: &Pictures,
    ) -> Result<Timeline, ProbeError> {
        let entries = "packet=pts,duration,flags";
        let question =
            ["-select_streams", "V:0", "-show_entries", entries, "-print_format", "csv=p=0"];
        let stdout = self.ask(path, &question, ALLOWANCE).await?;
        let text = String::from_utf8(stdout)
            .map_err(|_| ProbeError::Unreadable("its packets cannot be listed".to_owned()))?;
        Ok(read(&text, pictures))
    }
}

fn read(text: &str, pictures: &Pictures) -> Timeline {
    let mut timeline = Timeline::default();
    let mut latest = None;
    for line in text.lines().filter(|line| !line.is_empty()) {
        let mut fields = line.split(',');
        let mut number = || fields.next().and_then(|field| field.parse::<i64>().ok());
        let (pts, duration) = (number(), number());
        // What an edit list leaves out is decoded, but not shown.
        if fields.next().is_some_and(|flags| flags.contains('D')) {
            continue;
        }
        let at = pts.map(|pts| ticks(pts, pictures.time_base) - pictures.origin);
        let Some(at) = at.and_then(|at| u64::try_from(at).ok()) else {
            timeline.has_gaps = true;
            continue;
        };
        timeline.times.push(at);
        if latest.is_none_or(|latest| latest < at) {
            latest = Some(at);
            let duration = duration.map(|duration| ticks(duration, pictures.time_base));
            timeline.last = duration.and_then(|ticks| u64::try_from(ticks).ok()).unwrap_or(0);
        }
    }
    if timeline.last == 0 {
        timeline.last = match pictures.rate {
            rate if rate > 0.0 => (f64::from(TIMESCALE) / rate) as u64,
            _ => u64::from(TIMESCALE) / 25,
        };
    }
    timeline
}

/// A time in units of 1/90,000 second, rounded to the nearest as ffmpeg does.
fn ticks(time: i64, (above, below): (u32, u32)) -> i64 {
    let scaled = i128::from(time) * i128::from(above) * i128::from(TIMESCALE);
    let half = i128::from(below) / 2 * scaled.signum();
    i64::try_from((scaled + half) / i128::from(below)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PICTURES: Pictures = Pictures {
        width: 16,
        height: 16,
        rate: 25.0,
        is_interlaced: false,
        is_hdr: false,
        time_base: (1, 1_000),
        origin: 90,
    };

    #[test]
    fn packets_are_read_in_any_order() {
        let timeline = read("1,40,K__\n81,40,___\n41,40,___,\n\n-40,40,KD_\n", &PICTURES);
        assert_eq!(timeline.times, [0, 7_200, 3_600]);
        assert_eq!((timeline.last, timeline.has_gaps), (3_600, false));
    }

    #[test]
    fn what_has_no_time_is_noticed() {
        let timeline = read("1,N/A,K__\nN/A,40,___\n", &PICTURES);
        assert_eq!((timeline.times, timeline.last, timeline.has_gaps), (vec![0], 3_600, true));
        assert!(read("0,40,K__\n", &PICTURES).has_gaps);
    }

    #[test]
    fn times_are_rounded_to_the_nearest() {
        assert_eq!(ticks(1, (1, 180_000)), 1);
        assert_eq!(ticks(-1, (1, 180_000)), -1);
        assert_eq!(ticks(1_001, (1, 30_000)), 3_003);
        assert_eq!(ticks(i64::MAX, (1_000, 1)), i64::MAX);
    }
}
