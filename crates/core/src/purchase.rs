//! Purchases: whether somebody may buy a video or a plan. What is written then belongs
//! to the server's transaction. Amounts are in minor units.

use crate::word::words;

words! {
    /// What is sold.
    pub enum OfferKind {
        /// A video.
        Video = "video",
        /// Membership, by a plan.
        Plan = "plan",
    }
}

/// Why a video is not sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PurchaseRefusal {
    /// It is free, in the trash or purged.
    #[error("not for sale")]
    NotForSale,
    /// The buyer owns it.
    #[error("owned already")]
    AlreadyOwned,
    /// The buyer saw another price.
    #[error("the price is {price_minor} now")]
    PriceChanged {
        /// The price now.
        price_minor: i64,
    },
    /// The wallet has too little.
    #[error("{missing_minor} is missing")]
    InsufficientBalance {
        /// The price now.
        price_minor: i64,
        /// What the wallet has.
        balance_minor: i64,
        /// What it lacks.
        missing_minor: i64,
    },
}

/// Why a plan is not sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefusal {
    /// It is not on sale.
    #[error("not for sale")]
    NotForSale,
    /// The buyer has a membership for ever.
    #[error("the membership is for ever already")]
    AlreadyLifetime,
    /// The buyer saw another price.
    #[error("the price is {price_minor} now")]
    PriceChanged {
        /// The price now.
        price_minor: i64,
    },
    /// The wallet has too little.
    #[error("{missing_minor} is missing")]
    InsufficientBalance {
        /// The price now.
        price_minor: i64,
        /// What the wallet has.
        balance_minor: i64,
        /// What it lacks.
        missing_minor: i64,
    },
}

/// What is known when somebody pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The price for this buyer now.
    pub price_minor: i64,
    /// The price that the buyer saw.
    pub expected_price_minor: i64,
    /// What the buyer's wallet has.
    pub balance_minor: i64,
}

/// Whether somebody may buy a video. Refusals in this order: not for sale, owned, another
/// price, too little.
pub fn decide_video(
    visible: bool,
    is_free: bool,
    owned: bool,
    payment: Payment,
) -> Result<(), PurchaseRefusal> {
    if !visible || is_free {
        return Err(PurchaseRefusal::NotForSale);
    }
    if owned {
        return Err(PurchaseRefusal::AlreadyOwned);
    }
    let Payment { price_minor, balance_minor, .. } = payment;
    payment.check().map_err(|problem| match problem {
        PaymentProblem::PriceChanged => PurchaseRefusal::PriceChanged { price_minor },
        PaymentProblem::Missing(missing_minor) => {
            PurchaseRefusal::InsufficientBalance { price_minor, balance_minor, missing_minor }
        }
    })
}

/// Whether somebody may buy a plan. Refusals in this order: not on sale, lifetime holder,
/// another price, too little.
pub fn decide_plan(
    on_sale: bool,
    lifetime_holder: bool,
    payment: Payment,
) -> Result<(), PlanRefusal> {
    if !on_sale {
        return Err(PlanRefusal::NotForSale);
    }
    if lifetime_holder {
        return Err(PlanRefusal::AlreadyLifetime);
    }
    let Payment { price_minor, balance_minor, .. } = payment;
    payment.check().map_err(|problem| match problem {
        PaymentProblem::PriceChanged => PlanRefusal::PriceChanged { price_minor },
        PaymentProblem::Missing(missing_minor) => {
            PlanRefusal::InsufficientBalance { price_minor, balance_minor, missing_minor }
        }
    })
}

enum PaymentProblem {
    PriceChanged,
    Missing(i64),
}

impl Payment {
    fn check(self) -> Result<(), PaymentProblem> {
        if self.price_minor != self.expected_price_minor {
            return Err(PaymentProblem::PriceChanged);
        }
        let missing = self.price_minor.saturating_sub(self.balance_minor);
        if missing > 0 { Err(PaymentProblem::Missing(missing)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payment(price_minor: i64, expected_price_minor: i64, balance_minor: i64) -> Payment {
        Payment { price_minor, expected_price_minor, balance_minor }
    }

    const GOOD: Payment =
        Payment { price_minor: 500, expected_price_minor: 500, balance_minor: 500 };

    #[test]
    fn a_video_is_sold_or_refused_in_order() {
        use PurchaseRefusal::*;
        let worst = payment(500, 400, 0);
        let poor = InsufficientBalance { price_minor: 500, balance_minor: 499, missing_minor: 1 };
        let cases = [
            ((true, false, false, GOOD), Ok(())),
            ((false, false, true, worst), Err(NotForSale)),
            ((true, true, true, worst), Err(NotForSale)),
            ((true, false, true, worst), Err(AlreadyOwned)),
            ((true, false, false, worst), Err(PriceChanged { price_minor: 500 })),
            ((true, false, false, payment(500, 600, 900)), Err(PriceChanged { price_minor: 500 })),
            ((true, false, false, payment(500, 500, 499)), Err(poor)),
        ];
        for ((visible, is_free, owned, payment), expected) in cases {
            assert_eq!(decide_video(visible, is_free, owned, payment), expected, "{expected:?}");
        }
    }

    #[test]
    fn a_plan_is_sold_or_refused_in_order() {
        use PlanRefusal::*;
        let worst = payment(1_500, 1, 0);
        let poor = InsufficientBalance { price_minor: 500, balance_minor: 0, missing_minor: 500 };
        let cases = [
            ((true, false, GOOD), Ok(())),
            ((false, true, worst), Err(NotForSale)),
            ((true, true, worst), Err(AlreadyLifetime)),
            ((true, false, worst), Err(PriceChanged { price_minor: 1_500 })),
            ((true, false, payment(500, 500, 0)), Err(poor)),
        ];
        for ((on_sale, lifetime, payment), expected) in cases {
            assert_eq!(decide_plan(on_sale, lifetime, payment), expected, "{expected:?}");
        }
    }
}
