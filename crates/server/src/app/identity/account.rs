//! Accounts: registering, editing, locking, passwords.

use crate::app::identity::password::{Queue, Secret, Verifiers, digest_of};
use crate::app::support::account::lock;
use crate::app::support::audit::Act;
use crate::app::support::cursor;
use crate::app::support::error::not_found;
use crate::app::support::membership::{expiry_of, show_membership};
use crate::app::support::token;
use crate::app::{Caller, Error, Identity, Result, moment};
use serde_json::json;
use yingku_core::Millis;
use yingku_core::account::CodePurpose;
use yingku_core::account::{self, AccountName, SignupPolicy, SignupRefusal};
use yingku_core::fold::fold;
use yingku_core::id::AccountId;
use yingku_db::transaction;
use yingku_db::{Tx, rows};
use yingku_protocol::{
    Account, ChangePassword, Code, CreateAdmin, EditAccount, EditMe, ListAccounts, Me, Page,
    RegisterAccount, ResetCode, ResetPassword, Role,
};

/// The folded form by which an account is looked for.
///
/// # Errors
/// The name is longer than any account's: it names nobody, and is not looked for.
pub(crate) fn name_key(name: &str) -> Result<String> {
    Ok(account::name_key(name)?)
}

/// A reset code works for a day.
const RESET_LIFE_MS: i64 = 24 * 60 * 60 * 1_000;

/// An account to be made, its fields checked.
pub(crate) struct NewAccount {
    name: AccountName,
    display_name: Option<String>,
    role: Role,
}

impl NewAccount {
    pub(crate) fn check(
        name: &str,
        secret: &Secret,
        display_name: Option<&str>,
        role: Role,
    ) -> Result<NewAccount> {
        if let Secret::Password(password) = secret {
            account::check_password("password", password)?;
        }
        Ok(NewAccount {
            name: AccountName::parse(name)?,
            display_name: display_name.map(account::display_name).transpose()?.flatten(),
            role,
        })
    }
}

impl Identity {
    /// Registers an account, as the sign-up policy allows.
    pub async fn register_account(
        &self,
        caller: &Caller,
        wanted: &RegisterAccount,
    ) -> Result<Account> {
        let secret = Secret::Password(wanted.password.clone());
        let role = wanted.role.unwrap_or(Role::User);
        let display_name = wanted.display_name.as_deref();
        let new = NewAccount::check(&wanted.name, &secret, display_name, role)?;
        self.register(caller, new, &secret, wanted.invite.as_deref()).await
    }

    /// The same, with what the classic protocol sends.
    pub async fn register_by(
        &self,
        caller: &Caller,
        name: &str,
        secret: &Secret,
        role: Role,
        invite: Option<&str>,
    ) -> Result<Account> {
        let new = NewAccount::check(name, secret, None, role)?;
        self.register(caller, new, secret, invite).await
    }

    async fn register(
        &self,
        caller: &Caller,
        new: NewAccount,
        secret: &Secret,
        invite: Option<&str>,
    ) -> Result<Account> {
        let role = new.role;
        self.check_sign_up(role, invite.is_some()).await?;
        self.count_sign_up(caller).await?;
        // An invite is a credential: guessing one is throttled.
        let attempt = match invite {
            Some(_) => Some(self.attempt(caller, "(invite)").await?),
            None => None,
        };
        // A taken name costs no hash.
        let is_taken =
            yingku_db::account::find_by_key(&self.base.db, &new.name.key).await?.is_some();
        let verifiers = match is_taken {
            true => Verifiers { password_hash: String::new(), digest_hash: None },
            false => self.verifiers_of(Queue::SignUp, secret).await?,
        };
        let invite_hash = invite.map(token::hash_code);
        let now = self.base.now();
        let registered = transaction!(self.base.db, |tx| {
            self.use_invite(tx, role, invite_hash.as_deref(), now).await?;
            if is_taken {
                return Err(Error::from(Code::NameTaken));
            }
            let id = self.insert_account(tx, &new, &verifiers, now).await?;
            Act::new("account.register")
                .on("account", id)
                .with(json!({ "name": new.name.shown, "role": role.as_str() }))
                .write(tx, caller, now)
                .await?;
            Ok::<_, Error>(id)
        });
        // Only a wrong code is a failed test: a taken name, say, is not.
        let wrong = registered.as_ref().is_err_and(|e| e.refusal().code == Code::InviteInvalid);
        if let Some(attempt) = attempt.filter(|_| !wrong) {
            self.forgive(attempt).await?;
        }
        self.show_account_by_id(AccountId(registered?)).await
    }

    /// Makes an admin, whatever the sign-up policy says.
    pub async fn create_admin(&self, caller: &Caller, wanted: &CreateAdmin) -> Result<Account> {
        let role = Role::Admin;
        let secret = Secret::Password(wanted.password.clone());
        let new = NewAccount::check(&wanted.name, &secret, None, role)?;
        let verifiers = self.verifiers_of(Queue::Login, &secret).await?;
        let now = self.base.now();
        let id = authorized!(self.base.db, caller, |tx| {
            let id = self.insert_account(tx, &new, &verifiers, now).await?;
            yingku_db::account::remove_code(tx, CodePurpose::Setup, None).await?;
            Act::new("admin.create")
                .on("account", id)
                .with(json!({ "name": new.name.shown }))
                .write(tx, caller, now)
                .await?;
            Ok::<_, Error>(id)
        })?;
        self.show_account_by_id(AccountId(id)).await
    }

    /// Refuses early what the transaction would refuse, before a password is hashed.
    async fn check_sign_up(&self, role: Role, invited: bool) -> Result<()> {
        let policy = sign_up_policy(&self.base.settings(&self.base.db).await?, role);
        sign_up_allowed(policy, invited.then_some(true))
    }

    async fn use_invite(
        &self,
        tx: &Tx,
        role: Role,
        code_hash: Option<&str>,
        now: Millis,
    ) -> Result<()> {
        let policy = sign_up_policy(&self.base.settings(tx).await?, role);
        let invite = match code_hash {
            Some(hash) if policy == SignupPolicy::Invite => {
                yingku_db::account::lock_invite(tx, hash).await?
            }
            _ => None,
        };
        let holds = invite.as_ref().is_some_and(|invite| invite_holds(invite, role, now));
        sign_up_allowed(policy, code_hash.map(|_| holds))?;
        if let Some(invite) = invite {
            yingku_db::account::use_invite(tx, invite.id).await?;
        }
        Ok(())
    }

    /// Inserts an account with its wallet and its welcome gift.
    pub(crate) async fn insert_account(
        &self,
        tx: &Tx,
        new: &NewAccount,
        verifiers: &Verifiers,
        now: Millis,
    ) -> Result<i64> {
        if yingku_db::account::find_by_key(tx, &new.name.key).await?.is_some() {
            return Err(Code::NameTaken.into());
        }
        let row = rows::Account {
            id: AccountId(0),
            name: new.name.shown.clone(),
            name_key: new.name.key.clone(),
            display_name: new.display_name.clone(),
            role: new.role,
            password_hash: verifiers.password_hash.clone(),
            digest_hash: verifiers.digest_hash.clone(),
            epoch: 0,
            locked: false,
            note: None,
            created_at_ms: now,
            membership_until_ms: None,
            membership_lifetime: false,
            keeps_history: true,
            muted: false,
        };
        let id = yingku_db::account::insert(tx, row).await?;
        self.shop.open_wallet(tx, id, now).await?;
        Ok(id.0)
    }

    /// What is to be kept of a secret.
    pub(crate) async fn verifiers_of(&self, queue: Queue, secret: &Secret) -> Result<Verifiers> {
        match secret {
            Secret::Password(password) => Ok(Verifiers {
                password_hash: self.passwords.hash(queue, password).await?,
                digest_hash: match self.digests {
                    true => Some(self.passwords.hash(queue, &digest_of(password)).await?),
                    false => None,
                },
            }),
            Secret::Digest(digest) => Ok(Verifiers {
                password_hash: String::new(),
                digest_hash: Some(self.passwords.hash(queue, digest).await?),
            }),
        }
    }

    /// Whether a secret is the account's. Takes as long where there is no account.
    pub(crate) async fn is_secret_of(
        &self,
        account: Option<&rows::Account>,
        secret: &Secret,
    ) -> Result<bool> {
        let password_hash =
            account.map(|account| account.password_hash.as_str()).filter(|hash| !hash.is_empty());
        let digest_hash =
            account.and_then(|account| account.digest_hash.as_deref()).filter(|_| self.digests);
        match (secret, password_hash, digest_hash) {
            (Secret::Digest(digest), _, hash) => self.passwords.verify(hash, digest).await,
            // Made through the classic interface: the password is checked through its digest.
            (Secret::Password(password), None, Some(hash)) => {
                self.passwords.verify(Some(hash), &digest_of(password)).await
            }
            (Secret::Password(password), hash, _) => self.passwords.verify(hash, password).await,
        }
    }

    /// Adds the verifiers that an account lacks, now that its password was seen; forgets
    /// the digest where the classic interface is off.
    pub(crate) async fn complete_verifiers(
        &self,
        account: rows::Account,
        secret: &Secret,
    ) -> Result<rows::Account> {
        let complete =
            !account.password_hash.is_empty() && account.digest_hash.is_some() == self.digests;
        if complete || matches!(secret, Secret::Digest(_)) {
            return Ok(account);
        }
        let verifiers = self.verifiers_of(Queue::Login, secret).await?;
        transaction!(self.base.db, |tx| {
            let mut now = lock(tx, account.id).await?;
            // Changed meanwhile: what was seen is no longer the password.
            if (&now.password_hash, &now.digest_hash, now.epoch)
                == (&account.password_hash, &account.digest_hash, account.epoch)
            {
                set_verifiers(&mut now, &verifiers);
                yingku_db::account::update(tx, &now).await?;
            }
            Ok::<_, Error>(now)
        })
    }

    /// Forgets digests where the classic interface is off. Accounts that have nothing else keep
    /// theirs, unused, for the day it opens.
    pub(crate) async fn forget_digests(&self) -> Result<()> {
        if self.digests {
            return Ok(());
        }
        transaction!(self.base.db, |tx| yingku_db::account::forget_digests(tx).await)
            .map_err(Error::Database)
    }

    /// Who the caller is.
    pub fn me(&self, caller: &Caller) -> Me {
        let now = self.base.now();
        Me { account: caller.account().map(|account| Account { note: None, ..show(account, now) }) }
    }

    /// Changes what the owner may change.
    pub async fn edit_me(&self, caller: &Caller, wanted: &EditMe) -> Result<Account> {
        let id = caller.require_account()?.id;
        let display_name = wanted.display_name.as_deref().map(account::display_name).transpose()?;
        let account = authorized!(self.base.db, caller, |tx| {
            let mut account = lock(tx, id).await?;
            if let Some(name) = &display_name {
                account.display_name = name.clone();
            }
            if let Some(keeps_history) = wanted.keeps_history {
                account.keeps_history = keeps_history;
            }
            yingku_db::account::update(tx, &account).await?;
            Ok::<_, Error>(account)
        })?;
        Ok(Account { note: None, ..show(&account, self.base.now()) })
    }

    /// Changes the caller's password. Other sessions, tickets and links end.
    pub async fn change_password(&self, caller: &Caller, wanted: &ChangePassword) -> Result<()> {
        let (me, session_id) = caller.require_session()?;
        account::check_password("new_password", &wanted.new_password)?;
        let attempt = self.attempt(caller, &me.name_key).await?;
        let current = Secret::Password(wanted.current_password.clone());
        let right = self.is_secret_of(Some(me), &current).await?;
        if !right {
            return Err(Code::WrongCredentials.into());
        }
        self.forgive(attempt).await?;
        let verifiers =
            self.verifiers_of(Queue::Login, &Secret::Password(wanted.new_password.clone())).await?;
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let mut account = lock(tx, me.id).await?;
            if account.password_hash != me.password_hash || account.digest_hash != me.digest_hash {
                return Err(Error::from(Code::WrongCredentials));
            }
            set_verifiers(&mut account, &verifiers);
            account.epoch += 1;
            yingku_db::account::update(tx, &account).await?;
            yingku_db::session::carry_over(tx, session_id, account.epoch).await?;
            yingku_db::account::remove_code(tx, CodePurpose::Reset, Some(me.id)).await?;
            Act::new("account.change_password").on("account", me.id).write(tx, caller, now).await
        })?;
        self.base.live.look_soon();
        Ok(())
    }

    /// Replaces a forgotten password, with the code that an admin handed over.
    pub async fn reset_password(&self, caller: &Caller, wanted: &ResetPassword) -> Result<()> {
        account::check_password("new_password", &wanted.new_password)?;
        let name_key = name_key(&wanted.name)?;
        let attempt = self.attempt(caller, &name_key).await?;
        // Hashed before anything is looked up: the answer takes as long for every name.
        let verifiers =
            self.verifiers_of(Queue::Login, &Secret::Password(wanted.new_password.clone())).await?;
        let code_hash = token::hash_code(&wanted.code);
        let now = self.base.now();
        transaction!(self.base.db, |tx| {
            let found = yingku_db::account::find_by_key(tx, &name_key).await?;
            let Some(found) = found.filter(|account| !account.locked) else {
                return Err(Error::from(Code::ResetCodeInvalid));
            };
            let mut account = lock(tx, found.id).await?;
            let code =
                yingku_db::account::lock_code(tx, CodePurpose::Reset, Some(account.id)).await?;
            let right = code.is_some_and(|code| {
                now < code.expires_at_ms && token::same(&code.code_hash, &code_hash)
            });
            if !right {
                return Err(Error::from(Code::ResetCodeInvalid));
            }
            yingku_db::account::remove_code(tx, CodePurpose::Reset, Some(account.id)).await?;
            set_verifiers(&mut account, &verifiers);
            account.epoch += 1;
            yingku_db::account::update(tx, &account).await?;
            Act::new("account.reset_password")
                .on("account", account.id)
                .write(tx, caller, now)
                .await
        })?;
        self.base.live.look_soon();
        self.forgive(attempt).await
    }

    /// Accounts that match, newest first.
    pub async fn list_accounts(&self, wanted: &ListAccounts) -> Result<Page<Account>> {
        let limit = cursor::limit(wanted.limit)?;
        let now = self.base.now();
        if let Some(name) = &wanted.name {
            let found = yingku_db::account::find_by_key(&self.base.db, &fold(name)).await?;
            let items = found.iter().map(|account| show(account, now)).collect();
            return Ok(Page { items, next_cursor: None });
        }
        let filter = yingku_db::account::Filter {
            search: wanted.search.as_deref().map(fold).filter(|text| !text.is_empty()),
            role: wanted.role,
            locked: wanted.locked,
            before_id: cursor::id(wanted.cursor.as_deref())?,
            limit: limit + 1,
        };
        let rows = yingku_db::account::list(&self.base.db, &filter).await?;
        Ok(cursor::page_of(rows, limit, |row| row.id, |row| show(&row, now)))
    }

    /// The account with that number, as admins see it.
    pub async fn show_account_by_id(&self, id: AccountId) -> Result<Account> {
        let found = yingku_db::account::find(&self.base.db, id).await?;
        let account = found.ok_or_else(|| not_found("account"))?;
        Ok(show(&account, self.base.now()))
    }

    /// Changes what an admin may change. A changed role ends every session.
    pub async fn edit_account(
        &self,
        caller: &Caller,
        id: AccountId,
        wanted: &EditAccount,
    ) -> Result<Account> {
        let note = wanted.note.as_deref().map(account::note).transpose()?;
        let now = self.base.now();
        let account = authorized!(self.base.db, caller, |tx| {
            let mut account = lock_keeping_an_admin(tx, id, |account| {
                wanted.role == Some(Role::User) && is_active_admin(account)
            })
            .await?;
            if let Some(note) = &note {
                account.note = note.clone();
            }
            if let Some(muted) = wanted.muted {
                account.muted = muted;
            }
            if let Some(role) = wanted.role
                && role != account.role
            {
                account.role = role;
                account.epoch += 1;
                yingku_db::account::remove_code(tx, CodePurpose::Reset, Some(id)).await?;
            }
            yingku_db::account::update(tx, &account).await?;
            let role = wanted.role.map(Role::as_str);
            Act::new("account.edit")
                .on("account", id)
                .with(json!({ "role": role, "note": note.is_some(), "muted": wanted.muted }))
                .write(tx, caller, now)
                .await?;
            Ok::<_, Error>(account)
        })?;
        self.base.live.look_soon();
        Ok(show(&account, now))
    }

    /// Locks an account: it cannot log in, and everything that it logged in ends.
    pub async fn lock_account(&self, caller: &Caller, id: AccountId) -> Result<Account> {
        self.set_locked(caller, id, true).await
    }

    /// Lets a locked account log in again.
    pub async fn unlock_account(&self, caller: &Caller, id: AccountId) -> Result<Account> {
        self.set_locked(caller, id, false).await
    }

    async fn set_locked(&self, caller: &Caller, id: AccountId, locked: bool) -> Result<Account> {
        let now = self.base.now();
        let account = authorized!(self.base.db, caller, |tx| {
            let mut account =
                lock_keeping_an_admin(tx, id, |account| locked && is_active_admin(account)).await?;
            if account.locked != locked {
                account.locked = locked;
                account.epoch += i64::from(locked);
                yingku_db::account::remove_code(tx, CodePurpose::Reset, Some(id)).await?;
                yingku_db::account::update(tx, &account).await?;
            }
            let action = if locked { "account.lock" } else { "account.unlock" };
            Act::new(action).on("account", id).write(tx, caller, now).await?;
            Ok::<_, Error>(account)
        })?;
        self.base.live.look_soon();
        Ok(show(&account, now))
    }

    /// A code with which a forgotten password is replaced; shown this once.
    pub async fn create_reset_code(&self, caller: &Caller, id: AccountId) -> Result<ResetCode> {
        let code = token::code();
        let now = self.base.now();
        let expires_at_ms = now + RESET_LIFE_MS;
        let name = authorized!(self.base.db, caller, |tx| {
            let account = lock(tx, id).await?;
            let row = rows::OneTimeCode {
                id: 0,
                purpose: CodePurpose::Reset,
                account_id: Some(id),
                code_hash: token::hash_code(&code),
                expires_at_ms,
                used_at_ms: None,
            };
            yingku_db::account::replace_code(tx, row).await?;
            Act::new("account.reset_code").on("account", id).write(tx, caller, now).await?;
            Ok::<_, Error>(account.name)
        })?;
        Ok(ResetCode { id: id.0, name, code, expires_at: moment(expires_at_ms) })
    }

    /// Ends every session, ticket and link of an account.
    pub async fn end_sessions(&self, caller: &Caller, id: AccountId) -> Result<()> {
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let mut account = lock(tx, id).await?;
            account.epoch += 1;
            yingku_db::account::update(tx, &account).await?;
            Act::new("account.end_sessions").on("account", id).write(tx, caller, now).await
        })?;
        self.base.live.look_soon();
        Ok(())
    }
}

/// The account, its row locked; where `loses` says that it stops being an admin, another must stay.
async fn lock_keeping_an_admin(
    tx: &Tx,
    id: AccountId,
    loses: impl Fn(&rows::Account) -> bool,
) -> Result<rows::Account> {
    // All admins in the order of their numbers: two who lock each other wait, then one loses.
    let admins = yingku_db::account::lock_active_admins(tx).await?;
    let account = lock(tx, id).await?;
    let others = admins.iter().filter(|admin| **admin != id).count();
    if loses(&account) && !account::may_lose_admin(u64::try_from(others).unwrap_or(u64::MAX)) {
        return Err(Code::LastAdmin.into());
    }
    Ok(account)
}

fn set_verifiers(account: &mut rows::Account, verifiers: &Verifiers) {
    account.password_hash = verifiers.password_hash.clone();
    account.digest_hash = verifiers.digest_hash.clone();
}

fn is_active_admin(account: &rows::Account) -> bool {
    account.role == Role::Admin && !account.locked
}

fn sign_up_policy(settings: &yingku_core::setting::Settings, role: Role) -> SignupPolicy {
    match role {
        Role::Admin => settings.signup_admin,
        Role::User => settings.signup_user,
    }
}

fn sign_up_allowed(policy: SignupPolicy, has_valid_invite: Option<bool>) -> Result<()> {
    account::may_sign_up(policy, has_valid_invite).map_err(|refusal| {
        Error::from(match refusal {
            SignupRefusal::Closed => Code::SignupClosed,
            SignupRefusal::InviteRequired => Code::InviteRequired,
            SignupRefusal::InviteInvalid => Code::InviteInvalid,
        })
    })
}

fn invite_holds(invite: &rows::Invite, role: Role, now: Millis) -> bool {
    invite.role == role
        && invite.used < invite.uses
        && now < invite.expires_at_ms
        && invite.revoked_at_ms.is_none()
}

/// An account as admins see it.
pub(crate) fn show(row: &rows::Account, now: Millis) -> Account {
    let expiry = expiry_of(row);
    Account {
        id: row.id.0,
        name: row.name.clone(),
        display_name: row.display_name.clone(),
        role: row.role,
        locked: row.locked,
        membership: show_membership(expiry, now),
        created_at: moment(row.created_at_ms),
        keeps_history: row.keeps_history,
        muted: row.muted,
        note: row.note.clone(),
    }
}
