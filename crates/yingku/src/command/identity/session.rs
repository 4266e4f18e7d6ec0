//! Logging in and out, and the logins that are live.

use crate::args::{LoginArgs, SessionCommand};
use crate::command::identity::account;
use crate::context::{Context, when};
use crate::facts;
use crate::failure::Failure;
use crate::login::{self, Login};
use serde_json::{Value, json};
use yingku_client::ClientError;
use yingku_protocol::{Code, LogIn};

pub async fn log_in(context: &Context, args: LoginArgs) -> Result<(), Failure> {
    let client = context.server(&args.url)?;
    let password = context.password(args.password.password_stdin, false)?;
    let body = LogIn { name: args.name, password, cookie: false };
    let session = client.log_in(&body).await?;
    let token = session.token.clone().ok_or_else(|| {
        ClientError::Protocol("POST /api/v1/sessions: the answer has no token".into())
    })?;
    let name = session.account.name.clone();
    login::keep(&Login { server: args.url.clone(), name: name.clone(), token })?;
    context.print(&session, || {
        let role = account::role(context, session.account.role);
        let facts = facts! { "name" => name, "server" => args.url, "role" => role };
        context.tell("cli.session.logged_in", &facts)
    })
}

pub async fn log_out(context: &Context) -> Result<(), Failure> {
    let client = context.login()?;
    let ended = client.log_out().await;
    match ended {
        // A dead login is what was wanted.
        Err(error) if error.code() == Some(Code::SessionEnded) => {}
        ended => ended?,
    }
    forget_kept_login()?;
    context.print(&json!({}), || context.say("cli.session.logged_out"))
}

/// Forgets the login that was used, unless it came by the environment.
fn forget_kept_login() -> Result<(), Failure> {
    match std::env::var_os("YINGKU_TOKEN").is_none_or(|token| token.is_empty()) {
        true => login::forget(),
        false => Ok(()),
    }
}

pub async fn who_am_i(context: &Context) -> Result<(), Failure> {
    let client = context.login()?;
    let account = client.me().await?.account.ok_or_else(Failure::login_required)?;
    let server = context.whereabouts()?.map(|at| at.server).unwrap_or_default();
    let mut document = json!(account);
    if let Value::Object(fields) = &mut document {
        fields.insert("server".into(), server.clone().into());
    }
    let mut fields = account::fields(context, &account);
    fields.push(("server", server));
    context.print_fields(&document, &fields)
}

pub async fn run(context: &Context, command: SessionCommand) -> Result<(), Failure> {
    let client = context.login()?;
    match command {
        SessionCommand::List => {
            let page = client.sessions().await?;
            let columns = [">id", "current", "client", "address", "created_at", "last_used_at"];
            context.print_list(&page, &columns, |session| {
                vec![
                    session.id.to_string(),
                    if session.current { "*".to_owned() } else { String::new() },
                    session.client.clone(),
                    session.address.clone(),
                    when(session.created_at),
                    when(session.last_used_at),
                ]
            })
        }
        SessionCommand::Revoke(args) => match args.id {
            Some(id) => {
                client.end_session(id).await?;
                context.print_id(id, "cli.session.revoked")
            }
            None => {
                client.log_out_everywhere().await?;
                forget_kept_login()?;
                context.print(&json!({}), || context.say("cli.session.all_revoked"))
            }
        },
    }
}
