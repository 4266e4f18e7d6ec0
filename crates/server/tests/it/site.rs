//! A running site, and the people who call it.

use bytes::Bytes;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, MySqlConnection, Row, SqliteConnection};
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use yingku_server::clock::TestClock;
use yingku_server::config::{Config, Given};
use yingku_server::serve::Node;
use yingku_testkit::{MariaDb, Random, TempDir, temp_dir};

pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// The password of everybody who is not about passwords.
pub const PASSWORD: &str = "correct horse 电池";

/// Every story hashes passwords, and the full 46 MiB would take a third of all their time.
const PASSWORD_MEMORY_KIB: u32 = 64;

/// 2026-01-31T04:00:00Z, noon in Shanghai: before any file was written, and a month's last day.
pub const START: i64 = 1_769_832_000_000;

/// Makes each story a test on both databases.
macro_rules! both {
    ($($story:ident),* $(,)?) => {$(
        mod $story {
            use crate::site::{Database, Site};

            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                let site = Site::start(Database::Sqlite).await;
                super::$story(&site).await;
                site.finish().await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn mariadb() {
                let site = Site::start(Database::MariaDb).await;
                super::$story(&site).await;
                site.finish().await;
            }
        }
    )*};
}
pub(crate) use both;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    MariaDb,
}

/// Most stories are not about films: contents of any kind are accepted.
const ANY_CONTENT: &str = "DELETE FROM setting WHERE `key` = 'upload.allow_unknown'; \
     INSERT INTO setting VALUES ('upload.allow_unknown', 'true', 0)";

/// A site with one admin, served on a port of its own.
pub struct Site {
    pub node: Node,
    pub clock: Arc<TestClock>,
    pub admin: Person,
    pub config: Config,
    pub setup_code: String,
    database: Database,
    contents: AtomicU64,
    http: Client,
    _folder: TempDir,
}

impl Site {
    pub async fn start(database: Database) -> Site {
        Site::start_with(database, |_| {}).await
    }

    /// The same with a configuration that differs.
    pub async fn start_with(database: Database, change: impl Fn(&mut Given)) -> Site {
        let site = Site::start_without_admin(database, change).await;
        let who = json!({ "code": site.setup_code, "name": "馆长", "password": PASSWORD });
        let account = site.nobody().post("/setup", who).await.ok();
        let admin = site.log_in(&account, PASSWORD).await;
        Site { admin, ..site }
    }

    pub async fn start_without_admin(database: Database, change: impl Fn(&mut Given)) -> Site {
        Site::start_on("", database, change).await
    }

    /// The same on a database that this SQL makes.
    pub async fn start_on(script: &str, database: Database, change: impl Fn(&mut Given)) -> Site {
        let folder = temp_dir();
        let mut given = Given {
            data_dir: Some(folder.path().to_owned()),
            listen: Some("127.0.0.1:0".to_owned()),
            classic_listen: Some("off".to_owned()),
            database_url: match database {
                Database::Sqlite => None,
                Database::MariaDb => Some(MariaDb::shared().fresh_database()),
            },
            ..Given::default()
        };
        change(&mut given);
        let mut config = Config::new(&given).expect("the configuration is right");
        config.password_memory_kib = PASSWORD_MEMORY_KIB;
        if !script.is_empty() {
            run_sql(database, &config, script).await;
        }
        let clock = Arc::new(TestClock::at(START));
        let node = Node::start_at(&config, clock.clone()).await.expect("the node starts");
        run_sql(database, &config, ANY_CONTENT).await;
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http =
            Client::builder().no_proxy().tls_certs_only([]).build().expect("a client can be built");
        let admin = Person::new(&http, &node, None);
        let setup_code = node.setup_code.clone().unwrap_or_default();
        let contents = AtomicU64::new(0);
        Site { node, clock, admin, config, setup_code, database, contents, http, _folder: folder }
    }

    /// What must hold after every story; then the node is stopped.
    pub async fn finish(self) {
        let ledger = self.node.app.shop.verify_ledger().await.expect("the ledger can be read");
        assert!(ledger.ok, "{ledger:?}");
        self.node.stop().await;
    }

    /// The same data, served again.
    pub async fn restart(self) -> Site {
        self.node.stop().await;
        let clock = self.clock.clone();
        let node = Node::start_at(&self.config, clock).await.expect("the node starts again");
        let admin = Person::new(&self.http, &node, self.admin.token.clone());
        Site { node, admin: Person { account: self.admin.account, ..admin }, ..self }
    }

    pub fn is_mariadb(&self) -> bool {
        self.database == Database::MariaDb
    }

    pub fn nobody(&self) -> Person {
        Person::new(&self.http, &self.node, None)
    }

    /// Somebody with that token, dead or alive.
    pub fn bearer(&self, token: &str) -> Person {
        Person::new(&self.http, &self.node, Some(token.to_owned()))
    }

    /// Registers somebody and logs in.
    pub async fn user(&self, name: &str) -> Person {
        let who = json!({ "name": name, "password": PASSWORD });
        let account = self.nobody().post("/accounts", who).await.ok();
        self.log_in(&account, PASSWORD).await
    }

    /// Registers a worker; also somebody with its token.
    pub async fn worker(&self, name: &str) -> (Value, Person) {
        let made = self.admin.post("/workers", json!({ "name": name })).await.ok();
        let token = made["token"].as_str().expect("a token").to_owned();
        let worker = self.bearer(&token);
        (made, worker)
    }

    /// Another session of the account.
    pub async fn log_in(&self, account: &Value, password: &str) -> Person {
        let who = json!({ "name": account["name"], "password": password });
        let login = self.nobody().post("/sessions", who).await.ok();
        let token = login["token"].as_str().expect("a login has a token");
        Person { account: login["account"].clone(), ..self.bearer(token) }
    }

    /// Somebody whose membership of a month was bought now.
    pub async fn member(&self, name: &str) -> Person {
        let member = self.user(name).await;
        self.credit(&member, 1_500).await;
        member.buy_plan("month", 1_500).await.ok();
        member
    }

    pub async fn credit(&self, person: &Person, amount_minor: i64) -> Value {
        let path = format!("/accounts/{}/credits", person.id());
        let body = json!({ "amount_minor": amount_minor, "reason": "from the till" });
        self.admin.post(&path, body).key(&self.unique("credit")).await.ok()
    }

    pub async fn set(&self, key: &str, value: &str) {
        self.admin.put(&format!("/settings/{key}"), json!({ "value": value })).await.ok();
    }

    /// A text that no other call of this site gives.
    pub fn unique(&self, what: &str) -> String {
        format!("{what}-{}", self.contents.fetch_add(1, Ordering::Relaxed))
    }

    /// Bytes that no other call gives; no film, so that nothing looks into them.
    pub fn content(&self, size_bytes: usize) -> Vec<u8> {
        let seed = self.contents.fetch_add(1, Ordering::Relaxed);
        let mut bytes = Random::from_seed(seed).bytes(size_bytes);
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        bytes
    }

    /// Uploads new content of 1,000 bytes with that title: `free`, or paid at the site's price.
    pub async fn video(&self, title: &str, free: bool) -> i64 {
        self.upload(&[("title", title), ("is_free", &free.to_string())], self.content(1_000))
            .await
            .ok()["id"]
            .as_i64()
            .expect("a video has a number")
    }

    /// Uploads bytes as the admin, with those values in the query.
    pub fn upload(&self, query: &[(&str, &str)], bytes: impl Into<reqwest::Body>) -> Call {
        let call = self.admin.call(Method::POST, "/videos").body(bytes);
        let named = query.iter().any(|(name, _)| *name == "file_name");
        let call = if named { call } else { call.query(&[("file_name", "影片.mp4")]) };
        call.query(query)
    }

    /// A video, once the job that looks into its content has ended.
    pub async fn looked_into(&self, video: &Value) -> Value {
        let path = format!("/videos/{}", video["id"]);
        for _ in 0..500 {
            let video = self.admin.get(&path).await.ok();
            if video["playback"]["reason"] != "pending" {
                return video;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("nobody looks into {video}");
    }

    /// Runs SQL behind the server's back; every value as text.
    pub async fn sql(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        run_sql(self.database, &self.config, sql).await
    }

    /// The one number that the SQL gives.
    pub async fn number(&self, sql: &str) -> i64 {
        let rows = self.sql(sql).await;
        let value = rows[0][0].as_deref().unwrap_or_else(|| panic!("{sql}: null"));
        value.parse().unwrap_or_else(|_| panic!("{sql}: {value}"))
    }
}

/// Runs SQL in the database that is configured; every value as text.
async fn run_sql(database: Database, config: &Config, sql: &str) -> Vec<Vec<Option<String>>> {
    match database {
        Database::MariaDb => {
            let url = &config.database_url;
            let mut db = MySqlConnection::connect(url).await.expect("it opens");
            // As text, which is how the values of every type can be read alike.
            let script = AssertSqlSafe(format!("SET foreign_key_checks = 0; {sql}"));
            let rows = sqlx::raw_sql(script).fetch_all(&mut db).await;
            let rows = rows.unwrap_or_else(|error| panic!("{sql}: {error}"));
            rows.iter().map(values).collect()
        }
        Database::Sqlite => {
            let options = sqlx::sqlite::SqliteConnectOptions::new()
                .filename(config.data_dir.join("yingku.db"))
                .create_if_missing(true)
                .foreign_keys(false)
                .busy_timeout(std::time::Duration::from_secs(10));
            let mut db = SqliteConnection::connect_with(&options).await.expect("it opens");
            let rows = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
            let rows = rows.fetch_all(&mut db).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
            rows.iter().map(values).collect()
        }
    }
}

/// The values of a row, each as text.
fn values<R>(row: &R) -> Vec<Option<String>>
where
    R: Row,
    usize: sqlx::ColumnIndex<R>,
    for<'r> Option<String>: sqlx::Decode<'r, R::Database>,
    String: sqlx::Type<R::Database>,
{
    (0..row.len()).map(|at| row.try_get_unchecked(at).expect("text")).collect()
}

/// Somebody who calls: logged in or not.
#[derive(Clone)]
pub struct Person {
    http: Client,
    pub base: String,
    pub token: Option<String>,
    /// As the login answered it; null while logged out.
    pub account: Value,
}

impl Person {
    fn new(http: &Client, node: &Node, token: Option<String>) -> Person {
        let base = format!("http://{}", node.http);
        Person { http: http.clone(), base, token, account: Value::Null }
    }

    pub fn id(&self) -> i64 {
        self.account["id"].as_i64().expect("a login has an account")
    }

    /// The same client without the login.
    pub fn logged_out(&self) -> Person {
        Person { token: None, ..self.clone() }
    }

    /// A call of a path under `/api/v1`, or of any that begins with `//`.
    pub fn call(&self, method: Method, path: &str) -> Call {
        let path = match path.strip_prefix("//") {
            Some(path) => format!("/{path}"),
            None => format!("/api/v1{path}"),
        };
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        Call { what: path, request }
    }

    pub fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    pub fn post(&self, path: &str, body: Value) -> Call {
        self.call(Method::POST, path).json(&body)
    }

    pub fn put(&self, path: &str, body: Value) -> Call {
        self.call(Method::PUT, path).json(&body)
    }

    pub fn patch(&self, path: &str, body: Value) -> Call {
        self.call(Method::PATCH, path).json(&body)
    }

    pub fn delete(&self, path: &str) -> Call {
        self.call(Method::DELETE, path)
    }

    /// Asks for a ticket.
    pub fn ask(&self, video_id: i64) -> Call {
        self.call(Method::POST, &format!("/videos/{video_id}/downloads"))
    }

    /// Fetches with a ticket: without the login.
    pub fn fetch(&self, ticket: &Value) -> Call {
        let url = ticket["url"].as_str().expect("a ticket has an address");
        self.logged_out().get(&format!("/{url}"))
    }

    /// Buys a video, with a key that is used once.
    pub fn buy(&self, video_id: i64, expected_price_minor: i64) -> Call {
        let body = json!({ "expected_price_minor": expected_price_minor });
        self.post(&format!("/videos/{video_id}/purchases"), body).fresh_key()
    }

    pub fn buy_plan(&self, plan: &str, expected_price_minor: i64) -> Call {
        let body = json!({ "plan": plan, "expected_price_minor": expected_price_minor });
        self.post("/membership/purchases", body).fresh_key()
    }

    pub async fn balance(&self) -> i64 {
        self.get("/wallet").await.ok()["balance_minor"].as_i64().expect("a balance")
    }

    /// Every item of a list, page by page.
    pub async fn all(&self, path: &str, limit: u64) -> Vec<Value> {
        let mut items = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let call = self.get(path).query(&[("limit", limit)]);
            let call = match &cursor {
                Some(cursor) => call.query(&[("cursor", cursor)]),
                None => call,
            };
            let page = call.await.ok();
            items.extend(page["items"].as_array().expect("a page has items").iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => return items,
            }
        }
    }
}

/// A call being put together; awaited, it is made.
pub struct Call {
    what: String,
    request: RequestBuilder,
}

impl Call {
    fn with(self, change: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Call {
        Call { what: self.what, request: change(self.request) }
    }

    pub fn header(self, name: &str, value: &str) -> Call {
        self.with(|request| request.header(name, value))
    }

    pub fn key(self, key: &str) -> Call {
        self.header("idempotency-key", key)
    }

    fn fresh_key(self) -> Call {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        self.key(&format!("fresh-{}", NEXT.fetch_add(1, Ordering::Relaxed)))
    }

    /// In place of the key that it has.
    pub fn other_key(self, key: &str) -> Call {
        let key = key.parse().expect("a header's value");
        let (client, request) = self.request.build_split();
        let mut request = request.expect("a request");
        request.headers_mut().insert("idempotency-key", key);
        Call { what: self.what, request: RequestBuilder::from_parts(client, request) }
    }

    pub fn query(self, query: &(impl serde::Serialize + ?Sized)) -> Call {
        self.with(|request| request.query(query))
    }

    pub fn json(self, body: &Value) -> Call {
        self.with(|request| request.json(body))
    }

    pub fn body(self, bytes: impl Into<reqwest::Body>) -> Call {
        self.with(|request| request.body(bytes))
    }

    /// The answer while its body is still arriving.
    pub async fn open(self) -> reqwest::Response {
        self.request.send().await.unwrap_or_else(|error| panic!("{}: {error:?}", self.what))
    }

    /// The same for a call that may break off.
    pub async fn try_open(self) -> reqwest::Result<reqwest::Response> {
        self.request.send().await
    }
}

impl IntoFuture for Call {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let what = self.what.clone();
            let response = self.open().await;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let body = response.bytes().await;
            let body = body.unwrap_or_else(|error| panic!("{what}: {error:?}"));
            Answer { what, status, headers, body }
        })
    }
}

/// An answer that was read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    pub what: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a plain header"))
    }

    pub fn json(&self) -> Value {
        let Answer { what, status, .. } = self;
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{what}: {status}: {error}: {}", self.text()))
    }

    /// The document of an answer that must be 2xx; null where it has none.
    #[track_caller]
    pub fn ok(&self) -> Value {
        let Answer { what, status, .. } = self;
        assert!((200..300).contains(status), "{what}: {status}: {}", self.text());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// The problem document of a refusal that must have that status and code.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let Answer { what, .. } = self;
        assert_eq!(self.status, status, "{what}: {}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json", "{what}");
        let problem = self.json();
        assert_eq!(problem["code"], code, "{what}: {problem}");
        assert_eq!(problem["status"], status, "{what}: {problem}");
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{problem}");
        problem
    }

    /// The refusal of that field.
    #[track_caller]
    pub fn invalid(&self, field: &str, problem: &str) {
        let refusal = self.refused(422, "invalid_field");
        assert_eq!((&refusal["field"], &refusal["problem"]), (&json!(field), &json!(problem)));
    }
}
