//! The operations of the brief: each calls one use-case, as the HTTP interface's handlers do.

use crate::app::{App, Caller, Error, Fetch, Result, Secret, Upload};
use bytes::Bytes;
use futures_util::Stream;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use yingku_core::id::{AccountId, SessionId, VideoId};
use yingku_protocol::classic::{MovieType, Operation, Reply, UserType};
use yingku_protocol::{
    BuyMembership, BuyVideo, Code, Lang, ListAnnouncements, PriceFilter, PublishAnnouncement,
    Refusal, Role, Ticket, UploadVideo, text,
};

/// What an operation answers.
pub(crate) enum Answer {
    /// A reply.
    Reply(Reply),
    /// A reply, and the bytes of a file after it.
    File {
        /// The reply.
        reply: Reply,
        /// The right to the bytes.
        fetch: Box<Fetch>,
    },
}

/// The login of a connection, and the session that it made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Login {
    pub(super) account_id: AccountId,
    pub(super) session_id: SessionId,
}

/// Performs any operation but an upload. `login` is the session of this connection.
pub(crate) async fn perform(
    app: &Arc<App>,
    caller: &Caller,
    operation: &Operation,
    login: &mut Option<Login>,
) -> Result<Answer> {
    let reply = match operation {
        Operation::Register { name, digest, user_type, invite } => {
            let secret = Secret::Digest(digest.clone());
            let role = role_of(*user_type);
            app.identity.register_by(caller, name, &secret, role, invite.as_deref()).await?;
            Reply::done(message("classic.registered"))
        }
        Operation::Login { name, digest, user_type } => {
            log_in(app, caller, name, digest, role_of(*user_type), login).await?
        }
        Operation::Logout => {
            let (account, session) = caller.require_session()?;
            app.identity.end_session(caller, Some(session)).await?;
            login.take_if(|made| *made == Login { account_id: account.id, session_id: session });
            Reply::done(message("classic.logged_out"))
        }
        Operation::CheckMovie { file_md5 } => check_movie(app, caller, file_md5).await?,
        Operation::UploadMovie { .. } => return Err(Error::Internal("an upload".to_owned())),
        Operation::GetMovieList { movie_type } => list_movies(app, caller, *movie_type).await?,
        Operation::DeleteMovie { id } => {
            require_admin(caller)?;
            app.library.delete_present(caller, VideoId(*id)).await?;
            Reply::done(message("classic.deleted"))
        }
        Operation::ReleaseNotice { title, content } => {
            require_admin(caller)?;
            let (title, content) = (title.clone(), content.clone());
            let wanted = PublishAnnouncement { title, content, published_at: None, pinned: false };
            app.library.publish_announcement(caller, &wanted).await?;
            Reply::done(message("classic.published"))
        }
        Operation::BuyMember => buy_member(app, caller).await?,
        Operation::DownloadMovie { id, movie_type } => {
            return download(app, caller, *id, *movie_type).await;
        }
        Operation::CheckDownloadRecord => {
            let names = app.delivery.list_downloaded_names(caller).await?;
            listed(
                "record_list",
                names.into_iter().map(Value::from).collect(),
                "classic.no_records",
            )
        }
        Operation::CheckNotice => {
            let notices = notices(app, caller, NOTICES).await?;
            listed("notice_list", notices, "classic.no_notices")
        }
    };
    Ok(Answer::Reply(reply))
}

/// Most announcements in a list.
const NOTICES: u64 = 200;

/// The bytes of an upload stopped coming.
#[derive(Debug)]
pub(crate) struct BrokenOff(pub(super) std::io::Error);

impl std::fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl From<BrokenOff> for Error {
    fn from(_: BrokenOff) -> Self {
        Code::RequestTimeout.into()
    }
}

/// Uploads a video whose bytes are `body`. What of it is not read must be drained.
pub(crate) async fn upload(
    app: &App,
    caller: &Caller,
    operation: &Operation,
    body: impl Stream<Item = std::result::Result<Bytes, BrokenOff>> + Send + Unpin,
) -> Result<Reply> {
    let Operation::UploadMovie { file_name, file_size, file_md5, is_free } = operation else {
        return Err(Error::Internal("not an upload".to_owned()));
    };
    require_admin(caller)?;
    let wanted = UploadVideo {
        file_name: file_name.clone(),
        is_free: Some(*is_free),
        ..UploadVideo::default()
    };
    let upload = Upload::check(&wanted)?.known_as(file_md5.clone()).restoring();
    let video = app.library.upload_video(caller, upload, Some(*file_size), body).await?;
    Ok(Reply::done(message("classic.uploaded")).with("movie_id", video.id))
}

async fn log_in(
    app: &App,
    caller: &Caller,
    name: &str,
    digest: &str,
    role: Role,
    login: &mut Option<Login>,
) -> Result<Reply> {
    let made = app.identity.log_in_on_connection(caller, name, digest, role).await?;
    // A second login on a connection replaces the first.
    let new = Login { account_id: AccountId(made.account.id), session_id: SessionId(made.id) };
    if let Some(old) = login.replace(new) {
        app.identity.end_connection_session(old.account_id, old.session_id).await;
    }

    let reader = app.identity.authenticate(
        made.token.as_deref().unwrap_or_default(),
        "",
        "classic",
        Lang::Zh,
    );
    let reader = reader.await?.ok_or_else(|| Error::from(Code::LoginRequired))?;
    let newest = notices(app, &reader, 1).await?.into_iter().next();
    Ok(Reply::done(message("classic.logged_in"))
        .with("session", made.token)
        .with("is_vip", i64::from(made.account.membership.active))
        .with("last_notice", newest))
}

async fn check_movie(app: &App, caller: &Caller, file_md5: &str) -> Result<Reply> {
    require_admin(caller)?;
    Ok(match app.library.has_present(file_md5).await? {
        false => Reply::done(message("classic.not_here")),
        true => Reply::refused(message("classic.already_here")),
    })
}

async fn list_movies(app: &App, caller: &Caller, movie_type: MovieType) -> Result<Reply> {
    caller.require_account()?;
    let price = match movie_type {
        MovieType::All => None,
        MovieType::Free => Some(PriceFilter::Free),
        MovieType::Charge => Some(PriceFilter::Paid),
    };
    let movies = app.library.list_newest_names(price).await?;
    let row = |(name, is_free, id): (String, bool, VideoId)| {
        json!([name, if is_free { "免费" } else { "收费" }, id])
    };
    Ok(listed("movie_list", movies.into_iter().map(row).collect(), "classic.no_movies"))
}

async fn buy_member(app: &App, caller: &Caller) -> Result<Reply> {
    caller.require_account()?;
    require_user(caller)?;
    // The price of the moment: where it changes in between, it is asked for again.
    for _ in 0..LOOKS {
        let plan = app.shop.classic_plan().await?;
        let wanted = BuyMembership {
            plan: plan.code,
            expected_price_minor: plan.price_minor,
            expected_months: Some(plan.months.unwrap_or(0)),
        };
        match app.shop.buy_membership_first(caller, &wanted).await {
            Err(error)
                if matches!(error.refusal().code, Code::PriceChanged | Code::PlanChanged) => {}
            Err(error) if error.refusal().code == Code::AlreadyMember => {
                return Ok(Reply::refused(message("classic.already_member")));
            }
            bought => {
                let balance_minor = bought?.balance_minor;
                return Ok(Reply::done(message("classic.bought_membership"))
                    .with("is_vip", 1)
                    .with("balance", balance_minor));
            }
        }
    }
    Err(Code::Busy.into())
}

async fn download(
    app: &Arc<App>,
    caller: &Caller,
    id: i64,
    movie_type: Option<MovieType>,
) -> Result<Answer> {
    let Some(ticket) = ticket(app, caller, id, movie_type).await? else {
        return Ok(Answer::Reply(Reply::refused(message("classic.wrong_type"))));
    };
    let fetch = app.delivery.find_fetch(&ticket.url.key).await?;
    let wait_ms = fetch.wait_ms(&app.delivery).ok_or_else(|| Error::from(Code::TicketEnded))?;
    let reply = Reply::done(message("classic.download"))
        .with("file_name", fetch.file_name())
        .with("file_size", fetch.size_bytes())
        .with("wait_time", wait_ms.div_ceil(1000))
        .with("file_md5", fetch.fingerprint());
    Ok(Answer::File { reply, fetch: Box::new(fetch) })
}

/// The ticket for a video, bought at the price of the moment where it must be; `None` where
/// the video is not what the caller takes it for.
async fn ticket(
    app: &App,
    caller: &Caller,
    id: i64,
    movie_type: Option<MovieType>,
) -> Result<Option<Ticket>> {
    // Between the looks an admin may change the price, or another interface buy: then again.
    for _ in 0..LOOKS {
        let (video, _) = app.library.show_video(caller, VideoId(id)).await?;
        let is = if video.is_free { MovieType::Free } else { MovieType::Charge };
        if movie_type.is_some_and(|wanted| wanted != is) {
            return Ok(None);
        }
        let refusal = match app.delivery.ask_ticket(caller, VideoId(id)).await {
            Ok((ticket, _)) => return Ok(Some(ticket)),
            Err(error) if error.refusal().code == Code::PurchaseRequired => error.refusal(),
            Err(error) => return Err(error),
        };
        if video.is_free {
            continue;
        }
        let price_minor = refusal.facts.get("price_minor").and_then(Value::as_i64);
        let expected_price_minor = price_minor.unwrap_or(video.your_price_minor);
        match app.shop.buy_video_once(caller, VideoId(id), &BuyVideo { expected_price_minor }).await
        {
            Ok(bought) => return Ok(Some(bought.ticket)),
            Err(error) => match error.refusal().code {
                Code::PriceChanged | Code::AlreadyOwned | Code::NotForSale => {}
                _ => return Err(error),
            },
        }
    }
    Err(Code::Busy.into())
}

/// How often a price that changes under a call is looked at again.
const LOOKS: usize = 5;

/// The newest announcements, newest last.
async fn notices(app: &App, caller: &Caller, most: u64) -> Result<Vec<Value>> {
    let wanted = ListAnnouncements { limit: Some(most), ..ListAnnouncements::default() };
    let page = app.library.list_announcements(caller, &wanted).await?;
    let notices = page.items.into_iter().rev();
    Ok(notices.map(|notice| json!({ "title": notice.title, "content": notice.content })).collect())
}

/// A list, or the words for there being none.
fn listed(field: &str, items: Vec<Value>, none: &str) -> Reply {
    match items.is_empty() {
        true => Reply::refused(message(none)),
        false => Reply::done(message("classic.listed")).with(field, items),
    }
}

fn require_admin(caller: &Caller) -> Result<()> {
    caller.require_account()?;
    if caller.is_admin() { Ok(()) } else { Err(Refusal::from(Code::Forbidden).into()) }
}

fn require_user(caller: &Caller) -> Result<()> {
    if caller.is_admin() { Err(Refusal::from(Code::Forbidden).into()) } else { Ok(()) }
}

fn role_of(user_type: UserType) -> Role {
    match user_type {
        UserType::Admin => Role::Admin,
        UserType::User => Role::User,
    }
}

fn message(key: &str) -> String {
    text(Lang::Zh, key, &Map::new())
}
