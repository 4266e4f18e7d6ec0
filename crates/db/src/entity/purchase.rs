//! The table `purchase`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::id::{AccountId, OfferId};

/// A purchase, paid by one entry. `months` is the length of a plan as it was bought;
/// null for ever, and for what is no plan.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "purchase")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub account_id: AccountId,
    pub offer_id: OfferId,
    pub entry_id: i64,
    pub price_minor: i64,
    pub months: Option<i64>,
    pub created_at_ms: i64,
    pub refunded_at_ms: Option<i64>,
    /// The site's time zone, in which the months of a plan were counted; null for what is no
    /// plan, and for purchases from before it was written down.
    pub timezone: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
