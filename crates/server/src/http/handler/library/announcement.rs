//! Announcements.

use crate::app::{Caller, Library};
use crate::http::extract::{Answer, Id, Json, Query};
use axum::extract::State;
use http::StatusCode;
use std::sync::Arc;
use yingku_protocol::{
    Announcement, AnnouncementPreview, AnnouncementRevision, EditAnnouncement, ListAnnouncements,
    ListPage, Page, PreviewAnnouncement, PublishAnnouncement, Unread,
};

/// Lists announcements, last published first.
#[utoipa::path(get, path = "/api/v1/announcements", tag = "announcements",
    params(ListAnnouncements), responses((status = 200, body = Page<Announcement>)))]
pub async fn list_announcements(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Query(wanted): Query<ListAnnouncements>,
) -> Answer<Json<Page<Announcement>>> {
    Ok(Json(library.list_announcements(&caller, &wanted).await?))
}

/// Publishes an announcement, now or at a time to come. Admins only.
#[utoipa::path(post, path = "/api/v1/announcements", tag = "announcements",
    request_body = PublishAnnouncement, responses((status = 201, body = Announcement)))]
pub async fn publish_announcement(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Json(wanted): Json<PublishAnnouncement>,
) -> Answer<(StatusCode, Json<Announcement>)> {
    Ok((StatusCode::CREATED, Json(library.publish_announcement(&caller, &wanted).await?)))
}

/// Shows how a content will look, within the limits of publishing. Admins only.
#[utoipa::path(post, path = "/api/v1/announcements/preview", tag = "announcements",
    request_body = PreviewAnnouncement, responses((status = 200, body = AnnouncementPreview)))]
pub async fn preview_announcement(
    State(library): State<Arc<Library>>,
    Json(wanted): Json<PreviewAnnouncement>,
) -> Answer<Json<AnnouncementPreview>> {
    Ok(Json(library.preview_announcement(&wanted)?))
}

/// Shows an announcement.
#[utoipa::path(get, path = "/api/v1/announcements/{id}", tag = "announcements",
    params(("id" = i64, Path)), responses((status = 200, body = Announcement)))]
pub async fn show_announcement(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id,
) -> Answer<Json<Announcement>> {
    Ok(Json(library.show_announcement(&caller, id).await?))
}

/// Changes an announcement; a text that changes goes into its history.
#[utoipa::path(patch, path = "/api/v1/announcements/{id}", tag = "announcements",
    params(("id" = i64, Path)), request_body = EditAnnouncement,
    responses((status = 200, body = Announcement)))]
pub async fn edit_announcement(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id,
    Json(wanted): Json<EditAnnouncement>,
) -> Answer<Json<Announcement>> {
    Ok(Json(library.edit_announcement(&caller, id, &wanted).await?))
}

/// Withdraws an announcement.
#[utoipa::path(delete, path = "/api/v1/announcements/{id}", tag = "announcements",
    params(("id" = i64, Path)), responses((status = 204)))]
pub async fn withdraw_announcement(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id,
) -> Answer<StatusCode> {
    library.withdraw_announcement(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists earlier texts of an announcement, newest first. Admins only.
#[utoipa::path(get, path = "/api/v1/announcements/{id}/revisions", tag = "announcements",
    params(("id" = i64, Path), ListPage),
    responses((status = 200, body = Page<AnnouncementRevision>)))]
pub async fn list_revisions(
    State(library): State<Arc<Library>>,
    Id(id): Id,
    Query(wanted): Query<ListPage>,
) -> Answer<Json<Page<AnnouncementRevision>>> {
    Ok(Json(library.list_revisions(id, &wanted).await?))
}

/// Marks an announcement as read.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/read", tag = "announcements",
    params(("id" = i64, Path)), responses((status = 204)))]
pub async fn read_announcement(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id,
) -> Answer<StatusCode> {
    library.read_announcement(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Marks every announcement as read.
#[utoipa::path(post, path = "/api/v1/announcements/read", tag = "announcements",
    responses((status = 204)))]
pub async fn read_all_announcements(
    State(library): State<Arc<Library>>,
    caller: Caller,
) -> Answer<StatusCode> {
    library.read_all_announcements(&caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Counts the announcements that the caller has not read, up to 100.
#[utoipa::path(get, path = "/api/v1/announcements/unread", tag = "announcements",
    responses((status = 200, body = Unread)))]
pub async fn count_unread(
    State(library): State<Arc<Library>>,
    caller: Caller,
) -> Answer<Json<Unread>> {
    Ok(Json(library.count_unread(&caller).await?))
}
