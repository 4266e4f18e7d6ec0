//! Danmaku for those who watch just now. While anybody follows, one task of a node looks for new
//! ones in the database, whichever node took them, and hands them to everybody here.

use crate::app::{Cut, Error, Result};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, broadcast};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use yingku_core::id::VideoId;
use yingku_db::{Db, rows};
use yingku_protocol::Code;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(1);
/// The most who follow on one node.
const MOST_FOLLOWERS: usize = 5_000;
/// The most that are looked at in one go.
const MOST: u64 = 1_000;
/// A number may be committed after a higher one: so many are looked at once more.
const OVERLAP: i64 = 100;
/// Whoever is so many behind misses some.
const BACKLOG: usize = 1_000;

/// Hands out new danmaku.
pub(in crate::app) struct Feed {
    sender: broadcast::Sender<Arc<rows::Danmaku>>,
    places: Arc<Semaphore>,
    /// One was sent on this node.
    look: Notify,
    is_looking: parking_lot::Mutex<bool>,
    over: CancellationToken,
}

impl Default for Feed {
    fn default() -> Self {
        Feed {
            sender: broadcast::channel(BACKLOG).0,
            places: Arc::new(Semaphore::new(MOST_FOLLOWERS)),
            look: Notify::new(),
            is_looking: parking_lot::Mutex::new(false),
            over: CancellationToken::new(),
        }
    }
}

/// Somebody who watches one video, and what is sent meanwhile.
pub struct Following {
    receiver: broadcast::Receiver<Arc<rows::Danmaku>>,
    video_id: VideoId,
    over: CancellationToken,
    /// Cancelled when the login ends that follows.
    cut: Option<Cut>,
    _place: OwnedSemaphorePermit,
}

impl Following {
    /// The next that is sent; `None` when the node stops.
    pub async fn next(&mut self) -> Option<Arc<rows::Danmaku>> {
        loop {
            let cut = async {
                match &self.cut {
                    Some(cut) => cut.token.cancelled().await,
                    None => std::future::pending().await,
                }
            };
            let received = tokio::select! {
                received = self.receiver.recv() => received,
                () = self.over.cancelled() => return None,
                () = cut => return None,
            };
            match received {
                Ok(row) if row.video_id == self.video_id => return Some(row),
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    }
}

impl Feed {
    /// Follows a video from now on, until the login ends that `cut` follows.
    pub(super) async fn follow(
        feed: &Arc<Feed>,
        db: &Db,
        video_id: VideoId,
        cut: Option<Cut>,
    ) -> Result<Following> {
        let place = Arc::clone(&feed.places).try_acquire_owned();
        let place = place.map_err(|_| Error::from(Code::Busy))?;
        let following = Following {
            receiver: feed.sender.subscribe(),
            video_id,
            over: feed.over.clone(),
            cut,
            _place: place,
        };
        let last_id = yingku_db::danmaku::last_id(db).await?;
        let mut is_looking = feed.is_looking.lock();
        if !*is_looking {
            *is_looking = true;
            tokio::spawn(Arc::clone(feed).look(db.clone(), last_id));
        }
        Ok(following)
    }

    /// One was sent on this node: it is handed out at once.
    pub(super) fn look_soon(&self) {
        self.look.notify_one();
    }

    /// Ends all that follow.
    pub(super) fn end(&self) {
        self.over.cancel();
    }

    /// Looks until nobody follows any more.
    async fn look(self: Arc<Feed>, db: Db, mut last_id: i64) {
        let mut seen: HashSet<i64> = (last_id - OVERLAP..=last_id).collect();
        while !self.over.is_cancelled() {
            // Whether it is time or somebody has sent one: it looks.
            let _ = timeout(EVERY, self.look.notified()).await;
            match yingku_db::danmaku::list_after(&db, last_id - OVERLAP, MOST).await {
                Ok(rows) => {
                    for row in rows.into_iter().filter(|row| seen.insert(row.id.0)) {
                        last_id = last_id.max(row.id.0);
                        // Nobody may be there any more.
                        let _ = self.sender.send(Arc::new(row));
                    }
                    seen.retain(|id| *id > last_id - 2 * OVERLAP);
                }
                Err(error) => tracing::warn!(%error, "new danmaku cannot be read"),
            }
            let mut is_looking = self.is_looking.lock();
            if self.sender.receiver_count() == 0 {
                *is_looking = false;
                return;
            }
        }
    }
}
