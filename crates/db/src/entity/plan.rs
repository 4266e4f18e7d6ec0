//! The table `plan`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;

/// A membership plan; `months` is null for ever.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "plan")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub code: String,
    pub title_en: String,
    pub title_zh: String,
    pub price_minor: i64,
    pub months: Option<i64>,
    pub on_sale: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
