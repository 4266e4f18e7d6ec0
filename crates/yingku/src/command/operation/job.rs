//! Jobs in the background.

use crate::args::{JobCommand, JobStateArg, ListJobsArgs};
use crate::command::list::pages;
use crate::context::{Context, when};
use crate::failure::Failure;
use yingku_protocol::{Job, JobState, ListJobs};

pub async fn run(context: &Context, command: JobCommand) -> Result<(), Failure> {
    let client = context.admin().await?;
    match command {
        JobCommand::List(args) => {
            let ListJobsArgs { state, kind, page } = args;
            let state = state.map(JobState::from);
            let fetch = async |page: yingku_protocol::ListPage| {
                let (cursor, limit) = (page.cursor, page.limit);
                client.jobs(&ListJobs { state, kind: kind.clone(), cursor, limit }).await
            };
            let page = pages(&page, fetch).await?;
            let columns =
                [">id", "title", "video", "state", ">attempts", "run_at", "updated_at", "reason"];
            context.print_list(&page, &columns, |job| row(context, job))
        }
        JobCommand::Show(args) => print(context, &client.job(args.id).await?),
        JobCommand::Retry(args) => print(context, &client.retry_job(args.id).await?),
        JobCommand::Cancel(args) => print(context, &client.cancel_job(args.id).await?),
    }
}

fn state(context: &Context, job: &Job) -> String {
    context.say(&format!("cli.job.{}", job.state.as_str()))
}

fn row(context: &Context, job: &Job) -> Vec<String> {
    vec![
        job.id.to_string(),
        job.title.clone(),
        job.video.clone().unwrap_or_default(),
        state(context, job),
        job.attempts.to_string(),
        when(job.run_at),
        when(job.updated_at),
        job.explanation.clone().unwrap_or_default(),
    ]
}

fn print(context: &Context, job: &Job) -> Result<(), Failure> {
    let fields = [
        ("id", job.id.to_string()),
        ("title", job.title.clone()),
        ("video", job.video.clone().unwrap_or_default()),
        ("payload", job.payload.to_string()),
        ("state", state(context, job)),
        ("attempts", job.attempts.to_string()),
        ("holder", job.holder.clone().unwrap_or_default()),
        ("reason", job.explanation.clone().unwrap_or_default()),
        ("detail", job.detail.clone().unwrap_or_default()),
        ("run_at", when(job.run_at)),
        ("created_at", when(job.created_at)),
        ("updated_at", when(job.updated_at)),
    ];
    context.print_fields(job, &fields)
}

impl From<JobStateArg> for JobState {
    fn from(state: JobStateArg) -> JobState {
        match state {
            JobStateArg::Queued => JobState::Queued,
            JobStateArg::Running => JobState::Running,
            JobStateArg::Done => JobState::Done,
            JobStateArg::Failed => JobState::Failed,
            JobStateArg::Cancelled => JobState::Cancelled,
        }
    }
}
