//! The table `danmaku`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::discussion::DanmakuMode;
use yingku_core::id::{AccountId, DanmakuId, VideoId};

/// A short text over the picture at one moment of a film, `at_ms`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "danmaku")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: DanmakuId,
    pub video_id: VideoId,
    pub account_id: AccountId,
    pub at_ms: i64,
    pub text: String,
    pub mode: DanmakuMode,
    pub color: i64,
    pub needs_review: bool,
    pub created_at_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
