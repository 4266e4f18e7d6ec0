//! What is wrong with a value that came from outside. No texts for people: the interfaces
//! word it.

/// What is wrong with a field, and its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldProblem {
    /// It must be there and not be empty.
    Missing,
    /// A file of 0 bytes.
    Empty,
    /// Fewer characters than this.
    TooShort(u64),
    /// More characters than this.
    TooLong(u64),
    /// Less than this number.
    TooSmall(i64),
    /// More than this number.
    TooLarge(i64),
    /// More items than this.
    TooMany(u64),
    /// Not of the form that is asked for, for example `RFC 3339`.
    BadFormat(&'static str),
    /// Has a character that is not allowed there.
    BadCharacter,
}

impl FieldProblem {
    /// The problem of that field.
    pub fn of(self, field: &'static str) -> FieldError {
        FieldError { field, problem: self }
    }
}

/// A field that broke a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem:?}")]
pub struct FieldError {
    /// Name of the field as the interfaces spell it.
    pub field: &'static str,
    /// What is wrong with it.
    pub problem: FieldProblem,
}

/// A whole number between two limits, both of them allowed.
pub fn number(value: i64, min: i64, max: i64) -> Result<i64, FieldProblem> {
    if value < min {
        Err(FieldProblem::TooSmall(min))
    } else if value > max {
        Err(FieldProblem::TooLarge(max))
    } else {
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_limits_are_allowed() {
        assert_eq!(number(0, 1, 3), Err(FieldProblem::TooSmall(1)));
        assert_eq!(number(1, 1, 3), Ok(1));
        assert_eq!(number(3, 1, 3), Ok(3));
        assert_eq!(number(4, 1, 3), Err(FieldProblem::TooLarge(3)));
    }
}
