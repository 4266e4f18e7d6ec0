//! Invites.

use crate::call::{NO_QUERY, Patience};
use crate::{Client, Result};
use http::Method;
use yingku_protocol::{CreateInvite, Invite, ListPage, Page};

impl Client {
    /// Makes an invite; its code is in this answer alone.
    pub async fn create_invite(&self, body: &CreateInvite) -> Result<Invite> {
        self.send(Method::POST, "/api/v1/invites", body).await
    }

    /// Lists invites.
    pub async fn invites(&self, query: &ListPage) -> Result<Page<Invite>> {
        self.get("/api/v1/invites", query).await
    }

    /// Revokes an invite.
    pub async fn revoke_invite(&self, id: i64) -> Result<Invite> {
        let path = format!("/api/v1/invites/{id}");
        self.act(Method::DELETE, &path, NO_QUERY, Patience::Ordinary).await
    }
}
