//! The table `one_time_code`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::account::CodePurpose;
use yingku_core::id::AccountId;

/// A code that works once: first-run setup, password reset.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "one_time_code")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub purpose: CodePurpose,
    pub account_id: Option<AccountId>,
    pub code_hash: String,
    pub expires_at_ms: i64,
    pub used_at_ms: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
