//! Sessions.

use crate::call::NO_QUERY;
use crate::{Client, Result};
use http::Method;
use yingku_protocol::{LogIn, LoggedIn, Page, Session};

impl Client {
    /// Logs in. The token is in the answer; this client goes on as it was.
    pub async fn log_in(&self, body: &LogIn) -> Result<LoggedIn> {
        self.send(Method::POST, "/api/v1/sessions", body).await
    }

    /// Ends the session that asks.
    pub async fn log_out(&self) -> Result<()> {
        self.done(Method::DELETE, "/api/v1/sessions/current", NO_QUERY).await
    }

    /// Ends every session of the caller.
    pub async fn log_out_everywhere(&self) -> Result<()> {
        self.done(Method::DELETE, "/api/v1/sessions", NO_QUERY).await
    }

    /// The caller's live sessions.
    pub async fn sessions(&self) -> Result<Page<Session>> {
        self.get("/api/v1/sessions", NO_QUERY).await
    }

    /// Ends one session of the caller.
    pub async fn end_session(&self, id: i64) -> Result<()> {
        self.done(Method::DELETE, &format!("/api/v1/sessions/{id}"), NO_QUERY).await
    }
}
