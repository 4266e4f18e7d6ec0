//! What somebody watched, and how far.

use super::video::duration;
use crate::args::{HistoryCommand, ListHistoryArgs};
use crate::command::list::pages;
use crate::context::{Context, when};
use crate::failure::Failure;
use serde_json::json;
use yingku_protocol::{ListHistory, ListPage, WatchedVideo};

pub async fn run(context: &Context, command: HistoryCommand) -> Result<(), Failure> {
    match command {
        HistoryCommand::List(args) => list(context, args).await,
        HistoryCommand::Clear => {
            context.login()?.clear_history().await?;
            context.print(&json!({}), || context.say("cli.history.cleared"))
        }
    }
}

async fn list(context: &Context, args: ListHistoryArgs) -> Result<(), Failure> {
    let client = context.login()?;
    let unfinished = args.unfinished.then_some(true);
    let page = pages(&args.page, async |page| {
        let ListPage { limit, cursor } = page;
        client.history(&ListHistory { unfinished, limit, cursor }).await
    })
    .await?;
    let columns = [">video_id", "title", ">position", ">duration", "watched", "watched_at"];
    context.print_list(&page, &columns, |WatchedVideo { video, watched_at }| {
        let progress = video.progress;
        vec![
            video.id.to_string(),
            video.title.clone(),
            progress.map(|progress| duration(progress.position_ms)).unwrap_or_default(),
            video.duration_ms.map(duration).unwrap_or_default(),
            if progress.is_some_and(|it| it.is_done) {
                context.yes_no(true)
            } else {
                String::new()
            },
            when(*watched_at),
        ]
    })
}
