//! The table `video`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::id::{AccountId, BlobId, VideoId};
use yingku_core::video::State;

/// A title with its content. `blob_id` is null once it is purged; `state_before_trash` is set in the
/// trash, and `publish_at_ms` while it is scheduled.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "video")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: VideoId,
    pub blob_id: Option<BlobId>,
    pub title: String,
    pub title_key: String,
    #[sea_orm(column_type = "Text")]
    pub search_text: String,
    pub file_name: String,
    #[sea_orm(column_type = "Text")]
    pub description: String,
    pub category: String,
    pub category_key: String,
    pub is_free: bool,
    pub price_minor: Option<i64>,
    pub member_price_minor: Option<i64>,
    pub members_watch: bool,
    pub state: State,
    pub state_before_trash: Option<State>,
    pub publish_at_ms: Option<i64>,
    pub uploaded_by: Option<AccountId>,
    pub created_at_ms: i64,
    pub updated_at_ms: i64,
    pub trashed_at_ms: Option<i64>,
    pub purged_at_ms: Option<i64>,
    pub view_count: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
