//! Uploads that are under way.

use crate::args::OpenUploadCommand;
use crate::command::list::pages;
use crate::context::{Context, when};
use crate::failure::Failure;
use indicatif::HumanBytes;
use serde_json::json;

pub async fn run(context: &Context, command: OpenUploadCommand) -> Result<(), Failure> {
    let client = context.curator().await?;
    match command {
        OpenUploadCommand::List(page) => {
            let page = pages(&page, async |page| client.uploads(&page).await).await?;
            let columns =
                ["id", "file_name", ">received", ">size", "account", "updated_at", "expires_at"];
            context.print_list(&page, &columns, |upload| {
                let bytes = |bytes: i64| HumanBytes(bytes.unsigned_abs()).to_string();
                vec![
                    upload.id.clone(),
                    upload.file_name.clone(),
                    bytes(upload.offset_bytes),
                    upload.size_bytes.map(bytes).unwrap_or_default(),
                    upload.account.clone(),
                    when(upload.updated_at),
                    when(upload.expires_at),
                ]
            })
        }
        OpenUploadCommand::End(args) => {
            for id in &args.ids {
                client.end_upload(id).await?;
            }
            let items: Vec<_> = args.ids.iter().map(|id| json!({ "id": id })).collect();
            context.print(&json!({ "items": items }), || {
                let message = args.ids.iter().map(|id| {
                    context.tell("cli.upload.ended", &crate::facts! { "id" => id.as_str() })
                });
                message.collect::<Vec<_>>().join("\n")
            })
        }
    }
}
