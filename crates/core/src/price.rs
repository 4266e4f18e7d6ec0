//! What a video costs: its own price or the site's, and the member's.

use crate::field::{FieldError, number};
use crate::money::{self, MAX_PRICE_MINOR};

/// What an admin decided on a video's price. Amounts in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pricing {
    /// Whether it costs nothing; own prices wait until it is paid again.
    pub is_free: bool,
    /// Its own price; the site's where absent.
    pub price_minor: Option<i64>,
    /// Its own price for members; the site's where absent.
    pub member_price_minor: Option<i64>,
}

/// The site's prices for paid videos without their own, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SitePrices {
    /// Setting `price.paid_minor`.
    pub paid_minor: i64,
    /// Setting `price.paid_member_minor`.
    pub paid_member_minor: i64,
}

/// What a video costs now, in minor units; 0 for both where it is free, otherwise
/// 0 < `member` <= `normal`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
    /// For accounts without a membership.
    pub normal: i64,
    /// For members.
    pub member: i64,
}

/// What a video costs now. Members never pay more than others, even where the site's
/// prices changed after the video's own were set.
pub fn prices(pricing: &Pricing, site: &SitePrices) -> Prices {
    if pricing.is_free {
        return Prices { normal: 0, member: 0 };
    }
    let normal = pricing.price_minor.unwrap_or(site.paid_minor);
    let member = pricing.member_price_minor.unwrap_or(site.paid_member_minor);
    Prices { normal, member: member.min(normal) }
}

/// Whether own prices may be set: each 1–100,000,000, and the members' not over the
/// other, or over the site's where there is no other.
pub fn check_pricing(pricing: &Pricing, site: &SitePrices) -> Result<(), FieldError> {
    if let Some(price) = pricing.price_minor {
        money::price("price_minor", price)?;
    }
    if let Some(price) = pricing.member_price_minor {
        let normal = pricing.price_minor.unwrap_or(site.paid_minor);
        number(price, 1, normal.min(MAX_PRICE_MINOR))
            .map_err(|problem| problem.of("member_price_minor"))?;
    }
    Ok(())
}

/// Which of the prices somebody pays.
pub fn price_for(prices: Prices, is_member: bool) -> i64 {
    if is_member { prices.member } else { prices.normal }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::FieldProblem::{TooLarge, TooSmall};

    const SITE: SitePrices = SitePrices { paid_minor: 1_000, paid_member_minor: 500 };

    fn paid(price_minor: Option<i64>, member_price_minor: Option<i64>) -> Pricing {
        Pricing { is_free: false, price_minor, member_price_minor }
    }

    #[test]
    fn prices_come_from_the_video_or_the_site() {
        let cases = [
            (paid(None, None), 1_000, 500),
            (paid(Some(2_000), None), 2_000, 500),
            (paid(Some(300), None), 300, 300),
            (paid(None, Some(800)), 1_000, 800),
            (paid(None, Some(1_500)), 1_000, 1_000),
            (paid(Some(20), Some(10)), 20, 10),
            (Pricing { is_free: true, ..paid(Some(20), Some(10)) }, 0, 0),
        ];
        for (pricing, normal, member) in cases {
            let found = prices(&pricing, &SITE);
            assert_eq!(found, Prices { normal, member }, "{pricing:?}");
            assert_eq!(price_for(found, false), normal);
            assert_eq!(price_for(found, true), member);
        }
    }

    #[test]
    fn own_prices_stop_at_their_limits() {
        let cases = [
            (paid(None, None), Ok(())),
            (paid(Some(0), None), Err(TooSmall(1).of("price_minor"))),
            (paid(Some(1), Some(1)), Ok(())),
            (paid(Some(100_000_000), None), Ok(())),
            (paid(Some(100_000_001), None), Err(TooLarge(100_000_000).of("price_minor"))),
            (paid(Some(20), Some(0)), Err(TooSmall(1).of("member_price_minor"))),
            (paid(Some(20), Some(20)), Ok(())),
            (paid(Some(20), Some(21)), Err(TooLarge(20).of("member_price_minor"))),
            (paid(None, Some(1_000)), Ok(())),
            (paid(None, Some(1_001)), Err(TooLarge(1_000).of("member_price_minor"))),
        ];
        for (pricing, expected) in cases {
            assert_eq!(check_pricing(&pricing, &SITE), expected, "{pricing:?}");
        }
    }
}
