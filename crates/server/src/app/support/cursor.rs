//! Cursors: where a list goes on. Opaque to callers.

use crate::app::Result;
use crate::app::support::error::invalid;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use yingku_core::field::FieldProblem;
use yingku_protocol::Page;

const MOST: u64 = 200;
const USUAL: u64 = 50;

/// How many items a page has: 1–200, 50 by default.
pub(crate) fn limit(limit: Option<u64>) -> Result<u64> {
    match limit.unwrap_or(USUAL) {
        0 => Err(invalid("limit", FieldProblem::TooSmall(1))),
        limit if limit > MOST => Err(invalid("limit", FieldProblem::TooLarge(200))),
        limit => Ok(limit),
    }
}

/// The number in a cursor.
pub(crate) fn id(cursor: Option<&str>) -> Result<Option<i64>> {
    read(cursor)
}

/// The moment, or another number, and the number in a cursor.
pub(crate) fn pair(cursor: Option<&str>) -> Result<Option<(i64, i64)>> {
    read(cursor)
}

/// The moment, the rank and the number in a cursor.
pub(crate) fn place(cursor: Option<&str>) -> Result<Option<(i64, i64, i64)>> {
    read(cursor)
}

/// The text and the number in a cursor.
pub(crate) fn text(cursor: Option<&str>) -> Result<Option<(String, i64)>> {
    read(cursor)
}

fn read<T: serde::de::DeserializeOwned>(cursor: Option<&str>) -> Result<Option<T>> {
    let Some(cursor) = cursor else { return Ok(None) };
    let decoded = URL_SAFE_NO_PAD.decode(cursor).ok();
    match decoded.and_then(|json| serde_json::from_slice(&json).ok()) {
        Some(place) => Ok(Some(place)),
        None => Err(invalid("cursor", FieldProblem::BadFormat("the next_cursor of a page"))),
    }
}

/// A page of rows of which one more than `limit` was asked for.
pub(crate) fn page<R, P: serde::Serialize>(
    mut rows: Vec<R>,
    limit: u64,
    place: impl Fn(&R) -> P,
) -> (Vec<R>, Option<String>) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= limit {
        return (rows, None);
    }
    rows.truncate(limit);
    let next = rows.last().map(|row| write(&place(row)));
    (rows, next)
}

/// The cursor of a place.
pub(crate) fn write(place: &impl serde::Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(place).unwrap_or_default())
}

/// The same for rows that are shown one by one.
pub(crate) fn page_of<R, P: serde::Serialize, T>(
    rows: Vec<R>,
    limit: u64,
    place: impl Fn(&R) -> P,
    show: impl Fn(R) -> T,
) -> Page<T> {
    let (rows, next_cursor) = page(rows, limit, place);
    Page { items: rows.into_iter().map(show).collect(), next_cursor }
}
