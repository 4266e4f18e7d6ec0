//! Running an installation: audit log, doctor, completions, the API document.

use crate::args::{CompletionsArgs, DoctorArgs, ExportAuditArgs, ListAuditArgs};
use crate::command::list::pages;
use crate::context::{Context, when};
use crate::facts;
use crate::failure::{Failure, REFUSED};
use crate::help;
use crate::output::Table;
use crate::stdout::line_to_stdout;
use serde::Serialize;
use serde_json::{Map, Value};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use yingku_protocol::{AuditEntry, Examine, ListAudit};

pub async fn audit(context: &Context, args: ListAuditArgs) -> Result<(), Failure> {
    let client = context.admin().await?;
    let actor_id = match &args.actor {
        Some(name) => Some(context.account(&client, name).await?.id),
        None => None,
    };
    let query = ListAudit {
        actor_id,
        action: args.action,
        since: args.since,
        until: args.until,
        ..Default::default()
    };
    let page = pages(&args.page, async |page| {
        client.audit(&ListAudit { cursor: page.cursor, limit: page.limit, ..query.clone() }).await
    })
    .await?;
    let columns = [">id", "at", "actor", "action", "subject", "address", "detail"];
    context.print_list(&page, &columns, |entry| {
        vec![
            entry.id.to_string(),
            when(entry.at),
            entry.actor.clone(),
            entry.action.clone(),
            subject(entry),
            entry.address.clone(),
            detail(&entry.detail),
        ]
    })
}

/// What an export wrote.
#[derive(Serialize)]
struct Exported {
    file: String,
    entries: usize,
}

/// Writes the audit log to a new file, page by page. What is there is not written over.
pub async fn export_audit(context: &Context, args: ExportAuditArgs) -> Result<(), Failure> {
    let client = context.admin().await?;
    let failed = |error: std::io::Error| Failure::file(&args.file, error);
    let mut options = File::options();
    let file = options.write(true).create_new(true).mode(0o600).open(&args.file).map_err(failed)?;
    let mut file = BufWriter::new(file);
    let (mut cursor, mut entries) = (None, 0);
    loop {
        let query = ListAudit {
            since: args.since,
            until: args.until,
            cursor: cursor.take(),
            limit: Some(200),
            ..Default::default()
        };
        let page = client.audit(&query).await?;
        for entry in &page.items {
            let line = serde_json::to_string(entry).map_err(std::io::Error::other);
            line.and_then(|line| writeln!(file, "{line}")).map_err(failed)?;
        }
        entries += page.items.len();
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    let exported = Exported { file: args.file.display().to_string(), entries };
    context.print(&exported, || {
        let facts = facts! { "entries" => exported.entries, "file" => exported.file.as_str() };
        context.tell("cli.audit.exported", &facts)
    })
}

fn subject(entry: &AuditEntry) -> String {
    let kind = entry.subject_kind.clone().unwrap_or_default();
    match entry.subject_id {
        Some(id) => format!("{kind} {id}"),
        None => kind,
    }
}

fn detail(facts: &Map<String, Value>) -> String {
    let shown = facts.iter().map(|(name, value)| match value {
        Value::String(text) => format!("{name}={text}"),
        other => format!("{name}={other}"),
    });
    shown.collect::<Vec<_>>().join(" ")
}

/// Examines the installation; what is wrong makes the exit code 1.
pub async fn doctor(context: &Context, args: DoctorArgs) -> Result<(), Failure> {
    let query = Examine { repair: args.repair, deep: args.deep };
    let report = context.admin().await?.examine(&query).await?;
    context.print(&report, || {
        let mut table = Table::new(context.lang, &["check", "state", "detail"]);
        for finding in &report.items {
            let state = match finding.state.as_str() {
                "ok" => context.say("cli.finding.ok"),
                "advice" => context.say("cli.finding.advice"),
                "wrong" => context.say("cli.finding.wrong"),
                "repaired" => context.say("cli.finding.repaired"),
                other => other.to_owned(),
            };
            table.row([finding.check.clone(), state, finding.detail.clone()]);
        }
        table.lines()
    })?;
    if report.ok { Ok(()) } else { Err(Failure::Reported(REFUSED)) }
}

/// The document that `/api/openapi.json` serves; the pages' types are made from it.
pub fn openapi() -> Result<(), Failure> {
    let document = serde_json::to_string_pretty(&yingku_server::http::api_document());
    line_to_stdout(&document.unwrap_or_default())
}

pub fn completions(context: &Context, args: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut help::grammar(context.lang), "yingku", &mut script);
    line_to_stdout(String::from_utf8_lossy(&script).trim_end())
}
