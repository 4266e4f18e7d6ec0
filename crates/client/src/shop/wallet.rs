//! Wallets and their entries.

use crate::call::NO_QUERY;
use crate::{Client, Result};
use yingku_protocol::{
    CreditWallet, Credited, ListPage, Page, ReversalPreview, ReverseEntry, Reversed, Wallet,
    WalletEntry,
};

impl Client {
    /// The caller's wallet.
    pub async fn wallet(&self) -> Result<Wallet> {
        self.get("/api/v1/wallet", NO_QUERY).await
    }

    /// The movements of the caller's wallet, newest first.
    pub async fn wallet_entries(&self, query: &ListPage) -> Result<Page<WalletEntry>> {
        self.get("/api/v1/wallet/entries", query).await
    }

    /// Somebody's wallet.
    pub async fn account_wallet(&self, account_id: i64) -> Result<Wallet> {
        self.get(&format!("/api/v1/accounts/{account_id}/wallet"), NO_QUERY).await
    }

    /// The movements of somebody's wallet, newest first.
    pub async fn account_wallet_entries(
        &self,
        account_id: i64,
        query: &ListPage,
    ) -> Result<Page<WalletEntry>> {
        self.get(&format!("/api/v1/accounts/{account_id}/wallet/entries"), query).await
    }

    /// Credits somebody's wallet.
    pub async fn credit_wallet(&self, account_id: i64, body: &CreditWallet) -> Result<Credited> {
        self.pay(&format!("/api/v1/accounts/{account_id}/credits"), body).await
    }

    /// What the reversal of a journal entry would do now.
    pub async fn preview_reversal(&self, entry_id: i64) -> Result<ReversalPreview> {
        self.get(&format!("/api/v1/entries/{entry_id}/reversals"), NO_QUERY).await
    }

    /// Reverses a journal entry.
    pub async fn reverse_entry(&self, entry_id: i64, body: &ReverseEntry) -> Result<Reversed> {
        self.pay(&format!("/api/v1/entries/{entry_id}/reversals"), body).await
    }
}
