//! Refusals as problem documents (RFC 9457): the one table from code to status, and the
//! layer that writes the document in the caller's language.

use crate::app;
use crate::http::language::lang_of;
use crate::http::send::Refused;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use yingku_protocol::{Code, Lang, Problem, Refusal};

/// A handler's failure.
#[derive(Debug)]
pub struct Failure(pub app::Error);

impl<E: Into<app::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure(error.into())
    }
}

/// A response whose document is still to be written by [`render`].
#[derive(Clone)]
struct Unwritten(Refusal);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        if let Some(fault) = self.0.fault() {
            tracing::error!(fault, "a request failed");
        }
        refuse(self.0.refusal())
    }
}

/// A response that [`render`] turns into a problem document.
pub fn refuse(refusal: Refusal) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status(refusal.code);
    response.extensions_mut().insert(Unwritten(refusal));
    response
}

/// Writes problem documents, in the language of the request.
pub async fn render(request: Request, next: Next) -> Response {
    let lang = lang_of(request.headers());
    let response = next.run(request).await;
    match response.extensions().get::<Unwritten>() {
        Some(Unwritten(refusal)) => write(&refusal.clone(), response.headers().clone(), lang),
        None => response,
    }
}

fn write(refusal: &Refusal, headers: HeaderMap, lang: Lang) -> Response {
    let status = status(refusal.code);
    let problem = Problem::new(refusal, status.as_u16(), lang);
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.tag()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seconds) = retry_after(refusal, status) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn retry_after(refusal: &Refusal, status: StatusCode) -> Option<u64> {
    let expected = refusal.facts.get("retry_after_seconds").and_then(serde_json::Value::as_u64);
    expected.or((status == StatusCode::SERVICE_UNAVAILABLE).then_some(5))
}

/// The status of a code.
pub fn status(code: Code) -> StatusCode {
    match code {
        Code::LoginRequired | Code::SessionEnded | Code::WrongCredentials => {
            StatusCode::UNAUTHORIZED
        }
        Code::Forbidden
        | Code::OriginMismatch
        | Code::SignupClosed
        | Code::InviteRequired
        | Code::InviteInvalid
        | Code::SetupCodeInvalid
        | Code::AccountLocked
        | Code::ResetCodeInvalid
        | Code::DownloadWaiting
        | Code::WatchWaiting
        | Code::CommentsOff
        | Code::DanmakuOff
        | Code::Muted
        | Code::UploadIsFinal => StatusCode::FORBIDDEN,
        Code::TooManyAttempts
        | Code::TooManySignUps
        | Code::TooManyUploads
        | Code::TooFast
        | Code::TooManyStreams
        | Code::TooManyConnections => StatusCode::TOO_MANY_REQUESTS,
        Code::InvalidField
        | Code::HashMismatch
        | Code::NotAFilm
        | Code::TextBlocked
        | Code::SidecarUnreadable
        | Code::UnitRefused
        | Code::IdempotencyKeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        Code::MalformedRequest | Code::UploadIncomplete | Code::IdempotencyKeyRequired => {
            StatusCode::BAD_REQUEST
        }
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::PayloadTooLarge | Code::UploadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        Code::NameTaken
        | Code::SetupDone
        | Code::LastAdmin
        | Code::VideoExists
        | Code::VideoInTrash
        | Code::VideoNotInTrash
        | Code::VideoHasBuyers
        | Code::PriceChanged
        | Code::PlanChanged
        | Code::AlreadyOwned
        | Code::NotForSale
        | Code::AlreadyMember
        | Code::AlreadyLifetime
        | Code::AlreadyReversed
        | Code::NotReversible
        | Code::BalanceLimit
        | Code::CurrencyFixed
        | Code::JobEnded
        | Code::JobNotRetryable
        | Code::OtherEncoder
        | Code::FileChanged
        | Code::OtherFileSystem
        | Code::UploadOffsetMismatch => StatusCode::CONFLICT,
        Code::UploadBusy => StatusCode::LOCKED,
        Code::TusVersionUnsupported => StatusCode::PRECONDITION_FAILED,
        // tus has a status of its own for it.
        Code::ChecksumMismatch => StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST),
        Code::VideoWithdrawn | Code::TicketEnded | Code::WatchEnded | Code::UploadEnded => {
            StatusCode::GONE
        }
        Code::PurchaseRequired | Code::InsufficientBalance => StatusCode::PAYMENT_REQUIRED,
        Code::RangeNotSatisfiable => StatusCode::RANGE_NOT_SATISFIABLE,
        Code::NoFfmpeg
        | Code::StorageFull
        | Code::StorageFailed
        | Code::DatabaseUnavailable
        | Code::SegmentNotReady
        | Code::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The answer where bytes cannot be sent as they are asked for.
pub(super) fn refuse_range(refused: Refused) -> Response {
    let Refused::RangeNotSatisfiable { size_bytes } = refused else {
        return (refused.status(), refused.headers()).into_response();
    };
    let refusal = Refusal::from(Code::RangeNotSatisfiable).with("size_bytes", size_bytes);
    let mut response = refuse(refusal);
    response.headers_mut().extend(refused.headers());
    response
}
