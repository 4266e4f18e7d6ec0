//! The table `progress`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::id::{AccountId, VideoId};

/// How far an account has watched a video, and when it last did.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "progress")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub video_id: VideoId,
    pub position_ms: i64,
    pub is_done: bool,
    pub watched_at_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
