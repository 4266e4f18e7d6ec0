//! Arguments about videos and downloads.

use super::PageArgs;
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;
use yingku_core::subtitle::TextEncoding;
use yingku_protocol::{VideoSort, Visibility, VisibilityFilter};

/// Commands about videos.
#[derive(Subcommand, Debug)]
pub enum VideoCommand {
    /// List videos
    List(ListVideosArgs),
    /// Show a video
    Show(VideoIdArgs),
    /// Upload files and folders (admins); goes on where it broke off, and content that is here
    /// already is not uploaded again
    Upload(UploadArgs),
    /// Import the films of folders on this machine, straight into the database and the store
    /// (needs --data-dir or --database-url)
    Import(ImportArgs),
    /// Download a video: wait, resume, verify
    Download(DownloadArgs),
    /// Change videos (admins)
    Edit(EditVideoArgs),
    /// List the candidates for a video's poster, the one that is shown first; show another, or upload one
    /// (admins)
    Poster(PosterArgs),
    /// List, add, change or remove subtitles
    #[command(subcommand)]
    Subtitle(SubtitleCommand),
    /// Move videos to the trash (admins)
    Delete(VideoIdsArgs),
    /// Take videos out of the trash (admins)
    Restore(VideoIdsArgs),
    /// Remove a video from the trash for good (admins)
    Purge(PurgeArgs),
    /// List the trash (admins)
    Trash(TrashArgs),
}

/// A video.
#[derive(Args, Debug)]
pub struct VideoIdArgs {
    /// Number of the video
    pub id: i64,
}

/// A video's poster.
#[derive(Args, Debug)]
pub struct PosterArgs {
    /// Number of the video
    pub id: i64,
    /// Name of the candidate to show
    pub name: Option<String>,
    /// Picture to upload as the poster: JPEG, PNG or WebP
    #[arg(long, value_name = "FILE", conflicts_with = "name")]
    pub upload: Option<PathBuf>,
}

/// Commands about comments.
#[derive(Subcommand, Debug)]
pub enum CommentCommand {
    /// List comments under a video, or of all videos (admins), newest first
    List(ListCommentsArgs),
    /// Delete comments and the replies to them: your own, or as an admin anybody's
    Delete(CommentIdsArgs),
}

/// Which comments to list.
#[derive(Args, Debug)]
pub struct ListCommentsArgs {
    /// Number of the video; all videos without it
    pub id: Option<i64>,
    /// Only those that are reported, or wait to be let through
    #[arg(long, conflicts_with = "id")]
    pub needs_review: bool,
    #[command(flatten)]
    pub page: PageArgs,
}

/// Some comments.
#[derive(Args, Debug)]
pub struct CommentIdsArgs {
    /// Numbers of the comments
    #[arg(required = true, value_name = "ID")]
    pub comment_ids: Vec<i64>,
}

/// Commands about the subtitles of a video.
#[derive(Subcommand, Debug)]
pub enum SubtitleCommand {
    /// List the subtitles of a video
    List(VideoIdArgs),
    /// Add a file of subtitles to a video: SRT, ASS or WebVTT (admins)
    Add(AddSubtitleArgs),
    /// Change subtitles, or read their file in another encoding (admins)
    Edit(EditSubtitleArgs),
    /// Remove subtitles (admins)
    Delete(SubtitleIdArgs),
}

/// A file of subtitles.
#[derive(Args, Debug)]
pub struct AddSubtitleArgs {
    /// Number of the video
    pub id: i64,
    /// File of at most 4 MiB
    pub file: PathBuf,
    /// Language, for example zh-Hans or en
    #[arg(long)]
    pub language: String,
    /// What they are called beside the language
    #[arg(long)]
    pub label: Option<String>,
    /// Encoding of the file (recognised by default)
    #[arg(long)]
    pub encoding: Option<EncodingArg>,
}

/// What is to change about subtitles.
#[derive(Args, Debug)]
pub struct EditSubtitleArgs {
    /// Number of the subtitles
    pub subtitle_id: i64,
    /// Language, for example zh-Hans or en
    #[arg(long)]
    pub language: Option<String>,
    /// What they are called beside the language
    #[arg(long)]
    pub label: Option<String>,
    /// Encoding in which the file is read anew
    #[arg(long)]
    pub encoding: Option<EncodingArg>,
}

/// Subtitles.
#[derive(Args, Debug)]
pub struct SubtitleIdArgs {
    /// Number of the subtitles
    pub subtitle_id: i64,
}

/// How the characters of a file are written.
#[derive(ValueEnum, Debug, Clone, Copy)]
pub enum EncodingArg {
    /// UTF-8
    #[value(name = "utf-8")]
    Utf8,
    /// UTF-16, the lower byte first
    #[value(name = "utf-16le")]
    Utf16Le,
    /// UTF-16, the higher byte first
    #[value(name = "utf-16be")]
    Utf16Be,
    /// GB 18030, GBK, GB 2312
    #[value(name = "gb18030")]
    Gb18030,
    /// Big5
    #[value(name = "big5")]
    Big5,
    /// Shift JIS
    #[value(name = "shift_jis")]
    ShiftJis,
    /// EUC-KR
    #[value(name = "euc-kr")]
    EucKr,
    /// Windows-1252, Latin-1
    #[value(name = "windows-1252")]
    Windows1252,
}

impl From<EncodingArg> for TextEncoding {
    fn from(arg: EncodingArg) -> TextEncoding {
        match arg {
            EncodingArg::Utf8 => TextEncoding::Utf8,
            EncodingArg::Utf16Le => TextEncoding::Utf16Le,
            EncodingArg::Utf16Be => TextEncoding::Utf16Be,
            EncodingArg::Gb18030 => TextEncoding::Gb18030,
            EncodingArg::Big5 => TextEncoding::Big5,
            EncodingArg::ShiftJis => TextEncoding::ShiftJis,
            EncodingArg::EucKr => TextEncoding::EucKr,
            EncodingArg::Windows1252 => TextEncoding::Windows1252,
        }
    }
}

/// Several videos: all of them, or none.
#[derive(Args, Debug)]
pub struct VideoIdsArgs {
    /// Numbers of the videos, up to 200: all of them, or none
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<i64>,
}

/// Order of a list of videos.
#[derive(ValueEnum, Debug, Clone, Copy)]
pub enum SortArg {
    /// Newest first
    Newest,
    /// Oldest first
    Oldest,
    /// By title
    Title,
}

impl From<SortArg> for VideoSort {
    fn from(sort: SortArg) -> Self {
        match sort {
            SortArg::Newest => VideoSort::Newest,
            SortArg::Oldest => VideoSort::Oldest,
            SortArg::Title => VideoSort::Title,
        }
    }
}

/// For whom a video is.
#[derive(ValueEnum, Debug, Clone, Copy)]
pub enum VisibilityArg {
    /// In the lists
    Public,
    /// For anyone with the link; in no list
    Unlisted,
    /// For admins only
    Draft,
}

impl From<VisibilityArg> for Visibility {
    fn from(visibility: VisibilityArg) -> Self {
        match visibility {
            VisibilityArg::Public => Visibility::Public,
            VisibilityArg::Unlisted => Visibility::Unlisted,
            VisibilityArg::Draft => Visibility::Draft,
        }
    }
}

/// For whom the videos of a list are.
#[derive(ValueEnum, Debug, Clone, Copy)]
pub enum VisibilityFilterArg {
    /// Everybody's
    Public,
    /// Those for anyone with the link
    Unlisted,
    /// Scheduled ones
    Scheduled,
    /// Those for admins only
    Draft,
    /// All of them
    All,
}

impl From<VisibilityFilterArg> for VisibilityFilter {
    fn from(visibility: VisibilityFilterArg) -> Self {
        match visibility {
            VisibilityFilterArg::Public => VisibilityFilter::Public,
            VisibilityFilterArg::Unlisted => VisibilityFilter::Unlisted,
            VisibilityFilterArg::Scheduled => VisibilityFilter::Scheduled,
            VisibilityFilterArg::Draft => VisibilityFilter::Draft,
            VisibilityFilterArg::All => VisibilityFilter::All,
        }
    }
}

/// Commands about what was watched.
#[derive(Debug, Subcommand)]
pub enum HistoryCommand {
    /// List the videos you watched, last watched first
    List(ListHistoryArgs),
    /// Forget everything you watched
    Clear,
}

/// Which watched videos to list.
#[derive(Args, Debug)]
pub struct ListHistoryArgs {
    /// Only those you have not watched to the end
    #[arg(long)]
    pub unfinished: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub page: PageArgs,
}

/// Which videos of the trash to list.
#[derive(Args, Debug)]
pub struct TrashArgs {
    /// Any part of the title, a tag or the category
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
    #[command(flatten)]
    pub page: PageArgs,
}

/// Which videos to list.
#[derive(Args, Debug)]
pub struct ListVideosArgs {
    /// Free and paid ones (default)
    #[arg(long, conflicts_with_all = ["free", "paid"])]
    pub all: bool,
    /// Only free ones
    #[arg(long, conflicts_with = "paid")]
    pub free: bool,
    /// Only paid ones
    #[arg(long)]
    pub paid: bool,
    /// Any part of the title, a tag or the category
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
    /// Only this category
    #[arg(long, value_name = "NAME")]
    pub category: Option<String>,
    /// Only with this tag
    #[arg(long, value_name = "NAME")]
    pub tag: Option<String>,
    /// Visibility (admins; default: public)
    #[arg(long, value_enum)]
    pub visibility: Option<VisibilityFilterArg>,
    /// Order
    #[arg(long, value_enum)]
    pub sort: Option<SortArg>,
    #[command(flatten)]
    pub page: PageArgs,
}

/// Uploads files.
#[derive(Args, Debug)]
pub struct UploadArgs {
    /// Files to upload, and folders whose films are uploaded
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Title (default: the file's name without its extension)
    #[arg(long)]
    pub title: Option<String>,
    /// Free
    #[arg(long, conflicts_with_all = ["paid", "price_minor", "member_price_minor"])]
    pub free: bool,
    /// Paid (default)
    #[arg(long)]
    pub paid: bool,
    /// Own price in minor units (default: the site's)
    #[arg(long, value_name = "N")]
    pub price_minor: Option<i64>,
    /// Own price for members in minor units (default: the site's)
    #[arg(long, value_name = "N")]
    pub member_price_minor: Option<i64>,
    /// Description
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// Category
    #[arg(long, value_name = "NAME")]
    pub category: Option<String>,
    /// Tags, separated by commas
    #[arg(long, value_name = "TAGS")]
    pub tags: Option<String>,
    /// Visibility (default: the setting upload.publish_as)
    #[arg(long, value_enum)]
    pub visibility: Option<VisibilityArg>,
    /// Restore content that is in the trash instead of refusing it
    #[arg(long)]
    pub restore: bool,
    /// How many files are sent at once (1 to 16)
    #[arg(short, long, value_name = "N", default_value_t = 3)]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=16))]
    pub jobs: u8,
    /// Only show what would be done
    #[arg(long)]
    pub dry_run: bool,
}

/// Imports folders.
#[derive(Args, Debug)]
pub struct ImportArgs {
    /// Folders whose films are imported
    #[arg(required = true, value_name = "DIR")]
    pub dirs: Vec<PathBuf>,
    /// Copy the files (default)
    #[arg(long, conflicts_with_all = ["link", "move"])]
    pub copy: bool,
    /// Link the files into the store, which must be in the same file system; they must not be
    /// changed afterwards
    #[arg(long, conflicts_with = "move")]
    pub link: bool,
    /// Move the files: each is removed from its folder once it is a video
    #[arg(long = "move")]
    pub r#move: bool,
    /// Free
    #[arg(long, conflicts_with_all = ["paid", "price_minor", "member_price_minor"])]
    pub free: bool,
    /// Paid (default)
    #[arg(long)]
    pub paid: bool,
    /// Own price in minor units (default: the site's)
    #[arg(long, value_name = "N")]
    pub price_minor: Option<i64>,
    /// Own price for members in minor units (default: the site's)
    #[arg(long, value_name = "N")]
    pub member_price_minor: Option<i64>,
    /// Category (default: the first folder below DIR)
    #[arg(long, value_name = "NAME")]
    pub category: Option<String>,
    /// Tags, separated by commas
    #[arg(long, value_name = "TAGS")]
    pub tags: Option<String>,
    /// Visibility (default: the setting upload.publish_as)
    #[arg(long, value_enum)]
    pub visibility: Option<VisibilityArg>,
    /// Only show what would be done
    #[arg(long)]
    pub dry_run: bool,
}

/// Commands about uploads that are under way.
#[derive(Subcommand, Debug)]
pub enum OpenUploadCommand {
    /// List unfinished uploads
    List(PageArgs),
    /// End uploads: what they sent is deleted
    End(UploadIdsArgs),
}

/// Several uploads.
#[derive(Args, Debug)]
pub struct UploadIdsArgs {
    /// Their names, from the list
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<String>,
}

/// Downloads a video.
#[derive(Args, Debug)]
pub struct DownloadArgs {
    /// Number of the video
    pub id: i64,
    /// File or folder to save it as or in (default: its own name, here)
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// Buy it if it is paid and not owned
    #[arg(long)]
    pub buy: bool,
    /// How many connections to use in parallel (1 to 16; default: 4 for large files over a
    /// network, else 1)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=16))]
    pub connections: Option<u8>,
}

/// Changes videos.
#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("change").multiple(true).required(true))]
pub struct EditVideoArgs {
    /// Numbers of the videos, up to 200: all are changed, or none
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<i64>,
    /// Title, of one video
    #[arg(long, group = "change")]
    pub title: Option<String>,
    /// Description, of one video
    #[arg(long, value_name = "TEXT", group = "change")]
    pub description: Option<String>,
    /// Category; empty to remove it
    #[arg(long, value_name = "NAME", group = "change")]
    pub category: Option<String>,
    /// Tags of one video, separated by commas; empty to remove them
    #[arg(long, value_name = "TAGS", group = "change")]
    #[arg(conflicts_with_all = ["add_tags", "remove_tags"])]
    pub tags: Option<String>,
    /// Tags to add, separated by commas
    #[arg(long, value_name = "TAGS", group = "change")]
    #[arg(conflicts_with_all = ["title", "description"])]
    pub add_tags: Option<String>,
    /// Tags to remove, separated by commas
    #[arg(long, value_name = "TAGS", group = "change")]
    #[arg(conflicts_with_all = ["title", "description"])]
    pub remove_tags: Option<String>,
    /// Free
    #[arg(long, conflicts_with = "paid", group = "change")]
    pub free: bool,
    /// Paid
    #[arg(long, group = "change")]
    pub paid: bool,
    /// Own price in minor units; 0 for the site's prices again
    #[arg(long, value_name = "N", group = "change")]
    pub price_minor: Option<i64>,
    /// Own price for members in minor units; 0 for the site's again
    #[arg(long, value_name = "N", group = "change")]
    pub member_price_minor: Option<i64>,
    /// Whether members can watch it without buying it
    #[arg(long, value_name = "true|false", group = "change")]
    pub members_watch: Option<bool>,
    /// Visibility
    #[arg(long, value_enum, group = "change", conflicts_with = "publish_at")]
    pub visibility: Option<VisibilityArg>,
    /// When it becomes public; until then only admins see it
    #[arg(long, value_name = "TIME", group = "change")]
    pub publish_at: Option<DateTime<Utc>>,
}

/// Purges a video.
#[derive(Args, Debug)]
pub struct PurgeArgs {
    /// Number of the video
    pub id: i64,
    /// Purge it even if accounts bought it and were not refunded
    #[arg(long)]
    pub even_if_bought: bool,
}

/// Commands about records of downloads.
#[derive(Subcommand, Debug)]
pub enum DownloadCommand {
    /// List records of downloads
    List(ListDownloadsArgs),
}

/// Which records to list.
#[derive(Args, Debug)]
pub struct ListDownloadsArgs {
    /// Everyone's, not only your own (admins)
    #[arg(long)]
    pub all_accounts: bool,
    #[command(flatten)]
    pub page: PageArgs,
}
