//! Accounts and passwords.

use crate::args::{
    CreateAdminArgs, ListUsersArgs, PasswdArgs, RegisterArgs, ResetPasswordArgs, RoleArg,
    SetupArgs, UserCommand,
};
use crate::command::list::pages;
use crate::command::operation::timeline;
use crate::context::{Context, when, when_if};
use crate::facts;
use crate::failure::Failure;
use serde_json::json;
use yingku_protocol::{
    Account, ChangePassword, CreateAdmin, EditAccount, ListAccounts, Membership, RegisterAccount,
    ResetPassword, Role, SetUp,
};

pub async fn create_admin(context: &Context, args: CreateAdminArgs) -> Result<(), Failure> {
    let password = context.password(args.password.password_stdin, true)?;
    let client = context.admin().await?;
    let account = client.create_admin(&CreateAdmin { name: args.name, password }).await?;
    print_made(context, &account)
}

pub async fn set_up(context: &Context, args: SetupArgs) -> Result<(), Failure> {
    let client = context.server(&args.url)?;
    let password = context.password(args.password.password_stdin, true)?;
    let body = SetUp { code: args.code, name: args.name, password };
    let account = client.set_up(&body).await?;
    print_made(context, &account)
}

pub async fn register(context: &Context, args: RegisterArgs) -> Result<(), Failure> {
    let client = context.server(&args.url)?;
    let password = context.password(args.password.password_stdin, true)?;
    let body = RegisterAccount {
        name: args.name,
        password,
        display_name: args.display_name,
        role: matches!(args.role, RoleArg::Admin).then_some(Role::Admin),
        invite: args.invite,
    };
    let account = client.register(&body).await?;
    print_made(context, &account)
}

fn print_made(context: &Context, account: &Account) -> Result<(), Failure> {
    let role = role(context, account.role);
    context.print(account, || {
        let facts = facts! { "id" => account.id, "name" => account.name.as_str(), "role" => role };
        context.tell("cli.account.made", &facts)
    })
}

pub async fn change_password(context: &Context, args: PasswdArgs) -> Result<(), Failure> {
    let client = context.login()?;
    let (current_password, new_password) = context.old_and_new_password(args.password_stdin)?;
    client.change_password(&ChangePassword { current_password, new_password }).await?;
    let document = match context.json {
        true => json!({ "id": client.me().await?.account.map(|account| account.id) }),
        false => json!({}),
    };
    context.print(&document, || context.say("cli.account.password_changed"))
}

pub async fn reset_password(context: &Context, args: ResetPasswordArgs) -> Result<(), Failure> {
    let client = context.server(&args.url)?;
    let new_password = context.password(args.password.password_stdin, true)?;
    let body = ResetPassword { name: args.name, code: args.code, new_password };
    client.reset_password(&body).await?;
    let document = json!({ "name": body.name });
    context.print(&document, || context.say("cli.account.password_changed"))
}

pub async fn run(context: &Context, command: UserCommand) -> Result<(), Failure> {
    let command = match command {
        UserCommand::List(args) => return list(context, args).await,
        UserCommand::Timeline(args) => return timeline::run(context, args).await,
        other => other,
    };
    let client = context.admin().await?;
    let find = async |name: &str| context.account(&client, name).await;
    match command {
        UserCommand::List(_) | UserCommand::Timeline(_) => Ok(()),
        UserCommand::Show(args) => {
            let account = find(&args.name).await?;
            print(context, &account)
        }
        UserCommand::Lock(args) => {
            let id = find(&args.name).await?.id;
            print_changed(context, &client.lock_account(id).await?, "cli.account.locked")
        }
        UserCommand::Unlock(args) => {
            let id = find(&args.name).await?.id;
            print_changed(context, &client.unlock_account(id).await?, "cli.account.unlocked")
        }
        UserCommand::Promote(args) => {
            let id = find(&args.name).await?.id;
            let account = client.edit_account(id, &to_role(Role::Admin)).await?;
            print_changed(context, &account, "cli.account.promoted")
        }
        UserCommand::Demote(args) => {
            let id = find(&args.name).await?.id;
            let account = client.edit_account(id, &to_role(Role::User)).await?;
            print_changed(context, &account, "cli.account.demoted")
        }
        UserCommand::ResetPassword(args) => {
            let id = find(&args.name).await?.id;
            let code = client.issue_reset_code(id).await?;
            context.print(&code, || {
                let expires = when(code.expires_at);
                let facts = facts! {
                    "name" => code.name.as_str(), "code" => code.code.as_str(), "when" => expires,
                };
                context.tell("cli.account.reset_code", &facts)
            })
        }
        UserCommand::Logout(args) => {
            let account = find(&args.name).await?;
            client.end_account_sessions(account.id).await?;
            print_changed(context, &account, "cli.account.logged_out")
        }
        UserCommand::Note(args) => {
            let id = find(&args.name).await?.id;
            let body = EditAccount { note: Some(args.note), ..Default::default() };
            print_changed(context, &client.edit_account(id, &body).await?, "cli.account.noted")
        }
    }
}

fn to_role(role: Role) -> EditAccount {
    EditAccount { role: Some(role), ..Default::default() }
}

async fn list(context: &Context, args: ListUsersArgs) -> Result<(), Failure> {
    let client = context.admin().await?;
    let query = ListAccounts {
        search: args.search,
        role: args.role.map(Role::from),
        locked: args.locked.then_some(true),
        ..Default::default()
    };
    let page = pages(&args.page, async |page| {
        client
            .accounts(&ListAccounts { cursor: page.cursor, limit: page.limit, ..query.clone() })
            .await
    })
    .await?;
    let columns = [">id", "name", "display_name", "role", "locked", "membership", "created_at"];
    context.print_list(&page, &columns, |account| {
        vec![
            account.id.to_string(),
            account.name.clone(),
            account.display_name.clone().unwrap_or_default(),
            role(context, account.role),
            if account.locked { context.yes_no(true) } else { String::new() },
            membership(context, &account.membership),
            when(account.created_at),
        ]
    })
}

/// Prints an account.
pub fn print(context: &Context, account: &Account) -> Result<(), Failure> {
    context.print_fields(account, &fields(context, account))
}

/// The fields of an account, for people.
pub fn fields(context: &Context, account: &Account) -> Vec<(&'static str, String)> {
    vec![
        ("id", account.id.to_string()),
        ("name", account.name.clone()),
        ("display_name", account.display_name.clone().unwrap_or_default()),
        ("role", role(context, account.role)),
        ("locked", context.yes_no(account.locked)),
        ("membership", membership(context, &account.membership)),
        ("created_at", when(account.created_at)),
        ("note", account.note.clone().unwrap_or_default()),
    ]
}

fn print_changed(context: &Context, account: &Account, key: &str) -> Result<(), Failure> {
    context.print(account, || context.tell(key, &facts! { "name" => account.name.as_str() }))
}

/// A role, for people.
pub fn role(context: &Context, role: Role) -> String {
    context.say(match role {
        Role::Admin => "cli.role.admin",
        Role::User => "cli.role.user",
    })
}

/// A membership, for people.
pub fn membership(context: &Context, membership: &Membership) -> String {
    let until = facts! { "when" => when_if(membership.expires_at) };
    match (membership.active, membership.lifetime, membership.expires_at) {
        (true, true, _) => context.say("cli.membership.lifetime"),
        (true, false, _) => context.tell("cli.membership.until", &until),
        (false, _, Some(_)) => context.tell("cli.membership.lapsed", &until),
        (false, _, None) => context.say("cli.membership.none"),
    }
}
