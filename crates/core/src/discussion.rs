//! What viewers say about films: comments under them, and danmaku (弹幕), short texts over the
//! picture at one moment of it.

use crate::Millis;
use crate::field::{FieldError, FieldProblem};
use crate::fold::fold;
use crate::text;
use crate::word::words;

words! {
    /// How a text moves over the picture.
    pub enum DanmakuMode {
        /// From the right to the left.
        Scroll = "scroll",
        /// It stands at the top.
        Top = "top",
        /// It stands at the bottom.
        Bottom = "bottom",
    }
}

words! {
    /// What somebody reports.
    pub enum ReportKind {
        /// A comment.
        Comment = "comment",
        /// A text over the picture.
        Danmaku = "danmaku",
    }
}

/// Most characters of a comment.
pub const MAX_COMMENT_CHARS: u64 = 1_000;
/// Most characters of a danmaku.
pub const MAX_DANMAKU_CHARS: u64 = 100;
/// Most characters of the reason of a report.
const MAX_REASON_CHARS: u64 = 200;
/// White: the usual colour of a danmaku.
pub const WHITE: i64 = 0xff_ffff;

/// So many in so many milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How many.
    pub count: u64,
    /// In how long, in milliseconds.
    pub within_ms: Millis,
}

/// How fast an account may comment.
pub const COMMENT_PACE: Pace = Pace { count: 6, within_ms: 60_000 };
/// How fast an account may send danmaku.
pub const DANMAKU_PACE: Pace = Pace { count: 10, within_ms: 30_000 };

/// A comment: 1–1,000 characters.
pub fn comment(written: &str) -> Result<String, FieldError> {
    text::paragraphs(written, 1, MAX_COMMENT_CHARS)
        .map(|text| text.trim_start().to_owned())
        .map_err(|problem| problem.of("text"))
}

/// A danmaku: one line of 1–100 characters.
pub fn danmaku(written: &str) -> Result<String, FieldError> {
    text::line(written, 1, MAX_DANMAKU_CHARS).map_err(|problem| problem.of("text"))
}

/// Why something is reported: up to 200 characters.
pub fn reason(written: &str) -> Result<String, FieldError> {
    text::line(written, 0, MAX_REASON_CHARS).map_err(|problem| problem.of("reason"))
}

/// A colour, as its red, green and blue: `#ffcc00`.
pub fn color(written: &str) -> Result<i64, FieldError> {
    let digits = written.strip_prefix('#').filter(|digits| digits.len() == 6);
    digits
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .and_then(|digits| i64::from_str_radix(digits, 16).ok())
        .ok_or(FieldProblem::BadFormat("#rrggbb").of("color"))
}

/// Whether a text has one of the blocked words, of which each stands on a line of its own. Case,
/// width and spaces make no difference.
pub fn is_blocked(text: &str, blocked_words: &str) -> bool {
    let bare = |text: &str| fold(text).replace(char::is_whitespace, "");
    let text = bare(text);
    blocked_words.lines().map(bare).any(|word| !word.is_empty() && text.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use FieldProblem::*;

    #[test]
    fn fields_stop_at_their_limits() {
        assert_eq!(comment(" \n "), Err(Missing.of("text")));
        assert_eq!(comment("\n 好\n看 \n").as_deref(), Ok("好\n看"));
        assert!(comment(&"好".repeat(1_000)).is_ok());
        assert_eq!(comment(&"好".repeat(1_001)), Err(TooLong(1_000).of("text")));
        assert_eq!(danmaku("a\nb"), Err(BadCharacter.of("text")));
        assert!(danmaku(&"好".repeat(100)).is_ok());
        assert_eq!(danmaku(&"好".repeat(101)), Err(TooLong(100).of("text")));
        assert_eq!(reason(&"a".repeat(201)), Err(TooLong(200).of("reason")));
        assert_eq!(color("#Ff8000"), Ok(0xff_8000));
        for wrong in ["ff8000", "#ff80", "#ff800g", "#+12345", ""] {
            assert_eq!(color(wrong), Err(BadFormat("#rrggbb").of("color")), "{wrong}");
        }
    }

    #[test]
    fn a_blocked_word_is_found_however_it_is_written() {
        let words = "广告\n Spam \n\n";
        for text in ["加微信广 告", "ＳＰＡＭ!", "no s p a m"] {
            assert!(is_blocked(text, words), "{text}");
        }
        assert!(!is_blocked("广泛的告白", words));
        assert!(!is_blocked("anything", ""));
    }
}
