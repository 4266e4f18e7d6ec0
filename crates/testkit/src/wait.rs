//! Waiting for a condition, with a deadline.

use std::thread;
use std::time::{Duration, Instant};

const PAUSE: Duration = Duration::from_millis(20);

/// Asks again and again until there is an answer; `None` when the time is over.
pub fn poll<T>(within: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + within;
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if Instant::now() >= deadline {
            return None;
        }
        thread::sleep(PAUSE);
    }
}

/// The same; a panic that says what did not come when the time is over.
pub fn wait_for<T>(what: &str, within: Duration, ask: impl FnMut() -> Option<T>) -> T {
    poll(within, ask).unwrap_or_else(|| panic!("{what}: not within {within:?}"))
}
