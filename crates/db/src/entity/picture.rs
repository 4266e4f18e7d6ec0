//! The table `picture`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::id::BlobId;
use yingku_core::picture::PictureKind;

/// A picture of a content. Its name, which nobody can guess, is in the addresses of its files; `place`
/// orders those of one kind, the poster first. `files` says what lies where in the file under
/// `storage_key` (JSON), `moments` when the frames of a sheet are (JSON), and `blur` is what is shown
/// until it is loaded (a `data:` URL).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "picture")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub blob_id: BlobId,
    pub kind: PictureKind,
    pub place: i64,
    pub at_ms: i64,
    pub storage_key: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub files: String,
    #[sea_orm(column_type = "Text")]
    pub blur: String,
    #[sea_orm(column_type = "Text")]
    pub moments: String,
    pub created_at_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
