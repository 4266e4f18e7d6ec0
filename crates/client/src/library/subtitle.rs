//! Subtitles of videos.

use crate::call::NO_QUERY;
use crate::{Client, Result};
use http::Method;
use yingku_protocol::{AddSubtitle, EditSubtitle, Subtitle, Subtitles};

impl Client {
    /// Lists the subtitles of a video.
    pub async fn subtitles(&self, video_id: i64) -> Result<Subtitles> {
        self.get(&format!("/api/v1/videos/{video_id}/subtitles"), NO_QUERY).await
    }

    /// Keeps a file of subtitles with a video.
    pub async fn add_subtitle(
        &self,
        video_id: i64,
        about: &AddSubtitle,
        content: Vec<u8>,
    ) -> Result<Subtitle> {
        self.send_file(&format!("/api/v1/videos/{video_id}/subtitles"), about, content).await
    }

    /// Changes subtitles.
    pub async fn edit_subtitle(&self, id: i64, body: &EditSubtitle) -> Result<Subtitle> {
        self.send(Method::PATCH, &format!("/api/v1/subtitles/{id}"), body).await
    }

    /// Removes subtitles.
    pub async fn delete_subtitle(&self, id: i64) -> Result<()> {
        self.done(Method::DELETE, &format!("/api/v1/subtitles/{id}"), NO_QUERY).await
    }
}
