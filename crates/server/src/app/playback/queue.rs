//! What is queued to be encoded of a film, and under which name.

use crate::app::Result;
use crate::app::support::job;
use serde_json::json;
use std::ops::Range;
use yingku_core::id::BlobId;
use yingku_core::job::Kind;
use yingku_db::Tx;

/// The number that sound has among the sizes.
pub(super) const SOUND: i64 = 0;

/// Queues a unit, or gives it a priority where it is queued.
pub(super) async fn enqueue(
    tx: &Tx,
    blob_id: BlobId,
    unit: Range<usize>,
    priority: i64,
) -> Result<()> {
    job::enqueue_at(tx, Kind::Unit, &payload(blob_id, &unit), priority).await
}

/// What a unit's job is about.
pub(super) fn payload(blob_id: BlobId, unit: &Range<usize>) -> serde_json::Value {
    json!({ "blob_id": blob_id, "first": unit.start, "past": unit.end })
}

/// The same of one segment in one size, which somebody waits for.
pub(super) fn single(blob_id: BlobId, segment: usize, size: i64) -> serde_json::Value {
    json!({ "blob_id": blob_id, "first": segment, "past": segment + 1, "size": size })
}
