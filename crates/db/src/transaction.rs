//! Reading, and writing in transactions that are run again on a conflict.

use crate::{Db, Error, Result, Retry};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, IsolationLevel,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::sync::OwnedSemaphorePermit;

/// Something that queries run on: the database itself, or a transaction.
pub trait Conn: Sync {
    #[doc(hidden)]
    type Raw: ConnectionTrait;
    #[doc(hidden)]
    fn raw(&self) -> &Self::Raw;
}

impl Conn for Db {
    type Raw = DatabaseConnection;
    fn raw(&self) -> &DatabaseConnection {
        &self.connection
    }
}

/// An open transaction. Dropped without a commit, it leaves nothing behind.
pub struct Tx {
    transaction: DatabaseTransaction,
    /// SQLite has one writer at a time: waiting here is fair, waiting there is polling.
    _turn: Option<OwnedSemaphorePermit>,
}

impl Conn for Tx {
    type Raw = DatabaseTransaction;
    fn raw(&self) -> &DatabaseTransaction {
        &self.transaction
    }
}

/// How often a transaction that meets conflicts is run before it is given up.
const ATTEMPTS: u32 = 20;

impl Db {
    /// Runs `work` in a write transaction and commits it, again from its start where it
    /// conflicts with another. `work` must have no effect outside the transaction.
    pub async fn write<T, E>(
        &self,
        work: impl AsyncFn(&Tx) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E>
    where
        E: From<Error> + Retry,
    {
        let mut attempt = 1;
        loop {
            match self.attempt(&work).await {
                Err(error) if error.is_conflict() && attempt < ATTEMPTS => {
                    tracing::debug!(attempt, "a transaction met a conflict and is run again");
                    tokio::time::sleep(back_off(attempt)).await;
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    async fn attempt<T, E>(
        &self,
        work: &impl AsyncFn(&Tx) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E>
    where
        E: From<Error> + Retry,
    {
        let tx = self.begin().await?;
        match work(&tx).await {
            Ok(value) => {
                tx.transaction.commit().await.map_err(Error::from)?;
                Ok(value)
            }
            Err(error) => {
                // A rollback that fails has nothing to undo: the connection is gone.
                let _ = tx.transaction.rollback().await;
                Err(error)
            }
        }
    }

    async fn begin(&self) -> Result<Tx> {
        let turn = match &self.writer_turn {
            Some(turn) => Some(
                turn.clone()
                    .acquire_owned()
                    .await
                    .map_err(|closed| Error::Unavailable(closed.to_string()))?,
            ),
            None => None,
        };
        let options = TransactionOptions {
            // A read inside sees what others committed while it waited for a lock.
            isolation_level: self.is_mysql().then_some(IsolationLevel::ReadCommitted),
            sqlite_transaction_mode: (!self.is_mysql()).then_some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let transaction = self.connection.begin_with_options(options).await?;
        Ok(Tx { transaction, _turn: turn })
    }
}

fn back_off(attempt: u32) -> std::time::Duration {
    std::time::Duration::from_millis(u64::from(attempt.min(10)) * 5)
}
