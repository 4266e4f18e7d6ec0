//! Announcements.

use crate::call::NO_QUERY;
use crate::{Client, Result};
use http::Method;
use yingku_protocol::{
    Announcement, AnnouncementPreview, AnnouncementRevision, EditAnnouncement, ListAnnouncements,
    Page, PreviewAnnouncement, PublishAnnouncement, Unread,
};

impl Client {
    /// Lists announcements, newest first.
    pub async fn announcements(&self, query: &ListAnnouncements) -> Result<Page<Announcement>> {
        self.get("/api/v1/announcements", query).await
    }

    /// One announcement.
    pub async fn announcement(&self, id: i64) -> Result<Announcement> {
        self.get(&format!("/api/v1/announcements/{id}"), NO_QUERY).await
    }

    /// Publishes an announcement.
    pub async fn publish_announcement(&self, body: &PublishAnnouncement) -> Result<Announcement> {
        self.send(Method::POST, "/api/v1/announcements", body).await
    }

    /// Shows how a content will look.
    pub async fn preview_announcement(
        &self,
        body: &PreviewAnnouncement,
    ) -> Result<AnnouncementPreview> {
        self.send(Method::POST, "/api/v1/announcements/preview", body).await
    }

    /// Changes an announcement.
    pub async fn edit_announcement(
        &self,
        id: i64,
        body: &EditAnnouncement,
    ) -> Result<Announcement> {
        self.send(Method::PATCH, &format!("/api/v1/announcements/{id}"), body).await
    }

    /// Withdraws an announcement.
    pub async fn withdraw_announcement(&self, id: i64) -> Result<()> {
        self.done(Method::DELETE, &format!("/api/v1/announcements/{id}"), NO_QUERY).await
    }

    /// The earlier texts of an announcement.
    pub async fn announcement_revisions(&self, id: i64) -> Result<Page<AnnouncementRevision>> {
        self.get(&format!("/api/v1/announcements/{id}/revisions"), NO_QUERY).await
    }

    /// How many announcements the caller has not read.
    pub async fn unread_announcements(&self) -> Result<Unread> {
        self.get("/api/v1/announcements/unread", NO_QUERY).await
    }

    /// Marks one announcement as read.
    pub async fn read_announcement(&self, id: i64) -> Result<()> {
        self.done(Method::POST, &format!("/api/v1/announcements/{id}/read"), NO_QUERY).await
    }

    /// Marks every announcement as read.
    pub async fn read_all_announcements(&self) -> Result<()> {
        self.done(Method::POST, "/api/v1/announcements/read", NO_QUERY).await
    }
}
