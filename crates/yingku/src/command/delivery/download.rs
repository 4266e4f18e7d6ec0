//! Downloading from the command line, and the records of downloads.

use crate::args::{DownloadArgs, DownloadCommand, ListDownloadsArgs};
use crate::command::list::pages;
use crate::context::{Context, when};
use crate::facts;
use crate::failure::Failure;
use crate::fetch::{Fetch, Place, Voice, Wanted, choose, connections};
use crate::output::clean;
use indicatif::HumanBytes;
use serde::Serialize;
use std::path::Path;
use yingku_client::Client;
use yingku_protocol::{BuyVideo, Code, DownloadRecord, DownloadState, ListRecords, Ticket, Video};

/// A video that is on this machine now.
#[derive(Serialize)]
struct Downloaded<'a> {
    /// Number of the record; absent where nothing had to be fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    video_id: i64,
    title: &'a str,
    file_name: &'a str,
    path: String,
    size_bytes: i64,
    content_hash: &'a str,
    price_paid_minor: i64,
    state: DownloadState,
    /// Whether the file was here already.
    existing: bool,
}

pub async fn download(context: &Context, args: DownloadArgs) -> Result<(), Failure> {
    let client = context.login()?;
    let video = client.video(args.id).await?;
    let wanted = Wanted {
        file_name: &video.file_name,
        size_bytes: video.size_bytes,
        content_hash: &video.content_hash,
    };
    let (path, replaces) = match choose(context, args.output.as_deref(), &wanted)? {
        Place::Done(path) => return print(context, &video, &path, None),
        Place::To { path, replaces } => (path, replaces),
    };
    let money = context.money(&client).await;
    let ticket = ticket_for(&client, video.id, |price_minor| {
        let facts = facts! { "title" => clean(&video.title), "price" => money.show(price_minor) };
        if args.buy {
            if !context.json {
                context.remark(&context.tell("cli.download.buying", &facts));
            }
            return Ok(true);
        }
        Ok(context.can_ask() && context.agrees(&context.tell("cli.download.buy", &facts))?)
    })
    .await?;
    let server = context.whereabouts()?.map(|at| at.server).unwrap_or_default();
    let connections = connections(args.connections, video.size_bytes, &server);
    let fetch =
        Fetch { context, client: &client, ticket: &ticket, voice: Voice::Stderr, connections };
    fetch.to(&path, replaces).await?;
    print(context, &video, &path, Some(&ticket))
}

/// The right to fetch a video. If it has to be bought, the buyer is asked with its price.
pub async fn ticket_for(
    client: &Client,
    video_id: i64,
    agrees: impl FnOnce(i64) -> Result<bool, Failure>,
) -> Result<Ticket, Failure> {
    let refusal = match client.ask_ticket(video_id).await {
        Err(error) if error.code() == Some(Code::PurchaseRequired) => error,
        ticket => return Ok(ticket?),
    };
    let Some(expected_price_minor) = refusal.fact("price_minor") else {
        return Err(refusal.into());
    };
    if !agrees(expected_price_minor)? {
        return Err(refusal.into());
    }
    match client.buy_video(video_id, &BuyVideo { expected_price_minor }).await {
        // Bought meanwhile by another of the buyer's own calls.
        Err(error) if error.code() == Some(Code::AlreadyOwned) => {
            Ok(client.ask_ticket(video_id).await?)
        }
        bought => Ok(bought?.ticket),
    }
}

fn print(
    context: &Context,
    video: &Video,
    path: &Path,
    ticket: Option<&Ticket>,
) -> Result<(), Failure> {
    let shown = path.display().to_string();
    let downloaded = Downloaded {
        id: ticket.map(|ticket| ticket.id),
        video_id: video.id,
        title: &video.title,
        file_name: &video.file_name,
        path: shown.clone(),
        size_bytes: video.size_bytes,
        content_hash: &video.content_hash,
        price_paid_minor: ticket.map_or(0, |ticket| ticket.price_paid_minor),
        state: DownloadState::Completed,
        existing: ticket.is_none(),
    };
    let key = if ticket.is_none() { "cli.download.existing" } else { "cli.download.done" };
    context.print(&downloaded, || context.tell(key, &facts! { "path" => clean(&shown) }))
}

pub async fn run(context: &Context, command: DownloadCommand) -> Result<(), Failure> {
    let DownloadCommand::List(args) = command;
    if args.all_accounts {
        return list_all(context, args).await;
    }
    let client = context.login()?;
    let page = pages(&args.page, async |page| client.downloads(&page).await).await?;
    let money = context.money(&client).await;
    let columns =
        [">id", ">video_id", "title", "state", ">price_paid", ">bytes_sent", "created_at"];
    context.print_list(&page, &columns, |record| {
        vec![
            record.id.to_string(),
            record.video_id.to_string(),
            record.title.clone(),
            state(context, record),
            money.show(record.price_paid_minor),
            HumanBytes(record.bytes_sent.unsigned_abs()).to_string(),
            when(record.created_at),
        ]
    })
}

async fn list_all(context: &Context, args: ListDownloadsArgs) -> Result<(), Failure> {
    let client = context.curator().await?;
    let page = pages(&args.page, async |page| {
        let query = ListRecords { cursor: page.cursor, limit: page.limit, ..Default::default() };
        client.records(&query).await
    })
    .await?;
    let money = context.money(&client).await;
    let columns = [">id", "account", ">video_id", "title", "state", ">price_paid", "created_at"];
    context.print_list(&page, &columns, |record| {
        vec![
            record.id.to_string(),
            record.account.clone(),
            record.video_id.to_string(),
            record.title.clone(),
            state(context, record),
            money.show(record.price_paid_minor),
            when(record.created_at),
        ]
    })
}

/// The state of a download, for people.
pub fn state(context: &Context, record: &DownloadRecord) -> String {
    context.say(state_key(record.state))
}

/// The text of a state.
pub fn state_key(state: DownloadState) -> &'static str {
    match state {
        DownloadState::Waiting => "cli.state.waiting",
        DownloadState::Ready => "cli.state.ready",
        DownloadState::Started => "cli.state.started",
        DownloadState::Completed => "cli.state.completed",
    }
}
