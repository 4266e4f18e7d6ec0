//! The table `wallet`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::id::AccountId;

/// A wallet: its row is locked before anything moves, and carries the head of its hash chain.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "wallet")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    pub balance_minor: i64,
    pub seq: i64,
    pub head_hash: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
