//! Subtitles of videos.

use crate::args::{AddSubtitleArgs, EditSubtitleArgs, SubtitleCommand};
use crate::context::{Context, when};
use crate::facts;
use crate::failure::Failure;
use yingku_protocol::{AddSubtitle, EditSubtitle, Page, Subtitle};

pub async fn run(context: &Context, command: SubtitleCommand) -> Result<(), Failure> {
    match command {
        SubtitleCommand::List(args) => list(context, args.id).await,
        SubtitleCommand::Add(args) => add(context, args).await,
        SubtitleCommand::Edit(args) => edit(context, args).await,
        SubtitleCommand::Delete(args) => {
            context.curator().await?.delete_subtitle(args.subtitle_id).await?;
            context.print_id(args.subtitle_id, "cli.subtitle.deleted")
        }
    }
}

async fn list(context: &Context, video_id: i64) -> Result<(), Failure> {
    let found = context.visitor().await?.subtitles(video_id).await?;
    let page = Page { items: found.items, next_cursor: None };
    let columns = [">id", "language", "label", "origin", "text_encoding", "created_at"];
    context.print_list(&page, &columns, |subtitle: &Subtitle| {
        vec![
            subtitle.id.to_string(),
            subtitle.language.clone(),
            subtitle.label.clone(),
            context.say(&format!("cli.subtitle.{}", subtitle.origin.as_str())),
            subtitle.encoding.map(|it| it.as_str().to_owned()).unwrap_or_default(),
            when(subtitle.created_at),
        ]
    })
}

async fn add(context: &Context, args: AddSubtitleArgs) -> Result<(), Failure> {
    let content = std::fs::read(&args.file).map_err(|error| Failure::file(&args.file, error))?;
    let file_name = args.file.file_name().map(|name| name.to_string_lossy().into_owned());
    let about = AddSubtitle {
        file_name,
        language: args.language,
        label: args.label,
        encoding: args.encoding.map(Into::into),
    };
    let added = context.curator().await?.add_subtitle(args.id, &about, content).await?;
    print(context, &added, "cli.subtitle.added")
}

async fn edit(context: &Context, args: EditSubtitleArgs) -> Result<(), Failure> {
    let EditSubtitleArgs { subtitle_id, language, label, encoding } = args;
    let body = EditSubtitle { language, label, encoding: encoding.map(Into::into) };
    let edited = context.curator().await?.edit_subtitle(subtitle_id, &body).await?;
    print(context, &edited, "cli.subtitle.edited")
}

fn print(context: &Context, subtitle: &Subtitle, message: &str) -> Result<(), Failure> {
    let encoding = subtitle.encoding.map(|it| it.as_str()).unwrap_or_default();
    let facts = facts! { "id" => subtitle.id, "encoding" => encoding };
    context.print(subtitle, || context.tell(message, &facts))
}
