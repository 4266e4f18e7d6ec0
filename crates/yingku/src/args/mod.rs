//! The command line's grammar: commands, arguments, and their help in English (Chinese help
//! is in zh.toml). What a command does belongs to `command`.

mod account;
mod announcement;
mod money;
mod run;
mod video;

pub use account::*;
pub use announcement::*;
pub use money::*;
pub use run::*;
pub use video::*;

use clap::{ArgAction, Args, Parser, Subcommand};
use std::path::PathBuf;
use yingku_protocol::Lang;

/// Yingku 影库: run your own video library
#[derive(Parser, Debug)]
#[command(name = "yingku", version, disable_help_flag = true, disable_version_flag = true)]
#[command(arg_required_else_help = true, disable_help_subcommand = true)]
pub struct Cli {
    /// What is accepted by every command.
    #[command(flatten)]
    pub global: Global,
    /// How to serve.
    #[command(flatten)]
    pub serve: ServeOptions,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Print the version
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
}

/// What is accepted by every command, before or after it.
#[derive(Args, Debug, Clone, Default)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Print one JSON document instead of text for people
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of texts: zh or en (default: from LC_ALL, LC_MESSAGES or LANG)
    #[arg(long, global = true, value_name = "LANG", value_parser = parse_lang)]
    pub lang: Option<Lang>,
    /// Where the database and the storage are.
    #[command(flatten)]
    pub database: DatabaseOptions,
    /// Print help
    #[arg(short = 'h', long, global = true, action = ArgAction::Help)]
    help: Option<bool>,
}

/// Where the database and the storage are: flags, else environment. What is absent in both
/// comes from the configuration file, or is the default.
#[derive(Args, Debug, Clone, Default)]
#[command(next_help_heading = "Global options")]
pub struct DatabaseOptions {
    /// Data folder; administration commands work on it directly, without a server
    #[arg(long, global = true, env = "YINGKU_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Database: sqlite://PATH or mysql://USER:PASSWORD@HOST:PORT/NAME (default: SQLite in the data folder)
    #[arg(long, global = true, env = "YINGKU_DATABASE_URL", value_name = "URL")]
    #[arg(hide_env_values = true)]
    pub database_url: Option<String>,
    /// Storage of the files (default: a folder in the data folder)
    #[arg(long, global = true, env = "YINGKU_STORAGE_URL", value_name = "URL")]
    #[arg(hide_env_values = true)]
    pub storage_url: Option<String>,
    /// Configuration file (TOML)
    #[arg(long, global = true, env = "YINGKU_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl DatabaseOptions {
    /// Whether administration is to work on the database itself.
    pub fn are_given(&self) -> bool {
        self.data_dir.is_some() || self.database_url.is_some() || self.config.is_some()
    }
}

/// Every command.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run the server
    Serve,
    /// Admin accounts
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Create the first admin of a server with the setup code it printed
    Setup(SetupArgs),
    /// Register an account
    Register(RegisterArgs),
    /// Log in, and stay logged in for the commands that follow
    Login(LoginArgs),
    /// Log out
    Logout,
    /// Show who is logged in
    Whoami,
    /// Change your password
    Passwd(PasswdArgs),
    /// Replace a forgotten password with a reset code
    ResetPassword(ResetPasswordArgs),
    /// Your logins
    #[command(subcommand)]
    Session(SessionCommand),
    /// Accounts (admins)
    #[command(subcommand)]
    User(UserCommand),
    /// Invite codes (admins)
    #[command(subcommand)]
    Invite(InviteCommand),
    /// Videos
    #[command(subcommand)]
    Video(VideoCommand),
    /// Unfinished uploads (admins)
    #[command(subcommand)]
    Upload(OpenUploadCommand),
    /// List the videos you bought
    Library(PageArgs),
    /// What you watched, and how far
    #[command(subcommand)]
    History(HistoryCommand),
    /// Comments under videos
    #[command(subcommand)]
    Comment(CommentCommand),
    /// Records of downloads
    #[command(subcommand)]
    Download(DownloadCommand),
    /// Announcements
    #[command(subcommand)]
    Announcement(AnnouncementCommand),
    /// Membership
    #[command(subcommand)]
    Membership(MembershipCommand),
    /// Wallets
    #[command(subcommand)]
    Wallet(WalletCommand),
    /// Membership plans (admins)
    #[command(subcommand)]
    Plan(PlanCommand),
    /// Policy (admins)
    #[command(subcommand)]
    Settings(SettingsCommand),
    /// The audit log (admins)
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Work in the background (admins)
    #[command(subcommand)]
    Job(JobCommand),
    /// Encode films for a server on another machine; register such machines (admins)
    Worker(WorkerArgs),
    /// The journal of all money (admins)
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Show how the site is doing, now and day by day (admins)
    Dashboard(DashboardArgs),
    /// Examine the installation (admins)
    Doctor(DoctorArgs),
    /// The two numbered menus
    Menu(MenuArgs),
    /// The classic protocol: framed JSON over TCP
    #[command(subcommand)]
    Classic(ClassicCommand),
    /// Print the description of the HTTP API (OpenAPI 3.1)
    #[command(hide = true)]
    Openapi,
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the help of a command
    Help(HelpArgs),
}

/// Which page of a list.
#[derive(Args, Debug, Clone, Default)]
pub struct PageArgs {
    /// How many items a page has (1 to 200, default 50)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=200))]
    pub limit: Option<u64>,
    /// Continue where the previous page ended: its next_cursor
    #[arg(long, value_name = "CURSOR")]
    pub cursor: Option<String>,
    /// Fetch all pages
    #[arg(long)]
    pub all_pages: bool,
}

/// How a password comes in.
#[derive(Args, Debug, Clone, Default)]
pub struct PasswordArgs {
    /// Read the password from the first line of standard input
    #[arg(long)]
    pub password_stdin: bool,
}

fn parse_lang(tag: &str) -> Result<Lang, String> {
    Lang::from_tag(tag).ok_or_else(|| "zh|en".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_grammar_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn global_options_stand_before_or_after() {
        for line in [
            "yingku --data-dir D --json user list",
            "yingku user --data-dir D list --json",
            "yingku user list --data-dir D --json",
        ] {
            let cli = Cli::try_parse_from(line.split(' ')).unwrap();
            assert!(cli.global.json, "{line}");
            assert_eq!(cli.global.database.data_dir, Some("D".into()), "{line}");
            assert!(cli.global.database.are_given());
        }
        for line in
            ["yingku --listen A --public-url B serve", "yingku serve --listen A --public-url B"]
        {
            let cli = Cli::try_parse_from(line.split(' ')).unwrap();
            assert_eq!(cli.serve.listen.as_deref(), Some("A"), "{line}");
            assert_eq!(cli.serve.public_url.as_deref(), Some("B"), "{line}");
        }
    }

    #[test]
    fn the_contract_parses() {
        let lines = [
            "serve --data-dir D --listen 127.0.0.1:0 --classic-listen off --database-url U --storage-url S --public-url P --trusted-proxy 10.0.0.0/8 --config F",
            "admin create root --password-stdin",
            "user list",
            "user show a",
            "user lock a",
            "user unlock a",
            "user promote a",
            "user demote a",
            "user reset-password a",
            "invite create --role admin --label x --uses 2 --hours 3",
            "invite list",
            "invite revoke 1",
            "plan list",
            "plan set month --price-minor 1 --months 2",
            "plan set l --forever --on-sale false",
            "settings list",
            "settings get k",
            "settings set k v",
            "settings set k -5",
            "audit list",
            "ledger verify",
            "doctor --repair --deep",
            "register http://x a --password-stdin --invite C",
            "login http://x a --password-stdin",
            "logout",
            "whoami",
            "passwd",
            "session list",
            "session revoke 3",
            "session revoke --all",
            "video list --all",
            "video list --free",
            "video list --paid --search 影",
            "video list --sort title --category c --tag t --limit 5 --cursor c --all-pages",
            "video show 1",
            "video edit 1 --title t --tags a,b --free",
            "video delete 1",
            "video delete 1 2 3",
            "video edit 1 2 --add-tags a --remove-tags b,c --category x --free",
            "video restore 1 2",
            "dashboard --days 7",
            "user timeline a --limit 3",
            "video restore 1",
            "video poster 1",
            "video poster 1 0123abcd",
            "video poster 1 --upload cover.jpg",
            "video subtitle list 1",
            "video subtitle add 1 f.srt --language zh-Hans --label l --encoding gb18030",
            "video subtitle edit 7 --language en --label l --encoding big5",
            "video subtitle delete 7",
            "video purge 1 --even-if-bought",
            "video trash",
            "video upload a b",
            "video upload a --title t --paid --price-minor 1 --member-price-minor 1",
            "video upload a --free",
            "video upload a folder -j 4 --dry-run",
            "video import a b --link --dry-run",
            "video import a --move --free --category c --visibility draft",
            "upload list",
            "upload end a b",
            "video download 1 --connections 4",
            "video download 1 -o p --buy",
            "download list --all-accounts",
            "announcement publish --title t --content c --at 2026-01-01T00:00:00Z",
            "announcement list",
            "announcement edit 1 --title t",
            "announcement withdraw 1",
            "membership plans",
            "membership buy month",
            "membership show",
            "wallet show",
            "wallet history",
            "wallet credit a 100 --reason r",
            "wallet credit a 50.00 --reason r",
            "wallet reverse 1 --reason r",
            "setup http://x CODE a --password-stdin",
            "reset-password http://x a CODE --password-stdin",
            "worker --server https://x --token T",
            "worker --server https://x --token T -j 4 --dir D --cache-gib 20",
            "worker create garage",
            "worker list --limit 3",
            "worker revoke 1",
            "library",
            "history list --unfinished --limit 3",
            "history clear",
            "comment list",
            "comment list 1 --limit 3",
            "comment list --needs-review",
            "comment delete 1 2",
            "menu",
            "classic menu 127.0.0.1:8081",
            "classic menu [::1]:8081",
            "completions bash",
            "help video list",
        ];
        for line in lines {
            let words = std::iter::once("yingku").chain(line.split(' '));
            assert!(Cli::try_parse_from(words).is_ok(), "{line}");
        }
    }

    #[test]
    fn wrong_usage_is_refused() {
        let lines = [
            "",
            "nonsense",
            "video upload",
            "video upload a -j 0",
            "video download 1 --connections 17",
            "upload end",
            "video import",
            "video import a --move --link",
            "worker",
            "worker --server https://x",
            "worker --server https://x --token T -j 0",
            "worker --server https://x --token T list",
            "worker create",
            "video upload a --free --paid",
            "video upload a --free --price-minor 3",
            "wallet credit a x --reason r",
            "wallet credit a 5,00 --reason r",
            "wallet credit a 5",
            "video list --limit 0",
            "video list --free --paid",
            "video delete",
            "video edit 1 2",
            "video edit 1 --tags a --add-tags b",
            "video edit 1 --title t --add-tags b",
            "dashboard --days 0",
            "dashboard --days 367",
            "plan set m --forever --months 3",
            "session revoke",
            "classic menu",
            "classic menu 127.0.0.1",
            "classic menu :8081",
            "classic menu http://127.0.0.1:8081",
            "classic menu a:99999",
            "announcement publish --title t",
            "--lang fr whoami",
        ];
        for line in lines {
            let words = std::iter::once("yingku").chain(line.split(' ').filter(|w| !w.is_empty()));
            assert!(Cli::try_parse_from(words).is_err(), "{line}");
        }
    }
}
