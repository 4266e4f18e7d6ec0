//! How the site does, now and day by day.

use crate::args::DashboardArgs;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::Table;
use indicatif::HumanBytes;
use yingku_protocol::ShowDashboard;

pub async fn run(context: &Context, args: DashboardArgs) -> Result<(), Failure> {
    let client = context.admin().await?;
    let shown = client.dashboard(&ShowDashboard { days: Some(args.days) }).await?;
    let money = context.money(&client).await;
    let bytes = |count: i64| HumanBytes(count.unsigned_abs()).to_string();
    context.print(&shown, || {
        let columns = ["date", ">sales", ">purchases", ">downloads", ">new_accounts", ">stored"];
        let mut days = Table::new(context.lang, &columns);
        for day in &shown.days {
            days.row([
                day.date.clone(),
                money.show(day.sales_minor),
                day.purchases.to_string(),
                day.downloads.to_string(),
                day.new_accounts.to_string(),
                bytes(day.stored_bytes),
            ]);
        }
        let mut now = Table::plain();
        for (name, value) in [
            ("accounts", shown.accounts.to_string()),
            ("members", shown.members.to_string()),
            ("videos", shown.videos.to_string()),
            ("trashed_videos", shown.trashed_videos.to_string()),
            ("waiting_downloads", shown.waiting_downloads.to_string()),
            ("stored", bytes(shown.stored_bytes)),
            ("free", bytes(shown.free_bytes)),
            ("sales", money.show(shown.sales_minor)),
            ("wallets", money.show(shown.wallets_minor)),
        ] {
            now.row([context.say(&format!("cli.column.{name}")), value]);
        }
        format!("{}\n\n{}", days.lines(), now.lines())
    })
}
