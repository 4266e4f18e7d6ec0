//! The table `report`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::discussion::ReportKind;
use yingku_core::id::AccountId;

/// That an account reports a comment or a danmaku.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: ReportKind,
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_id: i64,
    pub reason: String,
    pub created_at_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
