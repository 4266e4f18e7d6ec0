//! What viewers say about films.

use crate::app::{Caller, Library};
use crate::http::extract::{Answer, Id, Json, Query};
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use http::StatusCode;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use yingku_core::id::{CommentId, DanmakuId, VideoId};
use yingku_protocol::{
    Comment, Danmaku, DanmakuRange, ListComments, ListDanmaku, ListPage, Page, ReviewCount,
    Reviewed, WriteComment, WriteDanmaku, WriteReport,
};

/// A sign of life goes out this often, so that nothing in between takes the line for dead.
const ALIVE_EVERY: Duration = Duration::from_secs(15);

/// Lists comments under a video, newest first, each with its first three replies.
#[utoipa::path(get, path = "/api/v1/videos/{id}/comments", tag = "discussion",
    params(("id" = i64, Path), ListPage), responses((status = 200, body = Page<Comment>)))]
pub async fn list_comments(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<VideoId>,
    Query(wanted): Query<ListPage>,
) -> Answer<Json<Page<Comment>>> {
    Ok(Json(library.list_comments(&caller, id, &wanted).await?))
}

/// Writes a comment under a video, or a reply to one: at most 6 in a minute.
#[utoipa::path(post, path = "/api/v1/videos/{id}/comments", tag = "discussion",
    params(("id" = i64, Path)), request_body = WriteComment,
    responses((status = 201, body = Comment)))]
pub async fn write_comment(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<VideoId>,
    Json(wanted): Json<WriteComment>,
) -> Answer<(StatusCode, Json<Comment>)> {
    Ok((StatusCode::CREATED, Json(library.write_comment(&caller, id, &wanted).await?)))
}

/// Lists replies to a comment, oldest first.
#[utoipa::path(get, path = "/api/v1/comments/{id}/replies", tag = "discussion",
    params(("id" = i64, Path), ListPage), responses((status = 200, body = Page<Comment>)))]
pub async fn list_replies(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<CommentId>,
    Query(wanted): Query<ListPage>,
) -> Answer<Json<Page<Comment>>> {
    Ok(Json(library.list_replies(&caller, id, &wanted).await?))
}

/// Deletes a comment and the replies to it: one's own, or as an admin anybody's.
#[utoipa::path(delete, path = "/api/v1/comments/{id}", tag = "discussion",
    params(("id" = i64, Path)), responses((status = 204)))]
pub async fn delete_comment(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<CommentId>,
) -> Answer<StatusCode> {
    library.delete_comment(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Likes a comment.
#[utoipa::path(put, path = "/api/v1/comments/{id}/like", tag = "discussion",
    params(("id" = i64, Path)), responses((status = 204)))]
pub async fn like_comment(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<CommentId>,
) -> Answer<StatusCode> {
    library.like_comment(&caller, id, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Likes a comment no longer.
#[utoipa::path(delete, path = "/api/v1/comments/{id}/like", tag = "discussion",
    params(("id" = i64, Path)), responses((status = 204)))]
pub async fn unlike_comment(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<CommentId>,
) -> Answer<StatusCode> {
    library.like_comment(&caller, id, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reports a comment to the admins.
#[utoipa::path(post, path = "/api/v1/comments/{id}/reports", tag = "discussion",
    params(("id" = i64, Path)), request_body = WriteReport, responses((status = 204)))]
pub async fn report_comment(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<CommentId>,
    Json(wanted): Json<WriteReport>,
) -> Answer<StatusCode> {
    library.report_comment(&caller, id, &wanted).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a comment through that waits for it, and forgets what was reported of it. Admins only.
#[utoipa::path(post, path = "/api/v1/comments/{id}/approve", tag = "discussion",
    params(("id" = i64, Path)), responses((status = 204)))]
pub async fn approve_comment(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<CommentId>,
) -> Answer<StatusCode> {
    library.approve_comment(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists comments of all videos, newest first, with what was reported of them. Admins only.
#[utoipa::path(get, path = "/api/v1/comments", tag = "discussion", params(ListComments),
    responses((status = 200, body = Page<Reviewed>)))]
pub async fn list_all_comments(
    State(library): State<Arc<Library>>,
    Query(wanted): Query<ListComments>,
) -> Answer<Json<Page<Reviewed>>> {
    Ok(Json(library.list_reviewed_comments(&wanted).await?))
}

/// Lists danmaku that were reported, newest first. Admins only.
#[utoipa::path(get, path = "/api/v1/danmaku", tag = "discussion", params(ListPage),
    responses((status = 200, body = Page<Reviewed>)))]
pub async fn list_reported_danmaku(
    State(library): State<Arc<Library>>,
    Query(wanted): Query<ListPage>,
) -> Answer<Json<Page<Reviewed>>> {
    Ok(Json(library.list_reviewed_danmaku(&wanted).await?))
}

/// Counts comments and danmaku that admins are to look at. Admins only.
#[utoipa::path(get, path = "/api/v1/review", tag = "discussion",
    responses((status = 200, body = ReviewCount)))]
pub async fn count_to_review(State(library): State<Arc<Library>>) -> Answer<Json<ReviewCount>> {
    Ok(Json(library.count_to_review().await?))
}

/// Lists danmaku of a part of a film, of ten minutes at most, in the order of the film.
#[utoipa::path(get, path = "/api/v1/videos/{id}/danmaku", tag = "discussion",
    params(("id" = i64, Path), ListDanmaku), responses((status = 200, body = DanmakuRange)))]
pub async fn list_danmaku(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<VideoId>,
    Query(wanted): Query<ListDanmaku>,
) -> Answer<Json<DanmakuRange>> {
    Ok(Json(library.list_danmaku(&caller, id, &wanted).await?))
}

/// Sends a danmaku: at most 10 in 30 seconds.
#[utoipa::path(post, path = "/api/v1/videos/{id}/danmaku", tag = "discussion",
    params(("id" = i64, Path)), request_body = WriteDanmaku,
    responses((status = 201, body = Danmaku)))]
pub async fn write_danmaku(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<VideoId>,
    Json(wanted): Json<WriteDanmaku>,
) -> Answer<(StatusCode, Json<Danmaku>)> {
    Ok((StatusCode::CREATED, Json(library.write_danmaku(&caller, id, &wanted).await?)))
}

/// Sends danmaku as they arrive, without end: server-sent events whose data are danmaku in JSON,
/// within a second or so, whichever node took them. It ends with the caller's login.
#[utoipa::path(get, path = "/api/v1/videos/{id}/danmaku/live", tag = "discussion",
    params(("id" = i64, Path)),
    responses((status = 200, body = String, content_type = "text/event-stream")))]
pub async fn follow_danmaku(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<VideoId>,
) -> Answer<([(&'static str, &'static str); 1], Sse<impl Stream<Item = Result<Event, Infallible>>>)>
{
    let following = library.follow_danmaku(&caller, id).await?;
    let events = futures_util::stream::unfold(following, move |mut following| {
        let (library, caller) = (Arc::clone(&library), caller.clone());
        async move {
            let row = following.next().await?;
            let shown = library.show_danmaku(&row, &caller);
            let event = Event::default().json_data(shown).unwrap_or_default();
            Some((Ok(event), following))
        }
    });
    let events = Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE_EVERY));
    // nginx keeps answers back otherwise.
    Ok(([("x-accel-buffering", "no")], events))
}

/// Deletes a danmaku: one's own, or as an admin anybody's.
#[utoipa::path(delete, path = "/api/v1/danmaku/{id}", tag = "discussion",
    params(("id" = i64, Path)), responses((status = 204)))]
pub async fn delete_danmaku(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<DanmakuId>,
) -> Answer<StatusCode> {
    library.delete_danmaku(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reports a danmaku to the admins.
#[utoipa::path(post, path = "/api/v1/danmaku/{id}/reports", tag = "discussion",
    params(("id" = i64, Path)), request_body = WriteReport, responses((status = 204)))]
pub async fn report_danmaku(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<DanmakuId>,
    Json(wanted): Json<WriteReport>,
) -> Answer<StatusCode> {
    library.report_danmaku(&caller, id, &wanted).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forgets what was reported of a danmaku. Admins only.
#[utoipa::path(post, path = "/api/v1/danmaku/{id}/approve", tag = "discussion",
    params(("id" = i64, Path)), responses((status = 204)))]
pub async fn approve_danmaku(
    State(library): State<Arc<Library>>,
    caller: Caller,
    Id(id): Id<DanmakuId>,
) -> Answer<StatusCode> {
    library.approve_danmaku(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
