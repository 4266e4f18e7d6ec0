//! Markdown that admins write, as HTML for every page. What is kept is never HTML.

/// Markdown as HTML that carries no script, no style and no picture of another host.
pub(crate) fn html(markdown: &str) -> String {
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new(markdown));
    ammonia::Builder::default().rm_tags(["img"]).clean(&html).to_string()
}

#[cfg(test)]
mod tests {
    use super::html;

    #[test]
    fn markdown_comes_out_without_script() {
        let cases = [
            ("**hi**", "<p><strong>hi</strong></p>\n"),
            ("<script>alert(1)</script>", ""),
            ("[x](javascript:alert(1))", "<p><a rel=\"noopener noreferrer\">x</a></p>\n"),
            ("![p](http://elsewhere.invalid/p.png)", "<p></p>\n"),
            ("<b onclick=x>b</b>", "<p><b>b</b></p>\n"),
        ];
        for (markdown, wanted) in cases {
            assert_eq!(html(markdown), wanted, "{markdown}");
        }
    }
}
