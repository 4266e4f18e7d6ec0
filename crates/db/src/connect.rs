//! Opening the database: address, durability, pool, migration.

use crate::migration::{self, Schema};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

/// The database.
#[derive(Clone)]
pub struct Db {
    pub(crate) connection: DatabaseConnection,
    pub(crate) writer_turn: Option<Arc<Semaphore>>,
    changes: Arc<AtomicU64>,
}

/// Where the database is and how much of it to use.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sqlite:///absolute/path.db` or `mysql://user:password@host:port/name`.
    pub url: String,
    /// Most connections at once.
    pub max_connections: u32,
}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address names a kind of database that is not supported.
    #[error("the database URL must begin with sqlite: or mysql:")]
    Address,
    /// The schema is newer than this program.
    #[error("the database was made by a newer version of Yingku (it has the migration {0})")]
    Newer(String),
    /// The lock that keeps two migrating nodes apart could not be had.
    #[error("another node has been migrating the database for too long")]
    Locked,
    /// Anything else.
    #[error("the database cannot be opened: {0}")]
    Failed(#[from] DbErr),
    /// The SQLite database's file, or the one beside it that keeps two migrating nodes apart.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        error: std::io::Error,
    },
}

impl Db {
    /// A number that is another one after each change that [`Db::note_change`] was called for
    /// in this process: what was read before may no longer be true.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// To be called after a change that ends what somebody may do.
    pub fn note_change(&self) {
        self.changes.fetch_add(1, Ordering::Release);
    }

    /// Opens the database and brings its schema up to date.
    pub async fn open(options: &Options) -> Result<Db, OpenError> {
        let sqlite = options.url.starts_with("sqlite:");
        if !sqlite && !options.url.starts_with("mysql:") {
            return Err(OpenError::Address);
        }
        if let Some(path) = sqlite_file(&options.url) {
            make_private(&path)?;
        }
        let db = Db {
            connection: Database::connect(connect_options(options, sqlite)).await?,
            writer_turn: sqlite.then(|| Arc::new(Semaphore::new(1))),
            changes: Arc::default(),
        };
        Schema { db: &db, sqlite_file: sqlite_file(&options.url) }.migrate().await?;
        Ok(db)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> crate::Result<()> {
        self.connection.execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// Names of the migrations that are known here, oldest first. Each stands for a schema.
    pub fn migrations() -> Vec<String> {
        migration::names()
    }

    /// Closes every connection.
    pub async fn close(&self) {
        let _ = self.connection.clone().close().await;
    }

    pub(crate) fn is_mysql(&self) -> bool {
        self.connection.get_database_backend() == DbBackend::MySql
    }
}

/// The database's file holds keys and hashes: it is its owner's alone, whatever the umask.
/// SQLite gives the files that it makes beside it the same rights.
fn make_private(path: &Path) -> Result<(), OpenError> {
    let failed = |path: &Path, error| OpenError::File { path: path.to_owned(), error };
    migration::private_file(path).map_err(|error| failed(path, error))?;
    for suffix in ["-wal", "-shm", "-journal"] {
        let beside = PathBuf::from(format!("{}{suffix}", path.display()));
        if beside.exists() {
            migration::private_file(&beside).map_err(|error| failed(&beside, error))?;
        }
    }
    Ok(())
}

fn connect_options(options: &Options, sqlite: bool) -> ConnectOptions {
    let url = match sqlite_file(&options.url) {
        Some(path) => format!("sqlite://{}?mode=rwc", path.display()),
        None => options.url.clone(),
    };
    let mut connect = ConnectOptions::new(url);
    connect
        .max_connections(options.max_connections)
        .min_connections(u32::from(sqlite))
        .acquire_timeout(Duration::from_secs(5))
        .connect_timeout(Duration::from_secs(5))
        .test_before_acquire(!sqlite)
        .sqlx_logging(false);
    if sqlite {
        connect.map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
                .synchronous(sqlx::sqlite::SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(10))
                .pragma("cache_size", "-4000")
                .pragma("temp_store", "memory")
        });
    } else {
        connect.map_sqlx_mysql_opts(|mysql| mysql.charset("utf8mb4"));
    }
    connect
}

fn sqlite_file(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    Some(PathBuf::from(rest.split('?').next().unwrap_or(rest)))
}
