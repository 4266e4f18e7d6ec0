//! Videos, uploads, announcements.

mod announcement;
mod upload;
mod video;

use crate::http::Door;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this subject.
pub fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new()
        .routes(routes!(video::list_videos, video::edit_videos))
        .routes(routes!(video::trash_videos))
        .routes(routes!(video::restore_videos))
        .routes(routes!(video::list_labels))
        .routes(routes!(video::show_video, video::edit_video, video::trash_video))
        .routes(routes!(video::ask_fingerprint))
        .routes(routes!(video::restore_video))
        .routes(routes!(video::purge_video))
        .routes(routes!(video::list_trash))
        .routes(routes!(video::list_owned))
        .routes(routes!(announcement::list_announcements, announcement::publish_announcement))
        .routes(routes!(
            announcement::show_announcement,
            announcement::edit_announcement,
            announcement::withdraw_announcement
        ))
        .routes(routes!(announcement::preview_announcement))
        .routes(routes!(announcement::list_revisions))
        .routes(routes!(announcement::read_announcement))
        .routes(routes!(announcement::read_all_announcements))
        .routes(routes!(announcement::count_unread))
        .routes(routes!(video::upload_video))
        .routes(routes!(upload::upload_abilities, upload::list_uploads, upload::create_upload))
        .routes(routes!(
            upload::one_upload_abilities,
            upload::settle_upload,
            upload::show_upload,
            upload::append_upload,
            upload::end_upload
        ))
}
