//! Running a site: settings, jobs, housekeeping, the audit log, the dashboard, the doctor.

pub(super) mod audit;
pub(super) mod dashboard;
pub(super) mod doctor;
pub(super) mod housekeeping;
pub(super) mod job;
pub(super) mod runner;
pub(super) mod setting;
pub(super) mod site;
pub(super) mod timeline;

use crate::app::support::base::Base;
use crate::app::{Identity, Library, Playback, Result, Shop};
use std::sync::Arc;
use tokio::sync::Mutex;
use yingku_core::Millis;
use yingku_protocol::Code;

/// For how long it is known whether this node is ready, in milliseconds: to find out writes
/// a file and brings it to the disk.
const READY_MS: i64 = 2_000;

/// Running the site: what only its operator and its admins do, and what runs by itself.
pub struct Operation {
    base: Arc<Base>,
    identity: Arc<Identity>,
    library: Arc<Library>,
    playback: Arc<Playback>,
    shop: Arc<Shop>,
    /// How fast this machine was when the doctor last tried.
    speed: Mutex<Option<doctor::Speed>>,
    /// When it was last tried whether this node is ready, and why it was not.
    readiness: Mutex<Option<(Millis, Option<Code>)>>,
}

impl Operation {
    pub(super) fn new(
        base: &Arc<Base>,
        identity: &Arc<Identity>,
        library: &Arc<Library>,
        playback: &Arc<Playback>,
        shop: &Arc<Shop>,
    ) -> Operation {
        Operation {
            base: Arc::clone(base),
            identity: Arc::clone(identity),
            library: Arc::clone(library),
            playback: Arc::clone(playback),
            shop: Arc::clone(shop),
            speed: Mutex::default(),
            readiness: Mutex::default(),
        }
    }

    /// Whether lists need no login.
    pub(crate) async fn is_public(&self) -> Result<bool> {
        Ok(self.base.settings(&self.base.db).await?.visibility_public)
    }

    /// Whether requests may be sent here: the database and the storage answer. However many
    /// ask at once, it is tried once, and what was found holds for [`READY_MS`].
    pub async fn check_ready(&self) -> Result<()> {
        let mut known = self.readiness.lock().await;
        let now = self.base.now();
        if let Some((at, code)) = *known
            && (at..at + READY_MS).contains(&now)
        {
            return code.map_or(Ok(()), |code| Err(code.into()));
        }
        let tried = self.try_ready().await;
        *known = Some((now, tried.as_ref().err().map(|error| error.refusal().code)));
        tried
    }

    async fn try_ready(&self) -> Result<()> {
        self.base.db.ping().await?;
        Ok(self.base.blobs.staging.probe().await?)
    }
}
