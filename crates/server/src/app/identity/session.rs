//! Logging in and out.

use crate::app::identity::account::{name_key, show};
use crate::app::identity::password::Secret;
use crate::app::support::account;
use crate::app::support::audit::Act;
use crate::app::support::cursor;
use crate::app::support::error::not_found;
use crate::app::support::token;
use crate::app::{Caller, CallerKind, Error, Identity, Result, moment};
use parking_lot::{Mutex, MutexGuard};
use serde_json::json;
use std::collections::HashSet;
use yingku_core::Millis;
use yingku_core::account::{SESSION_ABSOLUTE_MS, SessionFacts, session_alive};
use yingku_core::id::{AccountId, SessionId};
use yingku_db::rows;
use yingku_db::transaction;
use yingku_protocol::{
    Account, Code, Lang, ListPage, LogIn, LoggedIn, Page, Refusal, Role, Session, text,
};

/// A session's last use is written down at most this often.
const TOUCH_MS: i64 = 60 * 1_000;
const MOST_CLIENT_CHARS: usize = 200;

/// A session that belongs to a connection lives this long past its last renewal.
const LEASE_MS: i64 = 90 * 1_000;

/// The sessions that live as long as a connection of this node.
#[derive(Default)]
pub(crate) struct ConnectionSessions(Mutex<HashSet<SessionId>>);

impl ConnectionSessions {
    fn lock(&self) -> MutexGuard<'_, HashSet<SessionId>> {
        self.0.lock()
    }
}

impl Identity {
    /// Logs in; the answer has a new token.
    pub async fn log_in(&self, caller: &Caller, wanted: &LogIn) -> Result<LoggedIn> {
        let secret = Secret::Password(wanted.password.clone());
        let account = self.prove(caller, &wanted.name, &secret, None).await?;
        let expires_at_ms = self.base.now() + SESSION_ABSOLUTE_MS;
        self.open_session(caller, account, expires_at_ms).await
    }

    /// Logs in for as long as a connection lives, with a digest and in a role.
    pub async fn log_in_on_connection(
        &self,
        caller: &Caller,
        name: &str,
        digest: &str,
        role: Role,
    ) -> Result<LoggedIn> {
        let secret = Secret::Digest(digest.to_owned());
        let account = self.prove(caller, name, &secret, Some(role)).await?;
        let login = self.open_session(caller, account, self.base.now() + LEASE_MS).await?;
        self.connection_sessions.lock().insert(SessionId(login.id));
        Ok(login)
    }

    /// Ends a session with its connection.
    pub async fn end_connection_session(&self, account_id: AccountId, session_id: SessionId) {
        self.connection_sessions.lock().remove(&session_id);
        let ended = transaction!(self.base.db, |tx| {
            yingku_db::session::delete(tx, account_id, session_id).await
        });
        if let Err(error) = ended {
            tracing::warn!(%error, "a session ends with its lease, not with its connection");
        }
    }

    /// How many sessions live as long as a connection of this node.
    pub fn leased_sessions(&self) -> usize {
        self.connection_sessions.lock().len()
    }

    /// Renews the sessions of the connections that live on this node. To be called at least
    /// twice a lease.
    pub async fn renew_connection_sessions(&self) -> Result<()> {
        let ids: Vec<_> = self.connection_sessions.lock().iter().copied().collect();
        let now = self.base.now();
        let (until, made_since) = (now + LEASE_MS, now - SESSION_ABSOLUTE_MS);
        for some in ids.chunks(500) {
            transaction!(self.base.db, |tx| {
                yingku_db::session::prolong(tx, some, until, made_since).await
            })
            .map_err(Error::Database)?;
        }
        Ok(())
    }

    /// The account that a secret belongs to; the same refusal, after the same time, for
    /// unknown, locked, another role and wrong. Only who has the right secret learns that the
    /// account is locked.
    async fn prove(
        &self,
        caller: &Caller,
        name: &str,
        secret: &Secret,
        role: Option<Role>,
    ) -> Result<rows::Account> {
        let name_key = name_key(name)?;
        let attempt = self.attempt(caller, &name_key).await?;
        let found = yingku_db::account::find_by_key(&self.base.db, &name_key).await?;
        let right = self.is_secret_of(found.as_ref(), secret).await?;
        let meant = found.as_ref().map(|account| account.id);
        let may = |account: &rows::Account| right && role.is_none_or(|role| role == account.role);
        let Some(account) = found.filter(may) else {
            self.note_failed_login(caller, name, meant).await?;
            return Err(Code::WrongCredentials.into());
        };
        self.forgive(attempt).await?;
        if account.locked {
            self.note_failed_login(caller, name, meant).await?;
            return Err(self.locked_out(caller).await?.into());
        }
        self.complete_verifiers(account, secret).await
    }

    /// What somebody hears whose account is locked.
    async fn locked_out(&self, caller: &Caller) -> Result<Refusal> {
        let contact = self.base.settings(&self.base.db).await?.support_contact;
        let contact = match contact.is_empty() {
            true => text(caller.lang, "contact.nobody", &serde_json::Map::new()),
            false => contact,
        };
        Ok(Refusal::from(Code::AccountLocked).with("contact", contact))
    }

    /// Notes the failure on the account that was meant, where there is one.
    async fn note_failed_login(
        &self,
        caller: &Caller,
        name: &str,
        meant: Option<AccountId>,
    ) -> Result<()> {
        let name: String = name.chars().take(64).collect();
        let now = self.base.now();
        transaction!(self.base.db, |tx| {
            let act = Act::new("session.login_failed").with(json!({ "name": name }));
            let act = match meant {
                Some(id) => act.on("account", id),
                None => act,
            };
            act.write(tx, caller, now).await
        })
    }

    async fn open_session(
        &self,
        caller: &Caller,
        account: rows::Account,
        expires_at_ms: Millis,
    ) -> Result<LoggedIn> {
        let now = self.base.now();
        let bearer = token::bearer();
        let row = rows::Session {
            id: SessionId(0),
            account_id: account.id,
            token_hash: token::hash(&bearer),
            epoch: account.epoch,
            client: caller.client.chars().take(MOST_CLIENT_CHARS).collect(),
            address: caller.address.clone(),
            created_at_ms: now,
            last_used_at_ms: now,
            expires_at_ms,
        };
        let expires_at = moment(row.expires_at_ms);
        let id = transaction!(self.base.db, |tx| {
            let id = yingku_db::session::insert(tx, row.clone()).await?;
            let account = Box::new(account.clone());
            let kind = CallerKind::Account { account, session_id: id };
            let caller = Caller { kind, ..caller.clone() };
            Act::new("session.login").on("session", id).write(tx, &caller, now).await?;
            Ok::<_, Error>(id)
        })?;
        let account = Account { note: None, ..show(&account, now) };
        Ok(LoggedIn { id: id.0, token: Some(bearer), expires_at, account })
    }

    /// Who a token belongs to, or `None` where it is dead.
    pub async fn authenticate(
        &self,
        bearer: &str,
        address: &str,
        client: &str,
        lang: Lang,
    ) -> Result<Option<Caller>> {
        let hash = token::hash(bearer);
        let Some(session) = yingku_db::session::find(&self.base.db, &hash).await? else {
            return Ok(None);
        };
        let Some(account) = yingku_db::account::find(&self.base.db, session.account_id).await?
        else {
            return Ok(None);
        };
        let now = self.base.now();
        let facts = SessionFacts {
            last_used_at: session.last_used_at_ms,
            expires_at: session.expires_at_ms,
            idle_ms: self.base.settings(&self.base.db).await?.session_idle_ms,
            session_epoch: session.epoch,
            account_epoch: account.epoch,
            locked: account.locked,
        };
        if !session_alive(now, &facts) {
            return Ok(None);
        }
        if now - session.last_used_at_ms >= TOUCH_MS {
            let touched =
                transaction!(self.base.db, |tx| yingku_db::session::touch(tx, session.id, now)
                    .await);
            // A full disk must not stop reading: the session only ages a little faster.
            if let Err(error) = touched {
                tracing::warn!(%error, "the last use of a session could not be written down");
            }
        }
        Ok(Some(Caller {
            kind: CallerKind::Account { account: Box::new(account), session_id: session.id },
            address: address.to_owned(),
            client: client.to_owned(),
            lang,
        }))
    }

    /// The caller's live sessions, newest first.
    pub async fn list_sessions(&self, caller: &Caller, wanted: &ListPage) -> Result<Page<Session>> {
        let (account, current) = caller.require_session()?;
        let limit = cursor::limit(wanted.limit)?;
        let before = cursor::id(wanted.cursor.as_deref())?;
        let now = self.base.now();
        let idle_ms = self.base.settings(&self.base.db).await?.session_idle_ms;
        let live = yingku_db::session::Live {
            account_id: account.id,
            epoch: account.epoch,
            now,
            used_after: now - idle_ms,
        };
        let rows = yingku_db::session::list(&self.base.db, live, before, limit + 1).await?;
        let show = |row: rows::Session| Session {
            id: row.id.0,
            current: row.id == current,
            client: row.client,
            address: row.address,
            created_at: moment(row.created_at_ms),
            last_used_at: moment(row.last_used_at_ms),
            expires_at: moment(row.expires_at_ms),
        };
        Ok(cursor::page_of(rows, limit, |row| row.id, show))
    }

    /// Ends one of the caller's sessions; `None` is the one that asks.
    pub async fn end_session(&self, caller: &Caller, id: Option<SessionId>) -> Result<SessionId> {
        let (account, current) = caller.require_session()?;
        let id = id.unwrap_or(current);
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            if !yingku_db::session::delete(tx, account.id, id).await? {
                return Err(not_found("session"));
            }
            Act::new("session.logout").on("session", id).write(tx, caller, now).await
        })?;
        self.connection_sessions.lock().remove(&id);
        Ok(id)
    }

    /// Ends every session, ticket and link of the caller.
    pub async fn end_all_sessions(&self, caller: &Caller) -> Result<()> {
        let id = caller.require_account()?.id;
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let mut account = account::lock(tx, id).await?;
            account.epoch += 1;
            yingku_db::account::update(tx, &account).await?;
            Act::new("session.logout_all").on("account", id).write(tx, caller, now).await
        })?;
        self.base.live.look_soon();
        Ok(())
    }
}
