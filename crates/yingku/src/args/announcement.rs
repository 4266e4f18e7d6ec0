//! Arguments about announcements.

use super::PageArgs;
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};

/// Commands about announcements.
#[derive(Subcommand, Debug)]
pub enum AnnouncementCommand {
    /// Publish an announcement (admins)
    Publish(PublishArgs),
    /// List announcements
    List(ListAnnouncementsArgs),
    /// Show an announcement
    Show(AnnouncementIdArgs),
    /// Change an announcement (admins)
    Edit(EditAnnouncementArgs),
    /// Withdraw an announcement (admins)
    Withdraw(AnnouncementIdArgs),
    /// List the earlier versions of an announcement (admins)
    History(AnnouncementIdArgs),
}

/// Publishes an announcement.
#[derive(Args, Debug)]
pub struct PublishArgs {
    /// Title
    #[arg(long)]
    pub title: String,
    /// Content, in Markdown
    #[arg(long, value_name = "TEXT")]
    pub content: String,
    /// When to publish, for example 2026-12-31T18:00:00+08:00 (default: now)
    #[arg(long, value_name = "TIME")]
    pub at: Option<DateTime<Utc>>,
    /// Show it on the front page, in place of the one shown there
    #[arg(long)]
    pub pin: bool,
}

/// Which announcements to list.
#[derive(Args, Debug)]
pub struct ListAnnouncementsArgs {
    /// Including scheduled and withdrawn ones (admins)
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub page: PageArgs,
}

/// An announcement.
#[derive(Args, Debug)]
pub struct AnnouncementIdArgs {
    /// Number of the announcement
    pub id: i64,
}

/// Changes an announcement.
#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("change").multiple(true).required(true))]
pub struct EditAnnouncementArgs {
    /// Number of the announcement
    pub id: i64,
    /// Title
    #[arg(long, group = "change")]
    pub title: Option<String>,
    /// Content, in Markdown
    #[arg(long, value_name = "TEXT", group = "change")]
    pub content: Option<String>,
    /// When to publish, for example 2026-12-31T18:00:00+08:00
    #[arg(long, value_name = "TIME", group = "change")]
    pub at: Option<DateTime<Utc>>,
    /// Show it on the front page, in place of the one shown there
    #[arg(long, group = "change", conflicts_with = "unpin")]
    pub pin: bool,
    /// Take it off the front page
    #[arg(long, group = "change")]
    pub unpin: bool,
}
