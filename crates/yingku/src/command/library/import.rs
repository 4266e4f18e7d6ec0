//! Importing folders of this machine: no server is asked, the films do not travel.

use crate::args::ImportArgs;
use crate::context::Context;
use crate::facts;
use crate::failure::{Failure, REFUSED};
use crate::local;
use crate::output::clean;
use crate::progress::Board;
use crate::stdout::line_to_stdout;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use yingku_protocol::{UploadVideo, Video};
use yingku_server::app::{App, Caller, FoundFilm, ImportMode, Imported, find_films};

/// Imports the films of folders, one after the other. A refused one does not keep the others from
/// being tried. Run again, it goes on where it was stopped.
pub async fn run(context: &Context, args: ImportArgs) -> Result<(), Failure> {
    if !context.database.are_given() {
        return Err(Failure::Usage { code: "import_needs_database", facts: facts! {} });
    }
    let app = local::app(&context.database).await?;
    let mut films = Vec::new();
    for dir in &args.dirs {
        // The same folder has one path, however it is named.
        let dir = dir.canonicalize().map_err(|error| Failure::file(dir, error))?;
        films.extend(find_films(&dir).map_err(|error| Failure::file(&dir, error))?);
    }
    let import = Import { context, app, about: about(&args), mode: mode(&args), args: &args };
    import.every(&films).await
}

fn mode(args: &ImportArgs) -> ImportMode {
    match (args.link, args.r#move) {
        (true, _) => ImportMode::Link,
        (_, true) => ImportMode::Move,
        _ => ImportMode::Copy,
    }
}

fn about(args: &ImportArgs) -> UploadVideo {
    let is_free = match (args.free, args.paid) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    };
    UploadVideo {
        is_free,
        price_minor: args.price_minor,
        member_price_minor: args.member_price_minor,
        category: args.category.clone(),
        tags: args.tags.clone(),
        visibility: args.visibility.map(Into::into),
        ..Default::default()
    }
}

struct Import<'a> {
    context: &'a Context,
    app: Arc<App>,
    about: UploadVideo,
    mode: ImportMode,
    args: &'a ImportArgs,
}

/// What was done, for the document at the end.
#[derive(Default)]
struct Done {
    items: Vec<Value>,
    failed: Vec<Value>,
    imported: u64,
    existing: u64,
    in_trash: u64,
    seen: u64,
    planned: u64,
}

impl Import<'_> {
    async fn every(&self, films: &[FoundFilm]) -> Result<(), Failure> {
        let total = films.iter().map(|film| film.size_bytes).sum();
        let heading = self.context.tell("cli.upload.all", &facts! { "files" => films.len() });
        let board = Board::new(heading, films.len(), total);
        let caller = Caller::operator(self.context.lang);
        let mut done = Done::default();
        for film in films {
            let bar = board.bar(clean(&film.path.display().to_string()), film.size_bytes);
            let outcome = self
                .app
                .library
                .import_film(&caller, film, &self.about, self.mode, self.args.dry_run)
                .await;
            bar.skip();
            bar.end();
            board.aside(|| self.note(&mut done, film, outcome))?;
        }
        board.end();
        self.print(&done)
    }

    /// Notes what became of a film, and says it.
    fn note(
        &self,
        done: &mut Done,
        film: &FoundFilm,
        outcome: Result<Imported, yingku_server::app::Error>,
    ) -> Result<(), Failure> {
        let path = film.path.display().to_string();
        let shown = clean(&path);
        match outcome {
            Ok(Imported::Added(video)) => {
                done.imported += 1;
                self.say("cli.import.done", &shown, &video)?;
                done.items.push(json!(video));
            }
            Ok(Imported::Planned(about)) => {
                done.planned += 1;
                let facts = facts! {
                    "path" => shown,
                    "title" => about.title.clone().unwrap_or_default(),
                    "category" => about.category.clone().unwrap_or_default(),
                };
                self.line("cli.import.planned", &facts)?;
                done.items.push(json!({
                    "path": path, "size_bytes": film.size_bytes, "action": "import",
                    "title": about.title, "category": about.category,
                }));
            }
            Ok(Imported::Existing(id)) => {
                done.existing += 1;
                self.line("cli.import.existing", &facts! { "path" => shown, "id" => id.0 })?;
            }
            Ok(Imported::InTrash(id)) => {
                done.in_trash += 1;
                self.line("cli.upload.in_trash", &facts! { "path" => shown, "id" => id.0 })?;
            }
            Ok(Imported::Seen) => done.seen += 1,
            Err(error) => self.failed(done, &film.path, Failure::Refused(error.refusal())),
        }
        Ok(())
    }

    fn failed(&self, done: &mut Done, path: &Path, failure: Failure) {
        let path = path.display().to_string();
        let problem = failure.problem(self.context.lang);
        let mut problem = problem.map_or(Value::Null, |problem| json!(problem));
        problem["path"] = path.clone().into();
        done.failed.push(problem);
        if !self.context.json {
            self.context.remark(&clean(&path));
            self.context.print_failure(&failure);
        }
    }

    fn say(&self, key: &str, shown: &str, video: &Video) -> Result<(), Failure> {
        let title = clean(&video.title);
        self.line(key, &facts! { "path" => shown, "id" => video.id, "title" => title })
    }

    fn line(&self, key: &str, facts: &crate::failure::Facts) -> Result<(), Failure> {
        if self.context.json {
            return Ok(());
        }
        line_to_stdout(&self.context.tell(key, facts))
    }

    fn print(&self, done: &Done) -> Result<(), Failure> {
        let summary = facts! {
            "imported" => done.imported,
            "existing" => done.existing,
            "in_trash" => done.in_trash,
            "seen" => done.seen,
            "planned" => done.planned,
            "failed" => done.failed.len(),
        };
        if self.context.json {
            let mut document = json!({ "items": done.items, "summary": summary });
            if let Some(first) = done.failed.first() {
                document["code"] = first["code"].clone();
                document["detail"] = first["detail"].clone();
                document["failed"] = json!(done.failed);
            }
            line_to_stdout(&document.to_string())?;
        } else {
            self.context.remark(&self.context.tell("cli.import.summary", &summary));
        }
        if done.failed.is_empty() { Ok(()) } else { Err(Failure::Reported(REFUSED)) }
    }
}
