//! What every command needs: the language, the form of the output, and who to talk to.

use crate::args::DatabaseOptions;
use crate::failure::Failure;
use crate::local;
use crate::login::{self, Whereabouts};
use chrono::{DateTime, Local, Utc};
use std::io::IsTerminal;
use yingku_client::Client;
use yingku_protocol::Money;
use yingku_protocol::{Account, Lang, Refusal};

/// What every command needs.
#[derive(Clone, Debug)]
pub struct Context {
    /// Language of texts.
    pub lang: Lang,
    /// Whether to print JSON.
    pub json: bool,
    /// Where the database is, if that was given.
    pub database: DatabaseOptions,
    /// Whether it was given on the command line itself, for this very command.
    pub database_by_flag: bool,
}

impl Context {
    /// For administration: the database itself where it is given, else the server as the admin
    /// who is logged in.
    pub async fn admin(&self) -> Result<Client, Failure> {
        if self.database.are_given() { self.local().await } else { self.login() }
    }

    /// For what visitors may do as well, and admins on the database itself.
    pub async fn visitor(&self) -> Result<Client, Failure> {
        if self.database_by_flag {
            return self.local().await;
        }
        let at = self.whereabouts()?.ok_or_else(Failure::login_required)?;
        self.connect(&at.server, at.token.as_deref())
    }

    /// For the content of the library: the database itself where this command says so, else
    /// the server as whoever is logged in.
    pub async fn curator(&self) -> Result<Client, Failure> {
        if self.database_by_flag { self.local().await } else { self.login() }
    }

    /// By which name this machine remembers where that is.
    pub fn curators_place(&self) -> Result<String, Failure> {
        if self.database_by_flag {
            return Ok(format!("{:?}", self.database));
        }
        Ok(self.whereabouts()?.map(|at| at.server).unwrap_or_default())
    }

    /// For somebody with an account: the server, as whoever is logged in.
    pub fn login(&self) -> Result<Client, Failure> {
        let at = self.whereabouts()?.ok_or_else(Failure::login_required)?;
        let token = at.token.ok_or_else(Failure::login_required)?;
        self.connect(&at.server, Some(&token))
    }

    /// The server that is spoken to, and the token.
    pub fn whereabouts(&self) -> Result<Option<Whereabouts>, Failure> {
        let env = |name| std::env::var(name).ok();
        let (server, token) = (env("YINGKU_SERVER"), env("YINGKU_TOKEN"));
        let both = |value: &Option<String>| value.as_ref().is_some_and(|value| !value.is_empty());
        let kept = if both(&server) && both(&token) { None } else { login::read()? };
        Ok(login::whereabouts(server, token, kept))
    }

    /// A server at an address that the command names. A wrong address is wrong usage.
    pub fn server(&self, url: &str) -> Result<Client, Failure> {
        let client = Client::connect(url, None).map_err(|error| Failure::Usage {
            code: "bad_address",
            facts: crate::facts! { "reason" => error.to_string() },
        })?;
        Ok(client.with_lang(self.lang))
    }

    /// A server, with a login or none.
    pub fn connect(&self, server: &str, token: Option<&str>) -> Result<Client, Failure> {
        Ok(Client::connect(server, token)?.with_lang(self.lang))
    }

    async fn local(&self) -> Result<Client, Failure> {
        Ok(local::client(&self.database).await?.with_lang(self.lang))
    }

    /// The account with that name.
    pub async fn account(&self, client: &Client, name: &str) -> Result<Account, Failure> {
        let found = client.account_named(name).await?;
        found.ok_or_else(|| Failure::Refused(Refusal::not_found("account")))
    }

    /// How amounts are shown. Programs need none, so nothing is asked for them.
    pub async fn money(&self, client: &Client) -> Money {
        if self.json {
            return Money::default();
        }
        client.site().await.map(|site| Money::new(&site.currency)).unwrap_or_default()
    }

    /// Whether somebody can be asked: nothing is asked where standard input is no terminal.
    pub fn can_ask(&self) -> bool {
        !self.json && std::io::stdin().is_terminal() && self.is_watched()
    }

    /// `yes` or `no`.
    pub fn yes_no(&self, yes: bool) -> String {
        self.say(if yes { "cli.yes" } else { "cli.no" })
    }
}

/// A moment in the reader's zone.
pub fn when(at: DateTime<Utc>) -> String {
    at.with_timezone(&Local).format("%Y-%m-%d %H:%M").to_string()
}

/// The same, where there may be none.
pub fn when_if(at: Option<DateTime<Utc>>) -> String {
    at.map(when).unwrap_or_default()
}
