//! The brief's two numbered menus. They read lines, so that a pipe can drive them, and do
//! everything through a [`MenuBackend`]; nothing here knows how the server is spoken to.

mod backend;
mod classic;
mod http;
mod talk;
mod wire;

use backend::{Found, MenuBackend, Notice, Offer, Record, Shelf, Title, Welcome};
use classic::ClassicBackend;

use crate::args::{ClassicMenuArgs, MenuArgs};
use crate::context::Context;
use crate::facts;
use crate::failure::Failure;
use crate::plain::plain;
use crate::send::LocalFile;
use http::HttpBackend;
use std::path::{Path, PathBuf};
use talk::{Stop, Talk};
use yingku_protocol::{Code, PriceFilter, Role};

/// Where a server is, when nobody says otherwise.
const USUAL_SERVER: &str = "http://127.0.0.1:8080";

/// Runs the menus until somebody leaves them, or the input ends.
pub async fn run(context: &Context, args: MenuArgs) -> Result<(), Failure> {
    let context = Context { json: false, ..context.clone() };
    let talk = Talk { context: &context };
    let Some(server) = server(&context, &talk, args.url)? else { return Ok(()) };
    let backend = HttpBackend::new(&context, &server)?;
    show(&context, talk, backend, &server).await
}

/// The same over the classic protocol.
pub async fn run_classic(context: &Context, args: ClassicMenuArgs) -> Result<(), Failure> {
    let context = Context { json: false, ..context.clone() };
    let talk = Talk { context: &context };
    let backend = ClassicBackend::open(&context, &args.address).await?;
    show(&context, talk, backend, &args.address).await
}

async fn show<'a, D: MenuBackend>(
    context: &'a Context,
    talk: Talk<'a>,
    backend: D,
    server: &str,
) -> Result<(), Failure> {
    let mut menus = Menus { context, talk, backend, guest: None };
    match menus.begin(server).await {
        Err(Stop::Failed(failure)) => Err(failure),
        Ok(()) | Err(Stop::End | Stop::Back) => Ok(()),
    }
}

fn server(context: &Context, talk: &Talk, url: Option<String>) -> Result<Option<String>, Failure> {
    if let Some(url) = url {
        return Ok(Some(url));
    }
    if let Some(at) = context.whereabouts()? {
        return Ok(Some(at.server));
    }
    let asked = talk.ask("menu.ask.server", &facts! { "usual" => USUAL_SERVER });
    match asked {
        Ok(url) if url.trim().is_empty() => Ok(Some(USUAL_SERVER.to_owned())),
        Ok(url) => Ok(Some(url.trim().to_owned())),
        Err(Stop::Failed(failure)) => Err(failure),
        Err(Stop::End | Stop::Back) => Ok(None),
    }
}

/// The menus over a backend.
struct Menus<'a, D> {
    context: &'a Context,
    talk: Talk<'a>,
    backend: D,
    /// Who is logged in.
    guest: Option<Welcome>,
}

/// What a numbered line of a menu does.
#[derive(Clone, Copy)]
enum Act {
    Register,
    LogIn,
    Upload,
    Delete,
    Publish,
    BuyMembership,
    ListAll,
    DownloadFree,
    DownloadPaid,
    Records,
    Notices,
}

const ADMIN: &[(Act, &str)] = &[
    (Act::Register, "menu.act.register"),
    (Act::LogIn, "menu.act.log_in"),
    (Act::Upload, "menu.act.upload"),
    (Act::Delete, "menu.act.delete"),
    (Act::Publish, "menu.act.publish"),
];

const USER: &[(Act, &str)] = &[
    (Act::Register, "menu.act.register"),
    (Act::LogIn, "menu.act.log_in"),
    (Act::BuyMembership, "menu.act.buy_membership"),
    (Act::ListAll, "menu.act.list_all"),
    (Act::DownloadFree, "menu.act.download_free"),
    (Act::DownloadPaid, "menu.act.download_paid"),
    (Act::Records, "menu.act.records"),
    (Act::Notices, "menu.act.notices"),
];

impl<D: MenuBackend> Menus<'_, D> {
    async fn begin(&mut self, server: &str) -> Result<(), Stop> {
        self.talk.line(&self.context.tell("menu.welcome", &facts! { "server" => server }))?;
        self.first().await
    }

    /// The first menu: who are you?
    async fn first(&mut self) -> Result<(), Stop> {
        loop {
            let title = self.context.say("menu.title.first");
            self.talk.menu(&title, &["menu.act.admin", "menu.act.user"], "menu.act.quit")?;
            match self.talk.ask("menu.ask.choice", &facts! {})?.trim() {
                "1" => self.submenu(Role::Admin, ADMIN).await?,
                "2" => self.submenu(Role::User, USER).await?,
                "q" | "Q" => return self.talk.line(&self.context.say("menu.bye")),
                _ => self.talk.line(&self.context.say("menu.no_choice"))?,
            }
        }
    }

    /// One of the two menus, until somebody goes back. Whoever logged in is logged out then.
    async fn submenu(&mut self, role: Role, acts: &[(Act, &str)]) -> Result<(), Stop> {
        let left = self.choose_acts(role, acts).await;
        if self.guest.take().is_some() {
            // Not being able to say goodbye keeps nobody here; the login expires by itself.
            let _ = self.backend.log_out().await;
        }
        left
    }

    async fn choose_acts(&mut self, role: Role, acts: &[(Act, &str)]) -> Result<(), Stop> {
        let names: Vec<&str> = acts.iter().map(|(_, name)| *name).collect();
        loop {
            self.talk.menu(&self.title(role), &names, "menu.act.back")?;
            let choice = self.talk.ask("menu.ask.choice", &facts! {})?;
            if matches!(choice.trim(), "q" | "Q") {
                return Ok(());
            }
            let Some((act, _)) = numbered(&choice, acts.len()).and_then(|at| acts.get(at)) else {
                self.talk.line(&self.context.say("menu.no_choice"))?;
                continue;
            };
            match self.act(role, *act).await {
                Ok(()) | Err(Stop::Back) => {}
                Err(Stop::Failed(failure)) => self.tell_failure(&failure).await?,
                Err(Stop::End) => return Err(Stop::End),
            }
        }
    }

    fn title(&self, role: Role) -> String {
        let title = self.context.say(match role {
            Role::Admin => "menu.title.admin",
            Role::User => "menu.title.user",
        });
        match &self.guest {
            Some(guest) => format!("{title} · {}", guest.name),
            None => title,
        }
    }

    /// A refusal is printed, and the menu goes on.
    async fn tell_failure(&mut self, failure: &Failure) -> Result<(), Stop> {
        if matches!(failure.code(), Some(Code::SessionEnded | Code::LoginRequired)) {
            self.guest = None;
        }
        match failure.problem(self.context.lang) {
            Some(problem) => self.talk.line(&problem.detail),
            None => Ok(()),
        }
    }

    async fn act(&mut self, role: Role, act: Act) -> Result<(), Stop> {
        if !matches!(act, Act::Register | Act::LogIn) && self.guest.is_none() {
            return Err(Failure::login_required().into());
        }
        match act {
            Act::Register => self.register(role).await,
            Act::LogIn => self.log_in(role).await,
            Act::Upload => self.upload().await,
            Act::Delete => self.delete().await,
            Act::Publish => self.publish().await,
            Act::BuyMembership => self.buy_membership().await,
            Act::ListAll => self.choose_title(None, false).await.map(drop),
            Act::DownloadFree => self.download(PriceFilter::Free).await,
            Act::DownloadPaid => self.download(PriceFilter::Paid).await,
            Act::Records => self.records().await,
            Act::Notices => self.notices().await,
        }
    }

    async fn register(&mut self, role: Role) -> Result<(), Stop> {
        let name = self.talk.need("menu.ask.name")?;
        let password = self.talk.password(true)?;
        let registered = match self.backend.needs_invite(role).await? {
            true => Err(Failure::Refused(Code::InviteRequired.into())),
            false => self.backend.register(role, &name, &password, None).await,
        };
        match registered {
            Err(failure) if failure.code() == Some(Code::InviteRequired) => {
                let invite = Some(self.talk.need("menu.ask.invite")?);
                self.backend.register(role, &name, &password, invite).await?;
            }
            registered => registered?,
        }
        self.talk.line(&self.context.tell("menu.registered", &facts! { "name" => name }))
    }

    async fn log_in(&mut self, role: Role) -> Result<(), Stop> {
        let name = self.talk.need("menu.ask.name")?;
        let password = self.talk.password(false)?;
        if self.guest.take().is_some() {
            let _ = self.backend.log_out().await;
        }
        let guest = self.backend.log_in(role, &name, &password).await?;
        self.talk.line(
            &self.context.tell("menu.logged_in", &facts! { "name" => guest.name.as_str() }),
        )?;
        if role == Role::User {
            let facts = facts! { "membership" => guest.membership.as_str() };
            self.talk.line(&self.context.tell("menu.membership", &facts))?;
        }
        match &guest.newest {
            Some(notice) => {
                self.talk.line(&self.context.say("menu.newest"))?;
                self.tell_notice(notice)?;
            }
            None => self.talk.line(&self.context.say("menu.no_notices"))?,
        }
        self.guest = Some(guest);
        Ok(())
    }

    fn tell_notice(&self, notice: &Notice) -> Result<(), Stop> {
        self.talk.line(format!("【{}】 {}", notice.title, notice.when).trim_end())?;
        self.talk.line(&plain(&notice.content))
    }

    /// First the cheap question, then the bytes.
    async fn upload(&mut self) -> Result<(), Stop> {
        let path = self.choose_file()?;
        let mut file = LocalFile::open(&path)?;
        match self.backend.look_up(&mut file).await? {
            Found::Here(message) => return self.talk.line(&message),
            Found::InTrash(id) => return self.restore(id).await,
            Found::No => {}
        }
        let is_free = self.talk.yes_or_no("menu.ask.is_free", &facts! {})?;
        let sent = self.backend.upload(file, is_free).await?;
        let key = if sent.id.is_some() { "cli.upload.done" } else { "menu.uploaded" };
        let facts = facts! { "id" => sent.id.unwrap_or_default(), "title" => sent.title };
        self.talk.line(&self.context.tell(key, &facts))
    }

    async fn restore(&mut self, id: i64) -> Result<(), Stop> {
        if self.talk.yes_or_no("menu.ask.restore", &facts! { "id" => id })? {
            self.backend.restore(id).await?;
            self.talk.line(&self.context.tell("menu.restored", &facts! { "id" => id }))?;
        }
        Ok(())
    }

    /// A file, or a folder and then one of its files.
    fn choose_file(&self) -> Result<PathBuf, Stop> {
        let path = PathBuf::from(self.talk.need("menu.ask.path")?);
        if !path.is_dir() {
            return Ok(path);
        }
        let files = files_in(&path)?;
        if files.is_empty() {
            self.talk.line(&self.context.say("menu.no_files"))?;
            return Err(Stop::Back);
        }
        for (at, file) in files.iter().enumerate() {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            self.talk.line(&format!("{:>4}  {name}", at + 1))?;
        }
        let choice = self.talk.need("menu.ask.number")?;
        let at = numbered(&choice, files.len());
        at.and_then(|at| files.get(at).cloned()).ok_or_else(|| self.no_choice())
    }

    fn no_choice(&self) -> Stop {
        match self.talk.line(&self.context.say("menu.no_choice")) {
            Ok(()) => Stop::Back,
            Err(stop) => stop,
        }
    }

    async fn delete(&mut self) -> Result<(), Stop> {
        let Some(title) = self.choose_title(None, true).await? else { return Ok(()) };
        let facts = facts! { "id" => title.id.clone(), "title" => title.name };
        if !self.talk.yes_or_no("menu.ask.delete", &facts)? {
            return Ok(());
        }
        self.backend.delete(&title.id).await?;
        self.talk.line(&self.context.tell("menu.deleted", &facts))
    }

    async fn publish(&mut self) -> Result<(), Stop> {
        let title = self.talk.need("menu.ask.title")?;
        let content = self.talk.need("menu.ask.content")?;
        self.backend.publish(&title, &content).await?;
        self.talk.line(&self.context.say("menu.published"))
    }

    async fn buy_membership(&mut self) -> Result<(), Stop> {
        let offers = self.backend.offers().await?;
        if offers.is_empty() {
            return self.talk.line(&self.context.say("cli.list.empty"));
        }
        for (at, offer) in offers.iter().enumerate() {
            self.talk.line(&format!("{:>4}  {}  {}", at + 1, offer.title, offer.price))?;
        }
        let choice = self.talk.need("menu.ask.number")?;
        let Some(offer) = numbered(&choice, offers.len()).and_then(|at| offers.get(at)) else {
            return Err(self.no_choice());
        };
        let facts = facts! { "title" => offer.title.as_str(), "price" => offer.price.as_str() };
        if !self.talk.yes_or_no("cli.membership.buy", &facts)? {
            return Ok(());
        }
        let membership = self.backend.buy_membership(offer).await?;
        self.talk
            .line(&self.context.tell("menu.membership", &facts! { "membership" => membership }))
    }

    /// Lists videos page by page; a number chooses one where that is wanted.
    async fn choose_title(
        &mut self,
        price: Option<PriceFilter>,
        chooses: bool,
    ) -> Result<Option<Title>, Stop> {
        let mut titles: Vec<Title> = Vec::new();
        let mut cursor = None;
        loop {
            let Shelf { titles: page, next } = self.backend.titles(price, cursor).await?;
            let shown = titles.len();
            titles.extend(page);
            if titles.is_empty() {
                self.talk.line(&self.context.say("menu.no_videos"))?;
                return Ok(None);
            }
            for (at, title) in titles.iter().enumerate().skip(shown) {
                self.talk.line(&format!("{:>4}  {}  {}", at + 1, title.name, title.price))?;
            }
            if !chooses && next.is_none() {
                return Ok(None);
            }
            let answer = match (chooses, next.is_some()) {
                (true, true) => self.talk.need("menu.ask.number_or_next")?,
                (true, false) => self.talk.need("menu.ask.number")?,
                (false, _) => self.talk.need("menu.ask.next")?,
            };
            if next.is_some() && matches!(answer.as_str(), "n" | "N") {
                cursor = next;
                continue;
            }
            let chosen = numbered(&answer, titles.len()).filter(|_| chooses);
            let chosen = chosen.map(|at| titles.swap_remove(at));
            return chosen.map(Some).ok_or_else(|| self.no_choice());
        }
    }

    async fn download(&mut self, price: PriceFilter) -> Result<(), Stop> {
        let Some(title) = self.choose_title(Some(price), true).await? else { return Ok(()) };
        let (talk, context) = (self.talk, self.context);
        let mut stopped = None;
        let downloaded = self
            .backend
            .download(&title, &mut |price| {
                let facts = facts! { "title" => title.name.as_str(), "price" => price };
                match talk.yes_or_no("cli.download.buy", &facts) {
                    Ok(agreed) => Ok(agreed),
                    Err(Stop::Failed(failure)) => Err(failure),
                    Err(stop) => {
                        stopped = Some(stop);
                        Ok(false)
                    }
                }
            })
            .await;
        if let Some(stop) = stopped {
            return Err(stop);
        }
        let path = downloaded?.display().to_string();
        talk.line(&context.tell("cli.download.done", &facts! { "path" => path }))
    }

    async fn records(&mut self) -> Result<(), Stop> {
        let records = self.backend.records().await?;
        if records.is_empty() {
            return self.talk.line(&self.context.say("menu.no_records"));
        }
        for Record { title, state, when } in records {
            self.talk.line(format!("{when}  {title}  {state}").trim())?;
        }
        Ok(())
    }

    async fn notices(&mut self) -> Result<(), Stop> {
        let notices = self.backend.notices().await?;
        if notices.is_empty() {
            return self.talk.line(&self.context.say("menu.no_notices"));
        }
        for notice in &notices {
            self.tell_notice(notice)?;
        }
        Ok(())
    }
}

/// The place that a number from 1 on stands for, if there are so many.
fn numbered(choice: &str, count: usize) -> Option<usize> {
    choice.trim().parse::<usize>().ok()?.checked_sub(1).filter(|at| *at < count)
}

/// The files of a folder by name, without hidden ones.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(folder).map_err(|error| Failure::file(folder, error))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.is_file())
        .filter(|path| !path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.')))
        .collect();
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_choose() {
        let cases =
            [("1", Some(0)), (" 3 ", Some(2)), ("4", None), ("0", None), ("x", None), ("", None)];
        for (choice, at) in cases {
            assert_eq!(numbered(choice, 3), at, "{choice}");
        }
    }

    #[test]
    fn the_menus_of_the_brief() {
        assert_eq!((ADMIN.len(), USER.len()), (5, 8));
    }

    #[test]
    fn a_folder_shows_its_files() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.mp4", "a.mp4", ".hidden"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        std::fs::create_dir(folder.path().join("folder")).unwrap();
        let files = files_in(folder.path()).unwrap();
        assert_eq!(files, [folder.path().join("a.mp4"), folder.path().join("b.mp4")]);
    }
}
