//! The table `blob`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::content::ProbeState;
use yingku_core::id::BlobId;

/// Content. `probe` is `pending`, `no_ffmpeg`, `unreadable` or `done`; `streams` is a list in
/// JSON, unknown where an older version looked into it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "blob")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: BlobId,
    pub content_hash: String,
    pub size_bytes: i64,
    pub storage_key: String,
    pub fingerprint: String,
    pub media_type: String,
    pub reference_count: i64,
    pub created_at_ms: i64,
    pub unreferenced_at_ms: Option<i64>,
    pub probe: ProbeState,
    pub duration_ms: Option<i64>,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub streams: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
