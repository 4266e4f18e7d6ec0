//! The table `comment`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::id::{AccountId, CommentId, VideoId};

/// What somebody says about a video, or replies to another comment. `is_pending` until an admin has
/// let it through, where the site wants that; `needs_review` then too, and when it was reported.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "comment")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: CommentId,
    pub video_id: VideoId,
    pub account_id: AccountId,
    pub parent_id: Option<CommentId>,
    #[sea_orm(column_type = "Text")]
    pub text: String,
    pub is_pending: bool,
    pub needs_review: bool,
    pub like_count: i64,
    /// Without those that wait to be let through.
    pub reply_count: i64,
    pub created_at_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
