//! Videos, uploads, announcements.

mod announcement;
mod discussion;
pub(in crate::http) mod embed;
mod front;
mod history;
mod picture;
mod saved;
mod subtitle;
mod upload;
mod video;

use crate::http::access::Who::{Account, Admin, Anyone, Visitor};
use crate::http::route::Routes;
use utoipa_axum::routes;

/// The routes of this subject, with who may call each.
pub fn routes() -> Routes {
    Routes::new()
        .allow(Visitor, routes!(video::list_videos))
        .allow(Admin, routes!(video::edit_videos))
        .allow(Admin, routes!(video::trash_videos))
        .allow(Admin, routes!(video::restore_videos))
        .allow(Visitor, routes!(video::list_labels))
        .allow(Visitor, routes!(video::show_video))
        .allow(Visitor, routes!(embed::show_oembed))
        .allow(Visitor, routes!(front::show_front))
        .allow(Visitor, routes!(front::list_related))
        .allow(Visitor, routes!(picture::preview_index))
        .allow(Admin, routes!(picture::list_posters))
        .allow(Admin, routes!(picture::choose_poster))
        .allow_files(Admin, routes!(picture::add_poster))
        .allow(Admin, routes!(picture::delete_poster))
        .allow(Visitor, routes!(subtitle::list_subtitles))
        .allow_files(Admin, routes!(subtitle::add_subtitle))
        .allow(Admin, routes!(subtitle::edit_subtitle, subtitle::delete_subtitle))
        .allow(Admin, routes!(subtitle::subtitle_text))
        .allow(Admin, routes!(video::edit_video, video::trash_video))
        .allow(Admin, routes!(video::ask_fingerprint))
        .allow(Admin, routes!(video::restore_video))
        .allow(Admin, routes!(video::purge_video))
        .allow(Admin, routes!(video::list_trash))
        .allow(Account, routes!(video::list_owned))
        .allow(Account, routes!(history::put_progress))
        .allow(Account, routes!(history::list_history, history::clear_history))
        .allow(Account, routes!(history::forget_watched))
        .allow(Account, routes!(saved::list_saved))
        .allow(Account, routes!(saved::save_video, saved::unsave_video))
        .allow(Visitor, routes!(discussion::list_comments))
        .allow(Account, routes!(discussion::write_comment))
        .allow(Visitor, routes!(discussion::list_replies))
        .allow(Account, routes!(discussion::delete_comment))
        .allow(Account, routes!(discussion::like_comment, discussion::unlike_comment))
        .allow(Account, routes!(discussion::report_comment))
        .allow(Admin, routes!(discussion::approve_comment))
        .allow(Admin, routes!(discussion::list_all_comments))
        .allow(Admin, routes!(discussion::list_reported_danmaku))
        .allow(Admin, routes!(discussion::count_to_review))
        .allow(Visitor, routes!(discussion::list_danmaku))
        .allow(Account, routes!(discussion::write_danmaku))
        .allow(Visitor, routes!(discussion::follow_danmaku))
        .allow(Account, routes!(discussion::delete_danmaku))
        .allow(Account, routes!(discussion::report_danmaku))
        .allow(Admin, routes!(discussion::approve_danmaku))
        .allow(Visitor, routes!(announcement::list_announcements))
        .allow(Admin, routes!(announcement::publish_announcement))
        .allow(Visitor, routes!(announcement::show_announcement))
        .allow(Admin, routes!(announcement::edit_announcement, announcement::withdraw_announcement))
        .allow(Admin, routes!(announcement::preview_announcement))
        .allow(Admin, routes!(announcement::list_revisions))
        .allow(Account, routes!(announcement::read_announcement))
        .allow(Account, routes!(announcement::read_all_announcements))
        .allow(Account, routes!(announcement::count_unread))
        .allow_files(Admin, routes!(video::upload_video))
        .allow(Anyone, routes!(upload::upload_abilities))
        .allow(Admin, routes!(upload::list_uploads))
        .allow_files(Admin, routes!(upload::create_upload))
        .allow(Anyone, routes!(upload::one_upload_abilities))
        .allow(Admin, routes!(upload::settle_upload, upload::show_upload, upload::end_upload))
        .allow_files(Admin, routes!(upload::append_upload))
}
