//! The table `content_fingerprint`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::id::BlobId;

/// A sampled fingerprint that some content goes by.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "content_fingerprint")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub fingerprint: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub size_bytes: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub blob_id: BlobId,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
