//! The table `announcement_read`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::id::AccountId;

/// A mark that an account has read an announcement.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "announcement_read")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub announcement_id: i64,
    pub read_at_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
