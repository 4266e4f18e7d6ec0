//! The use-cases, one file a noun: each opens its transaction, loads facts, asks the rules
//! in core and writes what they decide. Interfaces call one use-case a request; nothing here
//! knows HTTP or frames. The language of use-cases is the protocol crate's types: what
//! goes in and comes out is what every interface says.

/// Runs a transaction on behalf of a caller: `authorized!(db, caller, |tx| { … })`. It is
/// `transaction!`, except that the caller's login is checked again inside it, so that no
/// request which began before a lock, a logout or a change of role completes after it. Every
/// change that a caller asks for goes through here. What this node knows of rights is asked
/// anew after it.
macro_rules! authorized {
    ($db:expr, $caller:expr, |$tx:ident| $work:expr) => {{
        let done = yingku_db::transaction!($db, |$tx| {
            $caller.confirm($tx).await?;
            $work
        });
        $db.note_change();
        done
    }};
}
mod delivery;
mod identity;
mod library;
mod operation;
mod playback;
mod shop;
mod support;

pub use delivery::fetch::Fetch;
pub use delivery::sending::Delivery;
pub use identity::caller::{Caller, Identity};
pub use identity::password::{MEMORY_KIB as PASSWORD_MEMORY_KIB, Secret};
pub use library::resumable::{Checksum, NewUpload, Piece, UploadAbout};
pub use library::upload::Upload;
pub use playback::{Asset, MASTER, Sent, Watch};
pub use support::error::{Error, Result};

use crate::blob::BlobStore;
use crate::clock::Clock;
use crate::media::Prober;
use std::sync::Arc;
use yingku_core::Millis;
use yingku_core::setting::Settings;
use yingku_db::transaction;
use yingku_db::{Conn, Db};

/// How long nothing better is looked for than ffprobe without a sandbox, in milliseconds.
const PROBER_MS: i64 = 5 * 60 * 1_000;

/// For how long it is known whether this node is ready, in milliseconds: to find out writes
/// a file and brings it to the disk.
const READY_MS: i64 = 2_000;

/// What is sent and received just now; films by the address that they are played at.
type Live = support::live::Live<playback::link::Link>;
/// One of these: it ends with what it follows.
type Cut = support::live::Cut<playback::link::Link>;

/// Everything that use-cases need.
pub struct App {
    pub(crate) db: Db,
    pub(crate) blobs: BlobStore,
    pub(crate) clock: Arc<dyn Clock>,
    /// What looks into files, and when it was looked for.
    prober: tokio::sync::Mutex<Option<(Millis, Option<Prober>)>>,
    passwords: identity::password::Passwords,
    under_way: Arc<identity::throttle::UnderWay>,
    sign_ups: identity::throttle::SignUps,
    live: Live,
    sent_log: delivery::sending::SentLog,
    connection_sessions: identity::session::ConnectionSessions,
    upload_locks: library::resumable::UploadLocks,
    rights: playback::Rights,
    fetches: support::known::Known<String, Arc<Fetch>>,
    films: playback::Films,
    held: playback::Held,
    streams: playback::Streams,
    jobs: support::job::Jobs,
    /// How fast this machine was when the doctor last tried.
    speed: tokio::sync::Mutex<Option<operation::doctor::Speed>>,
    /// When it was last tried whether this node is ready, and why it was not.
    readiness: tokio::sync::Mutex<Option<(Millis, Option<yingku_protocol::Code>)>>,
    /// Whether the classic interface is on: only then are digests kept and accepted.
    digests: bool,
    /// Signs links; the same on every node.
    link_key: [u8; 32],
}

impl App {
    /// Builds it on an open database and storage.
    pub async fn new(
        db: Db,
        blobs: BlobStore,
        clock: Arc<dyn Clock>,
        digests: bool,
        password_memory_kib: u32,
    ) -> Result<App> {
        let fresh = support::token::key();
        let key = transaction!(db, |tx| yingku_db::secret::get_or_insert(tx, "link_key", &fresh)
            .await)
        .map_err(Error::Database)?;
        let link_key = blake3::Hash::from_hex(&key)
            .map_err(|error| Error::Internal(format!("the link key cannot be read: {error}")))?;
        Ok(App {
            db,
            blobs,
            clock,
            prober: tokio::sync::Mutex::default(),
            passwords: identity::password::Passwords::new(password_memory_kib),
            under_way: Arc::default(),
            sign_ups: identity::throttle::SignUps::default(),
            live: Live::default(),
            sent_log: delivery::sending::SentLog::default(),
            connection_sessions: identity::session::ConnectionSessions::default(),
            upload_locks: library::resumable::UploadLocks::default(),
            rights: playback::Rights::default(),
            fetches: support::known::Known::default(),
            films: playback::Films::default(),
            held: playback::Held::default(),
            streams: playback::Streams::default(),
            jobs: support::job::Jobs::default(),
            speed: tokio::sync::Mutex::default(),
            readiness: tokio::sync::Mutex::default(),
            digests,
            link_key: *link_key.as_bytes(),
        })
    }

    /// The database, for tests and tools that look behind the use-cases.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Whether lists need no login.
    pub(crate) async fn is_public(&self) -> Result<bool> {
        Ok(self.settings(&self.db).await?.visibility_public)
    }

    /// Most bytes of an upload.
    pub(crate) async fn upload_limit(&self) -> Result<u64> {
        Ok(self.settings(&self.db).await?.upload_max_bytes)
    }

    /// Whether requests may be sent here: the database and the storage answer. However many
    /// ask at once, it is tried once, and what was found holds for [`READY_MS`].
    pub async fn check_ready(&self) -> Result<()> {
        let mut known = self.readiness.lock().await;
        let now = self.now();
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
        self.db.ping().await?;
        Ok(self.blobs.staging.probe().await?)
    }

    /// What looks into files, where ffprobe is installed. Looked for when it is first needed;
    /// where it does not run in the sandbox, again every [`PROBER_MS`].
    pub(crate) async fn prober(&self) -> Option<Prober> {
        self.find_prober(PROBER_MS).await
    }

    /// The same; what was found earlier than this many milliseconds ago counts only where it
    /// runs in the sandbox.
    pub(crate) async fn find_prober(&self, valid_ms: i64) -> Option<Prober> {
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

    pub(crate) fn now(&self) -> Millis {
        self.clock.now()
    }

    /// Policy as it is now.
    pub(crate) async fn settings(&self, c: &impl Conn) -> Result<Settings> {
        let changed = yingku_db::setting::all(c).await?;
        Settings::from_pairs(changed)
            .map_err(|error| Error::Internal(format!("the stored setting {error}")))
    }
}

/// A moment as the API shows it.
pub(crate) fn moment(at: Millis) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp_millis(at).unwrap_or_default()
}
