//! The table `journal_entry`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::id::{AccountId, OfferId};

/// A movement of money.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "journal_entry")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Text, not an enum: the verifier has to read what somebody changed it to.
    pub kind: String,
    pub account_id: AccountId,
    pub actor_id: Option<AccountId>,
    pub reason: String,
    pub offer_id: Option<OfferId>,
    pub reverses_id: Option<i64>,
    pub created_at_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
