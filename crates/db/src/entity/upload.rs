//! The table `upload`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::id::{AccountId, VideoId};
use yingku_core::upload::{UploadKind, UploadState};

/// An upload that comes in several requests. Its bytes lie in the store.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "upload")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub name: String,
    pub storage_name: String,
    pub account_id: Option<AccountId>,
    pub kind: UploadKind,
    pub length_bytes: Option<i64>,
    pub offset_bytes: i64,
    pub hash_state: String,
    /// What it is to become, as JSON.
    pub about: String,
    /// Given back as it came.
    pub metadata: String,
    pub concat: String,
    pub state: UploadState,
    pub code: Option<String>,
    pub video_id: Option<VideoId>,
    pub created_at_ms: i64,
    pub updated_at_ms: i64,
    pub expires_at_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
