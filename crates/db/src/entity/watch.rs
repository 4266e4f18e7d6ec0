//! The table `watch`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::id::{AccountId, VideoId};

/// A video that was watched in one go, by one login. Times are the database's.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "watch")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub stream: String,
    pub account_id: AccountId,
    pub video_id: VideoId,
    pub started_at_ms: i64,
    pub last_at_ms: i64,
    /// The player has gone; it counts again when it asks for more.
    pub has_left: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
