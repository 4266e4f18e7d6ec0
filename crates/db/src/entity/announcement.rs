//! The table `announcement`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;

/// An announcement.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "announcement")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub content: String,
    pub publish_at_ms: i64,
    pub author: String,
    pub created_at_ms: i64,
    pub edited_at_ms: Option<i64>,
    pub withdrawn_at_ms: Option<i64>,
    pub pinned: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
