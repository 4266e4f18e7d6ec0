//! `yingku worker`: encodes for a server on another machine. It has no database and no shared
//! folder: what it needs it fetches, what it made it sends.

mod source;

use crate::args::RunWorkerArgs;
use crate::context::Context;
use crate::facts;
use crate::failure::Failure;
use crate::serve::{Stop, log_to_stderr};
use crate::stdout::line_to_stdout;
use futures_util::future::join_all;
use parking_lot::Mutex;
use source::Sources;
use std::collections::VecDeque;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio_util::io::ReaderStream;
use tokio_util::sync::CancellationToken;
use yingku_client::{Client, ClientError, is_private};
use yingku_core::ladder::{Run, Segment, Size, UnitPlan};
use yingku_protocol::{Assignment, ClaimUnit, Code, EndUnit, PutPart, UnitOutcome, UnitRun, text};
use yingku_server::blob::{BlobError, Staging};
use yingku_server::media::{EncodedRun, EncodedSize, Prober, UnitEncoder, UnitError};

/// Where the server cannot be reached, it is tried again after so long.
const REST: Duration = Duration::from_secs(2);
/// Contents that another encoder began, or whose parts do not get through, are left to others for
/// so long; so many are remembered.
const LEFT_FOR: Duration = Duration::from_secs(10 * 60);
const MOST_LEFT: usize = 100;
/// Tries to send what was encoded, before it is given up.
const TRIES: usize = 5;

/// Encodes until SIGTERM or SIGINT comes, or the token is revoked.
pub async fn run(context: &Context, args: RunWorkerArgs) -> Result<(), Failure> {
    log_to_stderr();
    if !is_private(&args.server) {
        return Err(Failure::Usage { code: "worker_needs_https", facts: facts! {} });
    }
    let mut stop = Stop::new().map_err(|error| Failure::file("signal".as_ref(), error))?;
    let client = context.connect(&args.server, Some(&args.token))?;
    let prober = Prober::find().await.filter(Prober::can_encode);
    let prober = prober.ok_or(Failure::Here { code: "no_ffmpeg", facts: facts! {} })?;
    let parallel = args.parallel();
    let dir = args.dir.unwrap_or_else(|| std::env::temp_dir().join("yingku-worker"));
    let _lock = lock(&dir)?;
    let staging = open_staging(&dir).await.map_err(|error| Failure::file(&dir, error))?;
    let sources =
        Sources::open(&dir, args.cache_gib << 30).map_err(|error| Failure::file(&dir, error))?;
    let worker = Worker {
        client,
        prober,
        staging,
        sources,
        left: Mutex::default(),
        stop: CancellationToken::new(),
    };
    let _ = line_to_stdout(&text(
        context.lang,
        "cli.worker.ready",
        &facts! {
            "server" => args.server.as_str(), "parallel" => parallel
        },
    ));
    let ended = worker.stop.clone();
    let loops = join_all((0..parallel).map(|_| worker.work()));
    tokio::pin!(loops);
    tokio::select! {
        () = stop.asked() => ended.cancel(),
        _ = &mut loops => return Err(refused()),
    }
    let outcomes = loops.await;
    match outcomes.into_iter().all(|outcome| outcome.is_ok()) {
        true => Ok(()),
        false => Err(refused()),
    }
}

/// Takes a folder for this process; until the file is dropped no other worker has it.
fn lock(dir: &Path) -> Result<File, Failure> {
    let open = || {
        fs::create_dir_all(dir)?;
        File::options().create(true).append(true).open(dir.join("lock"))
    };
    let file = open().map_err(|error| Failure::file(dir, error))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            let path = dir.display().to_string();
            Err(Failure::Here { code: "worker_folder_taken", facts: facts! { "path" => path } })
        }
        // On a file system without locks the operator's care has to do.
        _ => Ok(file),
    }
}

/// The folder that ffmpeg writes to; what a killed process left in it goes.
async fn open_staging(dir: &Path) -> Result<Staging, BlobError> {
    let staging = Staging::open(&dir.join("incoming"))?;
    staging.sweep(i64::MAX).await?;
    Ok(staging)
}

/// Its token was revoked, or never was one.
fn refused() -> Failure {
    Failure::Here { code: "worker_refused", facts: facts! {} }
}

/// What all of a worker's loops share.
struct Worker {
    client: Client,
    prober: Prober,
    staging: Staging,
    sources: Sources,
    /// Contents that are left to others, by their numbers, and since when.
    left: Mutex<VecDeque<(Instant, i64)>>,
    stop: CancellationToken,
}

/// Why an assignment was not done.
enum Trouble {
    /// The lease was lost: the server needs no answer.
    Lost,
    /// Another may do it.
    Leave,
    /// It could not be encoded, and why.
    Failed(String),
}

impl From<UnitError> for Trouble {
    fn from(error: UnitError) -> Self {
        Trouble::Failed(error.to_string())
    }
}

/// The token opens nothing any more.
struct Refused;

impl Worker {
    /// Encodes one unit after another.
    async fn work(&self) -> Result<(), Refused> {
        let mut is_reached = true;
        while !self.stop.is_cancelled() {
            let wanted = ClaimUnit { except: self.left_to_others() };
            let claimed = self.stop.run_until_cancelled(self.client.claim_unit(&wanted)).await;
            let error = match claimed {
                None => return Ok(()),
                Some(Ok(task)) => {
                    is_reached = true;
                    if let Some(task) = task {
                        self.run(&task).await;
                    }
                    continue;
                }
                Some(Err(error)) => error,
            };
            if matches!(error.code(), Some(Code::SessionEnded | Code::LoginRequired)) {
                return Err(Refused);
            }
            if is_reached {
                tracing::warn!(%error, "the server gives nothing to encode");
            }
            is_reached = false;
            let _ = self.stop.run_until_cancelled(tokio::time::sleep(REST)).await;
        }
        Ok(())
    }

    fn left_to_others(&self) -> Vec<i64> {
        let mut left = self.left.lock();
        left.retain(|(since, _)| since.elapsed() < LEFT_FOR);
        left.iter().map(|&(_, content)| content).collect()
    }

    /// Does an assignment, for as long as it is this worker's, and reports how it ended.
    async fn run(&self, task: &Assignment) {
        let (job, content) = (task.job_id, task.content_id);
        let outcome = tokio::select! {
            done = self.encode(task) => done,
            // ffmpeg is killed with the future above.
            () = self.hold(task) => Err(Trouble::Lost),
            () = self.stop.cancelled() => Err(Trouble::Leave),
        };
        let (outcome, detail) = match outcome {
            Ok(()) => (UnitOutcome::Done, String::new()),
            Err(Trouble::Lost) => {
                tracing::info!(job, content, "a unit is another's now");
                return;
            }
            Err(Trouble::Leave) => {
                self.leave(content);
                (UnitOutcome::Released, String::new())
            }
            Err(Trouble::Failed(why)) => (UnitOutcome::Failed, why),
        };
        tracing::info!(job, content, ?outcome, detail, "a unit has ended");
        let end = EndUnit { fence: task.fence, outcome, detail };
        if let Err(error) = self.client.end_unit(job, &end).await {
            tracing::warn!(job, %error, "a unit ends with its lease");
        }
    }

    /// Holds an assignment; ends when it is lost.
    async fn hold(&self, task: &Assignment) {
        loop {
            match self.client.renew_unit(task.job_id, task.fence).await {
                Ok(()) => {}
                Err(ClientError::Refused(_)) => return,
                // Until the lease ends, it may come back.
                Err(_) => tokio::time::sleep(REST).await,
            }
        }
    }

    async fn encode(&self, task: &Assignment) -> Result<(), Trouble> {
        let source = self.sources.fetch(&self.client, task).await?;
        let encoder = UnitEncoder {
            prober: &self.prober,
            staging: &self.staging,
            source: source.path(),
            plan: UnitPlan {
                origin: task.origin,
                is_interlaced: task.is_interlaced,
                is_hdr: task.is_hdr,
                lead: task.lead,
            },
            is_urgent: task.is_urgent,
        };
        for run in task.runs.iter().map(run_of) {
            for encoded in encoder.encode(&run).await? {
                for size in &encoded.sizes {
                    self.send(task, &encoded, size).await?;
                }
            }
        }
        Ok(())
    }

    /// Sends what was encoded of one size; more than once where the connection breaks.
    async fn send(
        &self,
        task: &Assignment,
        run: &EncodedRun,
        encoded: &EncodedSize,
    ) -> Result<(), Trouble> {
        let part = PutPart {
            fence: task.fence,
            size: encoded.size.name,
            first: run.first as u64,
            count: run.count as u64,
            took_ms: run.took_ms,
        };
        let mut tried = 0;
        loop {
            let error = match self.send_once(task, &part, encoded.output.path()).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            tried += 1;
            match error.code() {
                Some(Code::JobEnded | Code::SessionEnded) => return Err(Trouble::Lost),
                Some(Code::OtherEncoder) => {
                    tracing::warn!(content = task.content_id, "{error}");
                    return Err(Trouble::Leave);
                }
                Some(Code::UnitRefused) => return Err(Trouble::Failed(error.to_string())),
                // No fault of the film's: a proxy that takes no large requests, for example.
                _ if tried == TRIES => {
                    tracing::warn!(content = task.content_id, %error, "a part cannot be sent");
                    return Err(Trouble::Leave);
                }
                _ => tokio::time::sleep(REST).await,
            }
        }
    }

    async fn send_once(
        &self,
        task: &Assignment,
        part: &PutPart,
        path: &Path,
    ) -> Result<(), ClientError> {
        let broken = |error: io::Error| ClientError::Unreachable(error.to_string());
        let file = tokio::fs::File::open(path).await.map_err(broken)?;
        let size_bytes = file.metadata().await.map_err(broken)?.len();
        let bytes = Box::pin(ReaderStream::with_capacity(file, 256 << 10));
        self.client.put_part(task.job_id, part, bytes, size_bytes).await
    }

    /// Leaves a content to others for a while.
    fn leave(&self, content: i64) {
        let mut left = self.left.lock();
        if left.len() == MOST_LEFT {
            left.pop_front();
        }
        left.push_back((Instant::now(), content));
    }
}

fn run_of(run: &UnitRun) -> Run {
    let segments = run.segments.iter().map(|segment| Segment {
        start: segment.start,
        end: segment.end,
        pictures: segment.pictures,
    });
    let sizes = run.sizes.iter().map(|size| Size {
        name: size.name,
        width: size.width,
        height: size.height,
        max_bits: size.max_bits,
        level: size.level,
    });
    Run {
        first: usize::try_from(run.first).unwrap_or(usize::MAX),
        is_last: run.is_last,
        segments: segments.collect(),
        sizes: sizes.collect(),
    }
}
