//! Turns at uploads: one request at a time has one. Whoever asks for it makes the one that
//! has it save and let go.

use crate::blob::Kept;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex as Turns, OwnedMutexGuard};
use tokio::task::JoinError;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a turn is waited for: saving takes an fsync, becoming a video a look by ffprobe.
const PATIENCE: u32 = 40;
/// How often whoever has it is told again.
const REMINDER: Duration = Duration::from_millis(250);

/// Who has a turn at which upload.
#[derive(Clone, Debug, Default)]
pub(crate) struct Desk {
    seats: Arc<Mutex<HashMap<String, Arc<Seat>>>>,
    work: TaskTracker,
    /// Cancelled at the stop: work that takes long is left as it is.
    closing: CancellationToken,
}

#[derive(Debug, Default)]
struct Seat {
    /// What the last one who wrote has put down.
    turn: Arc<Turns<Option<Kept>>>,
    /// Makes whoever has the turn let go.
    leave: Mutex<CancellationToken>,
}

/// A turn at an upload; dropped, it is over.
#[derive(Debug)]
pub(crate) struct Turn {
    desk: Desk,
    name: String,
    seat: Arc<Seat>,
    /// Put down by the one before.
    pub kept: OwnedMutexGuard<Option<Kept>>,
    /// Cancelled when somebody else wants it.
    pub leave: CancellationToken,
}

impl Desk {
    /// Waits for a turn; `None` where whoever has it does not let go.
    pub async fn take(&self, name: &str) -> Option<Turn> {
        let seat = Arc::clone(self.seats.lock().entry(name.to_owned()).or_default());
        for _ in 0..PATIENCE {
            seat.leave.lock().cancel();
            if let Ok(kept) = timeout(REMINDER, Arc::clone(&seat.turn).lock_owned()).await {
                return Some(self.seated(name, seat, kept));
            }
        }
        None
    }

    /// A turn, if nobody has it.
    pub fn try_take(&self, name: &str) -> Option<Turn> {
        let seat = Arc::clone(self.seats.lock().entry(name.to_owned()).or_default());
        let kept = Arc::clone(&seat.turn).try_lock_owned().ok()?;
        Some(self.seated(name, seat, kept))
    }

    fn seated(&self, name: &str, seat: Arc<Seat>, kept: OwnedMutexGuard<Option<Kept>>) -> Turn {
        let leave = CancellationToken::new();
        *seat.leave.lock() = leave.clone();
        Turn { desk: self.clone(), name: name.to_owned(), seat, kept, leave }
    }

    /// Cancelled at the stop, for work that takes long and is begun again afterwards.
    pub fn closing(&self) -> &CancellationToken {
        &self.closing
    }

    /// Does work to its end, also when nobody waits for it any more.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, JoinError> {
        self.work.spawn(work).await
    }

    /// Makes everybody save and let go, and waits until they have.
    pub async fn close(&self) {
        self.work.close();
        self.closing.cancel();
        while !self.work.is_empty() {
            self.seats.lock().values().for_each(|seat| seat.leave.lock().cancel());
            if timeout(REMINDER, self.work.wait()).await.is_ok() {
                return;
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut seats = self.desk.seats.lock();
        // The map's and this one: nobody waits, and nothing is put down.
        if self.kept.is_none() && Arc::strong_count(&self.seat) == 2 {
            seats.remove(&self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_has_it_is_told_to_let_go() {
        let desk = Desk::default();
        let first = desk.take("a").await.expect("it is free");
        assert!(desk.try_take("a").is_none());
        let other = desk.take("b").await.expect("it is free");
        let leave = first.leave.clone();
        let gives_way = tokio::spawn(async move {
            leave.cancelled().await;
            drop(first);
        });
        let second = desk.take("a").await.expect("it is let go");
        gives_way.await.expect("it ran");
        assert!(!second.leave.is_cancelled() && !other.leave.is_cancelled());
        drop((second, other));
        assert!(desk.seats.lock().is_empty(), "nothing is left of uploads that nobody writes");
    }
}
