//! The table `ticket`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::download::Basis;
use yingku_core::id::{AccountId, TicketId, VideoId};

/// A ticket and its record. `live_key` is unique while it is live.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: TicketId,
    pub account_id: AccountId,
    pub video_id: VideoId,
    pub basis: Basis,
    pub live_key: Option<String>,
    pub price_paid_minor: i64,
    pub created_at_ms: i64,
    pub available_at_ms: i64,
    pub started_at_ms: Option<i64>,
    pub completed_at_ms: Option<i64>,
    pub bytes_sent: i64,
    #[sea_orm(column_type = "Text")]
    pub coverage: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
