//! What a text that came from outside may hold: characters, lengths, lines.
//! The limits themselves belong to the nouns that have them.

use crate::character::{is_bidi, is_control};
use crate::field::FieldProblem;
use crate::fold::fold;
use unicode_normalization::UnicodeNormalization;

/// One line, NFC and trimmed, of `min..=max` characters (Unicode scalar values), without
/// controls and direction marks. With `min` above 0 it must also show something.
pub fn line(text: &str, min: u64, max: u64) -> Result<String, FieldProblem> {
    let text: String = text.trim().nfc().collect();
    if text.chars().any(|c| is_control(c) || is_bidi(c)) {
        return Err(FieldProblem::BadCharacter);
    }
    if min > 0 && fold(&text).is_empty() {
        return Err(FieldProblem::Missing);
    }
    length(&text, min, max)?;
    Ok(text)
}

/// Text of many lines, NFC, its line ends made `\n`, trimmed at the end, of `min..=max`
/// characters. Tabs are allowed, other controls are not.
pub fn paragraphs(text: &str, min: u64, max: u64) -> Result<String, FieldProblem> {
    let text: String = text.replace("\r\n", "\n").trim_end().nfc().collect();
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(FieldProblem::BadCharacter);
    }
    if min > 0 && fold(&text).is_empty() {
        return Err(FieldProblem::Missing);
    }
    length(&text, min, max)?;
    Ok(text)
}

/// Whether a text has `min..=max` characters (Unicode scalar values).
pub fn length(text: &str, min: u64, max: u64) -> Result<(), FieldProblem> {
    let chars = text.chars().count() as u64;
    if chars == 0 && min > 0 {
        Err(FieldProblem::Missing)
    } else if chars < min {
        Err(FieldProblem::TooShort(min))
    } else if chars > max {
        Err(FieldProblem::TooLong(max))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use FieldProblem::*;

    #[test]
    fn a_line_is_trimmed_and_counted_in_characters() {
        let cases: [(&str, Result<&str, FieldProblem>); 10] = [
            ("", Err(Missing)),
            (" \t ", Err(Missing)),
            ("\u{200B}", Err(Missing)),
            (" 影库 ", Ok("影库")),
            ("e\u{301}", Ok("é")),
            ("影影影影", Ok("影影影影")),
            ("影影影影影", Err(TooLong(4))),
            ("a\nb", Err(BadCharacter)),
            ("a\u{2028}b", Err(BadCharacter)),
            ("a\u{202E}b", Err(BadCharacter)),
        ];
        for (given, expected) in cases {
            assert_eq!(line(given, 1, 4), expected.map(str::to_owned), "{given:?}");
        }
        assert_eq!(line("", 0, 4), Ok(String::new()));
    }

    #[test]
    fn paragraphs_keep_their_lines() {
        assert_eq!(paragraphs("a\r\n\tb\n\n", 1, 4), Ok("a\n\tb".into()));
        assert_eq!(paragraphs("a\rb", 0, 9), Err(BadCharacter));
        assert_eq!(paragraphs("a\0b", 0, 9), Err(BadCharacter));
        assert_eq!(paragraphs("\n\n", 1, 9), Err(Missing));
        assert_eq!(paragraphs("12345", 1, 4), Err(TooLong(4)));
    }

    #[test]
    fn length_stops_at_both_limits() {
        for (text, expected) in
            [("", Err(Missing)), ("1", Err(TooShort(2))), ("12", Ok(())), ("123", Ok(()))]
        {
            assert_eq!(length(text, 2, 3), expected, "{text}");
        }
        assert_eq!(length("1234", 2, 3), Err(TooLong(3)));
    }
}
