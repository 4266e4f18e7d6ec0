//! Two interfaces to one site: each use-case through both has the same effects, and is refused
//! with the same words for the same reason.

use crate::classic::client::{Classic, digest, fingerprint, message};
use crate::classic::with_classic;
use crate::site::{Answer, DAY, PASSWORD, Person, SECOND, Site};
use reqwest::Method;
use serde_json::{Value, json};

with_classic!(
    registering,
    refusals_of_registering,
    logging_in_and_out,
    refusals_of_logging_in,
    uploading,
    refusals_of_uploading,
    deleting,
    announcing,
    buying_a_membership,
    buying_and_downloading,
    refusals_of_downloading,
    lists_and_records,
    one_ticket_for_both_interfaces,
    nobody_may_what_needs_a_login,
    users_may_not_what_is_for_admins,
);

/// The problem document and the reply must refuse for the same reason.
#[track_caller]
fn same_refusal(at_http: &Answer, code: &str, here: &Value) {
    let problem = at_http.refused(at_http.status, code);
    assert_eq!(here["flag"], false, "{here}");
    assert_eq!(problem["detail"], here["msg"], "{code}");
}

/// An HTTP call that is answered in the language of the classic interface.
trait InChinese {
    fn zh(self) -> Self;
}

impl InChinese for crate::site::Call {
    fn zh(self) -> Self {
        self.header("accept-language", "zh-CN")
    }
}

/// What the audit log says happened since `after`: action, kind of subject, detail.
async fn acts_since(site: &Site, after: i64) -> Vec<Vec<Option<String>>> {
    let sql = "SELECT action, subject_kind, detail FROM audit_entry WHERE id > ";
    site.sql(&format!("{sql}{after} ORDER BY id")).await
}

async fn last_act(site: &Site) -> i64 {
    site.number("SELECT COALESCE(MAX(id), 0) FROM audit_entry").await
}

/// The names of the acts and what kind of thing they were done to.
fn kinds(acts: &[Vec<Option<String>>]) -> Vec<(Option<String>, Option<String>)> {
    acts.iter().map(|act| (act[0].clone(), act[1].clone())).collect()
}

/// Rows of a table without the columns that must differ.
async fn row(site: &Site, columns: &str, table: &str, id: i64) -> Vec<Option<String>> {
    let sql = format!("SELECT {columns} FROM {table} WHERE id = {id}");
    site.sql(&sql).await.remove(0)
}

fn register(name: &str) -> Value {
    json!({ "type": "register", "name": name, "password": digest(PASSWORD), "user_type": "user" })
}

fn new_account(name: &str) -> Value {
    json!({ "name": name, "password": PASSWORD })
}

/// Somebody logged in through both interfaces.
async fn both(site: &Site, name: &str) -> (Person, Classic) {
    let person = site.user(name).await;
    (person, Classic::user(site, name).await)
}

async fn registering(site: &Site) {
    site.set("wallet.welcome_minor", "700").await;
    let mut classic = Classic::connect(site).await;
    let mut seen = Vec::new();
    for name in ["甲 A", "乙 B"] {
        let before = last_act(site).await;
        match name {
            "甲 A" => drop(site.nobody().post("/accounts", new_account(name)).await.ok()),
            _ => drop(classic.done(register(name)).await),
        }
        let sql = format!("SELECT id FROM account WHERE name = '{name}'");
        let id = site.number(&sql).await;
        let columns = "role, epoch, locked, created_at_ms, membership_until_ms, note";
        let acts = acts_since(site, before).await;
        let account = row(site, columns, "account", id).await;
        let sql = format!("SELECT balance_minor FROM wallet WHERE account_id = {id}");
        seen.push((kinds(&acts), account, site.number(&sql).await));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].2, 700);
}

async fn refusals_of_registering(site: &Site) {
    let nobody = site.nobody();
    let mut classic = Classic::connect(site).await;
    site.user("小明").await;
    let long = "长".repeat(65);
    for (name, code) in [
        ("小明", "name_taken"),
        ("馆长", "name_taken"),
        ("", "invalid_field"),
        ("  ", "invalid_field"),
        (long.as_str(), "invalid_field"),
        ("a\u{202e}b", "invalid_field"),
        ("a\u{0}b", "invalid_field"),
    ] {
        let at_http = nobody.post("/accounts", new_account(name)).zh().await;
        same_refusal(&at_http, code, &classic.ask(register(name)).await);
    }
    for role in ["user", "admin"] {
        let mut here = register("新人");
        here["user_type"] = role.into();
        let mut there = new_account("新人");
        there["role"] = role.into();
        for (policy, invite, code) in [
            ("closed", None, "signup_closed"),
            ("closed", Some("AAAA"), "signup_closed"),
            ("invite", None, "invite_required"),
            ("invite", Some("AAAA"), "invite_invalid"),
        ] {
            site.set(&format!("signup.{role}"), policy).await;
            let (mut here, mut there) = (here.clone(), there.clone());
            if let Some(invite) = invite {
                here["invite"] = invite.into();
                there["invite"] = invite.into();
            }
            let at_http = nobody.post("/accounts", there).zh().await;
            same_refusal(&at_http, code, &classic.ask(here).await);
        }
    }
    // Four guesses of an invite were counted, whichever interface they came by; this is the fifth.
    let mut here = register("新人");
    here["invite"] = "BBBB".into();
    classic.refused(here.clone()).await;
    let mut there = new_account("新人");
    there["invite"] = "BBBB".into();
    let at_http = nobody.post("/accounts", there).zh().await;
    same_refusal(&at_http, "too_many_attempts", &classic.ask(here).await);
}

async fn logging_in_and_out(site: &Site) {
    let member = site.member("小明").await;
    let mut classic = Classic::connect(site).await;
    let before = last_act(site).await;
    let there = site.log_in(&member.account, PASSWORD).await;
    let middle = last_act(site).await;
    let here = classic.log_in("小明", PASSWORD, "user").await;
    assert_eq!(there.account["membership"]["active"], true);
    assert_eq!(here["is_vip"], 1);
    let acts = kinds(&acts_since(site, before).await);
    assert_eq!(acts[..1], acts[1..]);
    assert!(last_act(site).await > middle);
    let before = last_act(site).await;
    there.delete("/sessions/current").await.ok();
    classic.done(json!({ "type": "logout" })).await;
    let acts = kinds(&acts_since(site, before).await);
    assert_eq!(acts[..1], acts[1..]);
    // Ended, both are nobody.
    there.get("/wallet").await.refused(401, "session_ended");
    classic.refused(json!({ "type": "logout" })).await;
}

async fn refusals_of_logging_in(site: &Site) {
    let user = site.user("小明").await;
    let nobody = site.nobody();
    let mut classic = Classic::connect(site).await;
    let before = last_act(site).await;
    for (name, password) in [("小明", "wrong password"), ("谁", PASSWORD), ("馆长", "wrong one")]
    {
        let there = json!({ "name": name, "password": password });
        let at_http = nobody.post("/sessions", there).zh().await;
        let here = classic.log_in(name, password, "user").await;
        same_refusal(&at_http, "wrong_credentials", &here);
    }
    site.admin.post(&format!("/accounts/{}/lock", user.id()), json!({})).await.ok();
    let there = json!({ "name": "小明", "password": PASSWORD });
    let at_http = nobody.post("/sessions", there.clone()).zh().await;
    same_refusal(&at_http, "account_locked", &classic.log_in("小明", PASSWORD, "user").await);
    let failures: Vec<_> = acts_since(site, before).await;
    let failures: Vec<_> =
        failures.iter().filter(|act| act[0].as_deref() == Some("session.login_failed")).collect();
    assert_eq!(failures.len(), 8);
    assert!(failures.chunks(2).all(|two| two[0] == two[1]), "{failures:?}");
    // Two were wrong; three more, and both interfaces say how long.
    for _ in 0..3 {
        classic.log_in("小明", "wrong password", "user").await;
    }
    let at_http = nobody.post("/sessions", there).zh().await;
    let here = classic.log_in("小明", PASSWORD, "user").await;
    same_refusal(&at_http, "too_many_attempts", &here);
}

async fn uploading(site: &Site) {
    let mut admin = Classic::admin(site).await;
    for (is_free, size) in [(1, 5_000), (0, 0), (0, 39), (1, 2_000_000)] {
        let (first, second) = (site.content(size.max(8)), site.content(size.max(8)));
        let before = last_act(site).await;
        let there = site
            .upload(
                &[
                    ("file_name", "目录/影 片.MP4"),
                    ("is_free", if is_free == 1 { "true" } else { "false" }),
                ],
                first.clone(),
            )
            .await
            .ok();
        let here = admin.upload("目录/影 片.MP4", is_free, &second).await;
        let ids = [there["id"].as_i64(), here["movie_id"].as_i64()].map(|id| id.expect("a number"));
        assert_eq!(
            kinds(&acts_since(site, before).await)[..1],
            kinds(&acts_since(site, before).await)[1..]
        );
        let mut seen = Vec::new();
        for id in ids {
            let mut video = site.admin.get(&format!("/videos/{id}")).await.ok();
            for field in ["id", "content_hash"] {
                video[field] = Value::Null;
            }
            let columns = "uploaded_by, state, search_text, title_key, created_at_ms";
            seen.push((video, row(site, columns, "video", id).await));
        }
        assert_eq!(seen[0], seen[1]);
        for (id, content) in ids.into_iter().zip([first, second]) {
            let sql = format!(
                "SELECT content_fingerprint.fingerprint FROM content_fingerprint JOIN video \
                 ON video.blob_id = content_fingerprint.blob_id WHERE video.id = {id}"
            );
            assert_eq!(site.sql(&sql).await, [[Some(fingerprint(&content))]]);
        }
    }
}

async fn refusals_of_uploading(site: &Site) {
    let mut admin = Classic::admin(site).await;
    let content = site.content(5_000);
    site.upload(&[], content.clone()).await.ok();
    let before = last_act(site).await;
    let at_http = site.upload(&[], content.clone()).zh().await;
    same_refusal(&at_http, "video_exists", &admin.upload("影.mp4", 0, &content).await);
    site.set("upload.max_bytes", "4999").await;
    let at_http = site.upload(&[], content.clone()).zh().await;
    same_refusal(&at_http, "upload_too_large", &admin.upload("影.mp4", 0, &content).await);
    let acts: Vec<_> = acts_since(site, before).await;
    assert!(acts.iter().all(|act| act[0].as_deref() == Some("setting.set")), "{acts:?}");
}

async fn deleting(site: &Site) {
    let mut admin = Classic::admin(site).await;
    let ids = [site.video("甲", true).await, site.video("乙", false).await];
    let before = last_act(site).await;
    site.admin.delete(&format!("/videos/{}", ids[0])).await.ok();
    admin.done(json!({ "type": "delete_movie", "delete_movie_id": ids[1] })).await;
    let acts = kinds(&acts_since(site, before).await);
    assert_eq!(acts[..1], acts[1..]);
    let columns = "state, trashed_at_ms, purged_at_ms, updated_at_ms";
    let rows =
        [row(site, columns, "video", ids[0]).await, row(site, columns, "video", ids[1]).await];
    assert_eq!(rows[0][..3], rows[1][..3]);
    let trash = site.admin.all("/trash", 10).await;
    assert_eq!(trash.len(), 2);
    for id in [0, -1, 999, i64::MAX] {
        let at_http = site.admin.delete(&format!("/videos/{id}")).zh().await;
        let here = admin.ask(json!({ "type": "delete_movie", "delete_movie_id": id })).await;
        same_refusal(&at_http, "not_found", &here);
    }
}

async fn announcing(site: &Site) {
    let mut admin = Classic::admin(site).await;
    let here = |title: &str, content: &str| json!({ "type": "release_notice", "title": title, "content": content });
    let there = |title: &str, content: &str| json!({ "title": title, "content": content });
    let before = last_act(site).await;
    site.admin.post("/announcements", there(" 题 ", "# 文\n<script>")).await.ok();
    admin.done(here(" 题 ", "# 文\n<script>")).await;
    let acts = acts_since(site, before).await;
    assert_eq!(acts[..1], acts[1..]);
    let sql = "SELECT title, content, publish_at_ms, author FROM announcement ORDER BY id";
    let rows = site.sql(sql).await;
    assert_eq!(rows[..1], rows[1..]);
    let (long_title, long) = ("长".repeat(201), "长".repeat(20_001));
    for (title, content) in [
        ("", "文"),
        ("题", ""),
        (long_title.as_str(), "文"),
        ("题\n题", "文"),
        ("题", long.as_str()),
    ] {
        let at_http = site.admin.post("/announcements", there(title, content)).zh().await;
        same_refusal(&at_http, "invalid_field", &admin.ask(here(title, content)).await);
    }
}

async fn buying_a_membership(site: &Site) {
    let (person, _) = both(site, "甲").await;
    let (other, mut classic) = both(site, "乙").await;
    let refused = person.buy_plan("month", 1_500).zh().await;
    let buy = || json!({ "type": "buy_member" });
    same_refusal(&refused, "insufficient_balance", &classic.ask(buy()).await);
    let video = site.video("免费", true).await;
    let mut seen = Vec::new();
    for who in [&person, &other] {
        site.credit(who, 2_000).await;
        assert_eq!(who.ask(video).await.ok()["wait_ms"], 30_000);
        let before = last_act(site).await;
        let bought = match who.id() == person.id() {
            true => person.buy_plan("month", 1_500).await.ok()["balance_minor"].clone(),
            false => classic.done(buy()).await["balance"].clone(),
        };
        let acts = acts_since(site, before).await;
        let membership = who.get("/membership").await.ok();
        let ticket = who.ask(video).await.ok();
        let entry = who.all("/wallet/entries", 10).await.remove(0);
        let entry =
            ["kind", "amount_minor", "balance_after_minor"].map(|field| entry[field].clone());
        seen.push((kinds(&acts), bought, membership, ticket["wait_ms"].clone(), entry));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].3, 0);
    // Where the plan is not to be had.
    site.admin.put("/plans/month", json!({ "on_sale": false })).await.ok();
    site.clock.advance(40 * DAY);
    let mut classic = Classic::user(site, "乙").await;
    let refused = site.log_in(&person.account, PASSWORD).await.buy_plan("month", 1_500).zh().await;
    same_refusal(&refused, "not_for_sale", &classic.ask(buy()).await);
}

async fn buying_and_downloading(site: &Site) {
    let (person, _) = both(site, "甲").await;
    let (other, mut classic) = both(site, "乙").await;
    let content = site.content(2_500_000);
    let id = site.upload(&[("is_free", "false")], content.clone()).await.ok()["id"].as_i64();
    let id = id.expect("a number");
    let get = || json!({ "type": "download_movie", "movie_id": id });
    let refused = person.buy(id, 1_000).zh().await;
    same_refusal(&refused, "insufficient_balance", &classic.ask(get()).await);
    site.credit(&person, 1_300).await;
    site.credit(&other, 1_300).await;
    let before = last_act(site).await;
    let bought = person.buy(id, 1_000).await.ok();
    let reply = classic.done(get()).await;
    let acts = acts_since(site, before).await;
    assert_eq!(kinds(&acts)[..1], kinds(&acts)[1..]);
    assert_eq!(bought["ticket"]["wait_ms"], 30_000);
    assert_eq!(reply["wait_time"], 30);
    assert_eq!(bought["ticket"]["file_name"], reply["file_name"]);
    assert_eq!(bought["ticket"]["size_bytes"], reply["file_size"]);
    site.clock.advance(30 * SECOND);
    let fetched = person.fetch(&bought["ticket"]).await;
    assert!(fetched.body == content && classic.file(&reply).await == content);
    let mut seen = Vec::new();
    for who in [&person, &other] {
        let mut record = who.all("/downloads", 10).await.remove(0);
        for field in ["id", "account", "account_id"] {
            record[field] = Value::Null;
        }
        let mut owned = who.all("/library", 10).await.remove(0);
        owned["id"] = Value::Null;
        let mut entry = who.all("/wallet/entries", 10).await.remove(0);
        for field in ["id", "hash", "account_id"] {
            entry[field] = Value::Null;
        }
        seen.push((record, owned, entry["amount_minor"].clone(), who.balance().await));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].0["state"], "completed");
    // Again: neither paid nor waited for.
    let ticket = person.ask(id).await.ok();
    let reply = classic.done(get()).await;
    assert_eq!((&ticket["wait_ms"], &reply["wait_time"]), (&json!(0), &json!(0)));
    assert_eq!((person.balance().await, other.balance().await), (300, 300));
    // Admins: at once, for nothing, and on record.
    let mut admin = Classic::admin(site).await;
    let reply = admin.done(get()).await;
    assert_eq!(reply["wait_time"], 0);
    admin.file(&reply).await;
    assert_eq!(site.admin.ask(id).await.ok()["wait_ms"], 0);
    assert_eq!(site.number("SELECT COUNT(*) FROM purchase").await, 2);
}

async fn refusals_of_downloading(site: &Site) {
    let (person, mut classic) = both(site, "小明").await;
    let trashed = site.video("删了", true).await;
    site.admin.delete(&format!("/videos/{trashed}")).await.ok();
    for id in [trashed, 999, 0, -1] {
        let at_http = person.ask(id).zh().await;
        let here = classic.ask(json!({ "type": "download_movie", "movie_id": id })).await;
        same_refusal(&at_http, "not_found", &here);
    }
}

async fn lists_and_records(site: &Site) {
    let (person, mut classic) = both(site, "小明").await;
    for at in 0..6 {
        let name = format!("{at}.mp4");
        let query = [("file_name", name.as_str()), ("is_free", ["true", "false"][at % 2])];
        site.upload(&query, site.content(100)).await.ok();
    }
    for (here, there) in [("all", ""), ("free", "?price=free"), ("charge", "?price=paid")] {
        let list = json!({ "type": "get_movie_list", "movie_type": here });
        let reply = classic.done(list).await;
        let mut items = person.get(&format!("/videos{there}")).await.ok()["items"].clone();
        let items = items.as_array_mut().expect("items");
        items.reverse();
        let rows: Vec<Value> = items
            .iter()
            .map(|video| {
                let kind = if video["is_free"] == true { "免费" } else { "收费" };
                json!([video["file_name"], kind, video["id"]])
            })
            .collect();
        assert_eq!(reply["movie_list"], json!(rows));
    }
    for (at, title) in ["一", "二"].into_iter().enumerate() {
        let new = json!({ "title": title, "content": format!("文{at}") });
        site.admin.post("/announcements", new).await.ok();
    }
    let reply = classic.done(json!({ "type": "check_notice" })).await;
    let mut items = person.get("/announcements").await.ok()["items"].clone();
    let items = items.as_array_mut().expect("items");
    items.reverse();
    let notices: Vec<Value> = items
        .iter()
        .map(|item| json!({ "title": item["title"], "content": item["content"] }))
        .collect();
    assert_eq!(reply["notice_list"], json!(notices));
}

/// One live ticket for an account and a video, whichever interface asked for it.
async fn one_ticket_for_both_interfaces(site: &Site) {
    let (person, mut classic) = both(site, "小明").await;
    let id = site.video("免费", true).await;
    let ticket = person.ask(id).await.ok();
    site.clock.advance(10 * SECOND);
    let reply = classic.download(id).await;
    assert_eq!(reply["wait_time"], 20);
    assert_eq!(person.ask(id).await.ok()["id"], ticket["id"]);
    site.clock.advance(20 * SECOND);
    classic.file(&reply).await;
    let record = person.get(&format!("/downloads/{}", ticket["id"])).await.ok();
    assert_eq!(record["state"], "completed");
    // Used here, it is used there as well; the next one waits again.
    let next = person.ask(id).await.ok();
    assert_ne!(next["id"], ticket["id"]);
    person.fetch(&ticket).await.refused(410, "ticket_ended");
    assert_eq!(classic.download(id).await["wait_time"], 30);
    // A video bought there is not bought again here.
    site.credit(&person, 1_000).await;
    let paid = site.video("收费", false).await;
    let bought = person.buy(paid, 1_000).await.ok();
    let mut classic = Classic::user(site, "小明").await;
    assert_eq!(classic.download(paid).await["wait_time"], 30);
    let tickets = format!("SELECT COUNT(*) FROM ticket WHERE video_id = {paid}");
    assert_eq!(site.number(&tickets).await, 1, "{bought}");
    assert_eq!(person.balance().await, 0);
}

/// Every operation but the two that make a login, as whoever sends it.
fn operations() -> Vec<(Value, Method, &'static str, Value)> {
    let md5 = digest("x");
    let plan = json!({ "plan": "month", "expected_price_minor": 1_500 });
    let notice = json!({ "title": "题", "content": "文" });
    vec![
        (json!({ "type": "logout" }), Method::DELETE, "/sessions/current", Value::Null),
        (
            json!({ "type": "check_movie", "file_md5": md5 }),
            Method::GET,
            "/fingerprint?fingerprint=d41d8cd98f00b204e9800998ecf8427e&size_bytes=0",
            Value::Null,
        ),
        (
            json!({ "type": "upload_movie", "file_name": "影.mp4", "file_size": 0,
                "file_md5": md5, "is_free": 1 }),
            Method::POST,
            "/videos?file_name=a.mp4",
            Value::Null,
        ),
        (
            json!({ "type": "get_movie_list", "movie_type": "all" }),
            Method::GET,
            "/videos",
            Value::Null,
        ),
        (
            json!({ "type": "delete_movie", "delete_movie_id": 1 }),
            Method::DELETE,
            "/videos/1",
            Value::Null,
        ),
        (
            json!({ "type": "release_notice", "title": "题", "content": "文" }),
            Method::POST,
            "/announcements",
            notice,
        ),
        (json!({ "type": "buy_member" }), Method::POST, "/membership/purchases", plan),
        (
            json!({ "type": "download_movie", "movie_id": 1 }),
            Method::POST,
            "/videos/1/downloads",
            Value::Null,
        ),
        (json!({ "type": "check_download_record" }), Method::GET, "/downloads", Value::Null),
        (json!({ "type": "check_notice" }), Method::GET, "/announcements", Value::Null),
    ]
}

async fn nobody_may_what_needs_a_login(site: &Site) {
    let mut classic = Classic::connect(site).await;
    for (here, method, path, body) in operations() {
        let call = site.nobody().call(method, path);
        let call = if body.is_null() { call } else { call.json(&body) };
        call.key("a key").await.refused(401, "login_required");
        for session in [Value::Null, json!(""), json!("0123456789abcdef"), json!("登录")] {
            let mut here = here.clone();
            here["session"] = session;
            let reply = classic.ask(here.clone()).await;
            assert_eq!(reply, json!({ "flag": false, "msg": "请先登录" }), "{here}");
        }
    }
}

async fn users_may_not_what_is_for_admins(site: &Site) {
    let (person, mut classic) = both(site, "小明").await;
    let before = last_act(site).await;
    let mut refused = 0;
    for (here, method, path, body) in operations() {
        let call = person.call(method, path).zh();
        let call = if body.is_null() { call } else { call.json(&body) };
        if here["type"] == "logout" {
            continue;
        }
        let at_http = call.key("a key").await;
        let reply = classic.ask(here.clone()).await;
        let may = at_http.status != 403;
        assert_eq!(message(&reply) != forbidden_message(), may, "{here}: {reply}");
        if !may {
            same_refusal(&at_http, "forbidden", &reply);
            refused += 1;
        }
    }
    assert_eq!(refused, 4);
    assert_eq!(acts_since(site, before).await.len(), 0);
}

fn forbidden_message() -> String {
    let none = serde_json::Map::new();
    yingku_protocol::text(yingku_protocol::Lang::Zh, "error.forbidden", &none)
}
