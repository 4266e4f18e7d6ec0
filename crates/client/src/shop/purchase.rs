//! Buying videos.

use crate::{Client, Result};
use yingku_protocol::{BuyVideo, VideoBought};

impl Client {
    /// Buys a video at the price that the buyer saw.
    pub async fn buy_video(&self, video_id: i64, body: &BuyVideo) -> Result<VideoBought> {
        self.pay(&format!("/api/v1/videos/{video_id}/purchases"), body).await
    }
}
