//! Whether an account is a member, and until when. How that is bought is in `shop::plan`.

use crate::app::moment;
use yingku_core::Millis;
use yingku_core::membership::{self, Expiry};
use yingku_db::rows;
use yingku_protocol::Membership;

/// The membership of an account, as it is stored.
pub(crate) fn expiry_of(account: &rows::Account) -> Expiry {
    match (account.membership_lifetime, account.membership_until_ms) {
        (true, _) => Expiry::Lifetime,
        (false, Some(until)) => Expiry::Until(until),
        (false, None) => Expiry::Never,
    }
}

/// Writes the membership of an account.
pub(in crate::app) fn set_expiry(account: &mut rows::Account, expiry: Expiry) {
    account.membership_lifetime = expiry == Expiry::Lifetime;
    account.membership_until_ms = match expiry {
        Expiry::Until(until) => Some(until),
        _ => None,
    };
}

/// A membership as the API shows it.
pub(crate) fn show_membership(expiry: Expiry, now: Millis) -> Membership {
    Membership {
        active: membership::active(expiry, now),
        lifetime: expiry == Expiry::Lifetime,
        expires_at: match expiry {
            Expiry::Until(until) => Some(moment(until)),
            _ => None,
        },
    }
}

/// Whether the account is a member now.
pub(crate) fn is_member(row: &rows::Account, now: Millis) -> bool {
    membership::active(expiry_of(row), now)
}
