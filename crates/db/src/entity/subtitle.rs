//! The table `subtitle`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::id::{BlobId, SubtitleId};
use yingku_core::subtitle::{SubtitleFormat, SubtitleOrigin, TextEncoding};

/// Subtitles of a content, as WebVTT in `text`. `source` is the file that was uploaded: another
/// `encoding` reads it again.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "subtitle")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: SubtitleId,
    pub blob_id: BlobId,
    pub origin: SubtitleOrigin,
    pub language: String,
    pub label: String,
    pub format: Option<SubtitleFormat>,
    pub encoding: Option<TextEncoding>,
    #[sea_orm(column_type = "Blob", nullable)]
    pub source: Option<Vec<u8>>,
    #[sea_orm(column_type = "Text")]
    pub text: String,
    pub created_at_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
