//! Which bytes a request gets: conditions first (RFC 9110, 13.2.2), then ranges (14). Pure.

use super::{Content, etag, whole_seconds};
use http::Method;
use http::header::{self, HeaderMap, HeaderName};
use std::ops::Range;
use std::time::UNIX_EPOCH;

/// More parts than this in one answer serve nobody: then the whole file is sent.
const MAX_PARTS: usize = 16;
/// Ranges nearer to each other than a part's own head are sent as one (14.2 allows it).
const GAP_BYTES: u64 = 128;

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// 200.
    Whole,
    /// 206 with these parts, at least one, none empty, none overlapping.
    Parts(Vec<Range<u64>>),
    /// 304.
    NotModified,
    /// 412.
    PreconditionFailed,
    /// 416.
    Unsatisfiable,
}

pub(super) fn plan(method: &Method, headers: &HeaderMap, content: &Content) -> Plan {
    if !precondition_holds(headers, content) {
        return Plan::PreconditionFailed;
    }
    if !is_news(headers, content) {
        return Plan::NotModified;
    }
    // Range handling is defined for GET alone (14.2).
    if method != Method::GET || !if_range_holds(headers, content) {
        return Plan::Whole;
    }
    let mut ranges = headers.get_all(header::RANGE).iter();
    match (ranges.next().and_then(|range| range.to_str().ok()), ranges.next()) {
        (Some(range), None) => ranged(range, content.size_bytes),
        _ => Plan::Whole,
    }
}

/// `If-Match` (13.1.1), and only without it `If-Unmodified-Since` (13.1.4).
fn precondition_holds(headers: &HeaderMap, content: &Content) -> bool {
    if headers.contains_key(header::IF_MATCH) {
        return tags(headers, header::IF_MATCH).any(|tag| tag.is_any() || tag.is_strongly(content));
    }
    match date(headers, header::IF_UNMODIFIED_SINCE) {
        Some(since) => whole_seconds(content.modified_at_ms) <= since,
        None => true,
    }
}

/// `If-None-Match` (13.1.2), and only without it `If-Modified-Since` (13.1.3).
fn is_news(headers: &HeaderMap, content: &Content) -> bool {
    if headers.contains_key(header::IF_NONE_MATCH) {
        return !tags(headers, header::IF_NONE_MATCH)
            .any(|tag| tag.is_any() || tag.is_weakly(content));
    }
    match date(headers, header::IF_MODIFIED_SINCE) {
        Some(since) => whole_seconds(content.modified_at_ms) > since,
        None => true,
    }
}

/// `If-Range` (13.1.5): the strong entity tag, or exactly the date that was sent.
fn if_range_holds(headers: &HeaderMap, content: &Content) -> bool {
    let Some(value) = headers.get(header::IF_RANGE) else { return true };
    let Ok(value) = value.to_str() else { return false };
    if value.contains('"') {
        return value.trim() == etag(content);
    }
    date(headers, header::IF_RANGE) == Some(whole_seconds(content.modified_at_ms))
}

/// One member of a list of entity tags.
struct Tag<'a> {
    weak: bool,
    /// With its quotes; or `*`.
    text: &'a str,
}

impl Tag<'_> {
    fn is_any(&self) -> bool {
        self.text == "*"
    }

    fn is_strongly(&self, content: &Content) -> bool {
        !self.weak && self.is_weakly(content)
    }

    fn is_weakly(&self, content: &Content) -> bool {
        self.text == etag(content)
    }
}

/// The tags of a field, over all its lines; anything else ends its line.
fn tags(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = Tag<'_>> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| {
        let mut rest = line;
        std::iter::from_fn(move || {
            let (tag, after) = next_tag(rest)?;
            rest = after;
            Some(tag)
        })
    })
}

fn next_tag(text: &str) -> Option<(Tag<'_>, &str)> {
    let text = text.trim_start_matches([' ', '\t', ',']);
    if let Some(rest) = text.strip_prefix('*') {
        return rest.trim().is_empty().then_some((Tag { weak: false, text: "*" }, ""));
    }
    let (weak, text) = match text.strip_prefix("W/") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let end = text.strip_prefix('"')?.find('"')? + 2;
    Some((Tag { weak, text: &text[..end] }, &text[end..]))
}

/// A date in any of the three forms (5.6.7), in seconds; anything else is ignored.
fn date(headers: &HeaderMap, name: HeaderName) -> Option<u64> {
    let date = httpdate::parse_http_date(headers.get(name)?.to_str().ok()?).ok()?;
    Some(date.duration_since(UNIX_EPOCH).ok()?.as_secs())
}

fn ranged(field: &str, size_bytes: u64) -> Plan {
    let Some(specs) = parse(field) else { return Plan::Whole };
    let parts: Vec<Range<u64>> = specs.iter().filter_map(|spec| spec.satisfy(size_bytes)).collect();
    if parts.is_empty() {
        // A suffix of an empty file is satisfiable, but no Content-Range can say so.
        let empty = size_bytes == 0 && specs.iter().any(|spec| matches!(spec, Spec::Last(1..)));
        return if empty { Plan::Whole } else { Plan::Unsatisfiable };
    }
    let parts = coalesce(parts);
    if parts.len() > MAX_PARTS { Plan::Whole } else { Plan::Parts(parts) }
}

/// One member of a `Range` field (14.1.2).
#[derive(Clone, Copy)]
enum Spec {
    FromTo(u64, u64),
    From(u64),
    Last(u64),
}

impl Spec {
    fn satisfy(self, size: u64) -> Option<Range<u64>> {
        let range = match self {
            Spec::FromTo(first, last) => first..last.saturating_add(1).min(size),
            Spec::From(first) => first..size,
            Spec::Last(count) => size.saturating_sub(count)..size,
        };
        (!range.is_empty()).then_some(range)
    }
}

/// `None` for another unit than bytes, and for what is no range at all: both are ignored.
fn parse(field: &str) -> Option<Vec<Spec>> {
    let (unit, specs) = field.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let mut parsed = Vec::new();
    for spec in specs.split(',').map(|spec| spec.trim_matches([' ', '\t'])) {
        // A list may have empty members (5.6.1.2).
        if !spec.is_empty() {
            parsed.push(parse_spec(spec)?);
        }
    }
    (!parsed.is_empty()).then_some(parsed)
}

fn parse_spec(spec: &str) -> Option<Spec> {
    match spec.split_once('-')? {
        ("", count) => Some(Spec::Last(number(count)?)),
        (first, "") => Some(Spec::From(number(first)?)),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(Spec::FromTo(first, last))
        }
    }
}

/// Digits alone; a number too large for any file counts as the largest.
fn number(digits: &str) -> Option<u64> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse().unwrap_or(u64::MAX))
}

/// Joins what overlaps or nearly touches; the rest keeps the order it was asked in (15.3.7.2).
fn coalesce(parts: Vec<Range<u64>>) -> Vec<Range<u64>> {
    let mut parts: Vec<(usize, Range<u64>)> = parts.into_iter().enumerate().collect();
    parts.sort_by_key(|(_, part)| part.start);
    let mut joined: Vec<(usize, Range<u64>)> = Vec::new();
    for (order, part) in parts {
        match joined.last_mut() {
            Some((first, last)) if part.start <= last.end.saturating_add(GAP_BYTES) => {
                *first = order.min(*first);
                last.end = last.end.max(part.end);
            }
            _ => joined.push((order, part)),
        }
    }
    joined.sort_by_key(|(order, _)| *order);
    joined.into_iter().map(|(_, part)| part).collect()
}
