//! What the commands do: one file a noun. Each asks a client, and prints what came.

mod delivery;
mod identity;
mod library;
mod list;
mod operation;
mod playback;
mod shop;

pub use delivery::download::{state as state_of, ticket_for};
pub use identity::account::membership as membership_of;
pub use shop::plan::title as title_of;

use crate::args::{
    AdminCommand, AuditCommand, ClassicCommand, Command, LedgerCommand, ServeOptions,
};
use crate::context::Context;
use crate::failure::Failure;
use crate::{help, menu, serve};
use delivery::download;
use identity::{account, invite, session};
use library::{announcement, comment, history, open_upload, video};
use operation::{dashboard, job, run, setting};
use playback::worker;
use shop::{ledger, membership, plan, wallet};

/// Does what the command line says.
pub async fn run(
    context: &Context,
    options: &ServeOptions,
    command: Command,
) -> Result<(), Failure> {
    match command {
        Command::Serve => serve::run(options, &context.database, context.lang).await,
        Command::Admin(AdminCommand::Create(args)) => account::create_admin(context, args).await,
        Command::Setup(args) => account::set_up(context, args).await,
        Command::Register(args) => account::register(context, args).await,
        Command::Login(args) => session::log_in(context, args).await,
        Command::Logout => session::log_out(context).await,
        Command::Whoami => session::who_am_i(context).await,
        Command::Passwd(args) => account::change_password(context, args).await,
        Command::ResetPassword(args) => account::reset_password(context, args).await,
        Command::Session(command) => session::run(context, command).await,
        Command::User(command) => account::run(context, command).await,
        Command::Invite(command) => invite::run(context, command).await,
        Command::Video(command) => video::run(context, command).await,
        Command::Upload(command) => open_upload::run(context, command).await,
        Command::Library(page) => video::library(context, page).await,
        Command::History(command) => history::run(context, command).await,
        Command::Comment(command) => comment::run(context, command).await,
        Command::Download(command) => download::run(context, command).await,
        Command::Announcement(command) => announcement::run(context, command).await,
        Command::Membership(command) => membership::run(context, command).await,
        Command::Wallet(command) => wallet::run(context, command).await,
        Command::Plan(command) => plan::run(context, command).await,
        Command::Settings(command) => setting::run(context, command).await,
        Command::Audit(AuditCommand::List(args)) => run::audit(context, args).await,
        Command::Audit(AuditCommand::Export(args)) => run::export_audit(context, args).await,
        Command::Job(command) => job::run(context, command).await,
        Command::Worker(args) => worker::run(context, args).await,
        Command::Ledger(LedgerCommand::Verify) => ledger::verify(context).await,
        Command::Dashboard(args) => dashboard::run(context, args).await,
        Command::Doctor(args) => run::doctor(context, args).await,
        Command::Menu(args) => menu::run(context, args).await,
        Command::Classic(ClassicCommand::Menu(args)) => menu::run_classic(context, args).await,
        Command::Openapi => run::openapi(),
        Command::Completions(args) => run::completions(context, &args),
        Command::Help(args) => help::print(context, &args.command),
    }
}
