//! The server's time. Every rule that waits asks this clock and no other; nothing else
//! in the server reads the machine's.

use rustix::time::{ClockId, Timespec, clock_gettime};
use std::sync::atomic::{AtomicI64, Ordering};

/// A source of the present moment.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970-01-01T00:00:00Z. Never goes back while a process runs.
    fn now(&self) -> i64;

    /// How far the machine's wall clock has moved away from this one, in milliseconds:
    /// positive when the wall clock is ahead. A few are normal (NTP slews).
    fn drift_ms(&self) -> i64 {
        0
    }
}

/// The machine's clock, read once at the start and carried on by the time that really
/// passed since (suspended time included). Setting the wall clock of a running machine
/// neither shortens nor lengthens a wait.
///
/// It reads through rustix, which asks the kernel itself, so that a library which is
/// preloaded to fake the time is not asked either.
#[derive(Debug)]
pub struct SystemClock {
    start_wall_ms: i64,
    start_boot_ms: i64,
}

impl SystemClock {
    /// Reads the wall clock, for the only time.
    pub fn new() -> Self {
        SystemClock {
            start_wall_ms: read_ms(ClockId::Realtime),
            start_boot_ms: read_ms(ClockId::Boottime),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        SystemClock::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        self.start_wall_ms + (read_ms(ClockId::Boottime) - self.start_boot_ms)
    }

    fn drift_ms(&self) -> i64 {
        read_ms(ClockId::Realtime) - self.now()
    }
}

fn read_ms(id: ClockId) -> i64 {
    let Timespec { tv_sec, tv_nsec } = clock_gettime(id);
    tv_sec * 1_000 + tv_nsec / 1_000_000
}

/// A clock that stands still until it is advanced, for tests.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// A clock that shows this moment (milliseconds since the epoch).
    pub fn at(now_ms: i64) -> Self {
        TestClock(AtomicI64::new(now_ms))
    }

    /// Shows this moment from now on.
    pub fn set(&self, now_ms: i64) {
        self.0.store(now_ms, Ordering::SeqCst);
    }

    /// Moves on (or back) by so many milliseconds.
    pub fn advance(&self, by_ms: i64) {
        self.0.fetch_add(by_ms, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_clock_starts_at_the_wall_clock_and_goes_on() {
        let clock = SystemClock::new();
        let first = clock.now();
        assert!((first - read_ms(ClockId::Realtime)).abs() < 1_000);
        assert!(clock.drift_ms().abs() < 1_000);
        assert!(clock.now() >= first);
    }

    #[test]
    fn a_jump_of_the_wall_clock_is_drift_and_no_time() {
        let mut clock = SystemClock::new();
        // As if the wall clock had been an hour behind when the server started.
        clock.start_wall_ms -= 3_600_000;
        assert!((clock.drift_ms() - 3_600_000).abs() < 1_000);
    }

    #[test]
    fn the_test_clock_moves_only_when_told() {
        let clock = TestClock::at(1_000);
        clock.advance(500);
        assert_eq!(clock.now(), 1_500);
        clock.set(7);
        assert_eq!(clock.now(), 7);
    }
}
