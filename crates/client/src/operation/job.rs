//! Jobs in the background.

use crate::call::{NO_QUERY, Patience};
use crate::{Client, Result};
use http::Method;
use yingku_protocol::{Job, ListJobs, Page};

impl Client {
    /// Lists jobs, newest first.
    pub async fn jobs(&self, query: &ListJobs) -> Result<Page<Job>> {
        self.get("/api/v1/jobs", query).await
    }

    /// Shows a job.
    pub async fn job(&self, id: i64) -> Result<Job> {
        self.get(&format!("/api/v1/jobs/{id}"), NO_QUERY).await
    }

    /// Runs a job again that failed or was cancelled, or one that waits at once.
    pub async fn retry_job(&self, id: i64) -> Result<Job> {
        let path = format!("/api/v1/jobs/{id}/retry");
        self.act(Method::POST, &path, NO_QUERY, Patience::Ordinary).await
    }

    /// Cancels a job that waits or runs.
    pub async fn cancel_job(&self, id: i64) -> Result<Job> {
        let path = format!("/api/v1/jobs/{id}/cancel");
        self.act(Method::POST, &path, NO_QUERY, Patience::Ordinary).await
    }
}
