//! The site as anybody sees it, and its first run.

use crate::app::identity::account::NewAccount;
use crate::app::identity::password::{Queue, Secret};
use crate::app::library::markdown;
use crate::app::support::audit::Act;
use crate::app::support::token;
use crate::app::{Caller, Error, Operation, Result};
use yingku_core::account::CodePurpose;
use yingku_core::account::Role;
use yingku_core::id::AccountId;
use yingku_db::rows;
use yingku_db::transaction;
use yingku_protocol::{Account, Code, SetUp, Site};

/// The setup code works for this long: until there is an admin.
const NO_END_MS: i64 = i64::MAX;

impl Operation {
    /// The hosts whose pages may show videos in a frame.
    pub async fn embed_hosts(&self) -> Result<Vec<String>> {
        Ok(self.base.settings(&self.base.db).await?.embed_hosts)
    }

    /// What anybody may know of this site.
    pub async fn site(&self) -> Result<Site> {
        let settings = self.base.settings(&self.base.db).await?;
        Ok(Site {
            name: settings.site_name,
            visibility: if settings.visibility_public { "public" } else { "login" }.to_owned(),
            signup_user: settings.signup_user.as_str().to_owned(),
            signup_admin: settings.signup_admin.as_str().to_owned(),
            support_contact: settings.support_contact,
            currency: settings.currency,
            timezone: settings.timezone.name().to_owned(),
            language: settings.language,
            footer_html: markdown::html(&settings.footer),
            price_paid_minor: settings.prices.paid_minor,
            price_paid_member_minor: settings.prices.paid_member_minor,
            shows_viewer: settings.shows_viewer,
            has_comments: settings.comments_enabled,
            has_danmaku: settings.danmaku_enabled,
            needs_setup: self.needs_setup().await?,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }

    /// A fresh setup code in place of an earlier one, while there is no admin.
    pub async fn renew_setup_code(&self) -> Result<Option<String>> {
        let code = token::code();
        transaction!(self.base.db, |tx| {
            if yingku_db::account::count_active_admins(tx).await? > 0 {
                yingku_db::account::remove_code(tx, CodePurpose::Setup, None).await?;
                return Ok(None);
            }
            let row = rows::OneTimeCode {
                id: 0,
                purpose: CodePurpose::Setup,
                account_id: None,
                code_hash: token::hash_code(&code),
                expires_at_ms: NO_END_MS,
                used_at_ms: None,
            };
            yingku_db::account::replace_code(tx, row).await?;
            Ok(Some(code.clone()))
        })
    }

    /// Makes the first admin, with the setup code.
    pub async fn set_up(&self, caller: &Caller, wanted: &SetUp) -> Result<Account> {
        let attempt = self.identity.attempt(caller, "(setup)").await?;
        let secret = Secret::Password(wanted.password.clone());
        let new = NewAccount::check(&wanted.name, &secret, None, Role::Admin)?;
        if !self.needs_setup().await? {
            self.identity.forgive(attempt).await?;
            return Err(Code::SetupDone.into());
        }
        let verifiers = self.identity.verifiers_of(Queue::Login, &secret).await?;
        let code_hash = token::hash_code(&wanted.code);
        let now = self.base.now();
        let id = transaction!(self.base.db, |tx| {
            let code = yingku_db::account::lock_code(tx, CodePurpose::Setup, None).await?;
            if yingku_db::account::count_active_admins(tx).await? > 0 {
                return Err(Error::from(Code::SetupDone));
            }
            if !code.is_some_and(|code| token::same(&code.code_hash, &code_hash)) {
                return Err(Error::from(Code::SetupCodeInvalid));
            }
            yingku_db::account::remove_code(tx, CodePurpose::Setup, None).await?;
            let id = self.identity.insert_account(tx, &new, &verifiers, now).await?;
            Act::new("site.set_up").on("account", id).write(tx, caller, now).await?;
            Ok(id)
        })?;
        self.identity.forgive(attempt).await?;
        self.identity.show_account_by_id(AccountId(id)).await
    }

    async fn needs_setup(&self) -> Result<bool> {
        Ok(yingku_db::account::count_active_admins(&self.base.db).await? == 0)
    }
}
