//! Who calls: the same for every interface.

use crate::app::{Error, Result};
use std::net::IpAddr;
use yingku_core::account::Role;
use yingku_core::id::{AccountId, SessionId};
use yingku_db::{Tx, rows};
use yingku_protocol::{Code, Lang};

/// Whoever calls a use-case.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who it is.
    pub kind: CallerKind,
    /// Address that it calls from; empty for the machine itself. What is counted
    /// together by the throttle: a whole /64 of IPv6 is one address.
    pub address: String,
    /// The program, as it names itself.
    pub client: String,
    /// Language of the texts in the answer.
    pub lang: Lang,
}

/// Who a caller is.
#[derive(Clone, Debug)]
pub enum CallerKind {
    /// Not logged in.
    Nobody,
    /// Somebody at the machine, with the database in hand.
    Operator,
    /// A live login.
    Account {
        /// The account, as it was when the call came.
        account: Box<rows::Account>,
        /// Number of the session.
        session_id: SessionId,
    },
    /// A machine that encodes for this site, as it was registered.
    Worker(Box<rows::Worker>),
}

impl Caller {
    /// The operator at the machine.
    pub fn operator(lang: Lang) -> Caller {
        Caller { kind: CallerKind::Operator, address: String::new(), client: String::new(), lang }
    }

    /// The address that is counted for a peer: an IPv4 address, or the /64 that one
    /// customer of IPv6 has.
    pub fn address_of(peer: IpAddr) -> String {
        match peer.to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }

    /// Checks inside a transaction that the login still holds: its session is there, and the
    /// account has the epoch and the role of the moment when the call came, and is not locked.
    /// The account's row is locked, so that whoever locks or demotes it waits for this
    /// transaction, or this one sees what was decided. `authorized!` calls it.
    ///
    /// # Errors
    /// [`Code::SessionEnded`].
    pub(crate) async fn confirm(&self, tx: &Tx) -> Result<()> {
        let (seen, session_id) = match &self.kind {
            CallerKind::Account { account, session_id } => (account, session_id),
            // What one changes is bound to the lease of its job, which ends with its token.
            CallerKind::Worker(_) => return Err(Code::Forbidden.into()),
            CallerKind::Nobody | CallerKind::Operator => return Ok(()),
        };
        let account = yingku_db::account::lock(tx, seen.id).await?;
        let holds = account.is_some_and(|account| {
            !account.locked && account.epoch == seen.epoch && account.role == seen.role
        });
        if holds && yingku_db::session::exists(tx, *session_id).await? {
            return Ok(());
        }
        Err(Code::SessionEnded.into())
    }

    /// The account that is logged in.
    pub fn account(&self) -> Option<&rows::Account> {
        match &self.kind {
            CallerKind::Account { account, .. } => Some(account),
            _ => None,
        }
    }

    /// The account that is logged in, or a refusal.
    pub fn require_account(&self) -> Result<&rows::Account> {
        self.account().ok_or_else(|| self.no_account())
    }

    /// The account that is logged in and its session, or a refusal.
    pub fn require_session(&self) -> Result<(&rows::Account, SessionId)> {
        match &self.kind {
            CallerKind::Account { account, session_id } => Ok((account, *session_id)),
            _ => Err(self.no_account()),
        }
    }

    fn no_account(&self) -> Error {
        match self.kind {
            CallerKind::Operator | CallerKind::Worker(_) => Code::Forbidden.into(),
            _ => Code::LoginRequired.into(),
        }
    }

    /// Whether the caller runs the library.
    pub fn is_admin(&self) -> bool {
        match &self.kind {
            CallerKind::Nobody | CallerKind::Worker(_) => false,
            CallerKind::Operator => true,
            CallerKind::Account { account, .. } => account.role == Role::Admin,
        }
    }

    /// Number of the account, if there is one.
    pub fn account_id(&self) -> Option<AccountId> {
        self.account().map(|account| account.id)
    }

    /// Name for records.
    pub fn name(&self) -> String {
        match &self.kind {
            CallerKind::Nobody => "nobody".to_owned(),
            CallerKind::Operator => "operator".to_owned(),
            CallerKind::Account { account, .. } => account.name.clone(),
            CallerKind::Worker(worker) => worker.name.clone(),
        }
    }
}
