//! Wallets.

use crate::args::{Amount, CreditArgs, ReverseArgs, WalletArgs, WalletCommand, WalletHistoryArgs};
use crate::command::list::pages;
use crate::context::{Context, when};
use crate::facts;
use crate::failure::{Failure, REFUSED};
use yingku_client::Client;
use yingku_protocol::{CreditWallet, ReverseEntry};

pub async fn run(context: &Context, command: WalletCommand) -> Result<(), Failure> {
    match command {
        WalletCommand::Show(args) => show(context, args).await,
        WalletCommand::History(args) => history(context, args).await,
        WalletCommand::Credit(args) => credit(context, args).await,
        WalletCommand::Reverse(args) => reverse(context, args).await,
    }
}

async fn show(context: &Context, args: WalletArgs) -> Result<(), Failure> {
    let (client, wallet) = match args.name {
        None => {
            let client = context.login()?;
            let wallet = client.wallet().await?;
            (client, wallet)
        }
        Some(name) => {
            let client = context.admin().await?;
            let account = context.account(&client, &name).await?;
            let wallet = client.account_wallet(account.id).await?;
            (client, wallet)
        }
    };
    let money = context.money(&client).await;
    context.print(&wallet, || {
        context
            .tell("cli.wallet.balance", &facts! { "balance" => money.show(wallet.balance_minor) })
    })
}

async fn history(context: &Context, args: WalletHistoryArgs) -> Result<(), Failure> {
    let (client, page) = match args.name {
        None => {
            let client = context.login()?;
            let page = pages(&args.page, async |page| client.wallet_entries(&page).await).await?;
            (client, page)
        }
        Some(name) => {
            let client = context.admin().await?;
            let id = context.account(&client, &name).await?.id;
            let page =
                pages(&args.page, async |page| client.account_wallet_entries(id, &page).await)
                    .await?;
            (client, page)
        }
    };
    let money = context.money(&client).await;
    let columns =
        [">id", "at", "kind", ">amount", ">balance", "reason", ">reverses", ">reversed_by"];
    context.print_list(&page, &columns, |entry| {
        let number = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
        vec![
            entry.id.to_string(),
            when(entry.at),
            kind(context, &entry.kind),
            money.show(entry.amount_minor),
            money.show(entry.balance_minor),
            entry.reason.clone(),
            number(entry.reverses_id),
            number(entry.reversed_by_id),
        ]
    })
}

/// The kind of an entry, for people.
fn kind(context: &Context, kind: &str) -> String {
    match kind {
        "welcome" => context.say("cli.entry.welcome"),
        "credit" => context.say("cli.entry.credit"),
        "purchase" => context.say("cli.entry.purchase"),
        "reversal" => context.say("cli.entry.reversal"),
        other => other.to_owned(),
    }
}

async fn credit(context: &Context, args: CreditArgs) -> Result<(), Failure> {
    let client = context.admin().await?;
    let account = context.account(&client, &args.name).await?;
    let money = context.money(&client).await;
    let amount_minor = match &args.amount {
        Amount::Minor(minor) => *minor,
        Amount::Major(text) => money.parse(text).ok_or_else(|| Failure::Usage {
            code: "bad_value",
            facts: facts! { "what" => "AMOUNT_MINOR", "value" => text.as_str() },
        })?,
    };
    if context.can_ask() {
        let facts =
            facts! { "name" => account.name.as_str(), "amount" => money.show(amount_minor) };
        confirm(context, &context.tell("cli.wallet.credit", &facts))?;
    }
    let body = CreditWallet { amount_minor, reason: args.reason };
    let credited = client.credit_wallet(account.id, &body).await?;
    context.print(&credited, || {
        let facts = facts! {
            "name" => account.name,
            "amount" => money.show(credited.amount_minor),
            "balance" => money.show(credited.balance_minor),
            "id" => credited.id,
        };
        context.tell("cli.wallet.credited", &facts)
    })
}

async fn reverse(context: &Context, args: ReverseArgs) -> Result<(), Failure> {
    let client = context.admin().await?;
    if context.can_ask() {
        warn_of_reversal(context, &client, args.entry).await?;
    }
    let reversed = client.reverse_entry(args.entry, &ReverseEntry { reason: args.reason }).await?;
    let money = context.money(&client).await;
    context.print(&reversed, || {
        let facts = facts! {
            "id" => reversed.id,
            "amount" => money.show(reversed.amount_minor),
            "balance" => money.show(reversed.balance_minor),
            "shortfall" => money.show(reversed.shortfall_minor),
        };
        let message = context.tell("cli.wallet.reversed", &facts);
        match reversed.shortfall_minor {
            0 => message,
            _ => format!("{message}\n{}", context.tell("cli.wallet.shortfall", &facts)),
        }
    })
}

/// Says what a reversal would do, with what it could not take back, and asks.
async fn warn_of_reversal(
    context: &Context,
    client: &Client,
    entry_id: i64,
) -> Result<(), Failure> {
    let preview = client.preview_reversal(entry_id).await?;
    let money = context.money(client).await;
    let facts = facts! {
        "id" => entry_id,
        "name" => preview.account,
        "amount" => money.show(preview.amount_minor),
        "balance" => money.show(preview.balance_minor),
        "shortfall" => money.show(preview.shortfall_minor),
    };
    let question = match preview.shortfall_minor {
        0 => context.tell("cli.wallet.reverse", &facts),
        _ => context.tell("cli.wallet.reverse_short", &facts),
    };
    confirm(context, &question)
}

/// Goes on only where a person agrees.
fn confirm(context: &Context, question: &str) -> Result<(), Failure> {
    if context.agrees(question)? { Ok(()) } else { Err(Failure::Reported(REFUSED)) }
}
