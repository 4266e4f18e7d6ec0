//! How migrations since `m0023` make a table.

use super::m0001_initial::{collation, table};
use sea_orm_migration::prelude::*;

/// Makes a table and its indexes, where they are not there yet: a migration that was killed on
/// MariaDB is run again from its beginning. An index has a name of its columns, and says whether
/// it is unique.
pub(super) async fn create(
    manager: &SchemaManager<'_>,
    name: &'static str,
    columns: &'static str,
    indexes: &[(bool, &[&'static str])],
) -> Result<(), DbErr> {
    let mut made = table(name, columns);
    if let Some(collation) = collation(manager).await? {
        made.engine("InnoDB").character_set("utf8mb4").collate(collation);
    }
    manager.create_table(made).await?;
    for (is_unique, columns) in indexes {
        let index_name = format!("ix_{name}_{}", columns.join("_"));
        if manager.has_index(name, &index_name).await? {
            continue;
        }
        let mut index = Index::create().name(index_name).table(name).take();
        for column in *columns {
            index.col(*column);
        }
        if *is_unique {
            index.unique();
        }
        manager.create_index(index).await?;
    }
    Ok(())
}

/// Takes a table away.
pub(super) async fn drop(manager: &SchemaManager<'_>, name: &'static str) -> Result<(), DbErr> {
    manager.drop_table(Table::drop().table(name).if_exists().to_owned()).await
}

/// Adds a column to a table, where it is not there yet.
pub(super) async fn add_column(
    manager: &SchemaManager<'_>,
    table: &'static str,
    name: &'static str,
    column: ColumnDef,
) -> Result<(), DbErr> {
    if manager.has_column(table, name).await? {
        return Ok(());
    }
    manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await
}
