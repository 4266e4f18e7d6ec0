//! Reading, and writing in transactions that are run again on a conflict.

use crate::{Db, Error, Result, Retry};
use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, IsolationLevel,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use std::time::Duration;
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

/// How often a transaction that meets conflicts is run again before it is given up.
const RETRIES: usize = 19;
/// The shortest and the longest pause before; in between at random, so that two that conflict
/// do not meet again.
const PAUSES: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(50));

/// Runs the work in a write transaction and commits it, again from its start where it
/// conflicts with another: `transaction!(db, |tx| { … })`. The work is a block that gives
/// a `Result`; it must have no effect outside the transaction.
///
/// A macro, since a function that takes an async closure gives a future of which the
/// compiler cannot see that it may move between threads.
#[macro_export]
macro_rules! transaction {
    ($db:expr, |$tx:ident| $work:expr) => {{
        let mut attempts = $db.attempts();
        loop {
            let open = match attempts.begin().await {
                Ok(open) => open,
                Err(error) => break Err(error.into()),
            };
            let outcome = {
                let $tx = &open;
                async { $work }.await
            };
            match attempts.settle(open, outcome).await {
                Some(outcome) => break outcome,
                None => {}
            }
        }
    }};
}

/// The attempts at one transaction; see [`transaction!`].
pub struct Attempts<'a> {
    db: &'a Db,
    pauses: ExponentialBackoff,
}

impl Attempts<'_> {
    #[doc(hidden)]
    pub async fn begin(&self) -> Result<Tx> {
        self.db.begin().await
    }

    /// Commits what went well and rolls back what did not. `None` asks for another attempt.
    #[doc(hidden)]
    pub async fn settle<T, E>(
        &mut self,
        tx: Tx,
        outcome: std::result::Result<T, E>,
    ) -> Option<std::result::Result<T, E>>
    where
        E: From<Error> + Retry,
    {
        let outcome = match outcome {
            Ok(value) => {
                let committed = tx.transaction.commit().await.map_err(Error::from);
                committed.map(|()| value).map_err(E::from)
            }
            Err(error) => {
                // A rollback that fails has nothing to undo: the connection is gone.
                let _ = tx.transaction.rollback().await;
                Err(error)
            }
        };
        match outcome {
            Err(error) if error.is_conflict() => {
                let Some(pause) = self.pauses.next() else { return Some(Err(error)) };
                tracing::debug!("a transaction is run again");
                tokio::time::sleep(pause).await;
                None
            }
            settled => Some(settled),
        }
    }
}

impl Db {
    #[doc(hidden)]
    pub fn attempts(&self) -> Attempts<'_> {
        let (shortest, longest) = PAUSES;
        let pauses = ExponentialBuilder::new().with_min_delay(shortest).with_max_delay(longest);
        Attempts { db: self, pauses: pauses.with_max_times(RETRIES).with_jitter().build() }
    }

    /// One unchanging view of the database, for reading alone; dropped, it ends.
    pub async fn snapshot(&self) -> Result<Tx> {
        let options = TransactionOptions {
            isolation_level: self.is_mysql().then_some(IsolationLevel::RepeatableRead),
            ..Default::default()
        };
        self.open_transaction(options, None).await
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
        self.open_transaction(options, turn).await
    }

    /// Opens a transaction in a task of its own, so that it is opened whole even if whoever asked
    /// is gone by then; it is rolled back in that case. A BEGIN that is dropped before it is
    /// answered would leave its connection in a transaction that nobody knows of, for whoever
    /// gets that connection next.
    async fn open_transaction(
        &self,
        options: TransactionOptions,
        turn: Option<OwnedSemaphorePermit>,
    ) -> Result<Tx> {
        let connection = self.connection.clone();
        let opening = tokio::spawn(async move {
            let transaction = connection.begin_with_options(options).await?;
            Ok(Tx { transaction, _turn: turn })
        });
        opening.await.map_err(|error| Error::Unavailable(error.to_string()))?
    }
}
