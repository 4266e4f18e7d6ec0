//! Accounts.

use crate::call::{NO_QUERY, Patience};
use crate::{Client, Result};
use http::Method;
use yingku_protocol::{
    Account, ChangePassword, CreateAdmin, EditAccount, EditMe, ListAccounts, ListPage, Me, Page,
    RegisterAccount, ResetCode, ResetPassword, SetUp, TimelineItem,
};

impl Client {
    /// Makes the first admin with the setup code.
    pub async fn set_up(&self, body: &SetUp) -> Result<Account> {
        self.send(Method::POST, "/api/v1/setup", body).await
    }

    /// Registers an account, as policy allows.
    pub async fn register(&self, body: &RegisterAccount) -> Result<Account> {
        self.send(Method::POST, "/api/v1/accounts", body).await
    }

    /// Makes an admin, as an admin.
    pub async fn create_admin(&self, body: &CreateAdmin) -> Result<Account> {
        self.send(Method::POST, "/api/v1/admins", body).await
    }

    /// Who is asking.
    pub async fn me(&self) -> Result<Me> {
        self.get("/api/v1/me", NO_QUERY).await
    }

    /// Changes the caller's own account.
    pub async fn edit_me(&self, body: &EditMe) -> Result<Account> {
        self.send(Method::PATCH, "/api/v1/me", body).await
    }

    /// Changes the caller's own password; other sessions end.
    pub async fn change_password(&self, body: &ChangePassword) -> Result<()> {
        self.done_with(Method::POST, "/api/v1/me/password", body).await
    }

    /// Replaces a forgotten password with a reset code.
    pub async fn reset_password(&self, body: &ResetPassword) -> Result<()> {
        self.done_with(Method::POST, "/api/v1/password-reset", body).await
    }

    /// Lists accounts.
    pub async fn accounts(&self, query: &ListAccounts) -> Result<Page<Account>> {
        self.get("/api/v1/accounts", query).await
    }

    /// The account with this name, without regard to case or width.
    pub async fn account_named(&self, name: &str) -> Result<Option<Account>> {
        let query = ListAccounts { name: Some(name.to_owned()), ..Default::default() };
        Ok(self.accounts(&query).await?.items.into_iter().next())
    }

    /// One account.
    pub async fn account(&self, id: i64) -> Result<Account> {
        self.get(&format!("/api/v1/accounts/{id}"), NO_QUERY).await
    }

    /// All that happened to an account, newest first.
    pub async fn timeline(&self, id: i64, query: &ListPage) -> Result<Page<TimelineItem>> {
        self.get(&format!("/api/v1/accounts/{id}/timeline"), query).await
    }

    /// Changes an account's role or note.
    pub async fn edit_account(&self, id: i64, body: &EditAccount) -> Result<Account> {
        self.send(Method::PATCH, &format!("/api/v1/accounts/{id}"), body).await
    }

    /// Locks an account; its sessions end.
    pub async fn lock_account(&self, id: i64) -> Result<Account> {
        let path = format!("/api/v1/accounts/{id}/lock");
        self.act(Method::POST, &path, NO_QUERY, Patience::Ordinary).await
    }

    /// Unlocks an account.
    pub async fn unlock_account(&self, id: i64) -> Result<Account> {
        let path = format!("/api/v1/accounts/{id}/unlock");
        self.act(Method::POST, &path, NO_QUERY, Patience::Ordinary).await
    }

    /// Issues a one-time code with which a forgotten password is replaced.
    pub async fn issue_reset_code(&self, id: i64) -> Result<ResetCode> {
        let path = format!("/api/v1/accounts/{id}/reset-code");
        self.act(Method::POST, &path, NO_QUERY, Patience::Ordinary).await
    }

    /// Ends every session of an account.
    pub async fn end_account_sessions(&self, id: i64) -> Result<()> {
        self.done(Method::DELETE, &format!("/api/v1/accounts/{id}/sessions"), NO_QUERY).await
    }
}
