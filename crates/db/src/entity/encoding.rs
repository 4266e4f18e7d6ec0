//! The table `encoding`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::id::BlobId;

/// A size in which a content is encoded (pixels of the shorter side; 0 is the sound). `init` is its
/// initialisation segment, in base64: every unit of it has the same.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "encoding")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub blob_id: BlobId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub size: i64,
    pub init: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
