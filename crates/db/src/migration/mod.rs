//! Migrations: append-only, run under a lock, newest first refused where it is not known.

mod m0001_initial;
mod m0002_digest;
mod m0003_long_settings;
mod m0004_visible_tags;
mod m0005_moments;
mod m0006_upload;
mod m0007_purchase_timezone;
mod m0008_film;
mod m0009_job;
mod m0010_rendition;
mod m0011_watch;
mod m0012_members_watch;
mod m0013_ladder;
mod m0014_worker;
mod m0015_streams;
mod m0016_upload_about;
mod m0017_publication;
mod m0018_imported;
mod m0019_pinned;
mod m0020_lifetime;
mod m0021_picture;
mod m0022_progress;
mod m0023_subtitle;
mod m0024_saved;
mod m0025_discussion;
mod m0026_watch_left;
mod new_table;

use crate::{Db, OpenError};
use sea_orm::{ConnectionTrait, DbErr, Statement};
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use std::fs::{File, Permissions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

pub(crate) struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_initial::Migration),
            Box::new(m0002_digest::Migration),
            Box::new(m0003_long_settings::Migration),
            Box::new(m0004_visible_tags::Migration),
            Box::new(m0005_moments::Migration),
            Box::new(m0006_upload::Migration),
            Box::new(m0007_purchase_timezone::Migration),
            Box::new(m0008_film::Migration),
            Box::new(m0009_job::Migration),
            Box::new(m0010_rendition::Migration),
            Box::new(m0011_watch::Migration),
            Box::new(m0012_members_watch::Migration),
            Box::new(m0013_ladder::Migration),
            Box::new(m0014_worker::Migration),
            Box::new(m0015_streams::Migration),
            Box::new(m0016_upload_about::Migration),
            Box::new(m0017_publication::Migration),
            Box::new(m0018_imported::Migration),
            Box::new(m0019_pinned::Migration),
            Box::new(m0020_lifetime::Migration),
            Box::new(m0021_picture::Migration),
            Box::new(m0022_progress::Migration),
            Box::new(m0023_subtitle::Migration),
            Box::new(m0024_saved::Migration),
            Box::new(m0025_discussion::Migration),
            Box::new(m0026_watch_left::Migration),
        ]
    }
}

pub(crate) fn names() -> Vec<String> {
    Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}

/// The schema of a database that is being opened.
pub(crate) struct Schema<'a> {
    pub(crate) db: &'a Db,
    pub(crate) sqlite_file: Option<PathBuf>,
}

/// Opens a file for its owner alone; makes it where it is missing.
pub(crate) fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    let file = options.create(true).append(true).mode(PRIVATE).open(path)?;
    file.set_permissions(Permissions::from_mode(PRIVATE))?;
    Ok(file)
}

const PRIVATE: u32 = 0o600;

impl Schema<'_> {
    /// Refuses a newer schema; brings an older one up to date, one node at a time.
    pub(crate) async fn migrate(&self) -> Result<(), OpenError> {
        if self.is_current().await? {
            return Ok(());
        }
        match &self.sqlite_file {
            Some(file) => self.migrate_sqlite(file.with_extension("migrating")).await,
            None => self.migrate_mysql().await,
        }
    }

    async fn is_current(&self) -> Result<bool, OpenError> {
        let Some(applied) = self.applied().await? else { return Ok(false) };
        let known = names();
        if let Some(newer) = applied.iter().find(|name| !known.contains(name)) {
            return Err(OpenError::Newer(newer.clone()));
        }
        Ok(applied.len() == known.len())
    }

    /// Names of the migrations that were run; `None` on an empty database.
    async fn applied(&self) -> Result<Option<Vec<String>>, DbErr> {
        let connection = &self.db.connection;
        let backend = connection.get_database_backend();
        let table = "seaql_migrations";
        let exists = if self.db.is_mysql() {
            "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?"
        } else {
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
        };
        let exists = Statement::from_sql_and_values(backend, exists, [table.into()]);
        if connection.query_one_raw(exists).await?.is_none() {
            return Ok(None);
        }
        let all = Statement::from_string(backend, format!("SELECT version FROM {table}"));
        let rows = connection.query_all_raw(all).await?;
        rows.iter().map(|row| row.try_get("", "version")).collect::<Result<_, _>>().map(Some)
    }

    async fn migrate_sqlite(&self, lock: PathBuf) -> Result<(), OpenError> {
        let failed = |error| OpenError::File { path: lock.clone(), error };
        let file = private_file(&lock).map_err(failed)?;
        // Held until the file is dropped, also when this process dies.
        let file = tokio::task::spawn_blocking(move || file.lock().map(|()| file))
            .await
            .map_err(|join| failed(std::io::Error::other(join)))?
            .map_err(failed)?;
        let done = self.migrate_unlocked().await;
        drop(file);
        done
    }

    async fn migrate_mysql(&self) -> Result<(), OpenError> {
        // The lock belongs to one connection: it is kept open for as long as it is held.
        let holder = sea_orm::TransactionTrait::begin(&self.db.connection).await?;
        let backend = holder.get_database_backend();
        let take = Statement::from_string(
            backend,
            "SELECT CAST(GET_LOCK(CONCAT('yingku.migrate.', DATABASE()), 60) AS SIGNED) AS taken",
        );
        let taken: Option<i64> = match holder.query_one_raw(take).await? {
            Some(row) => row.try_get("", "taken")?,
            None => None,
        };
        if taken != Some(1) {
            return Err(OpenError::Locked);
        }
        let done = self.migrate_unlocked().await;
        let release = "DO RELEASE_LOCK(CONCAT('yingku.migrate.', DATABASE()))";
        holder.execute_unprepared(release).await?;
        holder.rollback().await?;
        done
    }

    async fn migrate_unlocked(&self) -> Result<(), OpenError> {
        if !self.is_current().await? {
            Migrator::up(&self.db.connection, None).await?;
        }
        Ok(())
    }
}
