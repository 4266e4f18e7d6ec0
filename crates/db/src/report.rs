//! What viewers report to the admins.

use crate::entity::report::{Column as C, Entity};
use crate::{Conn, Result, Tx, row, rows};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use yingku_core::discussion::ReportKind;

/// Writes a report down, in place of an earlier one of that account.
pub async fn put(tx: &Tx, report: rows::Report) -> Result<()> {
    let mine = C::AccountId.eq(report.account_id).and(C::Kind.eq(report.kind));
    let mine = mine.and(C::SubjectId.eq(report.subject_id));
    Entity::delete_many().filter(mine).exec(tx.raw()).await?;
    row::insert(tx, report).await
}

/// The reports of these subjects, oldest first.
pub async fn list(
    c: &impl Conn,
    kind: ReportKind,
    subject_ids: &[i64],
) -> Result<Vec<rows::Report>> {
    let found = Entity::find().filter(C::Kind.eq(kind));
    let found = found.filter(C::SubjectId.is_in(subject_ids.iter().copied()));
    Ok(found.order_by_asc(C::CreatedAtMs).all(c.raw()).await?)
}

/// Forgets the reports of these subjects.
pub async fn delete_of(tx: &Tx, kind: ReportKind, subject_ids: &[i64]) -> Result<()> {
    let found = Entity::delete_many().filter(C::Kind.eq(kind));
    found.filter(C::SubjectId.is_in(subject_ids.iter().copied())).exec(tx.raw()).await?;
    Ok(())
}
