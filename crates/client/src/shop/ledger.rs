//! Checking the ledger.

use crate::call::{NO_QUERY, Patience};
use crate::{Client, Result};
use http::Method;
use yingku_protocol::LedgerReport;

impl Client {
    /// Checks the whole journal.
    pub async fn verify_ledger(&self) -> Result<LedgerReport> {
        self.act(Method::POST, "/api/v1/ledger/verify", NO_QUERY, Patience::Endless).await
    }
}
