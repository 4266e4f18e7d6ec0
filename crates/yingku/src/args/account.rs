//! Arguments about accounts, sessions and invites.

use super::{PageArgs, PasswordArgs};
use clap::{Args, Subcommand, ValueEnum};
use yingku_protocol::Role;

/// A role, as it is written on the command line.
#[derive(ValueEnum, Debug, Clone, Copy)]
pub enum RoleArg {
    /// Runs the library
    Admin,
    /// Watches and downloads
    User,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Admin => Role::Admin,
            RoleArg::User => Role::User,
        }
    }
}

/// Commands about admin accounts.
#[derive(Subcommand, Debug)]
pub enum AdminCommand {
    /// Create an admin account
    Create(CreateAdminArgs),
}

/// Makes an admin account.
#[derive(Args, Debug)]
pub struct CreateAdminArgs {
    /// Login name
    pub name: String,
    #[command(flatten)]
    pub password: PasswordArgs,
}

/// Makes the first admin.
#[derive(Args, Debug)]
pub struct SetupArgs {
    /// Address of the server, for example http://127.0.0.1:8080
    pub url: String,
    /// Setup code that the server printed
    pub code: String,
    /// Login name of the admin
    pub name: String,
    #[command(flatten)]
    pub password: PasswordArgs,
}

/// Registers an account.
#[derive(Args, Debug)]
pub struct RegisterArgs {
    /// Address of the server, for example http://127.0.0.1:8080
    pub url: String,
    /// Login name, 1 to 64 characters
    pub name: String,
    #[command(flatten)]
    pub password: PasswordArgs,
    /// Invite code, where the server asks for one
    #[arg(long, value_name = "CODE")]
    pub invite: Option<String>,
    /// Name to show instead of the login name
    #[arg(long, value_name = "NAME")]
    pub display_name: Option<String>,
    /// Role of the account
    #[arg(long, value_enum, default_value = "user")]
    pub role: RoleArg,
}

/// Logs in.
#[derive(Args, Debug)]
pub struct LoginArgs {
    /// Address of the server, for example http://127.0.0.1:8080
    pub url: String,
    /// Login name
    pub name: String,
    #[command(flatten)]
    pub password: PasswordArgs,
}

/// Changes the own password.
#[derive(Args, Debug)]
pub struct PasswdArgs {
    /// Read the current and the new password from the first two lines of standard input
    #[arg(long)]
    pub password_stdin: bool,
}

/// Replaces a forgotten password.
#[derive(Args, Debug)]
pub struct ResetPasswordArgs {
    /// Address of the server, for example http://127.0.0.1:8080
    pub url: String,
    /// Login name
    pub name: String,
    /// Reset code that an admin handed over
    pub code: String,
    #[command(flatten)]
    pub password: PasswordArgs,
}

/// Commands about the own logins.
#[derive(Subcommand, Debug)]
pub enum SessionCommand {
    /// List your active logins
    List,
    /// End one of your logins, or all
    Revoke(RevokeSessionArgs),
}

/// Ends logins.
#[derive(Args, Debug)]
pub struct RevokeSessionArgs {
    /// Number of the login
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub id: Option<i64>,
    /// End all of your logins, this one included
    #[arg(long)]
    pub all: bool,
}

/// Commands about accounts.
#[derive(Subcommand, Debug)]
pub enum UserCommand {
    /// List accounts
    List(ListUsersArgs),
    /// Show an account
    Show(NameArgs),
    /// List everything that happened to an account, newest first
    Timeline(TimelineArgs),
    /// Lock an account: its logins end, and it cannot log in again
    Lock(NameArgs),
    /// Unlock an account
    Unlock(NameArgs),
    /// Make an account an admin
    Promote(NameArgs),
    /// Make an admin a user
    Demote(NameArgs),
    /// Issue a one-time code to replace a forgotten password
    ResetPassword(NameArgs),
    /// End all logins of an account
    Logout(NameArgs),
    /// Write the admins' note about an account
    Note(NoteArgs),
}

/// Which accounts to list.
#[derive(Args, Debug)]
pub struct ListUsersArgs {
    /// Any part of the name
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
    /// Only this role
    #[arg(long, value_enum)]
    pub role: Option<RoleArg>,
    /// Only locked accounts
    #[arg(long)]
    pub locked: bool,
    #[command(flatten)]
    pub page: PageArgs,
}

/// An account.
#[derive(Args, Debug)]
pub struct NameArgs {
    /// Login name
    pub name: String,
}

/// An account, and which page.
#[derive(Args, Debug)]
pub struct TimelineArgs {
    /// Login name
    pub name: String,
    #[command(flatten)]
    pub page: PageArgs,
}

/// A note about an account.
#[derive(Args, Debug)]
pub struct NoteArgs {
    /// Login name
    pub name: String,
    /// The note; empty to remove it
    pub note: String,
}

/// Commands about invites.
#[derive(Subcommand, Debug)]
pub enum InviteCommand {
    /// Create an invite code; it is shown once
    Create(CreateInviteArgs),
    /// List invites
    List(PageArgs),
    /// Revoke an invite
    Revoke(InviteIdArgs),
}

/// Makes an invite.
#[derive(Args, Debug)]
pub struct CreateInviteArgs {
    /// Role of those who register with it
    #[arg(long, value_enum, default_value = "user")]
    pub role: RoleArg,
    /// What it is for
    #[arg(long, default_value = "", hide_default_value = true)]
    pub label: String,
    /// How many accounts may register with it (default 1)
    #[arg(long, value_name = "N")]
    pub uses: Option<i64>,
    /// How many hours it works (default 168)
    #[arg(long, value_name = "N")]
    pub hours: Option<i64>,
}

/// An invite.
#[derive(Args, Debug)]
pub struct InviteIdArgs {
    /// Number of the invite
    pub id: i64,
}
