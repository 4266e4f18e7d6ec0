//! The language in which a caller is answered.

use axum::http::{HeaderMap, header};
use yingku_protocol::Lang;

/// The language that the caller asks for.
pub fn lang_of(headers: &HeaderMap) -> Lang {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Lang::from_accept_language(accepted.unwrap_or_default())
}
