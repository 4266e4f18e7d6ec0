//! Comments under videos.

use crate::call::NO_QUERY;
use crate::{Client, Result};
use http::Method;
use yingku_protocol::{Comment, ListComments, ListPage, Page, Reviewed};

impl Client {
    /// Lists comments under a video, newest first.
    pub async fn comments(&self, video_id: i64, query: &ListPage) -> Result<Page<Comment>> {
        self.get(&format!("/api/v1/videos/{video_id}/comments"), query).await
    }

    /// Lists comments of all videos, newest first.
    pub async fn all_comments(&self, query: &ListComments) -> Result<Page<Reviewed>> {
        self.get("/api/v1/comments", query).await
    }

    /// Deletes a comment and the replies to it.
    pub async fn delete_comment(&self, id: i64) -> Result<()> {
        self.done(Method::DELETE, &format!("/api/v1/comments/{id}"), NO_QUERY).await
    }
}
