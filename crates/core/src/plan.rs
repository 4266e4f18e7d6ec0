//! Membership plans: what their fields may hold. What buying one does is `membership`'s
//! affair.

use crate::field::{FieldError, FieldProblem, number};
use crate::{money, text};

/// Most characters of a plan's code.
pub const MAX_CODE_CHARS: u64 = 32;
/// Most characters of a title.
pub const MAX_TITLE_CHARS: u64 = 100;
/// Most calendar months of a plan: a hundred years.
pub const MAX_MONTHS: i64 = 1_200;

/// A plan's code: 1–32 of `a-z`, `0-9`, `_`, `-`.
pub fn code(code: &str) -> Result<String, FieldError> {
    check_code(code).map(|()| code.to_owned()).map_err(|problem| problem.of("code"))
}

/// Whether a text is a plan's code.
pub fn check_code(code: &str) -> Result<(), FieldProblem> {
    text::length(code, 1, MAX_CODE_CHARS)?;
    let valid = code.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'));
    if valid { Ok(()) } else { Err(FieldProblem::BadCharacter) }
}

/// A title (`title_en` or `title_zh`): one line of 1–100 characters.
pub fn title(field: &'static str, title: &str) -> Result<String, FieldError> {
    text::line(title, 1, MAX_TITLE_CHARS).map_err(|problem| problem.of(field))
}

/// A price: 1–100,000,000 minor units.
pub fn price(price_minor: i64) -> Result<i64, FieldError> {
    money::price("price_minor", price_minor)
}

/// A length as the interfaces say it: 1–1,200 calendar months, or 0 for ever (`None`).
pub fn months(months: i64) -> Result<Option<u32>, FieldError> {
    let months = number(months, 0, MAX_MONTHS).map_err(|problem| problem.of("months"))?;
    Ok(u32::try_from(months).ok().filter(|&months| months > 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use FieldProblem::*;

    #[test]
    fn fields_stop_at_their_limits() {
        assert_eq!(code("half-year_6"), Ok("half-year_6".into()));
        assert!(code(&"a".repeat(32)).is_ok());
        let long = "a".repeat(33);
        let cases = [
            ("", Missing),
            (long.as_str(), TooLong(32)),
            ("Month", BadCharacter),
            (" a", BadCharacter),
            ("月", BadCharacter),
        ];
        for (given, problem) in cases {
            assert_eq!(code(given), Err(problem.of("code")), "{given}");
        }
        assert_eq!(title("title_zh", ""), Err(Missing.of("title_zh")));
        assert_eq!(title("title_en", &"a".repeat(101)), Err(TooLong(100).of("title_en")));
        assert_eq!(price(0), Err(TooSmall(1).of("price_minor")));
    }

    #[test]
    fn no_months_is_for_ever() {
        let cases = [
            (-1, Err(TooSmall(0))),
            (0, Ok(None)),
            (1, Ok(Some(1))),
            (1_200, Ok(Some(1_200))),
            (1_201, Err(TooLarge(1_200))),
        ];
        for (given, expected) in cases {
            assert_eq!(months(given), expected.map_err(|problem| problem.of("months")), "{given}");
        }
    }
}
