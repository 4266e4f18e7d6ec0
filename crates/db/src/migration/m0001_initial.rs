//! The first schema. Text compares by code point on every database; moments are
//! milliseconds since the Unix epoch, in UTC.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{DbBackend, Statement};

/// The first schema.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// All or nothing on SQLite, and one fsync in place of a hundred. MariaDB commits each
    /// table by itself: what a start that was killed has left is passed over.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let collation = collation(manager).await?;
        let inline = manager.get_database_backend() == DbBackend::MySql;
        for (name, columns) in TABLES {
            let mut table = table(name, columns);
            if let Some(collation) = collation {
                table.engine("InnoDB").character_set("utf8mb4").collate(collation);
            }
            for mut index in indexes(name) {
                if inline {
                    table.index(&mut index);
                }
            }
            manager.create_table(table).await?;
            for index in indexes(name).filter(|_| !inline) {
                manager.create_index(index).await?;
            }
        }
        for plan in plans() {
            manager.execute(plan).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in TABLES.iter().rev() {
            manager.drop_table(Table::drop().table(*name).to_owned()).await?;
        }
        Ok(())
    }
}

/// Name of a table, then its columns: `name type`, where `?` says null is allowed.
/// Types: `number` (chosen by the database), `int`, `bool`, `text` (long), and the most
/// characters of a short text; `*` marks the primary key.
const TABLES: &[(&str, &str)] = &[
    (
        "account",
        "id number, name 64, name_key 200, display_name 64?, role 16, password_hash 255, \
         epoch int, locked bool, note text?, created_at_ms int, membership_until_ms int?, \
         membership_lifetime bool",
    ),
    (
        "session",
        "id number, account_id int, token_hash 64, epoch int, client 200, address 64, \
         created_at_ms int, last_used_at_ms int, expires_at_ms int",
    ),
    (
        "invite",
        "id number, code_hash 64, label 100, role 16, uses int, used int, created_at_ms int, \
         expires_at_ms int, revoked_at_ms int?",
    ),
    (
        "one_time_code",
        "id number, purpose 16, account_id int?, code_hash 64, expires_at_ms int, used_at_ms int?",
    ),
    ("login_failure", "id number, name_key 200, address 64, failed_at_ms int"),
    ("setting", "key 64*, value 255, updated_at_ms int"),
    ("secret", "name 32*, value 255"),
    (
        "blob",
        "id number, content_hash 64, size_bytes int, storage_key 100, fingerprint 32, \
         media_type 100, reference_count int, created_at_ms int, unreferenced_at_ms int?, \
         probe 16, duration_ms int?, width int?, height int?",
    ),
    ("content_fingerprint", "fingerprint 32*, size_bytes int*, blob_id int*"),
    (
        "video",
        "id number, blob_id int?, title 200, title_key 600, search_text text, file_name 255, \
         description text, category 50, category_key 150, is_free bool, price_minor int?, \
         member_price_minor int?, state 16, uploaded_by int?, created_at_ms int, \
         updated_at_ms int, trashed_at_ms int?, purged_at_ms int?",
    ),
    ("video_tag", "tag_key 150*, video_id int*, tag 50, position small"),
    ("search_gram", "kind 16*, gram 2*, subject_id int*"),
    ("offer", "id number, kind 16, subject_id int"),
    (
        "plan",
        "id number, code 32, title_en 100, title_zh 100, price_minor int, months int?, on_sale bool",
    ),
    ("wallet", "account_id int*, balance_minor int, seq int, head_hash 64"),
    (
        "journal_entry",
        "id number, kind 16, account_id int, actor_id int?, reason 500, offer_id int?, \
         reverses_id int?, created_at_ms int",
    ),
    (
        "posting",
        "id number, entry_id int, account_id int?, house 16, amount_minor int, \
         balance_minor int?, seq int?, link_hash 64?",
    ),
    (
        "purchase",
        "id number, account_id int, offer_id int, entry_id int, price_minor int, months int?, \
         created_at_ms int, refunded_at_ms int?",
    ),
    ("ownership", "account_id int*, offer_id int*, purchase_id int"),
    ("idempotency", "actor_id int*, key 255*, request_digest 64, response text, created_at_ms int"),
    (
        "ticket",
        "id number, account_id int, video_id int, basis 16, live_key 64?, price_paid_minor int, \
         created_at_ms int, available_at_ms int, started_at_ms int?, completed_at_ms int?, \
         bytes_sent int, coverage text",
    ),
    (
        "announcement",
        "id number, title 200, content text, publish_at_ms int, author 64, created_at_ms int, \
         edited_at_ms int?, withdrawn_at_ms int?",
    ),
    (
        "announcement_revision",
        "id number, announcement_id int, title 200, content text, author 64, created_at_ms int",
    ),
    ("announcement_read", "account_id int*, announcement_id int*, read_at_ms int"),
    (
        "audit_entry",
        "id number, at_ms int, actor_id int?, actor 64, action 64, subject_kind 32?, \
         subject_id int?, address 64, detail text",
    ),
];

/// Table, whether its values are unique, columns.
const INDEXES: &[(&str, bool, &[&str])] = &[
    ("account", true, &["name_key"]),
    ("account", false, &["role", "locked", "id"]),
    ("account", false, &["locked", "id"]),
    ("session", true, &["token_hash"]),
    ("session", false, &["account_id", "id"]),
    ("session", false, &["expires_at_ms"]),
    ("invite", true, &["code_hash"]),
    ("one_time_code", false, &["purpose", "account_id"]),
    ("login_failure", false, &["address", "failed_at_ms"]),
    ("login_failure", false, &["name_key", "address", "failed_at_ms"]),
    ("login_failure", false, &["failed_at_ms"]),
    ("blob", true, &["content_hash"]),
    ("blob", true, &["storage_key"]),
    ("blob", false, &["unreferenced_at_ms"]),
    ("content_fingerprint", false, &["blob_id"]),
    ("video", true, &["blob_id"]),
    ("video", false, &["state", "id"]),
    ("video", false, &["state", "title_key", "id"]),
    ("video", false, &["state", "is_free", "id"]),
    ("video", false, &["state", "is_free", "title_key", "id"]),
    ("video", false, &["state", "category_key", "id"]),
    ("video", false, &["state", "category_key", "title_key", "id"]),
    ("video", false, &["state", "category_key", "is_free", "id"]),
    ("video", false, &["state", "trashed_at_ms", "id"]),
    ("video_tag", false, &["video_id"]),
    ("search_gram", false, &["kind", "subject_id"]),
    ("offer", true, &["kind", "subject_id"]),
    ("plan", true, &["code"]),
    ("journal_entry", true, &["reverses_id"]),
    ("journal_entry", false, &["account_id", "id"]),
    ("posting", false, &["entry_id"]),
    ("posting", true, &["account_id", "seq"]),
    ("purchase", true, &["entry_id"]),
    ("purchase", false, &["account_id", "id"]),
    ("purchase", false, &["offer_id", "refunded_at_ms"]),
    ("ownership", false, &["offer_id"]),
    ("idempotency", false, &["created_at_ms"]),
    ("ticket", true, &["live_key"]),
    ("ticket", false, &["account_id", "id"]),
    ("ticket", false, &["account_id", "video_id", "id"]),
    ("ticket", false, &["video_id", "id"]),
    ("announcement", false, &["withdrawn_at_ms", "publish_at_ms", "id"]),
    ("announcement", false, &["publish_at_ms", "id"]),
    ("announcement_revision", false, &["announcement_id", "id"]),
    ("audit_entry", false, &["actor_id", "id"]),
    ("audit_entry", false, &["action", "id"]),
    ("audit_entry", false, &["subject_kind", "subject_id", "id"]),
    ("audit_entry", false, &["at_ms", "id"]),
];

/// Child column, parent table. Records and the journal refer to nothing that is deleted.
const REFERENCES: &[(&str, &str, &str)] = &[
    ("session", "account_id", "account"),
    ("content_fingerprint", "blob_id", "blob"),
    ("video", "blob_id", "blob"),
    ("video_tag", "video_id", "video"),
    ("wallet", "account_id", "account"),
    ("journal_entry", "account_id", "account"),
    ("posting", "entry_id", "journal_entry"),
    ("purchase", "account_id", "account"),
    ("purchase", "offer_id", "offer"),
    ("purchase", "entry_id", "journal_entry"),
    ("ownership", "account_id", "account"),
    ("ownership", "purchase_id", "purchase"),
    ("ticket", "account_id", "account"),
    ("ticket", "video_id", "video"),
    ("announcement_revision", "announcement_id", "announcement"),
    ("announcement_read", "account_id", "account"),
    ("announcement_read", "announcement_id", "announcement"),
];

/// The collation by code point and without padding, under the name that the database has
/// for it: a trailing space counts, as it does on SQLite.
pub(super) async fn collation(manager: &SchemaManager<'_>) -> Result<Option<&'static str>, DbErr> {
    if manager.get_database_backend() != DbBackend::MySql {
        return Ok(None);
    }
    let version = Statement::from_string(DbBackend::MySql, "SELECT VERSION() AS version");
    let row = manager.get_connection().query_one_raw(version).await?;
    let version: String =
        row.map(|row| row.try_get("", "version")).transpose()?.unwrap_or_default();
    Ok(Some(if version.contains("MariaDB") { "utf8mb4_nopad_bin" } else { "utf8mb4_0900_bin" }))
}

pub(super) fn table(name: &'static str, columns: &'static str) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name).if_not_exists();
    let mut key = Index::create();
    let mut composite = false;
    for column in columns.split(", ") {
        let (column, kind) = column.trim().split_once(' ').expect("a column has a type");
        if kind.ends_with('*') {
            key.col(column);
            composite = true;
        }
        table.col(column_of(column, kind));
    }
    if composite {
        table.primary_key(&mut key);
    }
    for (_, column, parent) in REFERENCES.iter().filter(|(child, ..)| *child == name) {
        table.foreign_key(
            ForeignKey::create()
                .name(format!("fk_{name}_{column}"))
                .from(name, *column)
                .to(*parent, "id"),
        );
    }
    table
}

fn column_of(name: &'static str, kind: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    let base = kind.trim_end_matches(['?', '*']);
    match base {
        "number" => column.big_integer().auto_increment().primary_key(),
        "int" => column.big_integer(),
        "small" => column.integer(),
        "bool" => column.boolean(),
        "text" => column.text(),
        // Of any length, on both databases.
        "long" => column.custom("MEDIUMTEXT"),
        "bytes" => column.custom("MEDIUMBLOB"),
        most => column.string_len(most.parse().expect("a type or a length")),
    };
    if kind.ends_with('?') {
        column.null();
    } else {
        column.not_null();
    }
    column
}

fn indexes(of: &'static str) -> impl Iterator<Item = IndexCreateStatement> {
    INDEXES.iter().filter(move |(table, ..)| *table == of).map(|(table, unique, columns)| {
        let mut index = Index::create();
        index.name(format!("ix_{table}_{}", columns.join("_"))).table(*table).if_not_exists();
        for column in *columns {
            index.col(*column);
        }
        if *unique {
            index.unique();
        }
        index
    })
}

/// The plans at first (minor units of the currency); admins edit them.
fn plans() -> Vec<InsertStatement> {
    let plans = [
        ("month", "One month", "月度会员", 1500, Some(1)),
        ("year", "One year", "年度会员", 14800, Some(12)),
        ("lifetime", "For ever", "终身会员", 49800, None::<i64>),
    ];
    plans
        .into_iter()
        .map(|(code, title_en, title_zh, price_minor, months)| {
            Query::insert()
                .into_table("plan")
                .columns(["code", "title_en", "title_zh", "price_minor", "months", "on_sale"])
                .values_panic([
                    code.into(),
                    title_en.into(),
                    title_zh.into(),
                    price_minor.into(),
                    months.into(),
                    true.into(),
                ])
                .on_conflict(OnConflict::column("code").do_nothing_on(["code"]).to_owned())
                .to_owned()
        })
        .collect()
}
