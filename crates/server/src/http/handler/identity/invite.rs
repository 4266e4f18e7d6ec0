//! Invites.

use crate::app::{Caller, Identity};
use crate::http::extract::{Answer, Id, Json, Query};
use axum::extract::State;
use http::StatusCode;
use std::sync::Arc;
use yingku_protocol::{CreateInvite, Invite, ListPage, Page};

/// Lists invites, newest first. Admins only.
#[utoipa::path(get, path = "/api/v1/invites", tag = "invites", params(ListPage),
    responses((status = 200, body = Page<Invite>)))]
pub async fn list_invites(
    State(identity): State<Arc<Identity>>,
    Query(wanted): Query<ListPage>,
) -> Answer<Json<Page<Invite>>> {
    Ok(Json(identity.list_invites(&wanted).await?))
}

/// Makes an invite; its code is shown this once.
#[utoipa::path(post, path = "/api/v1/invites", tag = "invites", request_body = CreateInvite,
    responses((status = 201, body = Invite)))]
pub async fn create_invite(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Json(wanted): Json<CreateInvite>,
) -> Answer<(StatusCode, Json<Invite>)> {
    Ok((StatusCode::CREATED, Json(identity.create_invite(&caller, &wanted).await?)))
}

/// Revokes an invite.
#[utoipa::path(delete, path = "/api/v1/invites/{id}", tag = "invites",
    params(("id" = i64, Path)), responses((status = 200, body = Invite)))]
pub async fn revoke_invite(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Id(id): Id,
) -> Answer<Json<Invite>> {
    Ok(Json(identity.revoke_invite(&caller, id).await?))
}
