//! The table `login_failure`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;

/// A failed test of a credential, or one that is under way.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "login_failure")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub name_key: String,
    pub address: String,
    pub failed_at_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
