//! What is sent and received just now, and how it is cut off when the right to it ends.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use yingku_core::id::AccountId;

/// The downloads, uploads and films that run on this node.
pub(in crate::app) struct Live<K> {
    running: Arc<Mutex<Running<K>>>,
    /// Notified when an epoch was raised on this node.
    pub(in crate::app) look: Notify,
}

struct Running<K> {
    next: u64,
    /// By number: account, epoch, how to cut it.
    downloads: HashMap<u64, (AccountId, i64, CancellationToken)>,
    /// By number, of those that depend on a right as well: what names it.
    keys: HashMap<u64, K>,
}

/// Something that is followed, until this is dropped.
pub(in crate::app) struct Cut<K> {
    number: u64,
    /// Cancelled when the epoch of its account rises, or the right that it depends on ends.
    pub(in crate::app) token: CancellationToken,
    running: Arc<Mutex<Running<K>>>,
}

impl<K> Drop for Cut<K> {
    fn drop(&mut self) {
        let mut running = self.running.lock();
        running.downloads.remove(&self.number);
        running.keys.remove(&self.number);
    }
}

impl<K> Default for Live<K> {
    fn default() -> Self {
        let running = Running { next: 0, downloads: HashMap::default(), keys: HashMap::default() };
        Live { running: Arc::new(Mutex::new(running)), look: Notify::new() }
    }
}

impl<K: Clone + Ord> Live<K> {
    /// Looks at the epochs at once: one was raised here.
    pub(in crate::app) fn look_soon(&self) {
        self.look.notify_one();
    }

    /// Follows an answer or an upload of that account: it is cut when the epoch rises.
    pub(in crate::app) fn follow(&self, account_id: AccountId, epoch: i64) -> Cut<K> {
        let token = CancellationToken::new();
        let mut running = self.running.lock();
        running.next += 1;
        let number = running.next;
        running.downloads.insert(number, (account_id, epoch, token.clone()));
        Cut { number, token, running: Arc::clone(&self.running) }
    }

    /// The same for what depends on a right as well: it is cut when that ends.
    pub(in crate::app) fn follow_right(
        &self,
        account_id: AccountId,
        epoch: i64,
        key: &K,
    ) -> Cut<K> {
        let cut = self.follow(account_id, epoch);
        self.running.lock().keys.insert(cut.number, key.clone());
        cut
    }

    /// How many run just now.
    pub(in crate::app) fn count(&self) -> usize {
        self.running.lock().downloads.len()
    }

    /// The rights that something depends on just now, each once.
    pub(in crate::app) fn keys(&self) -> Vec<K> {
        let mut keys: Vec<K> = self.running.lock().keys.values().cloned().collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Cuts what depends on that right.
    pub(in crate::app) fn cut_right(&self, key: &K) {
        let running = self.running.lock();
        for (number, _) in running.keys.iter().filter(|(_, followed)| *followed == key) {
            if let Some((.., token)) = running.downloads.get(number) {
                token.cancel();
            }
        }
    }

    /// The accounts that anything is sent to, or comes from, ascending.
    pub(in crate::app) fn accounts(&self) -> Vec<AccountId> {
        let mut ids: Vec<AccountId> =
            self.running.lock().downloads.values().map(|(account, ..)| *account).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Cuts those of `ids`, in order, whose epoch is another now. Whoever began to download
    /// since they were read is not among them, and is looked at next time.
    pub(in crate::app) fn cut_ended(&self, ids: &[AccountId], epochs: &HashMap<AccountId, i64>) {
        for (account, epoch, token) in self.running.lock().downloads.values() {
            if ids.binary_search(account).is_ok() && epochs.get(account) != Some(epoch) {
                token.cancel();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_was_looked_at_is_cut() {
        let downloads = Live::<()>::default();
        let [kept, raised, gone] = [1, 2, 3].map(|account| downloads.follow(AccountId(account), 0));
        let ids = downloads.accounts();
        let begun_since = downloads.follow(AccountId(4), 0);
        downloads.cut_ended(&ids, &HashMap::from([(AccountId(1), 0), (AccountId(2), 1)]));
        let cut = [&kept, &raised, &gone, &begun_since].map(|it| it.token.is_cancelled());
        assert_eq!(cut, [false, true, true, false]);
    }
}
