//! All that happened to one account.

use crate::args::TimelineArgs;
use crate::command::delivery::download;
use crate::command::list::pages;
use crate::context::{Context, when};
use crate::failure::Failure;
use yingku_protocol::Money;
use yingku_protocol::TimelineItem;

pub async fn run(context: &Context, args: TimelineArgs) -> Result<(), Failure> {
    let client = context.admin().await?;
    let id = context.account(&client, &args.name).await?.id;
    let page = pages(&args.page, async |page| client.timeline(id, &page).await).await?;
    let money = context.money(&client).await;
    let columns = ["at", "action", "actor", ">amount", ">balance", "subject", "detail", "address"];
    context.print_list(&page, &columns, |item| {
        let amount = |minor: Option<i64>| minor.map(|minor| money.show(minor)).unwrap_or_default();
        vec![
            when(item.at),
            item.action.clone(),
            item.actor.clone().unwrap_or_default(),
            amount(item.amount_minor),
            amount(item.balance_minor),
            subject(item),
            detail(context, &money, item),
            item.address.clone().unwrap_or_default(),
        ]
    })
}

fn subject(item: &TimelineItem) -> String {
    if let Some(id) = item.video_id {
        return format!("video {id} {}", item.title.as_deref().unwrap_or_default());
    }
    if let Some(plan) = &item.plan {
        return format!("plan {plan}");
    }
    match (&item.subject_kind, item.subject_id, &item.account) {
        (Some(kind), _, Some(name)) => format!("{kind} {name}"),
        (Some(kind), Some(id), None) => format!("{kind} {id}"),
        (kind, ..) => kind.clone().unwrap_or_default(),
    }
}

fn detail(context: &Context, money: &Money, item: &TimelineItem) -> String {
    if let Some(state) = item.state {
        return context.say(download::state_key(state));
    }
    if let Some(reason) = &item.reason {
        return reason.clone();
    }
    let facts = item.detail.iter().map(|(name, value)| match (value, value.as_i64()) {
        (_, Some(minor)) if name.ends_with("_minor") => {
            format!("{}={}", name.trim_end_matches("_minor"), money.show(minor))
        }
        (serde_json::Value::String(text), _) => format!("{name}={text}"),
        (other, _) => format!("{name}={other}"),
    });
    facts.collect::<Vec<_>>().join(" ")
}
