//! The table `offer`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::id::OfferId;
use yingku_core::purchase::OfferKind;

/// What is sold: the money tables name the offer, never the kind.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "offer")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: OfferId,
    pub kind: OfferKind,
    pub subject_id: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
