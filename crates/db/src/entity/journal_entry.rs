//! The table `journal_entry`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;

/// A movement of money.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "journal_entry")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub kind: String,
    pub account_id: i64,
    pub actor_id: Option<i64>,
    pub reason: String,
    pub offer_id: Option<i64>,
    pub reverses_id: Option<i64>,
    pub created_at_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
