//! Money: its limits, and what may come with a movement of it. Amounts are whole minor
//! units; floating point never belongs here.

use crate::field::{FieldError, FieldProblem, number};
use crate::text;

/// The most that a wallet holds, in minor units.
pub const MAX_BALANCE_MINOR: i64 = 1_000_000_000_000;
/// The highest price, in minor units.
pub const MAX_PRICE_MINOR: i64 = 100_000_000;
/// The most that is credited at once, in minor units.
pub const MAX_CREDIT_MINOR: i64 = 100_000_000_000;
/// Most characters of a reason.
pub const MAX_REASON_CHARS: u64 = 500;
/// Most characters of an idempotency key.
pub const MAX_IDEMPOTENCY_KEY_CHARS: u64 = 255;

/// A price: 1–100,000,000 minor units.
pub fn price(field: &'static str, price_minor: i64) -> Result<i64, FieldError> {
    number(price_minor, 1, MAX_PRICE_MINOR).map_err(|problem| problem.of(field))
}

/// An amount to credit: 1–100,000,000,000 minor units.
pub fn credit(amount_minor: i64) -> Result<i64, FieldError> {
    number(amount_minor, 1, MAX_CREDIT_MINOR).map_err(|problem| problem.of("amount_minor"))
}

/// Why money moves: one line of 1–500 characters.
pub fn reason(reason: &str) -> Result<String, FieldError> {
    text::line(reason, 1, MAX_REASON_CHARS).map_err(|problem| problem.of("reason"))
}

/// An idempotency key: 1–255 visible ASCII characters, taken as it is.
pub fn idempotency_key(key: &str) -> Result<&str, FieldError> {
    let check = || {
        text::length(key, 1, MAX_IDEMPOTENCY_KEY_CHARS)?;
        let visible = key.bytes().all(|byte| byte.is_ascii_graphic());
        if visible { Ok(key) } else { Err(FieldProblem::BadCharacter) }
    };
    check().map_err(|problem| problem.of("idempotency_key"))
}

/// An ISO 4217 code: three upper-case letters.
pub fn currency(code: &str) -> Result<String, FieldError> {
    let valid = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if valid {
        Ok(code.to_owned())
    } else {
        Err(FieldProblem::BadFormat("ISO 4217").of("currency"))
    }
}

/// The balance after a change; none where it would leave 0–`MAX_BALANCE_MINOR`.
pub fn balance_after(balance_minor: i64, change_minor: i64) -> Option<i64> {
    let after = balance_minor.checked_add(change_minor)?;
    (0..=MAX_BALANCE_MINOR).contains(&after).then_some(after)
}

/// How an entry is reversed, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reversal {
    /// Change of the wallet: below zero takes back, above zero gives back.
    pub take_minor: i64,
    /// What a credit cannot take back, because it is spent; 0 or more.
    pub shortfall_minor: i64,
}

/// Reverses an entry that changed a wallet by `amount_minor`, with `balance_minor` (0 or
/// more) in it now. Takes what is there and never leaves a negative balance.
pub fn reversal(amount_minor: i64, balance_minor: i64) -> Reversal {
    let opposite = amount_minor.saturating_neg();
    let take_minor = opposite.max(balance_minor.saturating_neg());
    Reversal { take_minor, shortfall_minor: take_minor - opposite }
}

#[cfg(test)]
mod tests {
    use super::*;
    use FieldProblem::*;

    #[test]
    fn amounts_stop_at_their_limits() {
        assert_eq!(price("price_minor", 0), Err(TooSmall(1).of("price_minor")));
        assert_eq!(price("price_minor", 1), Ok(1));
        assert_eq!(price("price_minor", MAX_PRICE_MINOR), Ok(MAX_PRICE_MINOR));
        assert_eq!(credit(MAX_CREDIT_MINOR), Ok(MAX_CREDIT_MINOR));
        let too_large = TooLarge(MAX_CREDIT_MINOR).of("amount_minor");
        assert_eq!(credit(MAX_CREDIT_MINOR + 1), Err(too_large));
    }

    #[test]
    fn words_that_come_with_money() {
        assert_eq!(reason(" "), Err(Missing.of("reason")));
        assert!(reason(&"因".repeat(500)).is_ok());
        assert_eq!(reason(&"因".repeat(501)), Err(TooLong(500).of("reason")));
        assert_eq!(idempotency_key("a-1!~"), Ok("a-1!~"));
        assert!(idempotency_key(&"k".repeat(255)).is_ok());
        let cases =
            [("", Missing), ("a b", BadCharacter), ("键", BadCharacter), ("a\n", BadCharacter)];
        for (key, problem) in cases {
            assert_eq!(idempotency_key(key), Err(problem.of("idempotency_key")), "{key:?}");
        }
        assert_eq!(idempotency_key(&"k".repeat(256)), Err(TooLong(255).of("idempotency_key")));
        assert_eq!(currency("CNY"), Ok("CNY".into()));
        for code in ["", "cny", "CN", "CNYX", "C1Y", "元"] {
            assert_eq!(currency(code), Err(BadFormat("ISO 4217").of("currency")), "{code}");
        }
    }

    #[test]
    fn a_balance_stays_between_nothing_and_the_most() {
        assert_eq!(balance_after(100, -100), Some(0));
        assert_eq!(balance_after(100, -101), None);
        assert_eq!(balance_after(MAX_BALANCE_MINOR - 1, 1), Some(MAX_BALANCE_MINOR));
        assert_eq!(balance_after(MAX_BALANCE_MINOR, 1), None);
        assert_eq!(balance_after(i64::MAX, 1), None);
    }

    #[test]
    fn a_reversal_takes_what_is_there() {
        let cases = [
            (100, 100, -100, 0),
            (100, 101, -100, 0),
            (100, 30, -30, 70),
            (100, 0, 0, 100),
            (-1_000, 0, 1_000, 0),
            (-1_000, 5, 1_000, 0),
        ];
        for (amount, balance, take_minor, shortfall_minor) in cases {
            let expected = Reversal { take_minor, shortfall_minor };
            assert_eq!(reversal(amount, balance), expected, "{amount} with {balance}");
        }
    }
}
