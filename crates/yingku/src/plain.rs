//! Markdown as it is read in a terminal.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// Markdown without its marks: list items keep a dash or their number, links their address.
pub fn plain(markdown: &str) -> String {
    let mut text = Text::default();
    Parser::new(markdown).for_each(|event| text.take(event));
    text.written.trim().to_owned()
}

#[derive(Default)]
struct Text {
    written: String,
    /// The next number of each list around, or `None` where it has dashes.
    lists: Vec<Option<u64>>,
    /// The address of each link around, and where its text begins.
    links: Vec<(String, usize)>,
}

impl Text {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) => self.written += &text,
            Event::SoftBreak | Event::HardBreak => self.new_line(),
            Event::Rule => {
                self.written += "———";
                self.end_block();
            }
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::List(first) => {
                if !self.lists.is_empty() {
                    self.new_line();
                }
                self.lists.push(first);
            }
            Tag::Item => self.start_item(),
            Tag::Link { dest_url, .. } => {
                self.links.push((dest_url.to_string(), self.written.len()));
            }
            _ => {}
        }
    }

    fn start_item(&mut self) {
        self.new_line();
        self.written += &"  ".repeat(self.lists.len().saturating_sub(1));
        match self.lists.last_mut() {
            Some(Some(number)) => {
                self.written += &format!("{number}. ");
                *number += 1;
            }
            _ => self.written += "- ",
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Link => self.end_link(),
            TagEnd::List(_) => {
                self.lists.pop();
                self.end_block();
            }
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::HtmlBlock => {
                self.end_block();
            }
            _ => {}
        }
    }

    /// The address of a link, unless its text is the address.
    fn end_link(&mut self) {
        let Some((address, from)) = self.links.pop() else { return };
        let is_web = ["http://", "https://", "mailto:"].iter().any(|s| address.starts_with(s));
        let shown = self.written.get(from..).unwrap_or_default();
        if is_web && !address.ends_with(shown) {
            self.written += &format!(" ({address})");
        }
    }

    /// An empty line behind a block; in a list the next item follows at once.
    fn end_block(&mut self) {
        self.new_line();
        if self.lists.is_empty() && !self.written.ends_with("\n\n") {
            self.written.push('\n');
        }
    }

    fn new_line(&mut self) {
        if !self.written.is_empty() && !self.written.ends_with('\n') {
            self.written.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_is_read_has_no_marks() {
        let cases = [
            ("普通的一行", "普通的一行"),
            ("# 通知\n明晚 **停机**，约 `10` 分钟。", "通知\n\n明晚 停机，约 10 分钟。"),
            ("两行\n文字", "两行\n文字"),
            ("片单：\n\n- 甲\n- *乙*\n\n再见", "片单：\n\n- 甲\n- 乙\n\n再见"),
            ("3. 三\n4. 四\n   - 里", "3. 三\n4. 四\n  - 里"),
            ("见[说明](https://example.org/a)。", "见说明 (https://example.org/a)。"),
            ("<https://example.org>", "https://example.org"),
            ("[x](javascript:alert(1))", "x"),
            ("<b>粗</b> 1 < 2", "粗 1 < 2"),
            ("```\nlet a;\n```\n后", "let a;\n\n后"),
            ("甲\n\n---\n\n乙", "甲\n\n———\n\n乙"),
            ("", ""),
        ];
        for (markdown, wanted) in cases {
            assert_eq!(plain(markdown), wanted, "{markdown}");
        }
    }
}
