//! Invites.

use crate::args::{CreateInviteArgs, InviteCommand};
use crate::command::identity::account;
use crate::command::list::pages;
use crate::context::{Context, when};
use crate::facts;
use crate::failure::Failure;
use yingku_protocol::{CreateInvite, Invite};

pub async fn run(context: &Context, command: InviteCommand) -> Result<(), Failure> {
    let client = context.admin().await?;
    match command {
        InviteCommand::Create(args) => {
            let invite = client.create_invite(&create(args)).await?;
            context.print(&invite, || {
                let facts = facts! {
                    "code" => invite.code.clone().unwrap_or_default(),
                    "role" => account::role(context, invite.role),
                    "uses" => invite.uses,
                    "when" => when(invite.expires_at),
                };
                context.tell("cli.invite.made", &facts)
            })
        }
        InviteCommand::List(page) => {
            let page = pages(&page, async |page| client.invites(&page).await).await?;
            let columns = [">id", "label", "role", ">used", "state", "expires_at"];
            context.print_list(&page, &columns, |invite| row(context, invite))
        }
        InviteCommand::Revoke(args) => {
            client.revoke_invite(args.id).await?;
            context.print_id(args.id, "cli.invite.revoked")
        }
    }
}

fn create(args: CreateInviteArgs) -> CreateInvite {
    CreateInvite {
        label: args.label,
        role: args.role.into(),
        uses: args.uses,
        valid_hours: args.hours,
    }
}

fn row(context: &Context, invite: &Invite) -> Vec<String> {
    let state = match invite.revoked_at {
        Some(_) => context.say("cli.invite.is_revoked"),
        None if invite.used >= invite.uses => context.say("cli.invite.is_used_up"),
        None => String::new(),
    };
    vec![
        invite.id.to_string(),
        invite.label.clone(),
        account::role(context, invite.role),
        format!("{}/{}", invite.used, invite.uses),
        state,
        when(invite.expires_at),
    ]
}
