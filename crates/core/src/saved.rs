//! Lists of videos that viewers keep for themselves.

use crate::word::words;

words! {
    /// A list of an account's own.
    pub enum SavedList {
        /// What it likes best.
        Favourites = "favourites",
        /// What it means to watch.
        Later = "later",
    }
}

/// The most videos in one list of one account.
pub const MOST_SAVED: u64 = 5_000;
