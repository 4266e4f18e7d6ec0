//! The table `idempotency`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;

/// The answer to a money call, kept for repeats. `actor_id` is 0 for the operator.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub actor_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub request_digest: String,
    #[sea_orm(column_type = "Text")]
    pub response: String,
    pub created_at_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
