//! The table `imported`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::id::VideoId;

/// A file of a folder that was imported, or refused with `code`. While its size and its time of
/// change stay, it is not looked at again. `path_hash` is the BLAKE3 hash of the path.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "imported")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub path_hash: String,
    #[sea_orm(column_type = "Text")]
    pub path: String,
    pub size_bytes: i64,
    pub modified_ms: i64,
    pub code: Option<String>,
    pub video_id: Option<VideoId>,
    pub looked_at_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
