//! The table `account`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::account::Role;
use yingku_core::id::AccountId;

/// An account. `password_hash` is empty where only a digest of the password was ever seen. `epoch` rises whenever everything that it logged in must end.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: AccountId,
    pub name: String,
    pub name_key: String,
    pub display_name: Option<String>,
    pub role: Role,
    pub password_hash: String,
    pub digest_hash: Option<String>,
    pub epoch: i64,
    pub locked: bool,
    pub note: Option<String>,
    pub created_at_ms: i64,
    pub membership_until_ms: Option<i64>,
    pub membership_lifetime: bool,
    pub keeps_history: bool,
    pub muted: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
