//! The site as anybody sees it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What anybody may know of this site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Site {
    /// Its name.
    pub name: String,
    /// `login` or `public`: who may see the lists.
    pub visibility: String,
    /// `open`, `invite` or `closed`: who may register as a user.
    pub signup_user: String,
    /// The same for admins.
    pub signup_admin: String,
    /// Whom to ask for help, for example with a forgotten password.
    pub support_contact: String,
    /// ISO 4217 code of the currency; amounts are in its minor unit.
    pub currency: String,
    /// IANA name of the site's time zone.
    pub timezone: String,
    /// Language of the pages, `zh` or `en`; empty where each reader's own is taken.
    pub language: String,
    /// The operator's own lines at the foot of each page, as sanitised HTML; empty for none.
    pub footer_html: String,
    /// Price of a paid video that has none of its own, in minor units.
    pub price_paid_minor: i64,
    /// The same for members, in minor units.
    pub price_paid_member_minor: i64,
    /// Whether players show the viewer's name over the picture.
    pub shows_viewer: bool,
    /// Whether there are comments under videos.
    #[serde(default)]
    pub has_comments: bool,
    /// Whether there are danmaku over the picture.
    #[serde(default)]
    pub has_danmaku: bool,
    /// Whether there is no admin yet.
    pub needs_setup: bool,
    /// Version of the program.
    pub version: String,
}

/// Where people reach the site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Addresses {
    /// Addresses to hand out; none where only the server's own machine reaches it.
    pub items: Vec<String>,
}
