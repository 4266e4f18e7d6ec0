//! The table `posting`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::id::AccountId;

/// One side of an entry: a wallet's (with its place in the chain) or the site's.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "posting")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub entry_id: i64,
    pub account_id: Option<AccountId>,
    #[sea_orm(column_name = "house")]
    pub site_account: String,
    pub amount_minor: i64,
    pub balance_minor: Option<i64>,
    pub seq: Option<i64>,
    pub link_hash: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
