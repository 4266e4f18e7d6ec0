//! The table `ladder`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::id::BlobId;

/// How a content is encoded: `plan` is JSON, read by the server alone. `recipe` names the settings
/// that it was made by.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ladder")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub blob_id: BlobId,
    pub recipe: String,
    pub plan: String,
    pub made_at_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
