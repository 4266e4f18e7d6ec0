//! What the menus need of a server, whichever way it is spoken to.

use crate::failure::Failure;
use crate::send::LocalFile;
use serde_json::Value;
use std::path::PathBuf;
use yingku_protocol::{PriceFilter, Role};

/// Somebody who logged in.
pub struct Welcome {
    /// Login name.
    pub name: String,
    /// The membership, in words.
    pub membership: String,
    /// The newest announcement.
    pub newest: Option<Notice>,
}

/// An announcement.
pub struct Notice {
    /// Title.
    pub title: String,
    /// Content.
    pub content: String,
    /// When it was published; empty where the backend does not give it.
    pub when: String,
}

/// A video in a list.
pub struct Title {
    /// Its number, as the server gave it.
    pub id: Value,
    /// Its title.
    pub name: String,
    /// Its price for whoever is logged in, in words.
    pub price: String,
    /// Whether it costs nothing, where the backend gives it.
    pub is_free: Option<bool>,
}

/// A page of videos.
pub struct Shelf {
    /// The videos.
    pub titles: Vec<Title>,
    /// How to get the next page, where there is one.
    pub next: Option<String>,
}

/// A membership that can be bought.
pub struct Offer {
    /// Code of the plan.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Its price in words.
    pub price: String,
    /// Its price in minor units.
    pub price_minor: i64,
    /// Its length in calendar months; none for ever, and where nobody says.
    pub months: Option<i64>,
}

/// The record of a download.
pub struct Record {
    /// Title of the video.
    pub title: String,
    /// How far it came, in words.
    pub state: String,
    /// When; empty where the backend does not give it.
    pub when: String,
}

/// Sent by `download` with the price in words; the answer is whether to buy.
pub type Agrees<'a> = &'a mut dyn FnMut(String) -> Result<bool, Failure>;

/// The operations of the brief. A backend remembers who is logged in.
pub trait MenuBackend {
    /// Whether an account with that role needs an invite code.
    async fn needs_invite(&mut self, role: Role) -> Result<bool, Failure>;
    /// Registers an account.
    async fn register(
        &mut self,
        role: Role,
        name: &str,
        password: &str,
        invite: Option<String>,
    ) -> Result<(), Failure>;
    /// Logs in with an account of that role; any other is refused.
    async fn log_in(&mut self, role: Role, name: &str, password: &str) -> Result<Welcome, Failure>;
    /// Logs out.
    async fn log_out(&mut self) -> Result<(), Failure>;
    /// Whether the library has a file already.
    async fn look_up(&mut self, file: &mut LocalFile) -> Result<Found, Failure>;
    /// Uploads a file.
    async fn upload(&mut self, file: LocalFile, is_free: bool) -> Result<Sent, Failure>;
    /// Takes a video out of the trash.
    async fn restore(&mut self, id: i64) -> Result<(), Failure>;
    /// A page of videos.
    async fn titles(
        &mut self,
        price: Option<PriceFilter>,
        cursor: Option<String>,
    ) -> Result<Shelf, Failure>;
    /// Deletes a video.
    async fn delete(&mut self, id: &Value) -> Result<(), Failure>;
    /// Publishes an announcement.
    async fn publish(&mut self, title: &str, content: &str) -> Result<(), Failure>;
    /// The memberships that can be bought.
    async fn offers(&mut self) -> Result<Vec<Offer>, Failure>;
    /// Buys a membership; the membership afterwards, in words.
    async fn buy_membership(&mut self, offer: &Offer) -> Result<String, Failure>;
    /// Downloads a video into the folder where one stands: asks before it buys, waits,
    /// resumes, verifies.
    async fn download(&mut self, title: &Title, agrees: Agrees<'_>) -> Result<PathBuf, Failure>;
    /// The own records, newest first.
    async fn records(&mut self) -> Result<Vec<Record>, Failure>;
    /// The announcements, newest first.
    async fn notices(&mut self) -> Result<Vec<Notice>, Failure>;
}

/// Whether the library has a file already.
pub enum Found {
    /// It has not, as far as is known.
    No,
    /// It has; in words.
    Here(String),
    /// In the trash, as the video with this number.
    InTrash(i64),
}

/// A video that was uploaded.
pub struct Sent {
    /// Its number, where the backend gives it.
    pub id: Option<String>,
    /// Its title.
    pub title: String,
}
