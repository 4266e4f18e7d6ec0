//! The table `unit`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::id::BlobId;

/// Segments of one size of a content, from `first` to the one before `past`, in one file. `offsets` is
/// JSON: where in it each begins, and where the last ends. Encoding them took `took_ms`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "unit")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub blob_id: BlobId,
    pub size: i64,
    pub first: i64,
    pub past: i64,
    pub storage_key: String,
    pub size_bytes: i64,
    pub offsets: String,
    pub took_ms: i64,
    pub created_at_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
