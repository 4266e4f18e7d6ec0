//! Workers: for admins, and for the worker itself.

use crate::call::{NO_QUERY, Patience, unbuildable};
use crate::transport::{Body, ByteStream};
use crate::{Client, Fetched, Result};
use http::header::{CONTENT_TYPE, RANGE};
use http::{Method, StatusCode};
use std::ops::Range;
use yingku_protocol::{
    Assignment, ClaimUnit, CreateWorker, EndUnit, Held, ListPage, Page, PutPart, Worker,
};

impl Client {
    /// Registers a worker; only this answer has its token.
    pub async fn create_worker(&self, body: &CreateWorker) -> Result<Worker> {
        self.send(Method::POST, "/api/v1/workers", body).await
    }

    /// Lists workers.
    pub async fn workers(&self, query: &ListPage) -> Result<Page<Worker>> {
        self.get("/api/v1/workers", query).await
    }

    /// Revokes a worker.
    pub async fn revoke_worker(&self, id: i64) -> Result<Worker> {
        let path = format!("/api/v1/workers/{id}");
        self.act(Method::DELETE, &path, NO_QUERY, Patience::Ordinary).await
    }

    /// Asks for something to encode; waits a few seconds where there is nothing.
    pub async fn claim_unit(&self, body: &ClaimUnit) -> Result<Option<Assignment>> {
        self.send_for_some(Method::POST, "/api/v1/assignments", body).await
    }

    /// Holds a job for a few seconds more.
    ///
    /// # Errors
    /// A refusal, at once, where the job is lost.
    pub async fn renew_unit(&self, job_id: i64, fence: i64) -> Result<()> {
        self.done(Method::POST, &path_of(job_id, "renewals"), &Held { fence }).await
    }

    /// Fetches a part of the file that a job is encoded from; `offset` is 0 where the server
    /// sends the whole.
    pub async fn fetch_source(&self, task: &Assignment, range: Range<u64>) -> Result<Fetched> {
        let path = path_of(task.job_id, "source");
        let request = self
            .request(Method::GET, &path, &Held { fence: task.fence })?
            .header(RANGE, format!("bytes={}-{}", range.start, range.end.saturating_sub(1)))
            .body(Body::Empty)
            .map_err(unbuildable)?;
        let answer = self.answer(request, Patience::Ordinary).await?;
        let is_part = answer.status() == StatusCode::PARTIAL_CONTENT;
        Ok(Fetched::new(if is_part { range.start } else { 0 }, answer.into_body()))
    }

    /// Sends what was encoded of one size.
    pub async fn put_part(
        &self,
        job_id: i64,
        about: &PutPart,
        bytes: ByteStream,
        size_bytes: u64,
    ) -> Result<()> {
        let request = self
            .request(Method::PUT, &path_of(job_id, "parts"), about)?
            .header(CONTENT_TYPE, "application/octet-stream")
            .body(Body::Stream { bytes, size_bytes })
            .map_err(unbuildable)?;
        self.answer(request, Patience::Endless).await.map(drop)
    }

    /// Ends a job.
    pub async fn end_unit(&self, job_id: i64, body: &EndUnit) -> Result<()> {
        self.done_with(Method::POST, &path_of(job_id, "end"), body).await
    }
}

fn path_of(job_id: i64, what: &str) -> String {
    format!("/api/v1/assignments/{job_id}/{what}")
}
