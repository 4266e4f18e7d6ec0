//! Uploading files and folders from the command line.

use crate::args::UploadArgs;
use crate::context::Context;
use crate::facts;
use crate::failure::{Failure, REFUSED};
use crate::gather::{Gathered, gather};
use crate::output::clean;
use crate::progress::Board;
use crate::send::{Known, LocalFile, Sending};
use crate::stdout::line_to_stdout;
use futures_util::{StreamExt, stream};
use indicatif::{HumanBytes, HumanDuration};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::Instant;
use yingku_client::Client;
use yingku_protocol::{Code, PlaybackState, Refusal, UploadVideo, Video};

/// Uploads files, several at once. A refused one does not keep the others from being tried;
/// a server that cannot be reached ends it.
pub async fn run(context: &Context, args: UploadArgs) -> Result<(), Failure> {
    let client = context.curator().await?;
    let found = gather(&args.files)?;
    let total = found.files.iter().map(|(_, size)| size).sum();
    let facts = facts! { "files" => found.files.len() };
    let board = Board::new(context.tell("cli.upload.all", &facts), found.files.len(), total);
    let place = context.curators_place()?;
    let over = AtomicBool::new(false);
    let batch = Batch { context, client: &client, place, args: &args, board: &board, over: &over };
    let began = Instant::now();
    let mut done = batch.every(&found).await?;
    board.end();
    batch.ask_of_the_trash(&mut done).await?;
    let message = Summary { context, done, found, lasted: began.elapsed() };
    message.print(args.dry_run)
}

/// Files on their way to one server.
struct Batch<'a> {
    context: &'a Context,
    client: &'a Client,
    place: String,
    args: &'a UploadArgs,
    board: &'a Board,
    /// Set when there is no use in trying another.
    over: &'a AtomicBool,
}

/// What became of a file.
enum Outcome {
    /// A video, by this run.
    Uploaded(Box<Video>),
    /// A video that was there.
    Existing(Box<Video>),
    /// A video out of the trash.
    Restored(Box<Video>),
    /// It would be sent, or its upload gone on with.
    Planned {
        resumes: bool,
    },
    /// It is in the trash, as the video with this number.
    InTrash(i64),
    Failed(Failure),
    /// The server could not be reached before.
    NotTried,
}

impl Batch<'_> {
    async fn every(&self, found: &Gathered) -> Result<Vec<Outcome>, Failure> {
        let files = found.files.iter().enumerate();
        let tries =
            files.map(|(at, (path, size))| async move { (at, self.one(path, *size).await) });
        let mut tried = stream::iter(tries).buffer_unordered(self.args.jobs.into());
        let mut done: Vec<Outcome> = found.files.iter().map(|_| Outcome::NotTried).collect();
        while let Some((at, outcome)) = tried.next().await {
            let path = &found.files[at].0;
            self.board.aside(|| self.say(path, &outcome, found.files.len() > 1))?;
            done[at] = outcome;
        }
        Ok(done)
    }

    async fn one(&self, path: &Path, size: u64) -> Outcome {
        if self.over.load(Ordering::Relaxed) {
            return Outcome::NotTried;
        }
        let progress = self.board.bar(clean(&path.display().to_string()), size);
        let outcome = self.send(path, &progress).await.unwrap_or_else(Outcome::Failed);
        if !matches!(outcome, Outcome::Uploaded(_)) {
            progress.skip();
        }
        progress.end();
        if let Outcome::Failed(failure) = &outcome
            && failure.exit_code() != REFUSED
        {
            self.over.store(true, Ordering::Relaxed);
        }
        outcome
    }

    async fn send(
        &self,
        path: &Path,
        progress: &crate::progress::Progress,
    ) -> Result<Outcome, Failure> {
        let file = LocalFile::open(path)?;
        let sending =
            Sending::new(self.client, &self.place, &file, self.about(), progress.clone())?;
        // What was begun is asked about once its hash is known; it goes on meanwhile.
        let known = match sending.is_begun() {
            true => Known::No(None),
            false => {
                let hashing = self.context.say("cli.progress.hashing");
                let aside = self.board.note(hashing, file.size_bytes());
                let known = file.look_up_with(self.client, &aside).await;
                aside.end();
                known?
            }
        };
        let hash = match known {
            Known::Here(video) => return Ok(Outcome::Existing(video)),
            Known::InTrash(id) => return self.in_trash(id).await,
            Known::No(hash) => hash,
        };
        if self.args.dry_run {
            return Ok(Outcome::Planned { resumes: sending.is_begun() });
        }
        match sending.knowing(hash).run().await {
            Ok(video) if video.existing => Ok(Outcome::Existing(Box::new(video))),
            Ok(video) => Ok(Outcome::Uploaded(Box::new(video))),
            Err(failure) => match failure.video_in_trash() {
                Some(id) => self.in_trash(id).await,
                None => Err(failure),
            },
        }
    }

    fn about(&self) -> UploadVideo {
        let args = self.args;
        UploadVideo {
            title: args.title.clone(),
            is_free: Some(args.free),
            price_minor: args.price_minor,
            member_price_minor: args.member_price_minor,
            description: args.description.clone(),
            category: args.category.clone(),
            tags: args.tags.clone(),
            visibility: args.visibility.map(Into::into),
            ..Default::default()
        }
    }

    async fn in_trash(&self, id: i64) -> Result<Outcome, Failure> {
        match self.args.restore && !self.args.dry_run {
            true => Ok(Outcome::Restored(Box::new(self.restore(id).await?))),
            false => Ok(Outcome::InTrash(id)),
        }
    }

    /// A video from the trash stands for the content that was to be uploaded.
    async fn restore(&self, id: i64) -> Result<Video, Failure> {
        let mut video = self.client.restore_video(id).await?;
        video.existing = true;
        Ok(video)
    }

    /// What is in the trash is asked about last, so that nothing waits for a person; where
    /// nobody can be asked, it is refused.
    async fn ask_of_the_trash(&self, done: &mut [Outcome]) -> Result<(), Failure> {
        for outcome in done {
            let Outcome::InTrash(id) = *outcome else { continue };
            if self.args.dry_run {
                continue;
            }
            let question = self.context.tell("cli.upload.restore", &facts! { "id" => id });
            let restores = self.context.can_ask() && self.context.agrees(&question)?;
            *outcome = match restores {
                true => self
                    .restore(id)
                    .await
                    .map_or_else(Outcome::Failed, |video| Outcome::Restored(Box::new(video))),
                false => {
                    let refusal = Refusal::from(Code::VideoInTrash).with("video_id", id);
                    Outcome::Failed(Failure::Refused(refusal))
                }
            };
            self.say(Path::new(""), outcome, false)?;
        }
        Ok(())
    }

    /// Tells a person what became of a file.
    fn say(&self, path: &Path, outcome: &Outcome, names_it: bool) -> Result<(), Failure> {
        if self.context.json {
            return Ok(());
        }
        let shown = clean(&path.display().to_string());
        match outcome {
            Outcome::Uploaded(video) => self.say_video("cli.upload.done", video),
            Outcome::Existing(video) => self.say_video("cli.upload.existing", video),
            Outcome::Restored(video) => self.say_video("cli.upload.restored", video),
            Outcome::Planned { resumes } => {
                let key =
                    if *resumes { "cli.upload.would_resume" } else { "cli.upload.would_send" };
                line_to_stdout(&self.context.tell(key, &facts! { "path" => shown }))
            }
            Outcome::InTrash(id) if self.args.dry_run => {
                let facts = facts! { "path" => shown, "id" => *id };
                line_to_stdout(&self.context.tell("cli.upload.in_trash", &facts))
            }
            Outcome::InTrash(_) | Outcome::NotTried => Ok(()),
            Outcome::Failed(failure) => {
                if names_it {
                    self.context.remark(&shown);
                }
                self.context.print_failure(failure);
                Ok(())
            }
        }
    }

    fn say_video(&self, key: &str, video: &Video) -> Result<(), Failure> {
        let facts = facts! { "id" => video.id, "title" => clean(&video.title) };
        line_to_stdout(&self.context.tell(key, &facts))?;
        if let Some(detail) =
            video.playback.detail.as_ref().filter(|_| video.playback.state != PlaybackState::Ready)
        {
            self.context.remark(detail);
        }
        Ok(())
    }
}

/// What is printed when all is done.
struct Summary<'a> {
    context: &'a Context,
    done: Vec<Outcome>,
    found: Gathered,
    lasted: Duration,
}

impl Summary<'_> {
    fn print(&self, is_dry: bool) -> Result<(), Failure> {
        if self.context.json {
            line_to_stdout(&self.document(is_dry).to_string())?;
        } else if self.done.len() > 1 || self.found.passed_over > 0 {
            self.context.remark(&self.summary());
        }
        match self.failures().map(|(_, failure)| failure.exit_code()).max() {
            None => Ok(()),
            Some(code) => Err(Failure::Reported(code)),
        }
    }

    fn failures(&self) -> impl Iterator<Item = (&PathBuf, &Failure)> {
        self.done.iter().zip(&self.found.files).filter_map(|(outcome, (path, _))| match outcome {
            Outcome::Failed(failure) => Some((path, failure)),
            _ => None,
        })
    }

    fn count(&self, is_one: impl Fn(&Outcome) -> bool) -> usize {
        self.done.iter().filter(|outcome| is_one(outcome)).count()
    }

    fn uploaded_bytes(&self) -> u64 {
        let done = self.done.iter().zip(&self.found.files);
        done.filter(|(outcome, _)| matches!(outcome, Outcome::Uploaded(_)))
            .map(|(_, (_, size))| size)
            .sum()
    }

    fn counts(&self) -> Map<String, Value> {
        facts! {
            "uploaded" => self.count(|one| matches!(one, Outcome::Uploaded(_))),
            "existing" => self.count(|one| matches!(one, Outcome::Existing(_))),
            "restored" => self.count(|one| matches!(one, Outcome::Restored(_))),
            "planned" => self.count(|one| matches!(one, Outcome::Planned { .. })),
            "in_trash" => self.count(|one| matches!(one, Outcome::InTrash(_))),
            "failed" => self.count(|one| matches!(one, Outcome::Failed(_))),
            "not_tried" => self.count(|one| matches!(one, Outcome::NotTried)),
            "passed_over" => self.found.passed_over,
        }
    }

    /// Counts of 0 are left out.
    fn summary(&self) -> String {
        let counts = self.counts();
        let sent = counts.iter().filter(|(_, count)| count.as_u64() != Some(0));
        let sent = sent.map(|(name, count)| {
            let facts = facts! { "count" => count.clone() };
            self.context.tell(&format!("cli.upload.count.{name}"), &facts)
        });
        let mut message =
            sent.collect::<Vec<_>>().join(&self.context.say("cli.upload.count.comma"));
        let bytes = self.uploaded_bytes();
        if bytes > 0 {
            let seconds = self.lasted.as_secs_f64().max(0.001);
            let facts = facts! {
                "size" => HumanBytes(bytes).to_string(),
                "time" => HumanDuration(self.lasted).to_string(),
                "rate" => HumanBytes((bytes as f64 / seconds) as u64).to_string(),
            };
            message += &self.context.tell("cli.upload.count.rate", &facts);
        }
        message
    }

    /// What was uploaded; with what failed, if something did: the first problem and all of
    /// them.
    fn document(&self, is_dry: bool) -> Value {
        let mut document = match self.failures().next().map(|(_, failure)| self.problem(failure)) {
            Some(Value::Object(first)) => first,
            _ => Map::new(),
        };
        let done = self.done.iter().zip(&self.found.files);
        let items = done.filter_map(|(outcome, (path, size))| match is_dry {
            true => planned(outcome, path, *size),
            false => uploaded(outcome),
        });
        document.insert("items".into(), items.collect());
        if self.failures().next().is_some() {
            let failed = self.failures().map(|(path, failure)| {
                let mut failed = self.problem(failure);
                failed["path"] = path.display().to_string().into();
                failed
            });
            document.insert("failed".into(), failed.collect());
        }
        let mut summary = self.counts();
        summary.insert("uploaded_bytes".into(), self.uploaded_bytes().into());
        document.insert("summary".into(), summary.into());
        Value::Object(document)
    }

    fn problem(&self, failure: &Failure) -> Value {
        match failure.problem(self.context.lang) {
            Some(problem) => serde_json::to_value(problem).unwrap_or_default(),
            None => Value::Null,
        }
    }
}

fn uploaded(outcome: &Outcome) -> Option<Value> {
    match outcome {
        Outcome::Uploaded(video) | Outcome::Existing(video) | Outcome::Restored(video) => {
            Some(json!(video))
        }
        _ => None,
    }
}

fn planned(outcome: &Outcome, path: &Path, size_bytes: u64) -> Option<Value> {
    let (action, video_id) = match outcome {
        Outcome::Planned { resumes: true } => ("resume", None),
        Outcome::Planned { resumes: false } => ("upload", None),
        Outcome::Existing(video) => ("existing", Some(video.id)),
        Outcome::InTrash(id) => ("in_trash", Some(*id)),
        _ => return None,
    };
    let path = path.display().to_string();
    Some(json!({ "path": path, "size_bytes": size_bytes, "action": action, "video_id": video_id }))
}
