//! Lists: fetching one page or all of them, and printing them.

use crate::args::PageArgs;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::Table;
use serde::Serialize;
use yingku_client::Result as Called;
use yingku_protocol::{ListPage, Page};

/// The page that was asked for, or all pages as one.
pub async fn pages<T, F>(args: &PageArgs, mut fetch: F) -> Result<Page<T>, Failure>
where
    F: AsyncFnMut(ListPage) -> Called<Page<T>>,
{
    let limit = args.limit.or(args.all_pages.then_some(200));
    let mut all = fetch(ListPage { cursor: args.cursor.clone(), limit }).await?;
    // A search may find nothing on a page, and more on the next.
    while (args.all_pages || all.items.is_empty())
        && let Some(cursor) = all.next_cursor.take()
    {
        let next = fetch(ListPage { cursor: Some(cursor), limit }).await?;
        all.items.extend(next.items);
        all.next_cursor = next.next_cursor;
    }
    Ok(all)
}

impl Context {
    /// Prints a list: the document, or a table and how to get at the rest.
    pub fn print_list<T: Serialize>(
        &self,
        page: &Page<T>,
        columns: &[&str],
        row: impl Fn(&T) -> Vec<String>,
    ) -> Result<(), Failure> {
        self.print(page, || {
            if page.items.is_empty() {
                return self.say("cli.list.empty");
            }
            let mut table = Table::new(self.lang, columns);
            for item in &page.items {
                table.row(row(item));
            }
            table.lines()
        })?;
        if let Some(cursor) = page.next_cursor.as_ref().filter(|_| !self.json) {
            let more = crate::facts! { "cursor" => cursor.as_str() };
            self.remark(&self.tell("cli.list.more", &more));
        }
        Ok(())
    }

    /// Prints one thing: the document, or its fields under their names.
    pub fn print_fields<T: Serialize>(
        &self,
        document: &T,
        fields: &[(&str, String)],
    ) -> Result<(), Failure> {
        self.print(document, || {
            let mut table = Table::plain();
            for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
                table.row([self.say(&format!("cli.column.{name}")), value.clone()]);
            }
            table.lines()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn numbers(page: ListPage) -> Called<Page<u64>> {
        let start: u64 = page.cursor.map_or(0, |cursor| cursor.parse().unwrap());
        let end = (start + page.limit.unwrap_or(2)).min(500);
        let next_cursor = (end < 500).then(|| end.to_string());
        Ok(Page { items: (start..end).collect(), next_cursor })
    }

    #[tokio::test]
    async fn one_page_or_all() {
        let args = PageArgs::default();
        let page = pages(&args, numbers).await.unwrap();
        assert_eq!((page.items, page.next_cursor.as_deref()), (vec![0, 1], Some("2")));
        let args = PageArgs { all_pages: true, cursor: Some("3".into()), limit: None };
        let page = pages(&args, numbers).await.unwrap();
        assert_eq!((page.items, page.next_cursor), ((3..500).collect(), None));
    }
}
