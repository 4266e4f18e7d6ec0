//! Arguments about running a server, and the rest.

use super::PageArgs;
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, ValueEnum};

/// How to serve: accepted before the command as well, but shown by `serve` alone. What is
/// absent here comes from the configuration file, or is the default.
#[derive(Args, Debug, Clone, Default)]
pub struct ServeOptions {
    /// Address for HTTP (default 127.0.0.1:8080)
    #[arg(long, global = true, hide = true, env = "YINGKU_LISTEN", value_name = "HOST:PORT")]
    pub listen: Option<String>,
    /// Address for the classic protocol, or off (default 127.0.0.1:8081)
    #[arg(
        long,
        global = true,
        hide = true,
        env = "YINGKU_CLASSIC_LISTEN",
        value_name = "HOST:PORT|off"
    )]
    pub classic_listen: Option<String>,
    /// Address that people use to reach the server, if it is behind a proxy
    #[arg(long, global = true, hide = true, env = "YINGKU_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// Network of a trusted proxy (X-Forwarded-For, PROXY protocol); may be given more than once
    #[arg(
        long,
        global = true,
        hide = true,
        env = "YINGKU_TRUSTED_PROXY",
        value_name = "CIDR",
        value_delimiter = ','
    )]
    pub trusted_proxy: Vec<String>,
    /// Maximum number of connections from one address at a time (default 512)
    #[arg(long, global = true, hide = true, env = "YINGKU_ADDRESS_CONNECTIONS", value_name = "N")]
    pub address_connections: Option<u64>,
    /// Folder whose films are imported as they appear
    #[arg(long, global = true, hide = true, env = "YINGKU_IMPORT_WATCH_DIR", value_name = "DIR")]
    pub import_watch_dir: Option<std::path::PathBuf>,
    /// What happens to the films of that folder: copy (default), link or move
    #[arg(long, global = true, hide = true, env = "YINGKU_IMPORT_MODE", value_name = "MODE")]
    pub import_mode: Option<String>,
}

/// Commands about work in the background.
#[derive(Subcommand, Debug)]
pub enum JobCommand {
    /// List jobs, newest first
    List(ListJobsArgs),
    /// Show a job
    Show(JobIdArgs),
    /// Run a failed or cancelled job again, or a waiting one at once
    Retry(JobIdArgs),
    /// Cancel a waiting or running job
    Cancel(JobIdArgs),
}

/// Being a worker, or registering one.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub struct WorkerArgs {
    /// For admins.
    #[command(subcommand)]
    pub command: Option<WorkerCommand>,
    /// How to be one.
    #[command(flatten)]
    pub run: Option<RunWorkerArgs>,
}

/// Commands about workers.
#[derive(Subcommand, Debug)]
pub enum WorkerCommand {
    /// Register a worker; its token is shown once
    Create(CreateWorkerArgs),
    /// List workers
    List(PageArgs),
    /// Revoke a worker: its token ends, and others take over its work
    Revoke(WorkerIdArgs),
}

/// Registers a worker.
#[derive(Args, Debug)]
pub struct CreateWorkerArgs {
    /// What it is called
    pub name: String,
}

/// A worker.
#[derive(Args, Debug)]
pub struct WorkerIdArgs {
    /// Number of the worker
    pub id: i64,
}

/// How to be a worker.
#[derive(Args, Debug, Clone)]
pub struct RunWorkerArgs {
    /// Server to encode for; HTTPS, except on this machine
    #[arg(long, value_name = "URL", required = true)]
    pub server: String,
    /// Token that the server gave when the worker was registered
    #[arg(long, env = "YINGKU_WORKER_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    #[arg(required = true)]
    pub token: String,
    /// How many units are encoded at the same time (default: one for each processor)
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// Folder for the films that are fetched (default: yingku-worker in the temporary folder)
    #[arg(long, value_name = "DIR")]
    pub dir: Option<std::path::PathBuf>,
    /// How many GiB of films are kept there (default 50)
    #[arg(long, value_name = "GIB", default_value_t = 50, hide_default_value = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub cache_gib: u64,
}

impl RunWorkerArgs {
    /// How many units are encoded at the same time.
    pub fn parallel(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        self.jobs.map_or_else(cores, usize::from)
    }
}

/// Which jobs to list.
#[derive(Args, Debug)]
pub struct ListJobsArgs {
    /// Only those in this state
    #[arg(long, value_enum)]
    pub state: Option<JobStateArg>,
    /// Only those of this kind, for example probe
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    #[command(flatten)]
    pub page: PageArgs,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum JobStateArg {
    /// It waits
    Queued,
    /// A process runs it
    Running,
    /// It was done
    Done,
    /// It was given up
    Failed,
    /// An admin ended it
    Cancelled,
}

/// A job.
#[derive(Args, Debug)]
pub struct JobIdArgs {
    /// Number of the job
    pub id: i64,
}

/// Commands about policy.
#[derive(Subcommand, Debug)]
pub enum SettingsCommand {
    /// List settings
    List,
    /// Show a setting
    Get(SettingKeyArgs),
    /// Change a setting
    Set(SetSettingArgs),
}

/// A setting.
#[derive(Args, Debug)]
pub struct SettingKeyArgs {
    /// Name of the setting, for example download.wait_free_seconds
    pub key: String,
}

/// Changes a setting.
#[derive(Args, Debug)]
pub struct SetSettingArgs {
    /// Name of the setting, for example download.wait_free_seconds
    pub key: String,
    /// The new value
    #[arg(allow_hyphen_values = true)]
    pub value: String,
}

/// Commands about the audit log.
#[derive(Subcommand, Debug)]
pub enum AuditCommand {
    /// List audit entries, newest first
    List(ListAuditArgs),
    /// Write recorded acts to a file, newest first, a JSON document a line
    Export(ExportAuditArgs),
}

/// Which acts to write, and where.
#[derive(Args, Debug)]
pub struct ExportAuditArgs {
    /// The file; it must not exist yet
    pub file: std::path::PathBuf,
    /// Only from then on, for example 2026-12-31T18:00:00+08:00
    #[arg(long, value_name = "TIME")]
    pub since: Option<DateTime<Utc>>,
    /// Only before then
    #[arg(long, value_name = "TIME")]
    pub until: Option<DateTime<Utc>>,
}

/// Which acts to list.
#[derive(Args, Debug)]
pub struct ListAuditArgs {
    /// Only entries about what this account did
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
    /// Only this action, for example session.login_failed
    #[arg(long)]
    pub action: Option<String>,
    /// Only from then on, for example 2026-12-31T18:00:00+08:00
    #[arg(long, value_name = "TIME")]
    pub since: Option<DateTime<Utc>>,
    /// Only before then
    #[arg(long, value_name = "TIME")]
    pub until: Option<DateTime<Utc>>,
    #[command(flatten)]
    pub page: PageArgs,
}

/// Which days the dashboard shows.
#[derive(Args, Debug)]
pub struct DashboardArgs {
    /// How many days up to today (1 to 366)
    #[arg(long, value_name = "N", default_value = "30", hide_default_value = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=366))]
    pub days: u32,
}

/// How the doctor should work.
#[derive(Args, Debug)]
pub struct DoctorArgs {
    /// Repair what can be repaired
    #[arg(long)]
    pub repair: bool,
    /// Read every file and compare its hash (slow)
    #[arg(long)]
    pub deep: bool,
}

/// Where the menus connect to.
#[derive(Args, Debug)]
pub struct MenuArgs {
    /// Address of the server (default: YINGKU_SERVER, or that of the last login)
    pub url: Option<String>,
}

/// Commands about the classic protocol.
#[derive(Subcommand, Debug)]
pub enum ClassicCommand {
    /// The two numbered menus, with any server that speaks the classic protocol
    Menu(ClassicMenuArgs),
}

/// Where the classic menus connect to.
#[derive(Args, Debug)]
pub struct ClassicMenuArgs {
    /// Address of the server, for example 127.0.0.1:8081
    #[arg(value_name = "HOST:PORT", value_parser = parse_address)]
    pub address: String,
}

fn parse_address(text: &str) -> Result<String, String> {
    let (host, port) = text.rsplit_once(':').ok_or("HOST:PORT")?;
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = match bare {
        Some(host) => host.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && !host.contains([':', '/', ' ']),
    };
    match port.parse::<u16>() {
        Ok(port) if is_host && port > 0 => Ok(text.to_owned()),
        _ => Err("HOST:PORT".to_owned()),
    }
}

/// Which shell.
#[derive(Args, Debug)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Which command.
#[derive(Args, Debug)]
pub struct HelpArgs {
    /// The command
    pub command: Vec<String>,
}
