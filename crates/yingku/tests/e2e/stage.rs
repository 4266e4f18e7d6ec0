//! A site with an admin, and people in front of it, over plain HTTP.

use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use yingku_testkit::{Answer, Cli, Database, Http, Server, Site, wait_for};

/// The binary under test.
pub const BIN: &str = env!("CARGO_BIN_EXE_yingku");
/// Everybody's password.
pub const PASSWORD: &str = "correct horse 电影";
/// The first admin's name.
pub const ADMIN: &str = "馆长";

/// How long anything that should come soon may take on a busy machine.
pub const SOON: Duration = Duration::from_secs(20);

/// A site that runs, with an admin who is logged in.
pub struct Stage {
    pub site: Site,
    pub server: Server,
    pub admin: Person,
}

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: i64,
    pub name: String,
    pub token: String,
    pub http: Http,
}

impl Stage {
    /// A new site with an admin.
    pub fn open(database: Database) -> Self {
        Self::open_site(Site::new(BIN, database))
    }

    /// The same, on a site that was prepared.
    pub fn open_site(site: Site) -> Self {
        create_admin(&site);
        let server = site.start();
        let admin = log_in(&server.http(), ADMIN);
        Stage { site, server, admin }
    }

    /// Kills the server and starts another on the same data; logins go on.
    pub fn kill_and_restart(self) -> Self {
        self.restart_after(Server::kill9)
    }

    /// The same; it is stopped as an operator would.
    pub fn stop_and_restart(self) -> Self {
        self.restart_after(Server::terminate)
    }

    /// The same when somebody else has killed it.
    pub fn restart_when_killed(self) -> Self {
        self.restart_after(Server::is_killed)
    }

    /// The same, however it ends.
    pub fn restart_after(self, end: impl FnOnce(Server)) -> Self {
        let Stage { site, server, admin } = self;
        end(server);
        let server = site.start();
        let admin = admin.at(&server);
        Stage { site, server, admin }
    }

    /// A video, once the job that looks into its content has ended.
    pub fn looked_into(&self, video: &Value) -> Value {
        let path = format!("/api/v1/videos/{}", number(&video["id"]));
        wait_for("a look at the file", Duration::from_secs(20), || {
            let video = self.admin.http.get(&path).send().ok();
            (video["playback"]["reason"] != "pending").then_some(video)
        })
    }

    /// Stops the server as an operator would.
    pub fn close(self) {
        self.server.terminate();
    }

    pub fn http(&self) -> Http {
        self.server.http()
    }

    /// Changes a setting.
    pub fn set(&self, key: &str, value: &str) {
        let path = format!("/api/v1/settings/{key}");
        self.admin.http.request("PUT", &path).json(&json!({ "value": value })).send().ok();
    }

    /// Registers somebody and logs in.
    pub fn person(&self, name: &str) -> Person {
        let account = json!({ "name": name, "password": PASSWORD });
        self.http().post("/api/v1/accounts").json(&account).send().ok();
        log_in(&self.http(), name)
    }

    /// Puts money into a wallet.
    pub fn credit(&self, person: &Person, amount_minor: i64) {
        let credit = json!({ "amount_minor": amount_minor, "reason": "充值" });
        let path = format!("/api/v1/accounts/{}/credits", person.id);
        self.admin.http.post(&path).key(&fresh_key()).json(&credit).send().ok();
    }

    /// Uploads a file as the admin.
    pub fn upload(&self, file_name: &str, is_free: bool, bytes: Vec<u8>) -> Answer {
        upload(&self.admin.http, file_name, is_free, bytes).send()
    }

    /// What `ledger verify` says.
    pub fn ledger(&self) -> Value {
        self.admin.http.post("/api/v1/ledger/verify").send().ok()
    }

    /// A failure of the test unless the books are right.
    pub fn assert_ledger(&self) {
        let report = self.ledger();
        assert_eq!(report["ok"], true, "{report}");
        assert_eq!(report["problems"], json!([]), "{report}");
    }
}

impl Person {
    /// The same login at a server that was started anew.
    pub fn at(&self, server: &Server) -> Self {
        Person { http: server.http().bearer(&self.token), ..self.clone() }
    }

    pub fn balance(&self) -> i64 {
        number(&self.http.get("/api/v1/wallet").send().ok()["balance_minor"])
    }

    /// Everything this person owns.
    pub fn library(&self) -> Vec<Value> {
        all(&self.http, "/api/v1/library")
    }

    /// Every movement of this person's wallet.
    pub fn entries(&self) -> Vec<Value> {
        all(&self.http, "/api/v1/wallet/entries")
    }

    /// Buys a video.
    pub fn buy(&self, video: i64, expected_price_minor: i64, key: &str) -> Answer {
        self.try_buy(video, expected_price_minor, key)
            .unwrap_or_else(|error| panic!("{} buys {video}: {error}", self.name))
    }

    /// The same, where the connection may break.
    pub fn try_buy(
        &self,
        video: i64,
        expected_price_minor: i64,
        key: &str,
    ) -> std::io::Result<Answer> {
        self.http
            .post(&format!("/api/v1/videos/{video}/purchases"))
            .key(key)
            .json(&json!({ "expected_price_minor": expected_price_minor }))
            .try_send()
    }

    /// Buys a membership.
    pub fn join(&self, plan: &str, expected_price_minor: i64, key: &str) -> Answer {
        self.try_join(plan, expected_price_minor, key)
            .unwrap_or_else(|error| panic!("{} joins by {plan}: {error}", self.name))
    }

    /// The same, where the connection may break.
    pub fn try_join(
        &self,
        plan: &str,
        expected_price_minor: i64,
        key: &str,
    ) -> std::io::Result<Answer> {
        self.http
            .post("/api/v1/membership/purchases")
            .key(key)
            .json(&json!({ "plan": plan, "expected_price_minor": expected_price_minor }))
            .try_send()
    }

    /// Asks for a ticket.
    pub fn ask(&self, video: i64) -> Answer {
        self.http.post(&format!("/api/v1/videos/{video}/downloads")).send()
    }

    /// The record of a ticket.
    pub fn record(&self, ticket: &Value) -> Value {
        self.http.get(&format!("/api/v1/downloads/{}", number(&ticket["id"]))).send().ok()
    }

    /// Waits until the record of a ticket is in that state.
    pub fn wait_for_state(&self, ticket: &Value, state: &str) -> Value {
        wait_for(&format!("record in state {state}"), SOON, || {
            let record = self.record(ticket);
            (record["state"] == state).then_some(record)
        })
    }
}

/// Makes the first admin with no server up.
pub fn create_admin(site: &Site) -> Value {
    let mut args = vec!["--json".into(), "admin".into(), "create".into(), ADMIN.into()];
    args.push("--password-stdin".into());
    args.extend(site.local_args());
    let admin = Cli::new(BIN).run_with(&format!("{PASSWORD}\n"), args).ok_json();
    // Most stories are not about films: contents of any kind are accepted.
    site.sql("INSERT INTO setting VALUES ('upload.allow_unknown', 'true', 0)");
    admin
}

/// Logs in over HTTP.
pub fn log_in(http: &Http, name: &str) -> Person {
    let login = json!({ "name": name, "password": PASSWORD });
    let session = http.post("/api/v1/sessions").json(&login).send().ok();
    let token = text(&session["token"]).to_owned();
    Person {
        id: number(&session["account"]["id"]),
        name: name.to_owned(),
        http: http.bearer(&token),
        token,
    }
}

/// An upload, ready to be sent.
pub fn upload(
    http: &Http,
    file_name: &str,
    is_free: bool,
    bytes: Vec<u8>,
) -> yingku_testkit::Request {
    let name = percent_encoded(file_name);
    http.post(&format!("/api/v1/videos?file_name={name}&is_free={is_free}")).file(bytes)
}

/// Every item of a list, page by page.
pub fn all(http: &Http, path: &str) -> Vec<Value> {
    let mut items: Vec<Value> = Vec::new();
    let mut cursor = String::new();
    loop {
        let mark = if path.contains('?') { '&' } else { '?' };
        let page = http.get(&format!("{path}{mark}limit=200{cursor}")).send().ok();
        items.extend(page["items"].as_array().expect("a list has items").iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={}", percent_encoded(next)),
            None => return items,
        }
    }
}

/// A key that was never used.
pub fn fresh_key() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("e2e-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Everything but letters and digits as `%XX`.
pub fn percent_encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => out.push(byte.into()),
            _ => out += &format!("%{byte:02X}"),
        }
    }
    out
}

/// A field that must be a number.
pub fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("no number: {value}"))
}

/// A field that must be a text.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// The `items` of a list.
pub fn items(list: &Value) -> &[Value] {
    list["items"].as_array().unwrap_or_else(|| panic!("no items: {list}"))
}

/// The numbers of the items of a list.
pub fn ids(list: &Value) -> Vec<i64> {
    items(list).iter().map(|item| number(&item["id"])).collect()
}

/// A number from the environment, for larger runs.
pub fn setting_from_env(name: &str, otherwise: u32) -> u32 {
    match std::env::var(name) {
        Ok(value) => value.parse().unwrap_or_else(|_| panic!("{name} is a number")),
        Err(_) => otherwise,
    }
}
