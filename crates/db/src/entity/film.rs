//! The table `film`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::id::BlobId;
use yingku_core::playback::State;

/// How a content can be played. `state` is `preparing`, `ready` or `unplayable`, and `reason` says why it is not ready;
/// `planner` is the version of the rules that decided it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "film")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub blob_id: BlobId,
    pub state: State,
    pub reason: Option<String>,
    pub planner: i64,
    pub planned_at_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
