//! Random choices that can be repeated: the seed is printed, and taken from `YINGKU_TEST_SEED`.

use std::env;
use std::time::Duration;

/// SplitMix64: plain, fast, good enough to pick moments and sizes.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Seeded by the system, or by `YINGKU_TEST_SEED`; the seed goes to the test's output.
    pub fn seeded(name: &str) -> Self {
        let seed = match env::var("YINGKU_TEST_SEED") {
            Ok(text) => text.parse().expect("YINGKU_TEST_SEED is a number"),
            Err(_) => getrandom::u64().expect("the system gives random numbers"),
        };
        println!("{name}: YINGKU_TEST_SEED={seed}");
        Random(seed)
    }

    /// Seeded by a number.
    pub fn from_seed(seed: u64) -> Self {
        Random(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number in `low..high`.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.number() % (high - low)
    }

    /// A time in `low..high` milliseconds.
    pub fn millis(&mut self, low: u64, high: u64) -> Duration {
        Duration::from_micros(self.between(low * 1_000, high * 1_000))
    }

    /// Another source that goes its own way.
    #[must_use]
    pub fn fork(&mut self) -> Self {
        Random(self.number())
    }

    /// That many random bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(count + 8);
        while bytes.len() < count {
            bytes.extend_from_slice(&self.number().to_le_bytes());
        }
        bytes.truncate(count);
        bytes
    }
}
