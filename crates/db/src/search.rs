//! The search index: one- and two-character grams written with their subject, the same on
//! every database. Candidates come from the rarest gram and are verified against the text.

use crate::entity::search_gram;
use crate::{Conn, Result, Tx};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Select, Set};
use yingku_core::fold;

/// What is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Names of accounts.
    Account,
    /// Titles, categories and tags of videos that are not purged.
    Video,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Kind::Account => "account",
            Kind::Video => "video",
        }
    }
}

/// Rows of one insert: far below the 32,766 values that SQLite binds.
const ROWS_PER_INSERT: usize = 500;

/// A gram that is the whole text and has more postings than this is dense: walking the
/// list in its order and looking at each text finds a page sooner than collecting every
/// candidate, since every candidate is a hit.
const DENSE: u64 = 2_000;

/// A longer text may be absent though its grams are common: up to this many postings of
/// the rarest gram are collected, and thinned by the next rarest, before a walk is better.
const MANY: u64 = 20_000;

/// How many grams are looked up together, the rarest first.
const TOGETHER: usize = 4;

/// How many subjects of a list are looked at for a text whose grams are all common, before the
/// page ends where it is: no search does work proportional to the library.
pub const MOST_LOOKED_AT: u64 = 20_000;

/// Writes the grams of a folded text, in place of those that were there.
pub async fn index(tx: &Tx, kind: Kind, subject_id: impl Into<i64>, folded: &str) -> Result<()> {
    let subject_id = subject_id.into();
    remove(tx, kind, subject_id).await?;
    let grams: Vec<search_gram::ActiveModel> = fold::grams(folded)
        .into_iter()
        .map(|gram| search_gram::ActiveModel {
            kind: Set(kind.as_str().to_owned()),
            gram: Set(gram),
            subject_id: Set(subject_id),
        })
        .collect();
    for some in grams.chunks(ROWS_PER_INSERT) {
        search_gram::Entity::insert_many(some.to_vec()).exec_without_returning(tx.raw()).await?;
    }
    Ok(())
}

/// Removes a subject from the index.
pub async fn remove(tx: &Tx, kind: Kind, subject_id: impl Into<i64>) -> Result<()> {
    let subject_id = subject_id.into();
    search_gram::Entity::delete_many()
        .filter(search_gram::Column::Kind.eq(kind.as_str()))
        .filter(search_gram::Column::SubjectId.eq(subject_id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Which subjects may hold a text.
#[derive(Clone, Debug)]
pub(crate) struct Candidates {
    kind: Kind,
    text: String,
    /// The grams that the text has, the rarest first, with how many subjects have each.
    grams: Vec<(String, u64)>,
}

impl Candidates {
    /// Counts the grams of a folded text.
    pub(crate) async fn find(c: &impl Conn, kind: Kind, text: &str) -> Result<Candidates> {
        let mut grams = Vec::new();
        for gram in fold::query_grams(text).into_iter().take(16) {
            let count = postings(c, kind, &gram).await?;
            grams.push((gram, count));
            if count == 0 {
                break;
            }
        }
        grams.sort_by_key(|(_, count)| *count);
        Ok(Candidates { kind, text: text.to_owned(), grams })
    }

    /// The query without those that do not hold the text.
    pub(crate) fn narrow<E, C>(&self, query: Select<E>, id: C, text: C) -> Select<E>
    where
        E: EntityTrait,
        C: ColumnTrait,
    {
        match self.grams.as_slice() {
            // One gram that is the whole text proves itself; anything longer is looked at.
            [(gram, count), ..] if *gram == self.text && *count <= DENSE => {
                query.filter(id.in_subquery(self.subjects(gram, &[])))
            }
            [(gram, count), others @ ..] if *gram != self.text && *count <= MANY => {
                let others = &others[..others.len().min(TOGETHER - 1)];
                query
                    .filter(id.in_subquery(self.subjects(gram, others)))
                    .filter(holds(text, &self.text))
            }
            _ => query.filter(holds(text, &self.text)),
        }
    }

    /// Whether [`Candidates::narrow`] leaves the list to be walked, text by text: the caller
    /// bounds how far.
    pub(crate) fn are_walked(&self) -> bool {
        match self.grams.as_slice() {
            [] => false,
            [(gram, count), ..] if *gram == self.text => *count > DENSE,
            [(_, count), ..] => *count > MANY,
        }
    }

    /// Who has a gram, and these others as well.
    fn subjects(&self, gram: &str, others: &[(String, u64)]) -> SelectStatement {
        let subject = (search_gram::Entity, search_gram::Column::SubjectId);
        let mut subjects = Query::select()
            .column(subject)
            .from(search_gram::Entity)
            .and_where(
                Expr::col((search_gram::Entity, search_gram::Column::Kind)).eq(self.kind.as_str()),
            )
            .and_where(Expr::col((search_gram::Entity, search_gram::Column::Gram)).eq(gram))
            .to_owned();
        for (gram, _) in others {
            let other = |column| Expr::col(("other", column));
            let both = Query::select()
                .expr(Expr::val(1))
                .from_as(search_gram::Entity, "other")
                .and_where(other(search_gram::Column::Kind).eq(self.kind.as_str()))
                .and_where(other(search_gram::Column::Gram).eq(gram))
                .and_where(other(search_gram::Column::SubjectId).equals(subject))
                .to_owned();
            subjects.and_where(Expr::exists(both));
        }
        subjects
    }
}

/// `INSTR` compares code points on both databases and knows no wildcards.
fn holds<C: ColumnTrait>(column: C, text: &str) -> Expr {
    Expr::expr(Func::cust("INSTR").arg(Expr::col(column.as_column_ref())).arg(Expr::val(text)))
        .gt(0)
}

/// How many subjects have a gram, counted no further than where that matters.
async fn postings(c: &impl Conn, kind: Kind, gram: &str) -> Result<u64> {
    let some = Query::select()
        .expr(Expr::val(1))
        .from(search_gram::Entity)
        .and_where(search_gram::Column::Kind.eq(kind.as_str()))
        .and_where(search_gram::Column::Gram.eq(gram))
        .limit(MANY + 1)
        .to_owned();
    // SeaORM's own count forgets the limit.
    let count = Query::select()
        .expr_as(Expr::cust("COUNT(*)"), "postings")
        .from_subquery(some, "some_postings")
        .to_owned();
    let row = c.raw().query_one(&count).await?;
    let count: i64 = row.map(|row| row.try_get("", "postings")).transpose()?.unwrap_or_default();
    Ok(u64::try_from(count).unwrap_or_default())
}
