//! Workers: registering them, and being one.

use crate::args::{WorkerArgs, WorkerCommand};
use crate::command::list::pages;
use crate::context::{Context, when, when_if};
use crate::facts;
use crate::failure::Failure;
use crate::worker;
use yingku_protocol::{CreateWorker, Worker};

pub async fn run(context: &Context, args: WorkerArgs) -> Result<(), Failure> {
    match (args.command, args.run) {
        (Some(command), _) => administrate(context, command).await,
        (None, Some(args)) => worker::run(context, args).await,
        (None, None) => Err(Failure::Usage { code: "worker_needs_server", facts: facts! {} }),
    }
}

async fn administrate(context: &Context, command: WorkerCommand) -> Result<(), Failure> {
    let client = context.admin().await?;
    match command {
        WorkerCommand::Create(args) => {
            let worker = client.create_worker(&CreateWorker { name: args.name }).await?;
            context.print(&worker, || {
                let token = worker.token.clone().unwrap_or_default();
                let facts = facts! { "name" => worker.name.as_str(), "token" => token };
                context.tell("cli.worker.made", &facts)
            })
        }
        WorkerCommand::List(page) => {
            let page = pages(&page, async |page| client.workers(&page).await).await?;
            let columns = [">id", "name", ">running", "seen_at", "created_at", "revoked_at"];
            context.print_list(&page, &columns, row)
        }
        WorkerCommand::Revoke(args) => {
            client.revoke_worker(args.id).await?;
            context.print_id(args.id, "cli.worker.revoked")
        }
    }
}

fn row(worker: &Worker) -> Vec<String> {
    vec![
        worker.id.to_string(),
        worker.name.clone(),
        worker.running.to_string(),
        when_if(worker.seen_at),
        when(worker.created_at),
        when_if(worker.revoked_at),
    ]
}
