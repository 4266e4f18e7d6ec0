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

pub use delivery::Delivery;
pub use delivery::fetch::Fetch;
pub use delivery::sending::Transfer;
pub use identity::Identity;
pub use identity::password::{MEMORY_KIB as PASSWORD_MEMORY_KIB, Secret};
pub use library::Library;
pub use library::import::{FoundFilm, ImportMode, Imported, find_films};
pub use library::resumable::{Checksum, NewUpload, Piece, UploadAbout};
pub use library::saved::saved_list;
pub use library::upload::Upload;
pub use library::watched::WatchedFolder;
pub use operation::Operation;
pub use playback::{Asset, MASTER, Playback, Sent, Watch};
pub use shop::Shop;
pub use support::caller::{Caller, CallerKind};
pub use support::error::{Error, Result};

use crate::blob::BlobStore;
use crate::clock::Clock;
use std::sync::Arc;
use support::base::Base;
use yingku_core::Millis;
use yingku_db::Db;

/// What is sent and received just now; films by the address that they are played at.
type Live = support::live::Live<playback::link::Link>;
/// One of these: it ends with what it follows.
type Cut = support::live::Cut<playback::link::Link>;

/// Everything that interfaces call, by subject. A subject calls those before it in this list:
/// playback, library, delivery, shop, identity, operation; `tests/structure.rs` of the testkit
/// fails otherwise.
pub struct App {
    /// Who calls.
    pub identity: Arc<Identity>,
    /// What the library holds.
    pub library: Arc<Library>,
    /// Watching.
    pub playback: Arc<Playback>,
    /// Downloading.
    pub delivery: Arc<Delivery>,
    /// Money.
    pub shop: Arc<Shop>,
    /// Running the site.
    pub operation: Arc<Operation>,
    base: Arc<Base>,
}

impl App {
    /// Builds it on an open database and storage. `digests`: whether the classic interface is
    /// on; only then are digests of passwords kept and accepted.
    ///
    /// # Errors
    /// The database's.
    pub async fn new(
        db: Db,
        blobs: BlobStore,
        clock: Arc<dyn Clock>,
        digests: bool,
        password_memory_kib: u32,
    ) -> Result<App> {
        let base = Arc::new(Base::new(db, blobs, clock).await?);
        let playback = Arc::new(Playback::new(&base));
        let library = Arc::new(Library::new(&base, &playback));
        let delivery = Arc::new(Delivery::new(&base, &playback));
        let shop = Arc::new(Shop::new(&base, &delivery));
        let identity = Arc::new(Identity::new(&base, &shop, digests, password_memory_kib));
        let operation = Operation::new(&base, &identity, &library, &playback, &shop);
        let operation = Arc::new(operation);
        Ok(App { identity, library, playback, delivery, shop, operation, base })
    }

    /// The database, for tests and tools that look behind the use-cases.
    pub fn db(&self) -> &Db {
        &self.base.db
    }
}

/// A moment as the API shows it.
pub(crate) fn moment(at: Millis) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp_millis(at).unwrap_or_default()
}
