//! The own membership.

use crate::args::{BuyPlanArgs, MembershipCommand};
use crate::command::identity::account;
use crate::command::shop::plan;
use crate::context::Context;
use crate::facts;
use crate::failure::Failure;
use yingku_protocol::{BuyMembership, Refusal};

pub async fn run(context: &Context, command: MembershipCommand) -> Result<(), Failure> {
    match command {
        MembershipCommand::Plans => plan::list(context, &context.visitor().await?).await,
        MembershipCommand::Buy(args) => buy(context, args).await,
        MembershipCommand::Show => {
            let membership = context.login()?.membership().await?;
            context.print(&membership, || account::membership(context, &membership))
        }
    }
}

async fn buy(context: &Context, args: BuyPlanArgs) -> Result<(), Failure> {
    let client = context.login()?;
    let plans = client.plans().await?;
    let plan = plans.items.into_iter().find(|plan| plan.code == args.plan);
    let plan = plan.ok_or_else(|| Failure::Refused(Refusal::not_found("plan")))?;
    let money = context.money(&client).await;
    if context.can_ask() {
        let facts = facts! { "title" => plan::title(context, &plan), "price" => money.show(plan.price_minor) };
        if !context.agrees(&context.tell("cli.membership.buy", &facts))? {
            return Err(Failure::Reported(crate::failure::REFUSED));
        }
    }
    let body = BuyMembership {
        plan: plan.code,
        expected_price_minor: plan.price_minor,
        expected_months: Some(plan.months.unwrap_or(0)),
    };
    let bought = client.buy_membership(&body).await?;
    context.print(&bought, || {
        let facts = facts! {
            "membership" => account::membership(context, &bought.membership),
            "price" => money.show(bought.price_paid_minor),
            "balance" => money.show(bought.balance_minor),
        };
        context.tell("cli.membership.bought", &facts)
    })
}
