//! Settings: policy that admins change at run time. What each takes, and a typed snapshot
//! of all. Where they are kept never belongs here.

use crate::account::SignupPolicy;
use crate::download::Waits;
use crate::field::{FieldError, FieldProblem, number};
use crate::money::{self, MAX_PRICE_MINOR};
use crate::price::SitePrices;
use crate::video::Visibility;
use crate::{plan, text};
use chrono_tz::Tz;
use std::collections::BTreeMap;

/// A setting that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub key: &'static str,
    /// Its value while nobody changed it; one that it accepts.
    pub default: &'static str,
    /// What values it takes.
    pub accepts: Accepts,
}

/// What values a setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepts {
    /// One line of so many characters.
    Text {
        /// Fewest characters.
        min_chars: u64,
        /// Most characters.
        max_chars: u64,
    },
    /// Markdown of up to so many characters; may be empty.
    Markdown {
        /// Most characters.
        max_chars: u64,
    },
    /// One of the words that stand here between `|`.
    Choice(&'static str),
    /// `true` or `false`; `yes`, `on` and `1`, `no`, `off` and `0` as well.
    Switch,
    /// A whole number between two limits, both of them allowed.
    Number {
        /// Lowest.
        min: i64,
        /// Highest.
        max: i64,
    },
    /// An ISO 4217 code.
    Currency,
    /// An IANA time zone.
    Timezone,
    /// The code of a plan.
    PlanCode,
    /// Hosts, parted by spaces, of which `*.example.org` is any below that name; may be empty.
    Hosts,
    /// Sizes of pictures: pixels of the shorter side, parted by commas; may be empty.
    Sizes,
}

impl Accepts {
    /// The value in the form that is kept, or what is wrong with it.
    pub fn check(&self, value: &str) -> Result<String, FieldProblem> {
        let whole = value;
        let value = value.trim();
        match *self {
            // Spaces at its begin are a part of Markdown.
            Accepts::Markdown { max_chars } => text::paragraphs(whole, 0, max_chars),
            Accepts::Text { min_chars, max_chars } => text::line(value, min_chars, max_chars),
            Accepts::Choice(words) => {
                let word = words.split('|').find(|&word| word == value);
                word.map(str::to_owned).ok_or(FieldProblem::BadFormat(words))
            }
            Accepts::Switch => match value {
                "true" | "yes" | "on" | "1" => Ok("true".to_owned()),
                "false" | "no" | "off" | "0" => Ok("false".to_owned()),
                _ => Err(FieldProblem::BadFormat("true|false")),
            },
            Accepts::Number { min, max } => {
                let parsed = value.parse().map_err(|_| FieldProblem::BadFormat("whole number"))?;
                number(parsed, min, max).map(|number| number.to_string())
            }
            Accepts::Currency => money::currency(value).map_err(|error| error.problem),
            Accepts::Timezone => timezone(value).map(|timezone| timezone.name().to_owned()),
            Accepts::PlanCode => plan::check_code(value).map(|()| value.to_owned()),
            Accepts::Hosts => hosts(value).map(|hosts| hosts.join(" ")),
            Accepts::Sizes => sizes(value)
                .map(|sizes| sizes.iter().map(u32::to_string).collect::<Vec<_>>().join(",")),
        }
    }

    /// What values it takes, for people: `0–86400`, `open|invite|closed`.
    pub fn describe(&self) -> String {
        match *self {
            Accepts::Text { min_chars, max_chars } => {
                format!("{min_chars}–{max_chars} characters")
            }
            Accepts::Markdown { max_chars } => format!("0–{max_chars} characters of Markdown"),
            Accepts::Choice(words) => words.to_owned(),
            Accepts::Switch => "false|true".to_owned(),
            Accepts::Number { min, max } => format!("{min}–{max}"),
            Accepts::Currency => "ISO 4217 code, such as CNY".to_owned(),
            Accepts::Timezone => "IANA time zone, such as Asia/Shanghai".to_owned(),
            Accepts::PlanCode => "1–32 of a-z 0-9 _ -".to_owned(),
            Accepts::Hosts => "hosts, such as www.example.org *.example.org".to_owned(),
            Accepts::Sizes => format!(
                "at most {MAX_SIZES} of {}–{}, parted by commas",
                SIZES.start(),
                SIZES.end()
            ),
        }
    }
}

fn timezone(name: &str) -> Result<Tz, FieldProblem> {
    name.parse().map_err(|_| FieldProblem::BadFormat("IANA time zone"))
}

/// The most hosts in a setting.
const MAX_HOSTS: u64 = 50;

fn hosts(value: &str) -> Result<Vec<String>, FieldProblem> {
    let parts = value.split([' ', ',', '\n', '\t']).filter(|part| !part.is_empty());
    let hosts: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
    if hosts.len() as u64 > MAX_HOSTS {
        return Err(FieldProblem::TooMany(MAX_HOSTS));
    }
    match hosts.iter().all(|host| is_host(host)) {
        true => Ok(hosts),
        false => Err(FieldProblem::BadFormat("www.example.org *.example.org")),
    }
}

/// A name of a host, with a port or none; the first label may be `*`.
fn is_host(host: &str) -> bool {
    let (name, port) = host.split_once(':').unwrap_or((host, "1"));
    let labels: Vec<&str> = name.strip_prefix("*.").unwrap_or(name).split('.').collect();
    let is_label = |label: &&str| {
        let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(is_inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    labels.iter().all(is_label)
        && (!name.starts_with("*.") || labels.len() > 1)
        && port.parse::<u16>().is_ok_and(|port| port > 0)
}

/// Pixels of the shorter side.
const SIZES: std::ops::RangeInclusive<u32> = 240..=2_160;
const MAX_SIZES: usize = 6;

fn sizes(value: &str) -> Result<Vec<u32>, FieldProblem> {
    let parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
    let parse = |part: &str| {
        let parsed = part.parse().map_err(|_| FieldProblem::BadFormat("360,720"))?;
        number(parsed, i64::from(*SIZES.start()), i64::from(*SIZES.end()))?;
        Ok(parsed as u32)
    };
    let mut sizes = parts.map(parse).collect::<Result<Vec<u32>, FieldProblem>>()?;
    sizes.sort_unstable();
    sizes.dedup();
    if sizes.len() > MAX_SIZES {
        return Err(FieldProblem::BadFormat("360,720"));
    }
    Ok(sizes)
}

/// Most characters of the blocked words, all together.
pub const MAX_BLOCKED_CHARS: u64 = 10_000;
/// Most characters of the footer.
pub const MAX_FOOTER_CHARS: u64 = 2_000;

const SIGNUP: Accepts = Accepts::Choice("open|invite|closed");
const WAIT_SECONDS: Accepts = Accepts::Number { min: 0, max: 86_400 };
const PRICE: Accepts = Accepts::Number { min: 1, max: MAX_PRICE_MINOR };

const fn setting(key: &'static str, default: &'static str, accepts: Accepts) -> Setting {
    Setting { key, default, accepts }
}

/// Every setting there is, in the order in which they are listed.
pub const TABLE: &[Setting] = &[
    setting("site.name", "Yingku 影库", Accepts::Text { min_chars: 1, max_chars: 100 }),
    setting("site.currency", "CNY", Accepts::Currency),
    setting("site.timezone", "Asia/Shanghai", Accepts::Timezone),
    setting("site.visibility", "login", Accepts::Choice("login|public")),
    setting("site.support_contact", "", Accepts::Text { min_chars: 0, max_chars: 200 }),
    setting("site.footer", "", Accepts::Markdown { max_chars: MAX_FOOTER_CHARS }),
    setting("site.language", "", Accepts::Choice("zh|en|")),
    setting("site.hero_video", "0", Accepts::Number { min: 0, max: i64::MAX >> 11 }),
    setting("signup.user", "open", SIGNUP),
    setting("signup.admin", "invite", SIGNUP),
    setting("download.wait_free_seconds", "30", WAIT_SECONDS),
    setting("download.wait_paid_seconds", "30", WAIT_SECONDS),
    setting("playback.wait_free_seconds", "0", WAIT_SECONDS),
    setting("playback.preview_seconds", "30", Accepts::Number { min: 0, max: 3_600 }),
    setting("playback.max_streams", "2", Accepts::Number { min: 1, max: 1_000 }),
    setting("playback.sizes", "360,720", Accepts::Sizes),
    setting("playback.show_viewer", "false", Accepts::Switch),
    setting("comments.enabled", "true", Accepts::Switch),
    setting("comments.approve_first", "false", Accepts::Switch),
    setting("comments.blocked_words", "", Accepts::Markdown { max_chars: MAX_BLOCKED_CHARS }),
    setting("danmaku.enabled", "false", Accepts::Switch),
    setting("embed.hosts", "", Accepts::Hosts),
    setting("price.paid_minor", "1000", PRICE),
    setting("price.paid_member_minor", "500", PRICE),
    setting("wallet.welcome_minor", "0", Accepts::Number { min: 0, max: MAX_PRICE_MINOR }),
    setting("trash.days", "30", Accepts::Number { min: 0, max: 3_650 }),
    setting("upload.max_bytes", "107374182400", Accepts::Number { min: 1, max: 1 << 50 }),
    setting("upload.max_open", "200", Accepts::Number { min: 1, max: 100_000 }),
    setting("upload.expire_hours", "72", Accepts::Number { min: 1, max: 8_760 }),
    setting("upload.publish_as", "public", Accepts::Choice("public|unlisted|draft")),
    setting("upload.allow_unknown", "false", Accepts::Switch),
    setting("session.idle_minutes", "10080", Accepts::Number { min: 1, max: 129_600 }),
    setting("signup.hourly_per_address", "300", Accepts::Number { min: 1, max: 100_000 }),
    setting("audit.keep_days", "0", Accepts::Number { min: 0, max: 36_500 }),
    setting("media.sandbox", "preferred", Accepts::Choice("preferred|required")),
    setting("media.workers", "2", Accepts::Number { min: 0, max: 64 }),
    setting("classic.plan", "month", Accepts::PlanCode),
    setting("classic.list_limit", "1000", Accepts::Number { min: 1, max: 100_000 }),
];

/// The setting with that name.
pub fn find(key: &str) -> Option<&'static Setting> {
    TABLE.iter().find(|setting| setting.key == key)
}

/// All settings at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `site.name`.
    pub site_name: String,
    /// `site.currency`: ISO 4217 code.
    pub currency: String,
    /// `site.timezone`: where calendar months are counted.
    pub timezone: Tz,
    /// `site.visibility`: whether lists need no login.
    pub visibility_public: bool,
    /// `site.support_contact`; may be empty.
    pub support_contact: String,
    /// `site.footer`: Markdown; may be empty.
    pub footer: String,
    /// `site.language`: `zh` or `en`; empty where each reader's own is taken.
    pub language: String,
    /// `site.hero_video`: the number of the video at the head of the front page; 0: the newest.
    pub hero_video: i64,
    /// `signup.user`.
    pub signup_user: SignupPolicy,
    /// `signup.admin`.
    pub signup_admin: SignupPolicy,
    /// `download.wait_free_seconds`, in milliseconds.
    pub wait_free_ms: i64,
    /// `download.wait_paid_seconds`, in milliseconds.
    pub wait_paid_ms: i64,
    /// `playback.wait_free_seconds`, in milliseconds.
    pub playback_wait_free_ms: i64,
    /// `playback.preview_seconds`, in milliseconds; 0: no previews.
    pub preview_ms: i64,
    /// `playback.max_streams`: how many videos an account may watch at once.
    pub max_streams: u64,
    /// `playback.sizes`: in which sizes films are encoded (pixels of the shorter side).
    pub sizes: Vec<u32>,
    /// `comments.enabled`.
    pub comments_enabled: bool,
    /// `comments.approve_first`: whether comments are shown only after an admin let them through.
    pub comments_need_approval: bool,
    /// `comments.blocked_words`: one on each line, for comments and danmaku.
    pub blocked_words: String,
    /// `danmaku.enabled`.
    pub danmaku_enabled: bool,
    /// `embed.hosts`: whose pages may show videos in a frame, beside this site's own.
    pub embed_hosts: Vec<String>,
    /// `price.paid_minor` and `price.paid_member_minor`.
    pub prices: SitePrices,
    /// `wallet.welcome_minor`; 0 for none.
    pub welcome_minor: i64,
    /// `trash.days`; 0: nothing is purged by time.
    pub trash_days: i64,
    /// `upload.max_bytes`.
    pub upload_max_bytes: u64,
    /// `upload.max_open`: uploads that an account may have open.
    pub upload_max_open: u64,
    /// `upload.expire_hours`, in milliseconds: after so long without a byte an upload ends.
    pub upload_expire_ms: i64,
    /// `upload.publish_as`: for whom a title is that was uploaded.
    pub upload_publish_as: Visibility,
    /// `playback.show_viewer`: whether the viewer's name is shown over the picture.
    pub shows_viewer: bool,
    /// `upload.allow_unknown`: whether files without readable pictures or sound are accepted.
    pub upload_allow_unknown: bool,
    /// `session.idle_minutes`, in milliseconds.
    pub session_idle_ms: i64,
    /// `signup.hourly_per_address`: accounts that may be registered from one address in an hour.
    pub signup_hourly: i64,
    /// `audit.keep_days`; 0: entries of the audit log are kept for ever.
    pub audit_keep_days: i64,
    /// `media.sandbox`: whether nothing looks into a file where bubblewrap does not work.
    pub sandbox_required: bool,
    /// `media.workers`: how many stretches of films each node encodes at once.
    pub media_workers: usize,
    /// `classic.plan`: the plan that `buy_member` buys.
    pub classic_plan: String,
    /// `classic.list_limit`: most videos in a classic list.
    pub classic_list_limit: u64,
}

impl Default for Settings {
    fn default() -> Self {
        let none: [(&str, &str); 0] = [];
        Settings::from_pairs(none).expect("every default is one that its setting accepts")
    }
}

impl Settings {
    /// A snapshot from what was changed, the defaults for the rest. Keys that there are
    /// not are passed over: a newer version may have written them. A value that is not
    /// accepted is an error and no default, which might open what an admin closed.
    pub fn from_pairs<K: AsRef<str>, V: AsRef<str>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, FieldError> {
        let mut values = Values::defaults();
        for (key, value) in pairs {
            values.set(key.as_ref(), value.as_ref())?;
        }
        values.snapshot()
    }

    /// How long accounts without a membership wait.
    pub fn waits(&self) -> Waits {
        Waits { free_ms: self.wait_free_ms, paid_ms: self.wait_paid_ms }
    }

    /// Whether the settings fit each other: members pay no more than others.
    pub fn check_together(&self) -> Result<(), FieldError> {
        let SitePrices { paid_minor, paid_member_minor } = self.prices;
        number(paid_member_minor, 1, paid_minor)
            .map(|_| ())
            .map_err(|problem| problem.of("price.paid_member_minor"))
    }
}

/// Accepted values by key.
struct Values(BTreeMap<&'static str, String>);

impl Values {
    fn defaults() -> Self {
        Values(TABLE.iter().map(|setting| (setting.key, setting.default.to_owned())).collect())
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), FieldError> {
        if let Some(setting) = find(key) {
            let value = setting.accepts.check(value).map_err(|problem| problem.of(setting.key))?;
            self.0.insert(setting.key, value);
        }
        Ok(())
    }

    fn snapshot(&self) -> Result<Settings, FieldError> {
        Ok(Settings {
            site_name: self.text("site.name")?,
            currency: self.text("site.currency")?,
            timezone: self.read("site.timezone", |name| timezone(name).ok())?,
            visibility_public: self.text("site.visibility")? == "public",
            support_contact: self.text("site.support_contact")?,
            footer: self.text("site.footer")?,
            language: self.text("site.language")?,
            hero_video: self.number("site.hero_video")?,
            signup_user: self.read("signup.user", SignupPolicy::parse)?,
            signup_admin: self.read("signup.admin", SignupPolicy::parse)?,
            wait_free_ms: self.number("download.wait_free_seconds")? * 1_000,
            wait_paid_ms: self.number("download.wait_paid_seconds")? * 1_000,
            playback_wait_free_ms: self.number("playback.wait_free_seconds")? * 1_000,
            preview_ms: self.number("playback.preview_seconds")? * 1_000,
            max_streams: self.read("playback.max_streams", |value| value.parse().ok())?,
            sizes: self.read("playback.sizes", |value| sizes(value).ok())?,
            comments_enabled: self.text("comments.enabled")? == "true",
            comments_need_approval: self.text("comments.approve_first")? == "true",
            blocked_words: self.text("comments.blocked_words")?,
            danmaku_enabled: self.text("danmaku.enabled")? == "true",
            embed_hosts: self.read("embed.hosts", |value| hosts(value).ok())?,
            prices: SitePrices {
                paid_minor: self.number("price.paid_minor")?,
                paid_member_minor: self.number("price.paid_member_minor")?,
            },
            welcome_minor: self.number("wallet.welcome_minor")?,
            trash_days: self.number("trash.days")?,
            upload_max_bytes: self.read("upload.max_bytes", |value| value.parse().ok())?,
            upload_max_open: self.read("upload.max_open", |value| value.parse().ok())?,
            upload_expire_ms: self.number("upload.expire_hours")? * 3_600_000,
            upload_publish_as: self.read("upload.publish_as", Visibility::parse)?,
            shows_viewer: self.text("playback.show_viewer")? == "true",
            upload_allow_unknown: self.text("upload.allow_unknown")? == "true",
            session_idle_ms: self.number("session.idle_minutes")? * 60_000,
            signup_hourly: self.number("signup.hourly_per_address")?,
            audit_keep_days: self.number("audit.keep_days")?,
            sandbox_required: self.text("media.sandbox")? == "required",
            media_workers: self.read("media.workers", |value| value.parse().ok())?,
            classic_plan: self.text("classic.plan")?,
            classic_list_limit: self.read("classic.list_limit", |value| value.parse().ok())?,
        })
    }

    fn text(&self, key: &'static str) -> Result<String, FieldError> {
        self.read(key, |value| Some(value.to_owned()))
    }

    fn number(&self, key: &'static str) -> Result<i64, FieldError> {
        self.read(key, |value| value.parse().ok())
    }

    fn read<T>(
        &self,
        key: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, FieldError> {
        self.0.get(key).and_then(|value| parse(value)).ok_or(FieldProblem::Missing.of(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use FieldProblem::*;
    use std::collections::BTreeSet;

    #[test]
    fn keys_are_unique_and_defaults_accepted() {
        let keys: BTreeSet<_> = TABLE.iter().map(|setting| setting.key).collect();
        assert_eq!(keys.len(), TABLE.len());
        for setting in TABLE {
            let kept = setting.accepts.check(setting.default);
            assert_eq!(kept.as_deref(), Ok(setting.default), "{}", setting.key);
            assert_eq!(find(setting.key), Some(setting));
        }
        assert_eq!(find("site.nothing"), None);
    }

    #[test]
    fn values_are_checked_and_made_plain() {
        let cases: [(&str, &str, Result<&str, FieldProblem>); 27] = [
            ("site.name", " 影院 ", Ok("影院")),
            ("site.name", " ", Err(Missing)),
            ("site.support_contact", "", Ok("")),
            ("site.currency", "USD", Ok("USD")),
            ("site.currency", "usd", Err(BadFormat("ISO 4217"))),
            ("site.timezone", "Europe/Berlin", Ok("Europe/Berlin")),
            ("site.timezone", "Mars/Olympus", Err(BadFormat("IANA time zone"))),
            ("site.visibility", "public", Ok("public")),
            ("site.visibility", "Public", Err(BadFormat("login|public"))),
            ("site.footer", "ICP 123\r\n\n    code\n", Ok("ICP 123\n\n    code")),
            ("site.footer", "a\0b", Err(BadCharacter)),
            ("site.language", " ", Ok("")),
            ("site.language", "fr", Err(BadFormat("zh|en|"))),
            ("signup.user", "open|invite", Err(BadFormat("open|invite|closed"))),
            ("trash.days", "+007", Ok("7")),
            ("trash.days", "-1", Err(TooSmall(0))),
            ("trash.days", "3650", Ok("3650")),
            ("trash.days", "3651", Err(TooLarge(3_650))),
            ("trash.days", "1.5", Err(BadFormat("whole number"))),
            ("upload.max_bytes", "1125899906842624", Ok("1125899906842624")),
            ("upload.max_bytes", "1125899906842625", Err(TooLarge(1 << 50))),
            ("classic.plan", "Year", Err(BadCharacter)),
            ("playback.sizes", " 720, 360,720 ", Ok("360,720")),
            ("playback.sizes", "", Ok("")),
            ("playback.sizes", "360;720", Err(BadFormat("360,720"))),
            ("playback.sizes", "239", Err(TooSmall(240))),
            ("playback.sizes", "2161", Err(TooLarge(2_160))),
        ];
        for (key, value, expected) in cases {
            let found = find(key).map(|setting| setting.accepts.check(value));
            assert_eq!(found, Some(expected.map(str::to_owned)), "{key} = {value}");
        }
    }

    #[test]
    fn what_is_accepted_can_be_read() {
        let described = |key| find(key).map(|setting| setting.accepts.describe());
        assert_eq!(described("download.wait_free_seconds").as_deref(), Some("0–86400"));
        assert_eq!(described("signup.user").as_deref(), Some("open|invite|closed"));
        assert_eq!(described("site.name").as_deref(), Some("1–100 characters"));
    }

    #[test]
    fn a_snapshot_has_the_defaults() {
        let settings = Settings::default();
        assert_eq!(settings.site_name, "Yingku 影库");
        assert_eq!(settings.timezone, chrono_tz::Asia::Shanghai);
        assert!(!settings.visibility_public);
        assert_eq!(settings.signup_user, SignupPolicy::Open);
        assert_eq!(settings.signup_admin, SignupPolicy::Invite);
        assert_eq!(settings.waits(), Waits { free_ms: 30_000, paid_ms: 30_000 });
        assert_eq!(settings.upload_max_bytes, 107_374_182_400);
        assert_eq!(settings.session_idle_ms, 7 * 24 * 60 * 60 * 1_000);
        assert_eq!(settings.check_together(), Ok(()));
    }

    #[test]
    fn a_snapshot_has_what_was_changed() {
        let changed = [("site.visibility", "public"), ("newer.key", "?"), ("trash.days", "0")];
        let settings = Settings::from_pairs(changed).expect("all are accepted");
        assert!(settings.visibility_public);
        assert_eq!(settings.trash_days, 0);
        let broken = Settings::from_pairs([("signup.user", "?")]);
        assert_eq!(broken, Err(BadFormat("open|invite|closed").of("signup.user")));
    }

    #[test]
    fn members_pay_no_more_than_others() {
        let with = |member| Settings::from_pairs([("price.paid_member_minor", member)]);
        assert_eq!(with("1000").and_then(|settings| settings.check_together()), Ok(()));
        let refused = with("1001").and_then(|settings| settings.check_together());
        assert_eq!(refused, Err(TooLarge(1_000).of("price.paid_member_minor")));
    }
}
