//! The table `job`.

#![allow(missing_docs)]

use sea_orm::entity::prelude::*;
use yingku_core::job::JobState;

/// Work that is done in the background. `state` is `queued`, `running`, `done`, `failed` or
/// `cancelled`; times are the database's. `fence` grows with each claim: whoever holds an older
/// one has lost the job. `dedupe_key` is unique while the job is queued or running.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub kind: String,
    pub payload: String,
    pub state: JobState,
    pub priority: i64,
    pub run_at_ms: i64,
    pub attempts: i64,
    pub fence: i64,
    pub holder: Option<String>,
    pub lease_until_ms: Option<i64>,
    pub dedupe_key: Option<String>,
    pub reason: Option<String>,
    pub detail: Option<String>,
    pub created_at_ms: i64,
    pub updated_at_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
