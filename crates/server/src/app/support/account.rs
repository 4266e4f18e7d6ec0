//! The row of an account, as every subject needs it.

use crate::app::Result;
use crate::app::support::error::not_found;
use yingku_core::id::AccountId;
use yingku_db::{Tx, rows};

/// The account, its row locked until the transaction ends.
pub(in crate::app) async fn lock(tx: &Tx, id: AccountId) -> Result<rows::Account> {
    yingku_db::account::lock(tx, id).await?.ok_or_else(|| not_found("account"))
}
