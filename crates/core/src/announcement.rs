//! Announcements: what their fields may hold. Rendering Markdown never belongs here.

use crate::field::FieldError;
use crate::text;

/// Most characters of a title.
pub const MAX_TITLE_CHARS: u64 = 200;
/// Most characters of the content.
pub const MAX_CONTENT_CHARS: u64 = 20_000;

/// A title: one line of 1–200 characters.
pub fn title(title: &str) -> Result<String, FieldError> {
    text::line(title, 1, MAX_TITLE_CHARS).map_err(|problem| problem.of("title"))
}

/// The content: 1–20,000 characters of Markdown.
pub fn content(content: &str) -> Result<String, FieldError> {
    text::paragraphs(content, 1, MAX_CONTENT_CHARS).map_err(|problem| problem.of("content"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::FieldProblem::*;

    #[test]
    fn fields_stop_at_their_limits() {
        assert_eq!(title(" "), Err(Missing.of("title")));
        assert!(title(&"告".repeat(200)).is_ok());
        assert_eq!(title(&"告".repeat(201)), Err(TooLong(200).of("title")));
        assert_eq!(content("\n"), Err(Missing.of("content")));
        assert_eq!(content("    code\n\ntext\n"), Ok("    code\n\ntext".into()));
        assert!(content(&"告".repeat(20_000)).is_ok());
        assert_eq!(content(&"告".repeat(20_001)), Err(TooLong(20_000).of("content")));
    }
}
