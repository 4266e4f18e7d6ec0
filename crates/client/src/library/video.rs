//! Videos.

use crate::call::{NO_QUERY, Patience, unbuildable};
use crate::transport::{Body, ByteStream};
use crate::{Client, Result};
use http::Method;
use http::header::CONTENT_TYPE;
use yingku_protocol::{
    AskFingerprint, ChoosePoster, EditVideo, EditVideos, FingerprintAnswer, Labels, ListHistory,
    ListPage, ListTrash, ListVideos, OwnedVideo, Page, Posters, PurgeVideo, UploadVideo, Video,
    VideoIds, Videos, WatchedVideo,
};

impl Client {
    /// Lists visible videos.
    pub async fn videos(&self, query: &ListVideos) -> Result<Page<Video>> {
        self.get("/api/v1/videos", query).await
    }

    /// The categories and tags that visible videos have.
    pub async fn labels(&self) -> Result<Labels> {
        self.get("/api/v1/labels", NO_QUERY).await
    }

    /// One video.
    pub async fn video(&self, id: i64) -> Result<Video> {
        self.get(&format!("/api/v1/videos/{id}"), NO_QUERY).await
    }

    /// Asks whether content might be here already.
    pub async fn ask_fingerprint(&self, query: &AskFingerprint) -> Result<FingerprintAnswer> {
        self.get("/api/v1/fingerprint", query).await
    }

    /// Uploads a video: exactly `size_bytes` bytes.
    pub async fn upload_video(
        &self,
        query: &UploadVideo,
        bytes: ByteStream,
        size_bytes: u64,
    ) -> Result<Video> {
        let request = self
            .request(Method::POST, "/api/v1/videos", query)?
            .header(CONTENT_TYPE, "application/octet-stream")
            .body(Body::Stream { bytes, size_bytes })
            .map_err(unbuildable)?;
        self.document(request, Patience::Endless).await
    }

    /// Changes a video.
    pub async fn edit_video(&self, id: i64, body: &EditVideo) -> Result<Video> {
        self.send(Method::PATCH, &format!("/api/v1/videos/{id}"), body).await
    }

    /// Moves a video to the trash.
    pub async fn delete_video(&self, id: i64) -> Result<Video> {
        let path = format!("/api/v1/videos/{id}");
        self.act(Method::DELETE, &path, NO_QUERY, Patience::Ordinary).await
    }

    /// Takes a video out of the trash.
    pub async fn restore_video(&self, id: i64) -> Result<Video> {
        let path = format!("/api/v1/videos/{id}/restore");
        self.act(Method::POST, &path, NO_QUERY, Patience::Ordinary).await
    }

    /// Changes several videos: all of them, or none.
    pub async fn edit_videos(&self, body: &EditVideos) -> Result<Videos> {
        self.send(Method::PATCH, "/api/v1/videos", body).await
    }

    /// Moves several videos to the trash: all of them, or none.
    pub async fn delete_videos(&self, body: &VideoIds) -> Result<Videos> {
        self.send(Method::POST, "/api/v1/videos/trash", body).await
    }

    /// Takes several videos out of the trash: all of them, or none.
    pub async fn restore_videos(&self, body: &VideoIds) -> Result<Videos> {
        self.send(Method::POST, "/api/v1/videos/restore", body).await
    }

    /// Removes a video from the trash for good.
    pub async fn purge_video(&self, id: i64, query: &PurgeVideo) -> Result<()> {
        self.done(Method::POST, &format!("/api/v1/videos/{id}/purge"), query).await
    }

    /// Lists the trash.
    pub async fn trash(&self, query: &ListTrash) -> Result<Page<Video>> {
        self.get("/api/v1/trash", query).await
    }

    /// Lists what the caller bought.
    pub async fn library(&self, query: &ListPage) -> Result<Page<OwnedVideo>> {
        self.get("/api/v1/library", query).await
    }

    /// The candidates for a video's poster.
    pub async fn posters(&self, id: i64) -> Result<Posters> {
        self.get(&format!("/api/v1/videos/{id}/posters"), NO_QUERY).await
    }

    /// Shows another candidate as a video's poster.
    pub async fn choose_poster(&self, id: i64, body: &ChoosePoster) -> Result<Video> {
        self.send(Method::PUT, &format!("/api/v1/videos/{id}/poster"), body).await
    }

    /// Keeps a picture as a video's poster.
    pub async fn add_poster(&self, id: i64, content: Vec<u8>) -> Result<Video> {
        self.send_file(&format!("/api/v1/videos/{id}/posters"), &NO_QUERY, content).await
    }

    /// Lists what the caller watched, last watched first.
    pub async fn history(&self, query: &ListHistory) -> Result<Page<WatchedVideo>> {
        self.get("/api/v1/history", query).await
    }

    /// Forgets everything that the caller watched.
    pub async fn clear_history(&self) -> Result<()> {
        self.done(Method::DELETE, "/api/v1/history", NO_QUERY).await
    }
}
