//! What handlers take out of a request, with our own refusals.

use crate::app::Caller;
use crate::http::listen::BodyStalled;
use crate::http::problem::{Failure, refuse};
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use http::request::Parts;
use http::{HeaderMap, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::convert::Infallible;
use yingku_protocol::{Code, Refusal};

/// An extension of a request: most bytes of its body.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimit(pub u64);

/// A JSON body, in and out. What comes in is an object.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        if !is_json(request.headers()) {
            return Err(refuse(Code::UnsupportedMediaType.into()));
        }
        let body = read_body(request).await.map_err(refuse)?;
        // A struct would be read from an array as well, field by field.
        let is_object = body.trim_ascii_start().first().is_none_or(|byte| *byte != b'[');
        if !is_object {
            return Err(refuse(malformed("an array, expected an object")));
        }
        match axum::Json::from_bytes(&body) {
            Ok(axum::Json(value)) => Ok(Json(value)),
            Err(rejection) => match with_whole_numbers(&body) {
                Some(value) => Ok(Json(value)),
                None => Err(refuse(malformed(&rejection.body_text()))),
            },
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// Reads a body in which whole numbers are written with a fraction of zero: to JSON Schema,
/// and to some languages, `5.0` is an integer. None where there is no such number, or
/// something else is wrong.
fn with_whole_numbers<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    let mut value: Value = serde_json::from_slice(body).ok()?;
    make_whole(&mut value).then(|| serde_json::from_value(value).ok()).flatten()
}

/// Whether any number was written otherwise.
fn make_whole(value: &mut Value) -> bool {
    match value {
        Value::Number(number) => {
            // Every whole number up to here has a floating point number of its own.
            const EXACT: f64 = 9_007_199_254_740_992.0;
            let written = number.as_f64().filter(|_| number.is_f64());
            let Some(whole) = written.filter(|f| f.fract() == 0.0 && f.abs() <= EXACT) else {
                return false;
            };
            *value = Value::from(whole as i64);
            true
        }
        // Each of them, not only up to the first.
        Value::Array(items) => {
            items.iter_mut().filter_map(|item| make_whole(item).then_some(())).count() > 0
        }
        Value::Object(fields) => {
            fields.values_mut().filter_map(|field| make_whole(field).then_some(())).count() > 0
        }
        _ => false,
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = value.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let kind = kind.to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// Reads a body into one buffer: a client that sends it byte by byte makes it no larger.
async fn read_body(request: Request) -> Result<Vec<u8>, Refusal> {
    let BodyLimit(limit_bytes) =
        request.extensions().get().copied().unwrap_or(BodyLimit(super::SMALL_JSON_LIMIT));
    let mut pieces = request.into_body().into_data_stream();
    let mut body = Vec::new();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|error| match BodyStalled::caused(&error) {
            true => Refusal::from(Code::RequestTimeout),
            false => malformed("the body broke off"),
        })?;
        if (body.len() + piece.len()) as u64 > limit_bytes {
            return Err(too_large(limit_bytes));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// A body over its limit.
pub fn too_large(limit_bytes: u64) -> Refusal {
    Refusal::from(Code::PayloadTooLarge).with("limit_bytes", limit_bytes)
}

/// How long the body is, where the sender gave it.
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

/// A number in the path; anything else is not found.
pub struct Id<T = i64>(pub T);

impl<S: Send + Sync, T: From<i64>> FromRequestParts<S> for Id<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let path = axum::extract::Path::<i64>::from_request_parts(parts, state).await;
        path.map(|path| Id(path.0.into())).map_err(|_| refuse(Refusal::not_found("page")))
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

/// The request cannot be read, and why.
pub fn malformed(reason: &str) -> Refusal {
    let reason: String = reason.chars().take(300).collect();
    Refusal::from(Code::MalformedRequest).with("reason", reason)
}

/// The result of a handler.
pub type Answer<T> = Result<T, Failure>;
