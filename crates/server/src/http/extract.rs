//! What handlers take out of a request, with our own refusals.

use crate::app::Caller;
use crate::http::listen::BodyStalled;
use crate::http::problem::{Failure, refuse};
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::convert::Infallible;
use yingku_protocol::{Code, Lang, Refusal};

/// A JSON body, in and out.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let announced = content_length(request.headers());
        if announced.is_some_and(|size_bytes| size_bytes > super::JSON_LIMIT) {
            // None of it is waited for.
            return Err(refuse(too_large()));
        }
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Json(value)),
            Err(rejection) => Err(refuse(refusal_of_json(rejection))),
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

fn refusal_of_json(rejection: JsonRejection) -> Refusal {
    match rejection {
        JsonRejection::MissingJsonContentType(_) => Code::UnsupportedMediaType.into(),
        JsonRejection::BytesRejection(error) if BodyStalled::caused(&error) => {
            Code::RequestTimeout.into()
        }
        JsonRejection::BytesRejection(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            too_large()
        }
        other => malformed(&other.body_text()),
    }
}

fn too_large() -> Refusal {
    Refusal::from(Code::PayloadTooLarge).with("limit_bytes", super::JSON_LIMIT)
}

/// How long the body is, where the sender told.
pub fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The query.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let query: Result<axum::extract::Query<T>, QueryRejection> =
            axum::extract::Query::from_request_parts(parts, state).await;
        match query {
            Ok(axum::extract::Query(value)) => Ok(Query(value)),
            Err(rejection) => Err(refuse(malformed(&rejection.body_text()))),
        }
    }
}

/// A number in the path; what is none names nothing.
pub struct Id(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let path = axum::extract::Path::<i64>::from_request_parts(parts, state).await;
        path.map(|path| Id(path.0)).map_err(|_| refuse(Refusal::not_found("page")))
    }
}

/// A name in the path.
pub struct Name(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let path = axum::extract::Path::<String>::from_request_parts(parts, state).await;
        path.map(|path| Name(path.0)).map_err(|_| refuse(Refusal::not_found("page")))
    }
}

/// The `Idempotency-Key` of a call that moves money.
pub struct IdempotencyKey(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let key = parts.headers.get("idempotency-key").and_then(|key| key.to_str().ok());
        Ok(IdempotencyKey(key.map(str::to_owned)))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        // The guard put it there; a route that it does not guard answers nobody.
        parts.extensions.get::<Caller>().cloned().ok_or_else(|| refuse(Code::Forbidden.into()))
    }
}

/// The language that the caller asks for.
pub fn lang_of(headers: &HeaderMap) -> Lang {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Lang::from_accept_language(accepted.unwrap_or_default())
}

/// The request cannot be read, and why.
pub fn malformed(reason: &str) -> Refusal {
    let reason: String = reason.chars().take(300).collect();
    Refusal::from(Code::MalformedRequest).with("reason", reason)
}

/// The result of a handler.
pub type Answer<T> = Result<T, Failure>;
