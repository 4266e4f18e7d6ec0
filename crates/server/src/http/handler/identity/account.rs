//! Accounts.

use crate::app::{Caller, Identity, Operation};
use crate::http::extract::{Answer, Id, Json, Query};
use axum::extract::State;
use http::StatusCode;
use std::sync::Arc;
use yingku_core::id::AccountId;
use yingku_protocol::{
    Account, ChangePassword, CreateAdmin, EditAccount, EditMe, ListAccounts, ListPage, Page,
    RegisterAccount, ResetCode, ResetPassword, SetUp, Throttles, TimelineItem,
};

/// Makes the first admin, with the setup code that `serve` printed.
#[utoipa::path(post, path = "/api/v1/setup", tag = "accounts", request_body = SetUp,
    responses((status = 201, body = Account)))]
pub async fn set_up(
    State(operation): State<Arc<Operation>>,
    caller: Caller,
    Json(wanted): Json<SetUp>,
) -> Answer<(StatusCode, Json<Account>)> {
    Ok((StatusCode::CREATED, Json(operation.set_up(&caller, &wanted).await?)))
}

/// Registers an account, as the sign-up policy of its role allows.
#[utoipa::path(post, path = "/api/v1/accounts", tag = "accounts", request_body = RegisterAccount,
    responses((status = 201, body = Account)))]
pub async fn register_account(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Json(wanted): Json<RegisterAccount>,
) -> Answer<(StatusCode, Json<Account>)> {
    Ok((StatusCode::CREATED, Json(identity.register_account(&caller, &wanted).await?)))
}

/// Makes an admin, whatever the sign-up policy says. Admins only.
#[utoipa::path(post, path = "/api/v1/admins", tag = "accounts", request_body = CreateAdmin,
    responses((status = 201, body = Account)))]
pub async fn create_admin(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Json(wanted): Json<CreateAdmin>,
) -> Answer<(StatusCode, Json<Account>)> {
    Ok((StatusCode::CREATED, Json(identity.create_admin(&caller, &wanted).await?)))
}

/// Replaces a forgotten password, with the code that an admin handed over.
#[utoipa::path(post, path = "/api/v1/password-reset", tag = "accounts",
    request_body = ResetPassword, responses((status = 204)))]
pub async fn reset_password(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Json(wanted): Json<ResetPassword>,
) -> Answer<StatusCode> {
    identity.reset_password(&caller, &wanted).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes what the owner may change of an account.
#[utoipa::path(patch, path = "/api/v1/me", tag = "accounts", request_body = EditMe,
    responses((status = 200, body = Account)))]
pub async fn edit_me(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Json(wanted): Json<EditMe>,
) -> Answer<Json<Account>> {
    Ok(Json(identity.edit_me(&caller, &wanted).await?))
}

/// Changes the caller's password. Other sessions, tickets and links end.
#[utoipa::path(post, path = "/api/v1/me/password", tag = "accounts",
    request_body = ChangePassword, responses((status = 204)))]
pub async fn change_password(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Json(wanted): Json<ChangePassword>,
) -> Answer<StatusCode> {
    identity.change_password(&caller, &wanted).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists accounts, newest first. Admins only.
#[utoipa::path(get, path = "/api/v1/accounts", tag = "accounts", params(ListAccounts),
    responses((status = 200, body = Page<Account>)))]
pub async fn list_accounts(
    State(identity): State<Arc<Identity>>,
    Query(wanted): Query<ListAccounts>,
) -> Answer<Json<Page<Account>>> {
    Ok(Json(identity.list_accounts(&wanted).await?))
}

/// Shows an account. Admins only.
#[utoipa::path(get, path = "/api/v1/accounts/{id}", tag = "accounts",
    params(("id" = i64, Path)), responses((status = 200, body = Account)))]
pub async fn show_account(
    State(identity): State<Arc<Identity>>,
    Id(id): Id<AccountId>,
) -> Answer<Json<Account>> {
    Ok(Json(identity.show_account_by_id(id).await?))
}

/// Lists all that happened to an account, newest first: acts on it and by it, logins and
/// failures, its wallet, its downloads. Admins only.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/timeline", tag = "accounts",
    params(("id" = i64, Path), ListPage), responses((status = 200, body = Page<TimelineItem>)))]
pub async fn show_timeline(
    State(operation): State<Arc<Operation>>,
    Id(id): Id<AccountId>,
    Query(wanted): Query<ListPage>,
) -> Answer<Json<Page<TimelineItem>>> {
    Ok(Json(operation.show_timeline(id, &wanted).await?))
}

/// Changes what an admin may change: a changed role ends every session.
#[utoipa::path(patch, path = "/api/v1/accounts/{id}", tag = "accounts",
    params(("id" = i64, Path)), request_body = EditAccount,
    responses((status = 200, body = Account)))]
pub async fn edit_account(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Id(id): Id<AccountId>,
    Json(wanted): Json<EditAccount>,
) -> Answer<Json<Account>> {
    Ok(Json(identity.edit_account(&caller, id, &wanted).await?))
}

/// Locks an account: it cannot log in, and everything that it logged in ends within 1 s.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/lock", tag = "accounts",
    params(("id" = i64, Path)), responses((status = 200, body = Account)))]
pub async fn lock_account(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Id(id): Id<AccountId>,
) -> Answer<Json<Account>> {
    Ok(Json(identity.lock_account(&caller, id).await?))
}

/// Lets a locked account log in again.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/unlock", tag = "accounts",
    params(("id" = i64, Path)), responses((status = 200, body = Account)))]
pub async fn unlock_account(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Id(id): Id<AccountId>,
) -> Answer<Json<Account>> {
    Ok(Json(identity.unlock_account(&caller, id).await?))
}

/// Makes a code with which a forgotten password is replaced; it is shown this once.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/reset-code", tag = "accounts",
    params(("id" = i64, Path)), responses((status = 201, body = ResetCode)))]
pub async fn create_reset_code(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Id(id): Id<AccountId>,
) -> Answer<(StatusCode, Json<ResetCode>)> {
    Ok((StatusCode::CREATED, Json(identity.create_reset_code(&caller, id).await?)))
}

/// Ends every session, ticket and link of an account.
#[utoipa::path(delete, path = "/api/v1/accounts/{id}/sessions", tag = "accounts",
    params(("id" = i64, Path)), responses((status = 204)))]
pub async fn end_account_sessions(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Id(id): Id<AccountId>,
) -> Answer<StatusCode> {
    identity.end_sessions(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists from where an account cannot log in for a while, after too many failures. Admins only.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/throttles", tag = "accounts",
    params(("id" = i64, Path)), responses((status = 200, body = Throttles)))]
pub async fn list_throttles(
    State(identity): State<Arc<Identity>>,
    Id(id): Id<AccountId>,
) -> Answer<Json<Throttles>> {
    Ok(Json(identity.list_throttles(id).await?))
}

/// Forgets the failures that keep an account from logging in. Admins only.
#[utoipa::path(delete, path = "/api/v1/accounts/{id}/throttles", tag = "accounts",
    params(("id" = i64, Path)), responses((status = 204)))]
pub async fn lift_throttles(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Id(id): Id<AccountId>,
) -> Answer<StatusCode> {
    identity.lift_throttles(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
