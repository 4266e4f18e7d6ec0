//! What was read a moment ago and is believed for a second: the facts behind a right that is
//! used many times a second, by the ranges of a download and the segments of a film.

use moka::sync::Cache;
use std::hash::Hash;
use std::time::Duration;
use yingku_db::Db;

/// For so long facts are believed without asking: what another node changed is known after this.
const KNOWN_FOR: Duration = Duration::from_millis(900);
/// Facts that are known at the same time, of each kind.
const MOST_KNOWN: u64 = 10_000;

/// Facts by their key. Whatever this node changes for a caller makes all of them unknown.
pub(in crate::app) struct Known<K, V> {
    facts: Cache<K, (u64, V)>,
}

impl<K, V> Default for Known<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    fn default() -> Self {
        let facts = Cache::builder().max_capacity(MOST_KNOWN).time_to_live(KNOWN_FOR).build();
        Known { facts }
    }
}

impl<K, V> Known<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// The facts with that key, if they are known.
    pub(in crate::app) fn get(&self, db: &Db, key: &K) -> Option<V> {
        let (changes, facts) = self.facts.get(key)?;
        (changes == db.changes()).then_some(facts)
    }

    /// Keeps facts that were read after `changes` was.
    pub(in crate::app) fn put(&self, changes: u64, key: K, facts: V) {
        self.facts.insert(key, (changes, facts));
    }
}
