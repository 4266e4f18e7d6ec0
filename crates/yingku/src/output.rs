//! What a command prints: one JSON document, or aligned text for people. Asking people
//! belongs to `prompt`, bars to `progress`.

use crate::context::Context;
use crate::failure::{Facts, Failure};
use crate::stdout::line_to_stdout;
use serde::Serialize;
use std::io::{self, IsTerminal, Write};
use yingku_core::character::{is_bidi, is_control};
use yingku_protocol::{Lang, text};

/// Columns of text, aligned by the width they take on a terminal.
pub struct Table {
    table: comfy_table::Table,
    right: Vec<bool>,
}

impl Table {
    /// A table without a header: names on the left, what they are on the right.
    pub fn plain() -> Self {
        let mut table = comfy_table::Table::new();
        table.load_preset(comfy_table::presets::NOTHING);
        Table { table, right: Vec::new() }
    }

    /// A table with these headings, each a key of `cli.column`; a `>` before one aligns its
    /// column to the right.
    pub fn new(lang: Lang, columns: &[&str]) -> Self {
        let heading = |name: &&str| {
            let key = format!("cli.column.{}", name.trim_start_matches('>'));
            text(lang, &key, &Facts::new())
        };
        let right = columns.iter().map(|name| name.starts_with('>')).collect();
        Table::headed(columns.iter().map(heading).collect(), right)
    }

    fn headed(headings: Vec<String>, right: Vec<bool>) -> Self {
        let mut table = Table { right, ..Table::plain() };
        table.table.set_header(headings);
        table
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) -> &mut Self {
        self.table.add_row(cells.into_iter().map(|cell| clean(&cell)));
        self
    }

    /// The lines of the table.
    pub fn lines(mut self) -> String {
        for (at, column) in self.table.column_iter_mut().enumerate() {
            column.set_padding((0, 2));
            if self.right.get(at) == Some(&true) {
                column.set_cell_alignment(comfy_table::CellAlignment::Right);
            }
        }
        self.table.trim_fmt()
    }
}

/// A text on one line that cannot steer the terminal it is shown on.
pub fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| !is_bidi(*c))
        .map(|c| if is_control(c) || c.is_control() { ' ' } else { c })
        .collect()
}

/// The same for a text of several lines.
pub fn clean_lines(text: &str) -> String {
    text.lines().map(clean).collect::<Vec<_>>().join("\n")
}

impl Context {
    /// A text for people.
    pub fn say(&self, key: &str) -> String {
        text(self.lang, key, &Facts::new())
    }

    /// A text for people, filled with facts.
    pub fn tell(&self, key: &str, facts: &Facts) -> String {
        text(self.lang, key, facts)
    }

    /// Prints what a command found: the document itself, or the text for people.
    pub fn print<T: Serialize>(
        &self,
        document: &T,
        people: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        let message = if self.json {
            serde_json::to_string(document)
                .map_err(|error| Failure::file("stdout".as_ref(), error))?
        } else {
            people()
        };
        line_to_stdout(&message)
    }

    /// Prints that something was done to the thing with that number: `{"id":…}`.
    pub fn print_id(&self, id: i64, key: &str) -> Result<(), Failure> {
        self.print(&serde_json::json!({ "id": id }), || {
            self.tell(key, &crate::facts! { "id" => id })
        })
    }

    /// Says something beside the output, to a person alone.
    pub fn remark(&self, message: &str) {
        let _ = writeln!(io::stderr().lock(), "{message}");
    }

    /// Whether a person sees standard error.
    pub fn is_watched(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// Prints why the command failed.
    pub fn print_failure(&self, failure: &Failure) {
        let Some(problem) = failure.problem(self.lang) else { return };
        if self.json
            && let Ok(document) = serde_json::to_string(&problem)
        {
            let _ = line_to_stdout(&document);
            return;
        }
        self.remark(&clean_lines(&problem.detail));
        let key = format!("cli.hint.{}", problem.code);
        let hint = self.tell(&key, &problem.facts);
        if hint != key {
            self.remark(&hint);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_takes_two_columns() {
        let headings = ["编号", "标题", "价"].map(str::to_owned);
        let mut table = Table::headed(headings.to_vec(), vec![true, false, true]);
        table.row(["7".into(), "影库".into(), "10.00".into()]);
        table.row(["123456".into(), "a".into(), "5.00".into()]);
        let expected = "  编号  标题     价\n     7  影库  10.00\n123456  a      5.00";
        assert_eq!(table.lines(), expected);
    }

    #[test]
    fn a_title_cannot_steer_the_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\nc\u{202e}d"), "a [2Jb cd");
        assert_eq!(clean_lines("a\nb\u{7}"), "a\nb ");
    }

    #[test]
    fn an_empty_table() {
        assert_eq!(Table::plain().lines(), "");
    }
}
