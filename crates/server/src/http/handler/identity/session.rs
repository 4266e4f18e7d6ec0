//! Logging in and out.

use crate::app::{Caller, Identity};
use crate::http::extract::{Answer, Id, Json, Query};
use crate::http::guard::{EndedSession, check_origin};
use crate::http::problem::refuse;
use crate::http::{HttpState, cookie};
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use std::sync::Arc;
use yingku_core::id::SessionId;
use yingku_protocol::{Code, ListPage, LogIn, LoggedIn, Me, Page, Session};

/// Logs in.
///
/// Failures are counted: 5 for an account from one address and 30 from an address in 15
/// minutes; then 429 with `retry_after_seconds`.
#[utoipa::path(post, path = "/api/v1/sessions", tag = "sessions", request_body = LogIn,
    responses((status = 201, body = LoggedIn)))]
pub async fn log_in(
    State(state): State<HttpState>,
    caller: Caller,
    headers: HeaderMap,
    Json(wanted): Json<LogIn>,
) -> Answer<Response> {
    if wanted.cookie {
        check_origin(&state, &headers)?;
    }
    let mut login = state.app.identity.log_in(&caller, &wanted).await?;
    if !wanted.cookie {
        return Ok((StatusCode::CREATED, Json(login)).into_response());
    }
    let token = login.token.take().unwrap_or_default();
    let cookie = cookie::set(&token, state.is_secure(&headers));
    Ok((StatusCode::CREATED, [(header::SET_COOKIE, cookie)], Json(login)).into_response())
}

/// Lists the caller's live sessions, newest first.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "sessions", params(ListPage),
    responses((status = 200, body = Page<Session>)))]
pub async fn list_sessions(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Query(wanted): Query<ListPage>,
) -> Answer<Json<Page<Session>>> {
    Ok(Json(identity.list_sessions(&caller, &wanted).await?))
}

/// Logs out everywhere: every session, ticket and link of the caller ends.
#[utoipa::path(delete, path = "/api/v1/sessions", tag = "sessions",
    responses((status = 204)))]
pub async fn end_all_sessions(
    State(state): State<HttpState>,
    caller: Caller,
    headers: HeaderMap,
) -> Answer<Response> {
    state.app.identity.end_all_sessions(&caller).await?;
    Ok(logged_out(&state, &headers))
}

/// Logs out.
#[utoipa::path(delete, path = "/api/v1/sessions/current", tag = "sessions",
    responses((status = 204)))]
pub async fn end_current_session(
    State(state): State<HttpState>,
    caller: Caller,
    headers: HeaderMap,
) -> Answer<Response> {
    state.app.identity.end_session(&caller, None).await?;
    Ok(logged_out(&state, &headers))
}

fn logged_out(state: &HttpState, headers: &HeaderMap) -> Response {
    let cookie = cookie::clear(state.is_secure(headers));
    (StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response()
}

/// Ends one of the caller's sessions.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", tag = "sessions",
    params(("id" = i64, Path)), responses((status = 204)))]
pub async fn end_session(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Id(id): Id<SessionId>,
) -> Answer<StatusCode> {
    identity.end_session(&caller, Some(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who is asking; `account` is null while logged out. A dead cookie is taken back, so that
/// its browser may see what anybody may.
#[utoipa::path(get, path = "/api/v1/me", tag = "sessions", responses((status = 200, body = Me)))]
pub async fn me(
    State(state): State<HttpState>,
    caller: Caller,
    headers: HeaderMap,
    ended: Option<Extension<EndedSession>>,
) -> Response {
    if ended.is_none() {
        return Json(state.app.identity.me(&caller)).into_response();
    }
    let mut response = refuse(Code::SessionEnded.into());
    let came_by_cookie = !headers.contains_key(header::AUTHORIZATION);
    if let (true, Ok(cookie)) = (came_by_cookie, cookie::clear(state.is_secure(&headers)).parse()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}
