//! How long to wait before a call is made again that the network broke.

use backon::{BackoffBuilder, ExponentialBuilder};
use std::time::Duration;

/// The first pause; it doubles up to …
const FIRST: Duration = Duration::from_millis(250);
/// … this.
const LONGEST: Duration = Duration::from_secs(8);

/// The pause after a call that broke, where so many in a row brought no byte; `None` once `most`
/// have: it is given up.
pub fn pause_after(broken: usize, most: usize) -> Option<Duration> {
    let pauses = ExponentialBuilder::new().with_min_delay(FIRST).with_max_delay(LONGEST);
    pauses.with_max_times(most).build().nth(broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_end() {
        let pauses = (0..9).map_while(|broken| pause_after(broken, 7));
        let pauses: Vec<u128> = pauses.map(|pause| pause.as_millis()).collect();
        assert_eq!(pauses, [250, 500, 1_000, 2_000, 4_000, 8_000, 8_000]);
    }
}
