//! The table `video_tag`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::id::VideoId;

/// A tag of a video. `visible` is its video's state, kept here for an index.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "video_tag")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tag_key: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub video_id: VideoId,
    pub tag: String,
    pub position: i32,
    pub visible: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
