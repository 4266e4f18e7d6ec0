//! The menus over the classic protocol. What is understood here goes beyond what our own
//! server says: any server that was written from the brief should be of use.

use super::backend::{
    Agrees, Found, MenuBackend, Notice, Offer, Record, Sent, Shelf, Title, Welcome,
};
use super::wire::{Connection, Reply, truth};
use crate::context::Context;
use crate::facts;
use crate::failure::{Facts, Failure};
use crate::fetch::{Countdown, Part, TICK, Voice, names_in, taken};
use crate::output::{clean, clean_lines};
use crate::progress::Progress;
use crate::send::LocalFile;
use futures_util::StreamExt;
use md5::{Digest, Md5};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use yingku_client::ClientError;
use yingku_core::content::safe_file_name;
use yingku_protocol::{Code, Lang, PriceFilter, Refusal, Role, text};

/// So many videos are shown at once.
const PAGE: usize = 50;
/// No countdown is longer than a day, whatever a server says.
const LONGEST_WAIT: f64 = 86_400.0;
/// Past its wait, a download that stays silent for so long is broken.
const PIECE_WITHIN: Duration = Duration::from_secs(60);

/// What servers call the same things.
const SESSION: &[&str] = &["session", "cookies", "cookie", "token"];
const MOVIE_ID: &[&str] = &["movie_id", "id"];
const FILE_NAME: &[&str] = &["file_name", "filename", "movie_name", "name"];
const FILE_SIZE: &[&str] = &["file_size", "filesize", "movie_size", "size"];
const MOVIES: &[&str] = &["movie_list", "back_movie_list", "back_list"];
const RECORDS: &[&str] =
    &["record_list", "download_list", "back_list", "back_record_list", "back_download_list"];
const NOTICES: &[&str] = &["notice_list", "back_list", "back_notice_list"];
const NOTICE_TITLE: &[&str] = &["title", "notice_name", "name"];
const NOTICE_CONTENT: &[&str] = &["content", "notice_content"];
const IS_FREE: &[&str] = &["is_free", "movie_type"];

/// A server that speaks the classic protocol, with one login or none.
pub struct ClassicBackend<'a> {
    context: &'a Context,
    address: String,
    connection: Option<Connection>,
    login: Option<Login>,
    /// The list that is being shown.
    listed: Vec<Title>,
}

/// Who is logged in. The login ends with its connection.
struct Login {
    /// The token, as the server gave it; null where it gave none.
    session: Value,
    is_member: bool,
}

impl<'a> ClassicBackend<'a> {
    /// A backend to that server, connected, nobody logged in.
    pub async fn open(context: &'a Context, address: &str) -> Result<Self, Failure> {
        let connection = Connection::open(address).await?;
        Ok(ClassicBackend {
            context,
            address: address.to_owned(),
            connection: Some(connection),
            login: None,
            listed: Vec::new(),
        })
    }

    fn close(&mut self) {
        self.connection = None;
        self.login = None;
    }

    /// The connection; a new one where the old one has ended, and its login with it.
    async fn connection(&mut self) -> Result<&mut Connection, Failure> {
        if !self.connection.as_ref().is_some_and(Connection::is_in_step) {
            self.close();
        }
        match &mut self.connection {
            Some(connection) => Ok(connection),
            none => Ok(none.insert(Connection::open(&self.address).await?)),
        }
    }

    /// Asks, and is answered; a broken connection is given up. A refusal is a failure.
    async fn ask(&mut self, request: Value) -> Result<Reply, Failure> {
        let answer = async { self.connection().await?.ask(&request).await }.await;
        self.accepted(answer)
    }

    /// The same for somebody who is logged in.
    async fn ask_as_guest(&mut self, request: Value) -> Result<Reply, Failure> {
        let request = self.as_guest(request).await?;
        self.ask(request).await
    }

    /// The request with the login's token.
    async fn as_guest(&mut self, mut request: Value) -> Result<Value, Failure> {
        self.connection().await?;
        let login = self.login.as_ref().ok_or_else(Failure::login_required)?;
        if !login.session.is_null() {
            request["session"] = login.session.clone();
        }
        Ok(request)
    }

    fn accepted(&mut self, answer: Result<Reply, Failure>) -> Result<Reply, Failure> {
        match answer {
            Ok(reply) if reply.flag() => Ok(reply),
            Ok(reply) => {
                let refused = refusal(self.context.lang, &reply.msg());
                if refused.code() == Some(Code::LoginRequired) {
                    self.login = None;
                }
                Err(refused)
            }
            Err(failure) => {
                self.close();
                Err(failure)
            }
        }
    }

    async fn list(&mut self, price: Option<PriceFilter>) -> Result<Vec<Title>, Failure> {
        let movie_type = match price {
            None => "all",
            Some(PriceFilter::Free) => "free",
            Some(PriceFilter::Paid) => "charge",
        };
        let request = json!({ "type": "get_movie_list", "movie_type": movie_type });
        let reply = self.ask_as_guest(request).await?;
        let asked = price.map(|price| price == PriceFilter::Free);
        let titles = items(&reply, MOVIES).iter().filter_map(|item| self.title(item, asked));
        let mut titles: Vec<Title> = titles.collect();
        titles.reverse();
        Ok(titles)
    }

    /// `[name, "免费" or "收费", id]`, or an object with as much.
    fn title(&self, item: &Value, asked: Option<bool>) -> Option<Title> {
        let (name, kind, id) = match item {
            Value::Array(parts) => {
                let kind = if parts.len() > 2 { parts.get(1) } else { None };
                (parts.first()?, kind, parts.get(1..)?.last()?)
            }
            Value::Object(fields) => {
                let find = |names: &[&str]| names.iter().find_map(|name| fields.get(*name));
                (find(FILE_NAME)?, find(IS_FREE), find(MOVIE_ID)?)
            }
            _ => return None,
        };
        let is_free = kind.and_then(is_free).or(asked);
        let price = match (is_free, kind) {
            (Some(true), _) => self.context.say("cli.video.free"),
            (Some(false), _) => self.context.say("menu.paid"),
            (None, kind) => kind.map(shown).unwrap_or_default(),
        };
        Some(Title { id: id.clone(), name: shown(name), price, is_free })
    }

    fn notices_in(&self, reply: &Reply) -> Vec<Notice> {
        items(reply, NOTICES).iter().rev().filter_map(notice).collect()
    }

    /// Receives the bytes that follow the reply to a download.
    async fn receive(&mut self, reply: &Reply, title: &Title) -> Result<PathBuf, Failure> {
        let Some(connection) = &mut self.connection else {
            return Err(ClientError::Unreachable("the connection ended early".into()).into());
        };
        let size = reply.size(FILE_SIZE).ok_or_else(|| {
            ClientError::Protocol("the answer to download_movie has no file_size".into())
        })?;
        let name = reply.find(FILE_NAME).and_then(Value::as_str).unwrap_or(&title.name);
        let name = safe_file_name(name);
        let (mut path, mut part) = place(&name)?;
        let wait = Duration::from_secs_f64(reply.seconds("wait_time").min(LONGEST_WAIT));
        begins(self.context, connection, wait, size).await?;
        let progress = Progress::new(clean(&name), size);
        let filled = fill(&mut part, connection, size, &progress).await;
        progress.end();
        filled?;
        // A file that came there meanwhile stays.
        for other in std::iter::once(path.clone()).chain(names_in(Path::new("."), &name)) {
            path = other;
            match part.keep_as(&path, false) {
                Err(Failure::Here { code: "file_exists", .. }) => {}
                kept => return kept.map(|()| path),
            }
        }
        Err(taken(&path))
    }
}

impl MenuBackend for ClassicBackend<'_> {
    async fn needs_invite(&mut self, _role: Role) -> Result<bool, Failure> {
        // The protocol has no request for that; a refusal says it.
        Ok(false)
    }

    async fn register(
        &mut self,
        role: Role,
        name: &str,
        password: &str,
        invite: Option<String>,
    ) -> Result<(), Failure> {
        let mut request = json!({
            "type": "register",
            "name": name,
            "password": digest(password),
            "user_type": role.as_str(),
        });
        if let Some(invite) = invite {
            request["invite"] = invite.into();
        }
        self.ask(request).await.map(drop)
    }

    async fn log_in(&mut self, role: Role, name: &str, password: &str) -> Result<Welcome, Failure> {
        let request = json!({
            "type": "login",
            "name": name,
            "password": digest(password),
            "user_type": role.as_str(),
        });
        let reply = self.ask(request).await?;
        let is_member = reply.find(&["is_vip"]).and_then(truth).unwrap_or(false);
        let session = reply.find(SESSION).cloned().unwrap_or_default();
        self.login = Some(Login { session, is_member });
        let newest = match reply.has("last_notice") {
            true => reply.find(&["last_notice"]).and_then(notice),
            false => match self.notices().await {
                Ok(notices) => notices.into_iter().next(),
                Err(failure @ Failure::Call(_)) => return Err(failure),
                Err(_) => None,
            },
        };
        let membership = self.context.say(match is_member {
            true => "menu.member",
            false => "cli.membership.none",
        });
        Ok(Welcome { name: clean(name), membership, newest })
    }

    /// A login ends with its connection, on every such server.
    async fn log_out(&mut self) -> Result<(), Failure> {
        self.close();
        Ok(())
    }

    async fn look_up(&mut self, file: &mut LocalFile) -> Result<Found, Failure> {
        let file_md5 = file.fingerprint()?;
        let request = json!({ "type": "check_movie", "file_md5": file_md5 });
        match self.ask_as_guest(request).await {
            Ok(_) => Ok(Found::No),
            // Whether it is there, or the question was refused, only its text says.
            Err(Failure::Here { code: "server_said", facts }) => {
                Ok(Found::Here(self.context.tell("cli.failure.server_said", &facts)))
            }
            Err(failure) => Err(failure),
        }
    }

    async fn upload(&mut self, file: LocalFile, is_free: bool) -> Result<Sent, Failure> {
        let (name, size) = (file.name(), file.size_bytes());
        let request = json!({
            "type": "upload_movie",
            "file_name": name,
            "file_size": size,
            "file_md5": file.fingerprint()?,
            "is_free": i32::from(is_free),
        });
        let request = self.as_guest(request).await?;
        let progress = Progress::new(clean(&name), size);
        let counter = progress.clone();
        let mut bytes = file.bytes(0, size, move |count| counter.add(count));
        let wrong = |error| Failure::file(Path::new(&name), error);
        let answer = async {
            let connection = self.connection().await?;
            connection.send(&request).await?;
            while let Some(piece) = bytes.next().await {
                if let Err(broken) = connection.write(&piece.map_err(wrong)?).await {
                    // A server that refuses early may have written why before it closed.
                    return connection.last_words().await.ok_or(broken);
                }
            }
            connection.reply().await
        }
        .await;
        progress.end();
        let reply = self.accepted(answer)?;
        let id = reply.find(MOVIE_ID).map(shown);
        Ok(Sent { id, title: clean(&name) })
    }

    async fn restore(&mut self, _id: i64) -> Result<(), Failure> {
        // No server of this kind lists its trash; an upload brings it back.
        Err(Failure::Refused(Refusal::not_found("video")))
    }

    /// The protocol has no pages; what came is shown in some.
    async fn titles(
        &mut self,
        price: Option<PriceFilter>,
        cursor: Option<String>,
    ) -> Result<Shelf, Failure> {
        if cursor.is_none() {
            self.listed = self.list(price).await?;
        }
        let rest = self.listed.split_off(self.listed.len().min(PAGE));
        let titles = std::mem::replace(&mut self.listed, rest);
        Ok(Shelf { titles, next: (!self.listed.is_empty()).then(String::new) })
    }

    async fn delete(&mut self, id: &Value) -> Result<(), Failure> {
        let request = json!({ "type": "delete_movie", "delete_movie_id": id });
        self.ask_as_guest(request).await.map(drop)
    }

    async fn publish(&mut self, title: &str, content: &str) -> Result<(), Failure> {
        let request = json!({ "type": "release_notice", "title": title, "content": content });
        self.ask_as_guest(request).await.map(drop)
    }

    async fn offers(&mut self) -> Result<Vec<Offer>, Failure> {
        self.connection().await?;
        let login = self.login.as_ref().ok_or_else(Failure::login_required)?;
        if login.is_member {
            return Err(Failure::Refused(Code::AlreadyMember.into()));
        }
        Ok(vec![Offer {
            code: String::new(),
            title: self.context.say("menu.membership_offer"),
            price: self.context.say("menu.their_price"),
            price_minor: 0,
            months: None,
        }])
    }

    async fn buy_membership(&mut self, _offer: &Offer) -> Result<String, Failure> {
        // The brief does not name this operation; these are the names that it has got.
        let bought = match self.ask_as_guest(json!({ "type": "buy_member" })).await {
            Err(failure) if is_unknown_type(&failure) => {
                self.ask_as_guest(json!({ "type": "buy_vip" })).await
            }
            bought => bought,
        };
        bought?;
        if let Some(login) = &mut self.login {
            login.is_member = true;
        }
        Ok(self.context.say("menu.member"))
    }

    async fn download(&mut self, title: &Title, agrees: Agrees<'_>) -> Result<PathBuf, Failure> {
        if title.is_free != Some(true) && !agrees(self.context.say("menu.their_price_if_new"))? {
            return Err(Failure::Reported(crate::failure::REFUSED));
        }
        let mut request = json!({ "type": "download_movie", "movie_id": title.id });
        if let Some(is_free) = title.is_free {
            request["movie_type"] = if is_free { "free" } else { "charge" }.into();
        }
        let reply = self.ask_as_guest(request).await?;
        let received = self.receive(&reply, title).await;
        if received.is_err() {
            // Bytes of it may still be on their way.
            self.close();
        }
        received
    }

    async fn records(&mut self) -> Result<Vec<Record>, Failure> {
        let reply = self.ask_as_guest(json!({ "type": "check_download_record" })).await?;
        let record =
            |item: &Value| Record { title: shown(item), state: String::new(), when: String::new() };
        Ok(items(&reply, RECORDS).iter().rev().map(record).collect())
    }

    async fn notices(&mut self) -> Result<Vec<Notice>, Failure> {
        let reply = self.ask_as_guest(json!({ "type": "check_notice" })).await?;
        Ok(self.notices_in(&reply))
    }
}

/// What goes over the wire instead of the password.
fn digest(password: &str) -> String {
    hex::encode(Md5::digest(password.as_bytes()))
}

/// A file that is not there, and the part that becomes it: no other download writes it.
fn place(name: &str) -> Result<(PathBuf, Part), Failure> {
    for path in names_in(Path::new("."), name) {
        if path.symlink_metadata().is_ok() {
            continue;
        }
        match Part::fresh(&path) {
            Err(Failure::Here { code: "download_running", .. }) => {}
            part => return part.map(|part| (path, part)),
        }
    }
    Err(taken(Path::new(name)))
}

/// Waits for the first byte, counting down: the server alone decides when the wait is over.
async fn begins(
    context: &Context,
    connection: &Connection,
    wait: Duration,
    size: u64,
) -> Result<(), Failure> {
    let latest = Instant::now() + wait + PIECE_WITHIN;
    let mut countdown = Countdown::new(context, Voice::Stdout, wait);
    let mut came = Ok(());
    while size > 0 && Instant::now() < latest {
        countdown.tick();
        tokio::select! {
            first = connection.readable() => {
                came = first;
                break;
            }
            () = sleep(TICK) => {}
        }
    }
    countdown.end();
    came
}

/// Fills the part with the raw bytes of a reply.
async fn fill(
    part: &mut Part,
    connection: &mut Connection,
    size: u64,
    progress: &Progress,
) -> Result<(), Failure> {
    while part.have() < size {
        part.append(&connection.piece(size - part.have(), PIECE_WITHIN).await?)?;
        progress.at(part.have());
    }
    Ok(())
}

/// A refusal in the server's words, or in the reader's language where they are words of ours.
fn refusal(lang: Lang, msg: &str) -> Failure {
    let message = |key: &str, lang| text(lang, key, &Facts::new());
    let is = |key: &str| [Lang::Zh, Lang::En].iter().any(|lang| message(key, *lang) == msg);
    if is("classic.login_required") {
        return Failure::login_required();
    }
    if let Some(code) = Code::ALL.iter().find(|code| is(&format!("error.{}", code.as_str()))) {
        return Failure::Refused((*code).into());
    }
    let ours = ["already_here", "already_member", "wrong_type"]
        .into_iter()
        .chain(["no_movies", "no_records", "no_notices"])
        .map(|name| format!("classic.{name}"))
        .find(|key| is(key));
    let reason = match (ours, msg.trim()) {
        (Some(key), _) => message(&key, lang),
        (None, "") => message("cli.failure.server_refused", lang),
        (None, msg) => msg.to_owned(),
    };
    Failure::Here { code: "server_said", facts: facts! { "reason" => reason } }
}

/// Whether the server does not know the operation. Asking by another name can do no harm then.
fn is_unknown_type(failure: &Failure) -> bool {
    let Failure::Here { code: "server_said", facts } = failure else { return false };
    let message = facts.get("reason").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    ["type", "类型", "功能", "接口", "操作", "指令", "buy_member"]
        .iter()
        .any(|word| message.contains(word))
}

fn items<'a>(reply: &'a Reply, names: &[&str]) -> &'a [Value] {
    reply.find(names).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// `{title, content}`, `[title, content]` or a text.
fn notice(value: &Value) -> Option<Notice> {
    let (title, content) = match value {
        Value::Object(fields) => {
            let find = |names: &[&str]| names.iter().find_map(|name| fields.get(*name));
            (find(NOTICE_TITLE), find(NOTICE_CONTENT))
        }
        Value::Array(parts) => (parts.first(), parts.get(1)),
        Value::Null => return None,
        other => (Some(other), None),
    };
    if title.is_none() && content.is_none() {
        return None;
    }
    let content = content.map(|value| match value {
        Value::String(content) => clean_lines(content),
        other => shown(other),
    });
    Some(Notice {
        title: title.map(shown).unwrap_or_default(),
        content: content.unwrap_or_default(),
        when: String::new(),
    })
}

/// A value on one line.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => clean(text),
        Value::Null => String::new(),
        Value::Array(parts) => parts.iter().map(shown).collect::<Vec<_>>().join("  "),
        Value::Object(fields) => fields.values().map(shown).collect::<Vec<_>>().join("  "),
        other => other.to_string(),
    }
}

/// Whether a label says that a video costs nothing.
fn is_free(label: &Value) -> Option<bool> {
    match label.as_str().map(|label| label.trim().to_lowercase()).as_deref() {
        Some("免费" | "free") => Some(true),
        Some("收费" | "付费" | "charge" | "pay" | "paid") => Some(false),
        _ => truth(label),
    }
}

#[cfg(test)]
mod tests;
