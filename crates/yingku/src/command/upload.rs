//! Uploading files from the command line.

use crate::args::UploadArgs;
use crate::context::Context;
use crate::facts;
use crate::failure::Failure;
use crate::output::{clean, line_to_stdout};
use crate::send::{Known, LocalFile};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use yingku_client::Client;
use yingku_protocol::{Code, Refusal, UploadVideo, Video};

/// Uploads each file. A refused one does not keep the others from being tried; a server that
/// cannot be reached ends it.
pub async fn run(context: &Context, args: UploadArgs) -> Result<(), Failure> {
    let client = context.curator().await?;
    let mut items = Vec::new();
    let mut failures = Vec::new();
    for path in &args.files {
        match one(context, &client, path, &args).await {
            Ok(video) => {
                say_uploaded(context, &video)?;
                items.push(video);
            }
            Err(failure) => {
                let is_final = failure.exit_code() != crate::failure::REFUSED;
                if !context.json && args.files.len() > 1 {
                    context.remark(&clean(&path.display().to_string()));
                }
                if !context.json {
                    context.print_failure(&failure);
                }
                failures.push((path, failure));
                if is_final {
                    break;
                }
            }
        }
    }
    if context.json {
        let document = document(context, &items, &failures);
        line_to_stdout(&document.to_string())?;
    }
    match failures.iter().map(|(_, failure)| failure.exit_code()).max() {
        None => Ok(()),
        Some(code) => Err(Failure::Said(code)),
    }
}

/// What was uploaded; with what failed, if something did: the first problem and all of them.
fn document(context: &Context, items: &[Video], failures: &[(&PathBuf, Failure)]) -> Value {
    let problem = |failure: &Failure| match failure.problem(context.lang) {
        Some(problem) => serde_json::to_value(problem).unwrap_or_default(),
        None => Value::Null,
    };
    let mut document = match failures.first().map(|(_, failure)| problem(failure)) {
        Some(Value::Object(first)) => first,
        _ => Map::new(),
    };
    document.insert("items".into(), json!(items));
    if !failures.is_empty() {
        let failed = failures.iter().map(|(path, failure)| {
            let mut failed = problem(failure);
            failed["path"] = path.display().to_string().into();
            failed
        });
        document.insert("failed".into(), failed.collect());
    }
    Value::Object(document)
}

async fn one(
    context: &Context,
    client: &Client,
    path: &Path,
    args: &UploadArgs,
) -> Result<Video, Failure> {
    let mut file = LocalFile::open(path)?;
    match file.look_up(context, client).await? {
        Known::Here(video) => return Ok(*video),
        Known::InTrash(id) if args.restore => return restore(client, id).await,
        Known::InTrash(id) => {
            let refusal = Refusal::from(Code::VideoInTrash).with("video_id", id);
            return Err(Failure::Refused(refusal));
        }
        Known::No => {}
    }
    let about = UploadVideo {
        title: args.title.clone(),
        is_free: Some(args.free),
        price_minor: args.price_minor,
        member_price_minor: args.member_price_minor,
        description: args.description.clone(),
        category: args.category.clone(),
        tags: args.tags.clone(),
        ..Default::default()
    };
    match file.send(client, about).await {
        Err(Failure::Call(error)) if args.restore && error.code() == Some(Code::VideoInTrash) => {
            match error.fact("video_id") {
                Some(id) => restore(client, id).await,
                None => Err(error.into()),
            }
        }
        sent => sent,
    }
}

/// A video from the trash stands for the content that was to be uploaded.
async fn restore(client: &Client, id: i64) -> Result<Video, Failure> {
    let mut video = client.restore_video(id).await?;
    video.existing = true;
    Ok(video)
}

fn say_uploaded(context: &Context, video: &Video) -> Result<(), Failure> {
    if context.json {
        return Ok(());
    }
    let key = if video.existing { "cli.upload.existing" } else { "cli.upload.done" };
    let facts = facts! { "id" => video.id, "title" => clean(&video.title) };
    line_to_stdout(&context.tell(key, &facts))?;
    if let Some(detail) = video.playback.detail.as_ref().filter(|_| !video.playback.ready) {
        context.remark(detail);
    }
    Ok(())
}
