//! Wallets, the journal, and what is bought from a wallet.

use crate::call::{NO_QUERY, Patience};
use crate::{Client, Result};
use http::Method;
use yingku_protocol::{
    BuyMembership, BuyVideo, CreditWallet, Credited, LedgerReport, ListPage, MembershipBought,
    Page, ReverseEntry, Reversed, VideoBought, Wallet, WalletEntry,
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

    /// Reverses a journal entry.
    pub async fn reverse_entry(&self, entry_id: i64, body: &ReverseEntry) -> Result<Reversed> {
        self.pay(&format!("/api/v1/entries/{entry_id}/reversals"), body).await
    }

    /// Buys a video at the price that the buyer saw.
    pub async fn buy_video(&self, video_id: i64, body: &BuyVideo) -> Result<VideoBought> {
        self.pay(&format!("/api/v1/videos/{video_id}/purchases"), body).await
    }

    /// Buys a membership at the price that the buyer saw.
    pub async fn buy_membership(&self, body: &BuyMembership) -> Result<MembershipBought> {
        self.pay("/api/v1/membership/purchases", body).await
    }

    /// Checks the whole journal.
    pub async fn verify_ledger(&self) -> Result<LedgerReport> {
        self.act(Method::POST, "/api/v1/ledger/verify", NO_QUERY, Patience::Endless).await
    }
}
