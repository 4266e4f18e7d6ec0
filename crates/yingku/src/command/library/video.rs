//! Videos: lists, one video, changes, the trash, and what was bought.

use crate::args::{
    EditVideoArgs, ListVideosArgs, PageArgs, PosterArgs, PurgeArgs, TrashArgs, VideoCommand,
};
use crate::command::delivery::download;
use crate::command::library::{import, subtitle, upload};
use crate::command::list::pages;
use crate::context::{Context, when, when_if};
use crate::facts;
use crate::failure::Failure;
use indicatif::HumanBytes;
use yingku_client::Client;
use yingku_protocol::Money;
use yingku_protocol::{
    ChoosePoster, EditVideo, EditVideos, ListPage, ListTrash, ListVideos, Page, PriceFilter,
    PurgeVideo, Stream, Video, VideoIds, Videos, Visibility,
};

pub async fn run(context: &Context, command: VideoCommand) -> Result<(), Failure> {
    match command {
        VideoCommand::List(args) => list(context, args).await,
        VideoCommand::Show(args) => {
            let client = context.visitor().await?;
            let video = client.video(args.id).await?;
            print(context, &client, &video).await
        }
        VideoCommand::Upload(args) => upload::run(context, args).await,
        VideoCommand::Import(args) => import::run(context, args).await,
        VideoCommand::Download(args) => download::download(context, args).await,
        VideoCommand::Edit(args) => edit(context, args).await,
        VideoCommand::Poster(args) => poster(context, args).await,
        VideoCommand::Subtitle(command) => subtitle::run(context, command).await,
        VideoCommand::Delete(args) => delete(context, args.ids).await,
        VideoCommand::Restore(args) => restore(context, args.ids).await,
        VideoCommand::Purge(args) => purge(context, args).await,
        VideoCommand::Trash(args) => trash(context, args).await,
    }
}

async fn purge(context: &Context, args: PurgeArgs) -> Result<(), Failure> {
    let query = PurgeVideo { even_if_bought: args.even_if_bought };
    context.curator().await?.purge_video(args.id, &query).await?;
    context.print_id(args.id, "cli.video.purged")
}

async fn poster(context: &Context, args: PosterArgs) -> Result<(), Failure> {
    let client = context.curator().await?;
    if let Some(name) = args.name {
        let video = client.choose_poster(args.id, &ChoosePoster { name }).await?;
        return context.print(&video, || context.say("cli.video.poster_chosen"));
    }
    if let Some(file) = args.upload {
        let content = std::fs::read(&file).map_err(|error| Failure::file(&file, error))?;
        let video = client.add_poster(args.id, content).await?;
        return context.print(&video, || context.say("cli.video.poster_chosen"));
    }
    let posters = client.posters(args.id).await?;
    let page = Page { items: posters.items, next_cursor: None };
    context.print_list(&page, &["poster", ">position"], |poster| {
        vec![poster.name.clone(), duration(poster.at_ms)]
    })
}

async fn list(context: &Context, args: ListVideosArgs) -> Result<(), Failure> {
    let client = context.visitor().await?;
    let price = match (args.free, args.paid) {
        (true, _) => Some(PriceFilter::Free),
        (_, true) => Some(PriceFilter::Paid),
        _ => None,
    };
    let query = ListVideos {
        search: args.search,
        price,
        category: args.category,
        tag: args.tag,
        visibility: args.visibility.map(Into::into),
        sort: args.sort.map(Into::into),
        ..Default::default()
    };
    let page = pages(&args.page, async |page| {
        client.videos(&ListVideos { cursor: page.cursor, limit: page.limit, ..query.clone() }).await
    })
    .await?;
    let money = context.money(&client).await;
    let columns =
        [">id", "title", ">price", ">member_price", ">size", ">duration", "category", "created_at"];
    context.print_list(&page, &columns, |video| {
        vec![
            video.id.to_string(),
            video.title.clone(),
            price_of(context, &money, video),
            if video.is_free { String::new() } else { money.show(video.member_price_minor) },
            HumanBytes(video.size_bytes.unsigned_abs()).to_string(),
            video.duration_ms.map(duration).unwrap_or_default(),
            video.category.clone(),
            visibility(context, video),
            when(video.created_at),
        ]
    })
}

async fn trash(context: &Context, args: TrashArgs) -> Result<(), Failure> {
    let client = context.curator().await?;
    let page = pages(&args.page, async |page| {
        let ListPage { limit, cursor } = page;
        client.trash(&ListTrash { search: args.search.clone(), limit, cursor }).await
    })
    .await?;
    let columns = [">id", "title", ">size", ">buyers", "trashed_at"];
    context.print_list(&page, &columns, |video| {
        vec![
            video.id.to_string(),
            video.title.clone(),
            HumanBytes(video.size_bytes.unsigned_abs()).to_string(),
            video.buyers.unwrap_or_default().to_string(),
            when_if(video.trashed_at),
        ]
    })
}

pub async fn library(context: &Context, args: PageArgs) -> Result<(), Failure> {
    let client = context.login()?;
    let page = pages(&args, async |page| client.library(&page).await).await?;
    let money = context.money(&client).await;
    let columns = [">video_id", "title", ">price_paid", "withdrawn", "bought_at"];
    context.print_list(&page, &columns, |owned| {
        vec![
            owned.video_id.to_string(),
            owned.title.clone(),
            money.show(owned.price_paid_minor),
            if owned.withdrawn { context.yes_no(true) } else { String::new() },
            when(owned.bought_at),
        ]
    })
}

async fn edit(context: &Context, args: EditVideoArgs) -> Result<(), Failure> {
    let is_free = match (args.free, args.paid) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    };
    let retags = args.add_tags.is_some() || args.remove_tags.is_some();
    if let [id] = args.ids[..]
        && !retags
    {
        let body = EditVideo {
            title: args.title,
            description: args.description,
            category: args.category,
            tags: args.tags.as_deref().map(tags),
            is_free,
            price_minor: args.price_minor,
            member_price_minor: args.member_price_minor,
            members_watch: args.members_watch,
            visibility: args.visibility.map(Into::into),
            publish_at: args.publish_at,
        };
        let client = context.curator().await?;
        let video = client.edit_video(id, &body).await?;
        return print(context, &client, &video).await;
    }
    // What belongs to one video cannot be given to several.
    let own = match (&args.title, &args.description, &args.tags) {
        (Some(_), ..) => Some("--title"),
        (_, Some(_), _) => Some("--description"),
        (.., Some(_)) => Some("--tags"),
        _ => None,
    };
    if let Some(what) = own {
        let facts = facts! { "what" => what, "other" => "ID ID" };
        return Err(Failure::Usage { code: "conflict", facts });
    }
    let body = EditVideos {
        ids: args.ids,
        category: args.category,
        add_tags: args.add_tags.as_deref().map(tags),
        remove_tags: args.remove_tags.as_deref().map(tags),
        is_free,
        price_minor: args.price_minor,
        member_price_minor: args.member_price_minor,
        members_watch: args.members_watch,
        visibility: args.visibility.map(Into::into),
        publish_at: args.publish_at,
    };
    let edited = context.curator().await?.edit_videos(&body).await?;
    print_each(context, &edited, "cli.video.edited")
}

async fn delete(context: &Context, ids: Vec<i64>) -> Result<(), Failure> {
    let client = context.curator().await?;
    if let [id] = ids[..] {
        client.delete_video(id).await?;
        return context.print_id(id, "cli.video.deleted");
    }
    print_each(context, &client.delete_videos(&VideoIds { ids }).await?, "cli.video.deleted")
}

async fn restore(context: &Context, ids: Vec<i64>) -> Result<(), Failure> {
    let client = context.curator().await?;
    if let [id] = ids[..] {
        let video = client.restore_video(id).await?;
        return context.print(&video, || said_of(context, &video, "cli.video.restored"));
    }
    print_each(context, &client.restore_videos(&VideoIds { ids }).await?, "cli.video.restored")
}

/// What was done, a line for each video.
fn print_each(context: &Context, videos: &Videos, key: &str) -> Result<(), Failure> {
    context.print(videos, || {
        let lines = videos.items.iter().map(|video| said_of(context, video, key));
        lines.collect::<Vec<_>>().join("\n")
    })
}

fn said_of(context: &Context, video: &Video, key: &str) -> String {
    context.tell(key, &facts! { "id" => video.id, "title" => video.title.as_str() })
}

/// Tags between commas, Chinese ones included; empty ones are left out.
fn tags(text: &str) -> Vec<String> {
    text.split([',', '\u{ff0c}'])
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
        .map(Into::into)
        .collect()
}

/// Prints a video.
async fn print(context: &Context, client: &Client, video: &Video) -> Result<(), Failure> {
    let money = context.money(client).await;
    let paid = |minor| if video.is_free { String::new() } else { money.show(minor) };
    let picture = match (video.width, video.height) {
        (Some(width), Some(height)) => format!("{width}×{height}"),
        _ => String::new(),
    };
    let mark = |yes: bool| if yes { context.yes_no(true) } else { String::new() };
    let fields = [
        ("id", video.id.to_string()),
        ("title", video.title.clone()),
        ("file_name", video.file_name.clone()),
        ("description", video.description.clone()),
        ("category", video.category.clone()),
        ("tags", video.tags.join(", ")),
        ("price", price_of(context, &money, video)),
        ("member_price", paid(video.member_price_minor)),
        ("your_price", paid(video.your_price_minor)),
        ("owned", mark(video.owned)),
        ("withdrawn", mark(video.withdrawn)),
        ("visibility", visibility(context, video)),
        ("publish_at", when_if(video.publish_at)),
        ("size", HumanBytes(video.size_bytes.unsigned_abs()).to_string()),
        ("duration", video.duration_ms.map(duration).unwrap_or_default()),
        ("picture", picture),
        ("media_type", video.media_type.clone()),
        ("playback", video.playback.detail.clone().unwrap_or_default()),
        ("encoding", encoding(context, video)),
        ("streams", streams(context, video)),
        ("content_hash", video.content_hash.clone()),
        ("buyers", video.buyers.map(|buyers| buyers.to_string()).unwrap_or_default()),
        ("created_at", when(video.created_at)),
        ("updated_at", when(video.updated_at)),
        ("trashed_at", when_if(video.trashed_at)),
    ];
    context.print_fields(video, &fields)
}

/// For whom it is, where that is not everybody.
fn visibility(context: &Context, video: &Video) -> String {
    match video.visibility {
        Visibility::Public => String::new(),
        other => context.say(&format!("cli.visibility.{}", other.as_str())),
    }
}

/// How far its encoding has come: `encoding, 43 % (360p 50 %, 720p 36 %), 3.2×, 2:00`.
fn encoding(context: &Context, video: &Video) -> String {
    let Some(encoding) = &video.playback.encoding else { return String::new() };
    let sizes = encoding.sizes.iter().map(|size| format!("{}p {} %", size.size, size.percent));
    let sizes: Vec<String> = sizes.collect();
    let stage = context.say(&format!("cli.encoding.{}", encoding.stage.as_str()));
    let mut parts = vec![stage, format!("{} % ({})", encoding.percent, sizes.join(", "))];
    parts.extend(encoding.speed.map(|speed| format!("{speed}×")));
    parts.extend(encoding.seconds_left.map(|left| duration(left.cast_signed() * 1_000)));
    parts.join(", ")
}

/// What the file consists of: `pictures h264 High 1920×1080 25/s; sound aac LC 6 channels eng`.
fn streams(context: &Context, video: &Video) -> String {
    let streams: Vec<String> =
        video.streams.iter().map(|stream| stream_of(context, stream)).collect();
    streams.join("; ")
}

fn stream_of(context: &Context, stream: &Stream) -> String {
    let word = |name: &str| context.say(&format!("cli.stream.{name}"));
    let size = stream.width.zip(stream.height).map(|(width, height)| format!("{width}×{height}"));
    let channels = |count: i64| context.tell("cli.stream.channels", &facts! { "count" => count });
    let mut parts = vec![word(stream.kind.as_str()), stream.codec.clone()];
    parts.extend(stream.profile.clone());
    parts.extend(size);
    parts.extend(stream.rotation_degrees.map(|degrees| format!("{degrees}°")));
    parts.extend(stream.frame_rate.map(|rate| format!("{rate}/s")));
    parts.extend(stream.pixel_format.clone());
    parts.extend(stream.color_transfer.clone());
    parts.extend(stream.channels.map(channels));
    parts.extend(stream.language.clone());
    parts.extend(stream.title.as_ref().map(|title| format!("\u{201c}{title}\u{201d}")));
    parts.extend(stream.is_default.then(|| word("default")));
    parts.extend(stream.is_forced.then(|| word("forced")));
    parts.join(" ")
}

/// A price, or that there is none.
pub fn price_of(context: &Context, money: &Money, video: &Video) -> String {
    if video.is_free { context.say("cli.video.free") } else { money.show(video.price_minor) }
}

/// `1:02:03` or `2:03`.
pub fn duration(ms: i64) -> String {
    let seconds = ms.max(0) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_tags() {
        assert_eq!(duration(0), "0:00");
        assert_eq!(duration(123_999), "2:03");
        assert_eq!(duration(3_723_000), "1:02:03");
        assert_eq!(tags("a, 二\u{ff0c}c,, "), ["a", "二", "c"]);
        assert!(tags("").is_empty());
    }
}
