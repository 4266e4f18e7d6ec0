//! Who calls: accounts, their passwords and sessions, invites, and how often a stranger may
//! try. What an account buys, watches or downloads is elsewhere.

pub(super) mod account;
pub(super) mod invite;
pub(super) mod password;
pub(super) mod session;
pub(super) mod throttle;

use crate::app::Shop;
use crate::app::support::base::Base;
use std::sync::Arc;

/// Accounts, and how they prove who they are.
pub struct Identity {
    base: Arc<Base>,
    shop: Arc<Shop>,
    passwords: password::Passwords,
    under_way: Arc<throttle::UnderWay>,
    sign_ups: throttle::SignUps,
    connection_sessions: session::ConnectionSessions,
    /// Whether the classic interface is on: only then are digests kept and accepted.
    digests: bool,
}

impl Identity {
    pub(super) fn new(
        base: &Arc<Base>,
        shop: &Arc<Shop>,
        digests: bool,
        password_memory_kib: u32,
    ) -> Identity {
        Identity {
            base: Arc::clone(base),
            shop: Arc::clone(shop),
            passwords: password::Passwords::new(password_memory_kib),
            under_way: Arc::default(),
            sign_ups: throttle::SignUps::default(),
            connection_sessions: session::ConnectionSessions::default(),
            digests,
        }
    }
}
