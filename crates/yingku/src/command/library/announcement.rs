//! Announcements.

use crate::args::AnnouncementCommand;
use crate::command::list::pages;
use crate::context::{Context, when, when_if};
use crate::facts;
use crate::failure::Failure;
use crate::output::{clean, clean_lines};
use crate::plain::plain;
use yingku_protocol::{Announcement, EditAnnouncement, ListAnnouncements, PublishAnnouncement};

pub async fn run(context: &Context, command: AnnouncementCommand) -> Result<(), Failure> {
    match command {
        AnnouncementCommand::Publish(args) => {
            let body = PublishAnnouncement {
                title: args.title,
                content: args.content,
                published_at: args.at,
                pinned: args.pin,
            };
            let announcement = context.curator().await?.publish_announcement(&body).await?;
            print_changed(context, &announcement, "cli.announcement.published")
        }
        AnnouncementCommand::List(args) => {
            let client = context.visitor().await?;
            let page = pages(&args.page, async |page| {
                let all = args.all;
                let query = ListAnnouncements {
                    all,
                    cursor: page.cursor,
                    limit: page.limit,
                    ..Default::default()
                };
                client.announcements(&query).await
            })
            .await?;
            let columns =
                [">id", "unread", "pinned", "title", "author", "published_at", "withdrawn_at"];
            context.print_list(&page, &columns, |announcement| {
                vec![
                    announcement.id.to_string(),
                    mark(announcement.unread),
                    mark(announcement.pinned),
                    announcement.title.clone(),
                    announcement.author.clone(),
                    when(announcement.published_at),
                    when_if(announcement.withdrawn_at),
                ]
            })
        }
        AnnouncementCommand::Show(args) => {
            let announcement = context.visitor().await?.announcement(args.id).await?;
            context.print(&announcement, || shown(&announcement))
        }
        AnnouncementCommand::Edit(args) => {
            let body = EditAnnouncement {
                title: args.title,
                content: args.content,
                published_at: args.at,
                pinned: (args.pin || args.unpin).then_some(args.pin),
            };
            let announcement = context.curator().await?.edit_announcement(args.id, &body).await?;
            print_changed(context, &announcement, "cli.announcement.edited")
        }
        AnnouncementCommand::Withdraw(args) => {
            context.curator().await?.withdraw_announcement(args.id).await?;
            context.print_id(args.id, "cli.announcement.withdrawn")
        }
        AnnouncementCommand::History(args) => {
            let page = context.curator().await?.announcement_revisions(args.id).await?;
            let columns = [">id", "title", "content", "author", "created_at"];
            context.print_list(&page, &columns, |revision| {
                vec![
                    revision.id.to_string(),
                    revision.title.clone(),
                    revision.content.clone(),
                    revision.author.clone(),
                    when(revision.created_at),
                ]
            })
        }
    }
}

fn mark(is: bool) -> String {
    if is { "*".to_owned() } else { String::new() }
}

/// An announcement as it is read.
fn shown(announcement: &Announcement) -> String {
    format!(
        "{}\n{} · {}\n\n{}",
        clean(&announcement.title),
        clean(&announcement.author),
        when(announcement.published_at),
        clean_lines(&plain(&announcement.content))
    )
}

fn print_changed(context: &Context, announcement: &Announcement, key: &str) -> Result<(), Failure> {
    context.print(announcement, || {
        let when = when(announcement.published_at);
        let facts = facts! { "id" => announcement.id, "title" => clean(&announcement.title), "when" => when };
        context.tell(key, &facts)
    })
}
