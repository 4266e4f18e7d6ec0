//! The menus over the HTTP API.

use super::backend::{Agrees, Found, Sent};
use super::{MenuBackend, Notice, Offer, Record, Shelf, Title, Welcome};
use crate::command::{membership_of, state_of, ticket_for, title_of};
use crate::context::{Context, when};
use crate::facts;
use crate::failure::Failure;
use crate::fetch::{Fetch, Place, Voice, Wanted, choose, connections};
use crate::output::{clean, clean_lines};
use crate::progress::Progress;
use crate::send::{Known, LocalFile, Sending};
use serde_json::Value;
use std::path::PathBuf;
use yingku_client::{Client, ClientError};
use yingku_protocol::Money;
use yingku_protocol::{
    Announcement, BuyMembership, ListAnnouncements, ListPage, ListVideos, LogIn, PriceFilter,
    PublishAnnouncement, Refusal, RegisterAccount, Role, UploadVideo, Video,
};

/// So many lines are shown at once.
const PAGE: u64 = 50;

/// The HTTP API, with one login or none.
pub struct HttpBackend<'a> {
    context: &'a Context,
    server: String,
    client: Client,
    money: Option<Money>,
}

impl<'a> HttpBackend<'a> {
    /// A backend to that server, nobody logged in.
    pub fn new(context: &'a Context, server: &str) -> Result<Self, Failure> {
        let client = context.server(server)?;
        Ok(HttpBackend { context, server: server.to_owned(), client, money: None })
    }

    async fn amounts(&mut self) -> Money {
        match &self.money {
            Some(money) => money.clone(),
            None => {
                let money = self.context.money(&self.client).await;
                self.money = Some(money.clone());
                money
            }
        }
    }

    fn title(&self, money: &Money, video: &Video) -> Title {
        let price = match (video.is_free, video.owned) {
            (true, _) => self.context.say("cli.video.free"),
            (false, true) => self.context.say("menu.owned"),
            (false, false) => money.show(video.your_price_minor),
        };
        let is_free = Some(video.is_free);
        Title { id: video.id.into(), name: clean(&video.title), price, is_free }
    }
}

impl MenuBackend for HttpBackend<'_> {
    async fn needs_invite(&mut self, role: Role) -> Result<bool, Failure> {
        let site = self.client.site().await?;
        Ok(match role {
            Role::Admin => site.signup_admin == "invite",
            Role::User => site.signup_user == "invite",
        })
    }

    async fn register(
        &mut self,
        role: Role,
        name: &str,
        password: &str,
        invite: Option<String>,
    ) -> Result<(), Failure> {
        let body = RegisterAccount {
            name: name.to_owned(),
            password: password.to_owned(),
            display_name: None,
            role: Some(role),
            invite,
        };
        self.client.register(&body).await?;
        Ok(())
    }

    async fn log_in(&mut self, role: Role, name: &str, password: &str) -> Result<Welcome, Failure> {
        let nobody = self.context.server(&self.server)?;
        let body = LogIn { name: name.to_owned(), password: password.to_owned(), cookie: false };
        let session = nobody.log_in(&body).await?;
        let token = session.token.ok_or_else(|| {
            ClientError::Protocol("POST /api/v1/sessions: the answer has no token".into())
        })?;
        self.client = self.context.connect(&self.server, Some(&token))?;
        if session.account.role != role {
            self.log_out().await?;
            return Err(match role {
                Role::Admin => Failure::Here { code: "not_admin", facts: facts! {} },
                Role::User => Failure::Here { code: "not_user", facts: facts! {} },
            });
        }
        let query = ListAnnouncements { limit: Some(1), ..Default::default() };
        let newest = self.client.announcements(&query).await?.items.first().map(notice);
        let membership = membership_of(self.context, &session.account.membership);
        Ok(Welcome { name: clean(&session.account.name), membership, newest })
    }

    async fn log_out(&mut self) -> Result<(), Failure> {
        let nobody = self.context.server(&self.server)?;
        let client = std::mem::replace(&mut self.client, nobody);
        Ok(client.log_out().await?)
    }

    async fn look_up(&mut self, file: &mut LocalFile) -> Result<Found, Failure> {
        Ok(match file.look_up(self.context, &self.client).await? {
            Known::No(_) => Found::No,
            Known::InTrash(id) => Found::InTrash(id),
            Known::Here(video) => {
                let facts = facts! { "id" => video.id, "title" => video.title };
                Found::Here(self.context.tell("cli.upload.existing", &facts))
            }
        })
    }

    async fn upload(&mut self, file: LocalFile, is_free: bool) -> Result<Sent, Failure> {
        let about = UploadVideo { is_free: Some(is_free), ..Default::default() };
        let progress = Progress::new(clean(&file.name()), file.size_bytes());
        let sending = Sending::new(&self.client, &self.server, &file, about, progress.clone())?;
        let sent = sending.run().await;
        progress.end();
        let video = sent?;
        Ok(Sent { id: Some(video.id.to_string()), title: clean(&video.title) })
    }

    async fn restore(&mut self, id: i64) -> Result<(), Failure> {
        self.client.restore_video(id).await?;
        Ok(())
    }

    async fn titles(
        &mut self,
        price: Option<PriceFilter>,
        cursor: Option<String>,
    ) -> Result<Shelf, Failure> {
        let query = ListVideos { price, cursor, limit: Some(PAGE), ..Default::default() };
        let page = self.client.videos(&query).await?;
        let money = self.amounts().await;
        let titles = page.items.iter().map(|video| self.title(&money, video)).collect();
        Ok(Shelf { titles, next: page.next_cursor })
    }

    async fn delete(&mut self, id: &Value) -> Result<(), Failure> {
        self.client.delete_video(number(id)?).await?;
        Ok(())
    }

    async fn publish(&mut self, title: &str, content: &str) -> Result<(), Failure> {
        let body = PublishAnnouncement {
            title: title.to_owned(),
            content: content.to_owned(),
            published_at: None,
            pinned: false,
        };
        self.client.publish_announcement(&body).await?;
        Ok(())
    }

    async fn offers(&mut self) -> Result<Vec<Offer>, Failure> {
        let plans = self.client.plans().await?.items;
        let money = self.amounts().await;
        let offer = |plan: yingku_protocol::Plan| Offer {
            title: clean(title_of(self.context, &plan)),
            price: money.show(plan.price_minor),
            price_minor: plan.price_minor,
            months: plan.months,
            code: plan.code,
        };
        Ok(plans.into_iter().filter(|plan| plan.on_sale).map(offer).collect())
    }

    async fn buy_membership(&mut self, offer: &Offer) -> Result<String, Failure> {
        let body = BuyMembership {
            plan: offer.code.clone(),
            expected_price_minor: offer.price_minor,
            expected_months: Some(offer.months.unwrap_or(0)),
        };
        let bought = self.client.buy_membership(&body).await?;
        Ok(membership_of(self.context, &bought.membership))
    }

    async fn download(&mut self, title: &Title, agrees: Agrees<'_>) -> Result<PathBuf, Failure> {
        let id = number(&title.id)?;
        let video = self.client.video(id).await?;
        let wanted = Wanted {
            file_name: &video.file_name,
            size_bytes: video.size_bytes,
            content_hash: &video.content_hash,
        };
        let path = match choose(self.context, None, &wanted)? {
            Place::Done(path) => return Ok(path),
            Place::To { path, .. } => path,
        };
        let money = self.amounts().await;
        let ticket =
            ticket_for(&self.client, id, |price_minor| agrees(money.show(price_minor))).await?;
        let fetch = Fetch {
            context: self.context,
            client: &self.client,
            ticket: &ticket,
            voice: Voice::Stdout,
            connections: connections(None, ticket.size_bytes, &self.server),
        };
        fetch.to(&path, false).await?;
        Ok(path)
    }

    async fn records(&mut self) -> Result<Vec<Record>, Failure> {
        let query = ListPage { limit: Some(PAGE), cursor: None };
        let page = self.client.downloads(&query).await?;
        let record = |record: &yingku_protocol::DownloadRecord| Record {
            title: clean(&record.title),
            state: state_of(self.context, record),
            when: when(record.created_at),
        };
        Ok(page.items.iter().map(record).collect())
    }

    async fn notices(&mut self) -> Result<Vec<Notice>, Failure> {
        let query = ListAnnouncements { limit: Some(PAGE), ..Default::default() };
        let page = self.client.announcements(&query).await?;
        match self.client.read_all_announcements().await {
            // Read they are, whether or not that could be noted.
            Ok(()) | Err(ClientError::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(page.items.iter().map(notice).collect())
    }
}

fn number(id: &Value) -> Result<i64, Failure> {
    id.as_i64().ok_or_else(|| Failure::Refused(Refusal::not_found("video")))
}

fn notice(announcement: &Announcement) -> Notice {
    Notice {
        title: clean(&announcement.title),
        content: clean_lines(&announcement.content),
        when: when(announcement.published_at),
    }
}
