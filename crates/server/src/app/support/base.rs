//! What every subject stands on. State of one subject alone is its own.

use crate::app::support::job::Jobs;
use crate::app::support::token;
use crate::app::{Error, Live, Result};
use crate::blob::BlobStore;
use crate::clock::Clock;
use crate::media::Prober;
use std::sync::Arc;
use tokio::sync::Mutex;
use yingku_core::Millis;
use yingku_core::setting::Settings;
use yingku_db::{Conn, Db, transaction};

/// How long nothing better is looked for than ffprobe without a sandbox, in milliseconds.
const PROBER_MS: i64 = 5 * 60 * 1_000;

/// What every subject stands on.
pub(in crate::app) struct Base {
    pub(in crate::app) db: Db,
    pub(in crate::app) blobs: BlobStore,
    pub(in crate::app) live: Live,
    pub(in crate::app) jobs: Jobs,
    /// Signs links; the same on every node.
    pub(in crate::app) link_key: [u8; 32],
    pub(in crate::app) clock: Arc<dyn Clock>,
    /// What looks into files, and when it was looked for.
    prober: Mutex<Option<(Millis, Option<Prober>)>>,
}

impl Base {
    /// Reads the key for links, or makes it.
    pub(in crate::app) async fn new(
        db: Db,
        blobs: BlobStore,
        clock: Arc<dyn Clock>,
    ) -> Result<Base> {
        let fresh = token::key();
        let key = transaction!(db, |tx| yingku_db::secret::get_or_insert(tx, "link_key", &fresh)
            .await)
        .map_err(Error::Database)?;
        let link_key = blake3::Hash::from_hex(&key)
            .map_err(|error| Error::Internal(format!("the link key cannot be read: {error}")))?;
        Ok(Base {
            db,
            blobs,
            live: Live::default(),
            jobs: Jobs::default(),
            link_key: *link_key.as_bytes(),
            clock,
            prober: Mutex::default(),
        })
    }

    pub(in crate::app) fn now(&self) -> Millis {
        self.clock.now()
    }

    /// Policy as it is now.
    pub(in crate::app) async fn settings(&self, c: &impl Conn) -> Result<Settings> {
        let changed = yingku_db::setting::all(c).await?;
        Settings::from_pairs(changed)
            .map_err(|error| Error::Internal(format!("the stored setting {error}")))
    }

    /// What looks into files, where ffprobe is installed. Looked for when it is first needed;
    /// where it does not run in the sandbox, again every [`PROBER_MS`].
    pub(in crate::app) async fn prober(&self) -> Option<Prober> {
        self.find_prober(PROBER_MS).await
    }

    /// The same; what was found earlier than this many milliseconds ago counts only where it
    /// runs in the sandbox.
    pub(in crate::app) async fn find_prober(&self, valid_ms: i64) -> Option<Prober> {
        let mut found = self.prober.lock().await;
        let now = self.now();
        if let Some((at, prober)) = &*found
            && (now - at < valid_ms || prober.as_ref().is_some_and(Prober::is_sandboxed))
        {
            return prober.clone();
        }
        let prober = Prober::find().await;
        *found = Some((now, prober.clone()));
        prober
    }
}
