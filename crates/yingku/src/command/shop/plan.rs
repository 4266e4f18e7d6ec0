//! Membership plans.

use crate::args::{PlanCommand, SetPlanArgs};
use crate::context::Context;
use crate::failure::Failure;
use yingku_client::Client;
use yingku_protocol::Money;
use yingku_protocol::{Lang, Plan, SetPlan};

pub async fn run(context: &Context, command: PlanCommand) -> Result<(), Failure> {
    let client = context.admin().await?;
    match command {
        PlanCommand::List => list(context, &client).await,
        PlanCommand::Set(args) => {
            let (code, body) = set(args);
            let plan = client.set_plan(&code, &body).await?;
            let money = context.money(&client).await;
            let fields = [
                ("id", plan.id.to_string()),
                ("plan", plan.code.clone()),
                ("title", title(context, &plan).to_owned()),
                ("price", money.show(plan.price_minor)),
                ("length", length(context, &plan)),
                ("on_sale", context.yes_no(plan.on_sale)),
            ];
            context.print_fields(&plan, &fields)
        }
    }
}

fn set(args: SetPlanArgs) -> (String, SetPlan) {
    let body = SetPlan {
        title_en: args.title_en,
        title_zh: args.title_zh,
        price_minor: args.price_minor,
        months: if args.forever { Some(0) } else { args.months },
        on_sale: args.on_sale,
    };
    (args.code, body)
}

/// Lists plans.
pub async fn list(context: &Context, client: &Client) -> Result<(), Failure> {
    let page = client.plans().await?;
    let money = context.money(client).await;
    let columns = ["plan", "title", ">price", "length", "on_sale"];
    context.print_list(&page, &columns, |plan| row(context, &money, plan))
}

fn row(context: &Context, money: &Money, plan: &Plan) -> Vec<String> {
    vec![
        plan.code.clone(),
        title(context, plan).to_owned(),
        money.show(plan.price_minor),
        length(context, plan),
        context.yes_no(plan.on_sale),
    ]
}

/// The title of a plan in the reader's language.
pub fn title<'a>(context: &Context, plan: &'a Plan) -> &'a str {
    match context.lang {
        Lang::Zh => &plan.title_zh,
        Lang::En => &plan.title_en,
    }
}

/// How long a plan runs, for people.
fn length(context: &Context, plan: &Plan) -> String {
    match plan.months {
        Some(1) => context.say("cli.plan.month"),
        Some(months) => context.tell("cli.plan.months", &crate::facts! { "months" => months }),
        None => context.say("cli.plan.forever"),
    }
}
