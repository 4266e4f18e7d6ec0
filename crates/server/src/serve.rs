//! A running node: everything is opened, served, tidied and stopped from here.

use crate::app::App;
use crate::blob::BlobStore;
use crate::classic;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::http::{self, listen};
use std::ffi::OsString;
use std::fs::{DirBuilder, Permissions};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use yingku_db::Db;

/// What runs is given this long to end after the word to stop.
const GRACE: Duration = Duration::from_secs(8);

/// The last records and the database are given this long.
const CLOSING: Duration = Duration::from_millis(700);

/// Most connections to the database of one node.
const DATABASE_CONNECTIONS: u32 = 16;

/// Why a node did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Database(#[from] yingku_db::OpenError),
    /// The folder of the content.
    #[error("the storage in {path} cannot be opened: {reason}")]
    Storage {
        /// The folder.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// An address.
    #[error("{address} cannot be listened on: {error}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What is wrong.
        error: std::io::Error,
    },
    /// The use-cases could not be started.
    #[error("{0}")]
    App(String),
}

/// Opens database and storage, and builds what use-cases need. Serves nothing.
pub async fn open(config: &Config, clock: Arc<dyn Clock>) -> Result<Arc<App>, StartError> {
    let storage = |reason: String| StartError::Storage {
        path: config.storage_dir.display().to_string(),
        reason,
    };
    private_folder(&config.data_dir).map_err(|error| storage(error.to_string()))?;
    let blobs = BlobStore::open(&config.storage_dir).map_err(|error| storage(error.to_string()))?;
    let options = yingku_db::Options {
        url: config.database_url.clone(),
        max_connections: DATABASE_CONNECTIONS,
    };
    let db = Db::open(&options).await?;
    let has_classic = config.classic_listen.is_some();
    let app = App::new(db, blobs, clock, has_classic, config.password_memory_kib).await;
    app.map(Arc::new).map_err(|error| StartError::App(fault(&error)))
}

/// Makes the data folder its owner's alone, whatever the umask; one that was there as well,
/// unless it holds other things than ours.
fn private_folder(folder: &Path) -> std::io::Result<()> {
    let is_new = !folder.exists();
    DirBuilder::new().recursive(true).mode(PRIVATE).create(folder)?;
    let mut names = Vec::new();
    for entry in folder.read_dir()? {
        names.push(entry?.file_name());
    }
    let is_ours = |name: &OsString| OURS.contains(&name.to_string_lossy().as_ref());
    if is_new || names.is_empty() || names.iter().any(is_ours) {
        std::fs::set_permissions(folder, Permissions::from_mode(PRIVATE))?;
    }
    Ok(())
}

const PRIVATE: u32 = 0o700;

/// What this program puts into a data folder.
const OURS: [&str; 3] = ["yingku.db", "blobs", "incoming"];

/// A node that serves.
pub struct Node {
    /// The use-cases.
    pub app: Arc<App>,
    /// The address that HTTP is served on.
    pub http: SocketAddr,
    /// The address that the classic protocol is served on, where it is.
    pub classic: Option<SocketAddr>,
    /// The code for the first admin, while there is none.
    pub setup_code: Option<String>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Node {
    /// Starts with the machine's clock.
    pub async fn start(config: &Config) -> Result<Node, StartError> {
        Node::start_at(config, Arc::new(SystemClock::new())).await
    }

    /// Starts with a clock, for tests.
    pub async fn start_at(config: &Config, clock: Arc<dyn Clock>) -> Result<Node, StartError> {
        listen::raise_open_files();
        let app = open(config, clock).await?;
        let (listener, http) = bind(config.listen).await?;
        let classic = match config.classic_listen {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        app.identity.forget_digests().await.map_err(|error| StartError::App(fault(&error)))?;
        app.operation.schedule_jobs().await.map_err(|error| StartError::App(fault(&error)))?;
        let setup_code = app
            .operation
            .renew_setup_code()
            .await
            .map_err(|error| StartError::App(fault(&error)))?;
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let reach = http::Reach { listen: Some(http), ..config.reach.clone() };
        let router = http::router(Arc::clone(&app), reach);
        let limits = listen::Limits {
            max_per_address: config.address_connections,
            trusted_proxies: config.reach.trusted_proxies.clone(),
            ..listen::Limits::default()
        };
        tasks.spawn(listen::serve(listener, router, limits, stop.clone(), GRACE));
        let classic = classic.map(|(listener, address)| {
            let limits = classic::Limits {
                max_per_address: config.address_connections,
                trusted_proxies: config.reach.trusted_proxies.clone(),
                ..classic::Limits::default()
            };
            let app = Arc::clone(&app);
            tasks.spawn(classic::serve(listener, app, limits, stop.clone(), GRACE));
            address
        });
        let watching = Arc::clone(&app.delivery);
        let until = stop.clone();
        tasks.spawn(async move { watching.watch_downloads(until).await });
        let (writing, until) = (Arc::clone(&app.delivery), stop.clone());
        tasks.spawn(async move { writing.write_down_often(until).await });
        let (running, until) = (Arc::clone(&app.operation), stop.clone());
        tasks.spawn(async move { running.run_jobs(until).await });
        let until = stop.clone();
        tasks.spawn(async move {
            let mut ticks = tokio::time::interval(http::metrics::UPKEEP_EVERY);
            while until.run_until_cancelled(ticks.tick()).await.is_some() {
                http::metrics::upkeep();
            }
        });
        if let Some(watched) = config.watched.clone() {
            let (library, until) = (Arc::clone(&app.library), stop.clone());
            tasks.spawn(async move { library.watch_folder(watched, until).await });
        }
        let (parking, until) = (Arc::clone(&app.library), stop.clone());
        tasks.spawn(async move {
            until.cancelled().await;
            parking.end_feeds();
            let _ = timeout(GRACE, parking.park_uploads()).await;
        });
        Ok(Node { app, http, classic, setup_code, stop, tasks })
    }

    /// Takes no new work, lets what runs end or cuts it after a while, and closes up.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        // Listeners and uploads give up by themselves by then. Whatever does not is left where it
        // is: all of it can be killed at any moment.
        if timeout(GRACE + Duration::from_millis(500), self.tasks.wait()).await.is_err() {
            tracing::warn!("not everything has ended in time; what is left is given up");
        }
        let closing = async {
            self.app.delivery.write_down_all().await;
            self.app.db().close().await;
        };
        let _ = timeout(CLOSING, closing).await;
    }
}

/// A listener, and the address that it really has.
async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error| StartError::Listen { address, error };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let real = listener.local_addr().map_err(failed)?;
    Ok((listener, real))
}

fn fault(error: &crate::app::Error) -> String {
    error.fault().unwrap_or_else(|| error.refusal().code.as_str().to_owned())
}
