//! Comments under videos.

use crate::args::{CommentCommand, ListCommentsArgs};
use crate::command::list::pages;
use crate::context::{Context, when};
use crate::failure::Failure;
use yingku_protocol::{Comment, ListComments, ListPage, Reviewed};

pub async fn run(context: &Context, command: CommentCommand) -> Result<(), Failure> {
    match command {
        CommentCommand::List(args) => match args.id {
            Some(id) => list(context, id, &args).await,
            None => list_all(context, &args).await,
        },
        CommentCommand::Delete(args) => {
            let client = context.curator().await?;
            for id in args.comment_ids {
                client.delete_comment(id).await?;
                context.print_id(id, "cli.comment.deleted")?;
            }
            Ok(())
        }
    }
}

async fn list(context: &Context, id: i64, args: &ListCommentsArgs) -> Result<(), Failure> {
    let client = context.visitor().await?;
    let page = pages(&args.page, async |page| client.comments(id, &page).await).await?;
    let columns = [">id", "account", "text", ">likes", ">replies", "created_at"];
    context.print_list(&page, &columns, |comment: &Comment| {
        vec![
            comment.id.to_string(),
            comment.author.clone(),
            one_line(&comment.text),
            comment.likes.to_string(),
            comment.reply_count.to_string(),
            when(comment.created_at),
        ]
    })
}

async fn list_all(context: &Context, args: &ListCommentsArgs) -> Result<(), Failure> {
    let client = context.curator().await?;
    let needs_review = args.needs_review.then_some(true);
    let page = pages(&args.page, async |page| {
        let ListPage { limit, cursor } = page;
        client.all_comments(&ListComments { needs_review, limit, cursor }).await
    })
    .await?;
    let columns = [">id", ">video_id", "account", "text", ">reports", "created_at"];
    context.print_list(&page, &columns, |comment: &Reviewed| {
        vec![
            comment.id.to_string(),
            comment.video_id.to_string(),
            comment.author.clone(),
            one_line(&comment.text),
            comment.reports.len().to_string(),
            when(comment.created_at),
        ]
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
