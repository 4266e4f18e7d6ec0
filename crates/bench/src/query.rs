//! What is asked of a library, and how long each answer takes.

use crate::table::{median, p95};
use crate::wire::Wire;
use serde_json::Value;
use std::time::{Duration, Instant};

/// Who asks.
#[derive(Clone, Copy, PartialEq)]
pub enum Who {
    /// An ordinary account.
    User,
    /// An admin.
    Admin,
}

/// A question.
pub struct Query {
    /// What it is called in the table.
    pub name: &'static str,
    /// Path and parameters; a blank stands for the end of a parameter's name.
    path: &'static str,
    parameters: &'static [(&'static str, &'static str)],
    /// Who asks.
    pub who: Who,
    /// Which page: the 50th by cursor, or the last where there are fewer; or [`DEEP`].
    page: u32,
}

/// A library that is asked, and the logins with which it is.
pub struct Place {
    /// A connection to it.
    pub wire: Wire,
    /// How many videos it has.
    pub videos: u64,
    /// Somebody's login.
    pub user: String,
    /// An admin's.
    pub admin: String,
}

/// How long the answers took.
pub struct Timed {
    /// Median, in milliseconds.
    pub median_ms: f64,
    /// What 95 of 100 do not exceed.
    pub p95_ms: f64,
    /// The shortest, which other work on the machine disturbs least.
    pub fastest_ms: f64,
    /// The page that was measured.
    pub page: u32,
    /// How many items it had.
    pub items: usize,
}

/// Rows of a page.
const ROWS: u64 = 20;
const TIMES: usize = 60;
const PATIENCE: Duration = Duration::from_secs(3);
const FEWEST: usize = 12;

/// Half of the library further down, or where the list ends.
const DEEP: u32 = 0;

const VIDEOS: &str = "/api/v1/videos";
const ACCOUNTS: &str = "/api/v1/accounts";
const RECORDS: &str = "/api/v1/records";
const AUDIT: &str = "/api/v1/audit";

type Parameters = &'static [(&'static str, &'static str)];

const fn videos(name: &'static str, parameters: Parameters, page: u32) -> Query {
    Query { name, path: VIDEOS, parameters, who: Who::User, page }
}

const fn admins(
    name: &'static str,
    path: &'static str,
    parameters: Parameters,
    page: u32,
) -> Query {
    Query { name, path, parameters, who: Who::Admin, page }
}

/// Every question.
pub const QUERIES: &[Query] = &[
    videos("videos, newest", &[], 1),
    videos("videos, newest", &[], 50),
    videos("videos, newest", &[], DEEP),
    videos("videos, by title", &[("sort", "title")], 1),
    videos("videos, by title", &[("sort", "title")], 50),
    videos("videos, by title", &[("sort", "title")], DEEP),
    videos("videos, free", &[("price", "free")], 1),
    videos("videos, free", &[("price", "free")], 50),
    videos("videos, free", &[("price", "free")], DEEP),
    videos("videos, free, by title", &[("price", "free"), ("sort", "title")], 50),
    videos("videos, category", &[("category", "公开课")], 1),
    videos("videos, category", &[("category", "公开课")], 50),
    videos("videos, category", &[("category", "公开课")], DEEP),
    videos("videos, category, by title", &[("category", "公开课"), ("sort", "title")], 50),
    videos("videos, category, free", &[("category", "公开课"), ("price", "free")], 50),
    videos("videos, common tag", &[("tag", "高清")], 1),
    videos("videos, common tag", &[("tag", "高清")], 50),
    videos("videos, common tag", &[("tag", "高清")], DEEP),
    videos("videos, common tag, by title", &[("tag", "高清"), ("sort", "title")], 1),
    videos("videos, rare tag", &[("tag", "孤本")], 1),
    videos("search 的 (common)", &[("search", "的")], 1),
    videos("search 的 (common)", &[("search", "的")], 50),
    videos("search 龘 (rare)", &[("search", "龘")], 1),
    videos("search 电影 (common)", &[("search", "电影")], 1),
    videos("search 电影 (common)", &[("search", "电影")], 50),
    videos("search 电影 (common)", &[("search", "电影")], DEEP),
    videos("search 电影, by title", &[("search", "电影"), ("sort", "title")], 1),
    videos("search 鹦鹉 (rare)", &[("search", "鹦鹉")], 1),
    videos("search 人工智能 (common)", &[("search", "人工智能")], 1),
    videos("search 鹦鹉学舌 (rare)", &[("search", "鹦鹉学舌")], 1),
    videos("search 胶卷修复 (the oldest 3 %)", &[("search", "胶卷修复")], 1),
    videos("search 电影电影 (absent, one gram rare)", &[("search", "电影电影")], 1),
    videos("search e (common)", &[("search", "e")], 1),
    videos("search þ (rare)", &[("search", "þ")], 1),
    videos("search in (common)", &[("search", "in")], 1),
    videos("search zz (rare)", &[("search", "zz")], 1),
    videos("search math (common)", &[("search", "math")], 1),
    videos("search zyzz (rare)", &[("search", "zyzz")], 1),
    videos("search nene (absent, common grams)", &[("search", "nene")], 1),
    videos(
        "search 电影, category, free",
        &[("search", "电影"), ("category", "公开课"), ("price", "free")],
        1,
    ),
    Query {
        name: "my records",
        path: "/api/v1/downloads",
        parameters: &[],
        who: Who::User,
        page: 1,
    },
    Query {
        name: "my records",
        path: "/api/v1/downloads",
        parameters: &[],
        who: Who::User,
        page: 50,
    },
    admins("accounts", ACCOUNTS, &[], 1),
    admins("accounts", ACCOUNTS, &[], 50),
    admins("accounts, not locked", ACCOUNTS, &[("locked", "false")], DEEP),
    admins("accounts, admins", ACCOUNTS, &[("role", "admin")], 1),
    admins("accounts, locked", ACCOUNTS, &[("locked", "true")], 1),
    admins("accounts, search 王 (common)", ACCOUNTS, &[("search", "王")], 1),
    admins("accounts, search 龘 (rare)", ACCOUNTS, &[("search", "龘")], 1),
    admins("accounts, search 小明 (common)", ACCOUNTS, &[("search", "小明")], 1),
    admins("accounts, search wang (common)", ACCOUNTS, &[("search", "wang")], 1),
    admins("accounts, search 欧阳 (rare)", ACCOUNTS, &[("search", "欧阳")], 1),
    admins("accounts, search ngng (absent)", ACCOUNTS, &[("search", "ngng")], 1),
    admins("all records", RECORDS, &[], 1),
    admins("all records", RECORDS, &[], 50),
    admins("all records", RECORDS, &[], DEEP),
    admins("records of one video", RECORDS, &[("video_id", "500")], 1),
    admins("records of one account", RECORDS, &[("account_id", "1500")], 1),
    admins("audit", AUDIT, &[], 1),
    admins("audit", AUDIT, &[], 50),
    admins("audit, one action (1 %)", AUDIT, &[("action", "video.edit")], 1),
    admins("audit, one action (60 %)", AUDIT, &[("action", "session.login")], DEEP),
    admins("audit, one actor", AUDIT, &[("actor_id", "1500")], 1),
    admins("audit, one video", AUDIT, &[("subject_kind", "video"), ("subject_id", "500")], 1),
    admins(
        "audit, one day long ago",
        AUDIT,
        &[("since", "2025-11-01T00:00:00Z"), ("until", "2025-11-02T00:00:00Z")],
        1,
    ),
];

impl Query {
    /// What identifies it in the table.
    pub fn label(&self, page: u32) -> String {
        match page {
            DEEP => format!("{}, deep down", self.name),
            1 => self.name.to_owned(),
            page => format!("{}, page {page}", self.name),
        }
    }

    /// Goes to the page at both places, then asks for it again and again, in turns.
    pub fn time(&self, places: [&mut Place; 2]) -> [Timed; 2] {
        let mut asked = places.map(|place| {
            let token = if self.who == Who::Admin { &place.admin } else { &place.user };
            let (mut page, mut cursor) = (1, None);
            // The cursor does not mind how many rows a page has.
            let (until, rows) = match self.page {
                DEEP => (place.videos / 2 / 200 + 1, 200),
                until => (until.into(), ROWS),
            };
            while u64::from(page) < until {
                match ask(&mut place.wire, token, &self.target(cursor.as_deref(), rows))["next_cursor"]
                    .as_str()
                {
                    Some(next) => cursor = Some(next.to_owned()),
                    None => break,
                }
                page += 1;
            }
            let target = self.target(cursor.as_deref(), ROWS);
            let page = if self.page == DEEP { DEEP } else { page };
            let items =
                ask(&mut place.wire, token, &target)["items"].as_array().map_or(0, Vec::len);
            Asked { wire: &mut place.wire, token, target, page, items, ms: Vec::new() }
        });
        let began = Instant::now();
        for turn in 0..TIMES {
            if began.elapsed() > PATIENCE && turn >= FEWEST {
                break;
            }
            for asked in &mut asked {
                let at = Instant::now();
                let answer = asked.wire.get(&asked.target, asked.token).expect("an answer");
                asked.ms.push(at.elapsed().as_secs_f64() * 1000.0);
                assert_eq!(answer.status, 200, "{}", asked.target);
            }
        }
        asked.map(|asked| Timed {
            median_ms: median(&asked.ms),
            p95_ms: p95(&asked.ms),
            fastest_ms: asked.ms.iter().copied().fold(f64::INFINITY, f64::min),
            page: asked.page,
            items: asked.items,
        })
    }

    fn target(&self, cursor: Option<&str>, rows: u64) -> String {
        let mut target = format!("{}?limit={rows}", self.path);
        for (name, value) in self.parameters.iter().copied().chain(cursor.map(|it| ("cursor", it)))
        {
            let value =
                percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC);
            target += &format!("&{name}={value}");
        }
        target
    }
}

/// A page that is asked for at one place.
struct Asked<'a> {
    wire: &'a mut Wire,
    token: &'a str,
    target: String,
    page: u32,
    items: usize,
    ms: Vec<f64>,
}

fn ask(wire: &mut Wire, token: &str, target: &str) -> Value {
    let answer = wire.get(target, token).expect("an answer");
    let text = String::from_utf8_lossy(&answer.content);
    assert_eq!(answer.status, 200, "{target}: {text}");
    serde_json::from_slice(&answer.content).expect("JSON")
}
