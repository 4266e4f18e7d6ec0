//! The classic interface: framed JSON over TCP, as the brief's clients speak it, on the same
//! accounts, rules, money and files as HTTP.

mod abuse;
pub mod client;

use crate::site::{Database, HOUR, MINUTE, PASSWORD, SECOND, Site};
use client::{Classic, digest, fingerprint, message};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use yingku_server::config::Given;

/// Makes each story a test on both databases, with the classic interface on.
macro_rules! with_classic {
    ($($story:ident),* $(,)?) => {$(
        mod $story {
            use crate::site::{Database, Site};

            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                let site = Site::start_with(Database::Sqlite, crate::classic::open).await;
                super::$story(&site).await;
                site.finish().await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn mariadb() {
                let site = Site::start_with(Database::MariaDb, crate::classic::open).await;
                super::$story(&site).await;
                site.finish().await;
            }
        }
    )*};
}
pub(crate) use with_classic;

with_classic!(
    the_whole_brief,
    the_whole_brief_in_dialect,
    an_account_made_at_http_logs_in_here,
    an_account_made_here_logs_in_at_http,
    a_changed_password_counts_for_both_interfaces,
    a_reset_password_counts_for_both_interfaces,
    admins_register_as_policy_says,
    users_register_as_policy_says,
    a_session_ends_with_its_connection,
    a_session_ends_on_logout_lock_and_password,
    a_token_works_on_any_connection_and_at_http,
    a_second_login_replaces_the_first,
    a_session_lives_as_long_as_its_connection,
    failures_of_both_interfaces_are_counted_together,
    a_refused_upload_is_drained,
    an_upload_over_the_limit_is_answered_and_ends,
    content_in_the_trash_is_restored_by_an_upload,
    a_fingerprint_of_the_clients_own_is_kept,
    two_files_may_share_a_fingerprint,
    a_wrong_movie_type_charges_nothing,
    a_paid_video_is_charged_once,
    bytes_are_held_back_through_the_wait,
    a_membership_bought_at_http_releases_a_wait,
    a_lock_ends_a_wait,
    a_lock_cuts_a_slow_reader,
    an_aborted_transfer_is_taken_up_by_asking_again,
    what_is_no_film_is_no_video,
    records_are_of_what_was_downloaded,
    a_membership_is_bought_once,
    the_plan_is_that_of_the_settings,
    lists_are_limited_and_newest_last,
    announcements_are_those_that_are_out,
    file_names_are_safe,
);

pub fn open(given: &mut Given) {
    given.classic_listen = Some("127.0.0.1:0".to_owned());
}

fn id_of(reply: &Value) -> i64 {
    reply["movie_id"].as_i64().unwrap_or_else(|| panic!("a video's number: {reply}"))
}

fn names(reply: &Value, field: &str) -> Vec<String> {
    let list = reply[field].as_array().unwrap_or_else(|| panic!("{field}: {reply}"));
    list.iter().map(|row| row[0].as_str().expect("a name").to_owned()).collect()
}

/// The names of operations and fields in which a client differs.
struct Dialect {
    upload: &'static str,
    buy: &'static str,
    list: &'static str,
    session: &'static str,
    deleted: &'static str,
    md5: &'static str,
    file_name: &'static str,
    file_size: [&'static str; 2],
    title: &'static str,
    content: &'static str,
    charge: [&'static str; 2],
    free: &'static str,
    /// What it reads of replies.
    movies: &'static str,
    name_read: [&'static str; 2],
    size_read: &'static str,
    records: [&'static str; 2],
    notices: &'static str,
}

const CANONICAL: Dialect = Dialect {
    upload: "upload_movie",
    buy: "buy_member",
    list: "get_movie_list",
    session: "session",
    deleted: "delete_movie_id",
    md5: "file_md5",
    file_name: "file_name",
    file_size: ["file_size", "file_size"],
    title: "title",
    content: "content",
    charge: ["charge", "charge"],
    free: "free",
    movies: "movie_list",
    name_read: ["file_name", "file_name"],
    size_read: "file_size",
    records: ["record_list", "record_list"],
    notices: "notice_list",
};

const OTHER: Dialect = Dialect {
    upload: "upload",
    buy: "buy_vip",
    list: "check_movie_list",
    session: "cookies",
    deleted: "movie_id",
    md5: "movie_md5",
    file_name: "movie_name",
    file_size: ["movie_size", "filesize"],
    title: "notice_name",
    content: "notice_content",
    charge: ["pay", "收费"],
    free: "免费",
    movies: "back_movie_list",
    name_read: ["filename", "movie_name"],
    size_read: "movie_size",
    records: ["download_list", "back_list"],
    notices: "back_list",
};

async fn the_whole_brief(site: &Site) {
    go_through_the_brief(site, &CANONICAL).await;
}

async fn the_whole_brief_in_dialect(site: &Site) {
    go_through_the_brief(site, &OTHER).await;
}

async fn go_through_the_brief(site: &Site, d: &Dialect) {
    // The admin: registers, logs in, uploads, publishes.
    site.set("signup.admin", "open").await;
    let mut admin = Classic::connect(site).await;
    let password = digest(PASSWORD);
    let who = json!({ "name": "站长", "password": password, "user_type": "admin" });
    let with = |operation: &str| {
        let mut request = who.clone();
        request["type"] = operation.into();
        request
    };
    admin.done(with("register")).await;
    let login = admin.done(with("login")).await;
    assert_eq!((&login["is_vip"], &login["last_notice"]), (&json!(0), &Value::Null), "{login}");
    let session = login["session"].as_str().expect("a token").to_owned();
    let admin_session = session.clone();
    let free = site.content(1_000);
    let paid = site.content(70_000);
    let list = |which: &str| json!({ "type": d.list, d.session: session, "movie_type": which });
    assert!(admin.refused(list("all")).await.contains("暂无"));
    let check = |content: &[u8]| json!({ "type": "check_movie", d.session: session, d.md5: fingerprint(content) });
    let mut ids = Vec::new();
    for (at, (name, is_free, content)) in
        [("免费.mp4", 1, &free), ("收费.mkv", 0, &paid)].into_iter().enumerate()
    {
        admin.done(check(content)).await;
        admin
            .say(json!({ "type": d.upload, d.session: session, d.file_name: name,
                d.file_size[at]: content.len(), d.md5: fingerprint(content), "is_free": is_free }))
            .await;
        admin.send(content).await;
        let reply = admin.hear().await;
        assert_eq!(reply["flag"], true, "{reply}");
        ids.push(id_of(&reply));
        admin.refused(check(content)).await;
    }
    let notice = json!({ "type": "release_notice", d.session: session,
        d.title: "上新", d.content: "两部 **新片**" });
    admin.done(notice).await;
    // The user: registers, logs in, looks around.
    let mut user = Classic::connect(site).await;
    let who = json!({ "name": "小明", "password": password.to_uppercase(), "user_type": "user" });
    let with = |operation: &str| {
        let mut request = who.clone();
        request["type"] = operation.into();
        request
    };
    user.done(with("register")).await;
    let login = user.done(with("login")).await;
    let expected = json!({ "title": "上新", "content": "两部 **新片**" });
    assert_eq!((&login["is_vip"], &login["last_notice"]), (&json!(0), &expected), "{login}");
    let session = login["session"].as_str().expect("a token").to_owned();
    let list = |which: &str| json!({ "type": d.list, d.session: session, "movie_type": which });
    let of = |operation: &str| json!({ "type": operation, d.session: session });
    let free_row = json!(["免费.mp4", "免费", ids[0]]);
    let paid_row = json!(["收费.mkv", "收费", ids[1]]);
    assert_eq!(user.done(list("all")).await[d.movies], json!([free_row, paid_row]));
    assert_eq!(user.done(list(d.free)).await[d.movies], json!([free_row]));
    for charge in d.charge {
        assert_eq!(user.done(list(charge)).await[d.movies], json!([paid_row]));
    }
    let notices = user.done(of("check_notice")).await;
    assert_eq!(notices[d.notices], json!([expected]));
    assert!(user.refused(of("check_download_record")).await.contains("暂无"));
    // A free video, after its wait.
    let get = |id: i64, which: &str| {
        json!({ "type": "download_movie", d.session: session,
        "movie_id": id, "movie_type": which })
    };
    let reply = user.done(get(ids[0], d.free)).await;
    assert_eq!(reply["wait_time"], 30);
    for name in d.name_read {
        assert_eq!(reply[name], "免费.mp4");
    }
    assert_eq!(reply[d.size_read], 1_000);
    assert_eq!(reply["file_md5"], json!(fingerprint(&free)));
    site.clock.advance(30 * SECOND);
    assert!(user.file(&reply).await == free);
    // A paid one: the refusal says what is missing, then it is bought.
    let missing = user.refused(get(ids[1], d.charge[0])).await;
    assert!(missing.contains("10.00 CNY"), "{missing}");
    let mut person = site.bearer(&session);
    person.account = person.get("/me").await.ok()["account"].clone();
    site.credit(&person, 4_000).await;
    let reply = user.done(get(ids[1], d.charge[1])).await;
    assert_eq!(reply["wait_time"], 30);
    assert_eq!(person.balance().await, 3_000);
    site.clock.advance(30 * SECOND);
    assert!(user.file(&reply).await == paid);
    let records = user.done(of("check_download_record")).await;
    for name in d.records {
        assert_eq!(records[name], json!(["免费.mp4", "收费.mkv"]));
    }
    // A member waits no longer.
    let bought = user.done(of(d.buy)).await;
    assert_eq!((&bought["is_vip"], &bought["balance"]), (&json!(1), &json!(1_500)), "{bought}");
    user.refused(of(d.buy)).await;
    assert_eq!(person.balance().await, 1_500);
    let reply = user.done(get(ids[1], d.charge[0])).await;
    assert_eq!(reply["wait_time"], 0);
    assert!(user.file(&reply).await == paid);
    assert_eq!(person.balance().await, 1_500);
    let mut again = Classic::connect(site).await;
    assert_eq!(again.done(with("login")).await["is_vip"], 1);
    // The admin deletes.
    admin
        .done(json!({ "type": "delete_movie", d.session: admin_session, d.deleted: ids[0] }))
        .await;
    assert_eq!(user.done(list("all")).await[d.movies], json!([paid_row]));
    assert!(user.refused(list(d.free)).await.contains("暂无"));
    user.refused(get(ids[0], d.free)).await;
}

async fn an_account_made_at_http_logs_in_here(site: &Site) {
    site.user("Ａlice").await;
    let mut classic = Classic::connect(site).await;
    let mut log_in = async |name: &str, password: &str, user_type: &str| {
        let asked = json!({ "type": "login", "name": name, "password": password,
            "user_type": user_type });
        classic.ask(asked).await
    };
    // Any spelling of the name, any case of the digest.
    for digest in [digest(PASSWORD), digest(PASSWORD).to_uppercase()] {
        assert_eq!(log_in("ALICE", &digest, "user").await["flag"], true);
    }
    let wrong = log_in("alice", &digest("wrong password"), "user").await;
    assert_eq!(wrong["flag"], false);
    // Another role, an unknown name and a wrong password get the same answer.
    assert_eq!(log_in("alice", &digest(PASSWORD), "admin").await, wrong);
    assert_eq!(log_in("谁", &digest(PASSWORD), "user").await, wrong);
    assert_eq!(log_in("馆长", &digest(PASSWORD), "user").await, wrong);
    assert_eq!(log_in("馆长", &digest(PASSWORD), "admin").await["flag"], true);
    // The password itself is no digest.
    let reply = log_in("alice", PASSWORD, "user").await;
    assert!(message(&reply).contains("password"), "{reply}");
}

async fn register(site: &Site, name: &str) {
    let mut classic = Classic::connect(site).await;
    classic
        .done(json!({ "type": "register", "name": name, "password": digest(PASSWORD),
            "user_type": "user" }))
        .await;
}

async fn verifiers(site: &Site, name: &str) -> (String, Option<String>) {
    let sql = format!("SELECT password_hash, digest_hash FROM account WHERE name = '{name}'");
    let row = site.sql(&sql).await.remove(0);
    (row[0].clone().unwrap_or_default(), row[1].clone())
}

async fn an_account_made_here_logs_in_at_http(site: &Site) {
    register(site, "小明").await;
    let (password, first) = verifiers(site, "小明").await;
    assert!(password.is_empty());
    assert!(first.as_ref().is_some_and(|hash| hash.starts_with("$argon2id$")));
    let nobody = site.nobody();
    let log_in =
        |password: &str| nobody.post("/sessions", json!({ "name": "小明", "password": password }));
    log_in("wrong password").await.refused(401, "wrong_credentials");
    // The digest is no password.
    log_in(&digest(PASSWORD)).await.refused(401, "wrong_credentials");
    log_in(PASSWORD).await.ok();
    let (password, second) = verifiers(site, "小明").await;
    assert!(password.starts_with("$argon2id$") && second.is_some());
    assert_ne!(Some(&password), second.as_ref());
    log_in(PASSWORD).await.ok();
    log_in(&digest(PASSWORD)).await.refused(401, "wrong_credentials");
    Classic::user(site, "小明").await;
}

async fn a_changed_password_counts_for_both_interfaces(site: &Site) {
    register(site, "小明").await;
    // With the token of a classic login alone: the password was never seen before.
    let classic = Classic::user(site, "小明").await;
    let person = site.bearer(classic.session.as_deref().expect("a token"));
    let new = "battery staple 马";
    let change = json!({ "current_password": PASSWORD, "new_password": new });
    person.post("/me/password", change).await.ok();
    assert!(!verifiers(site, "小明").await.0.is_empty());
    let mut other = Classic::connect(site).await;
    assert_eq!(other.log_in("小明", PASSWORD, "user").await["flag"], false);
    assert_eq!(other.log_in("小明", new, "user").await["flag"], true);
    let nobody = site.nobody();
    let log_in =
        |password: &str| nobody.post("/sessions", json!({ "name": "小明", "password": password }));
    log_in(PASSWORD).await.refused(401, "wrong_credentials");
    log_in(new).await.ok();
}

async fn a_reset_password_counts_for_both_interfaces(site: &Site) {
    register(site, "小明").await;
    let id = site.number("SELECT id FROM account WHERE name = '小明'").await;
    let code = site.admin.post(&format!("/accounts/{id}/reset-code"), json!({})).await.ok();
    let new = "battery staple 马";
    let reset = json!({ "name": "小明", "code": code["code"], "new_password": new });
    site.nobody().post("/password-reset", reset).await.ok();
    let mut classic = Classic::connect(site).await;
    assert_eq!(classic.log_in("小明", PASSWORD, "user").await["flag"], false);
    assert_eq!(classic.log_in("小明", new, "user").await["flag"], true);
    site.nobody().post("/sessions", json!({ "name": "小明", "password": new })).await.ok();
}

async fn digests(site: &Site) -> i64 {
    site.number("SELECT COUNT(*) FROM account WHERE digest_hash IS NOT NULL").await
}

/// With the classic interface off, no digest is kept or accepted.
async fn classic_is_turned_off_and_on(database: Database) {
    let site = Site::start_with(database, open).await;
    site.user("小红").await;
    register(&site, "小明").await;
    assert_eq!(digests(&site).await, 3);
    // Shut: forgotten, and unusable where an account has nothing else.
    let mut site = site;
    site.config.classic_listen = None;
    let site = site.restart().await;
    assert_eq!(site.node.classic, None);
    let kept = "SELECT COUNT(*) FROM account WHERE digest_hash IS NOT NULL AND password_hash <> ''";
    assert_eq!(site.number(kept).await, 0);
    let nobody = site.nobody();
    let log_in =
        |name: &str| nobody.post("/sessions", json!({ "name": name, "password": PASSWORD }));
    log_in("小明").await.refused(401, "wrong_credentials");
    log_in("小红").await.ok();
    let before = digests(&site).await;
    site.user("小刚").await;
    let change = json!({ "current_password": PASSWORD, "new_password": "battery staple 马" });
    site.user("小李").await.post("/me/password", change).await.ok();
    assert_eq!(digests(&site).await, before);
    // Open again: a login with the password brings the digest back.
    let mut site = site;
    site.config.classic_listen = Some("127.0.0.1:0".parse().expect("an address"));
    let site = site.restart().await;
    let mut classic = Classic::connect(&site).await;
    assert_eq!(classic.log_in("小刚", PASSWORD, "user").await["flag"], false);
    site.nobody().post("/sessions", json!({ "name": "小刚", "password": PASSWORD })).await.ok();
    assert_eq!(classic.log_in("小刚", PASSWORD, "user").await["flag"], true);
    assert_eq!(classic.log_in("小明", PASSWORD, "user").await["flag"], true);
    site.nobody().post("/sessions", json!({ "name": "小明", "password": PASSWORD })).await.ok();
    site.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_digest_is_kept_while_classic_is_off_sqlite() {
    classic_is_turned_off_and_on(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_digest_is_kept_while_classic_is_off_mariadb() {
    classic_is_turned_off_and_on(Database::MariaDb).await;
}

/// The words of a refusal.
fn words(code: &str) -> String {
    let key = format!("error.{code}");
    yingku_protocol::text(yingku_protocol::Lang::Zh, &key, &serde_json::Map::new())
}

async fn registers_as_policy_says(site: &Site, user_type: &str, other_type: &str) {
    let mut classic = Classic::connect(site).await;
    let new = |name: &str| {
        json!({ "type": "register", "name": name,
        "password": digest(PASSWORD), "user_type": user_type })
    };
    let invited = |name: &str, code: &Value| {
        let mut request = new(name);
        request["invite"] = code.clone();
        request
    };
    let invite = async |role: &str| {
        let wanted = json!({ "label": "给新人", "role": role });
        site.admin.post("/invites", wanted).await.ok()["code"].clone()
    };
    let (code, other) = (invite(user_type).await, invite(other_type).await);
    let policy = format!("signup.{user_type}");
    site.set(&policy, "invite").await;
    assert_eq!(classic.refused(new("甲")).await, words("invite_required"));
    for wrong in [json!("AAAA-BBBB-CCCC-DDDD"), other] {
        assert_eq!(classic.refused(invited("甲", &wrong)).await, words("invite_invalid"));
    }
    classic.done(invited("甲", &code)).await;
    assert_eq!(classic.refused(invited("乙", &code)).await, words("invite_invalid"));
    assert_eq!(classic.log_in("甲", PASSWORD, user_type).await["flag"], true);
    site.set(&policy, "closed").await;
    let code = invite(user_type).await;
    assert_eq!(classic.refused(new("丙")).await, words("signup_closed"));
    assert_eq!(classic.refused(invited("丙", &code)).await, words("signup_closed"));
    site.set(&policy, "open").await;
    classic.done(new("丁")).await;
    assert_eq!(classic.log_in("丁", PASSWORD, user_type).await["flag"], true);
    assert_eq!(classic.refused(new("丁")).await, words("name_taken"));
}

async fn admins_register_as_policy_says(site: &Site) {
    // As it is at first.
    let mut classic = Classic::connect(site).await;
    let new = json!({ "type": "register", "name": "站长", "password": digest(PASSWORD),
        "user_type": "admin" });
    assert_eq!(classic.refused(new).await, words("invite_required"));
    registers_as_policy_says(site, "admin", "user").await;
}

async fn users_register_as_policy_says(site: &Site) {
    register(site, "头一个").await;
    registers_as_policy_says(site, "user", "admin").await;
}

async fn is_alive(site: &Site, token: &str) -> bool {
    site.bearer(token).get("/wallet").await.status == 200
}

async fn a_session_ends_with_its_connection(site: &Site) {
    site.user("小明").await;
    let mut classic = Classic::user(site, "小明").await;
    let token = classic.session.clone().expect("a token");
    assert!(is_alive(site, &token).await);
    let listed = site.bearer(&token).get("/sessions").await.ok();
    assert_eq!(listed["items"][0]["client"], "classic", "{listed}");
    classic.shut().await;
    classic.ended().await;
    assert!(!is_alive(site, &token).await);
    let mut other = Classic::connect(site).await;
    let asked = json!({ "type": "check_notice", "session": token });
    assert_eq!(other.ask(asked).await, json!({ "flag": false, "msg": "请先登录" }));
}

async fn a_session_ends_on_logout_lock_and_password(site: &Site) {
    let please = json!({ "flag": false, "msg": "请先登录" });
    let list = || json!({ "type": "get_movie_list", "movie_type": "all" });
    let user = site.user("小明").await;
    let mut classic = Classic::user(site, "小明").await;
    assert_ne!(classic.ask(list()).await, please);
    classic.done(json!({ "type": "logout" })).await;
    assert_eq!(classic.ask(list()).await, please);
    assert_eq!(classic.ask(json!({ "type": "logout" })).await, please);
    classic.log_in("小明", PASSWORD, "user").await;
    assert_ne!(classic.ask(list()).await, please);
    // The connection stays, the login is gone.
    let change = json!({ "current_password": PASSWORD, "new_password": "battery staple 马" });
    user.post("/me/password", change).await.ok();
    assert_eq!(classic.ask(list()).await, please);
    classic.log_in("小明", "battery staple 马", "user").await;
    assert_ne!(classic.ask(list()).await, please);
    site.admin.post(&format!("/accounts/{}/lock", user.id()), json!({})).await.ok();
    assert_eq!(classic.ask(list()).await, please);
    let reply = classic.log_in("小明", "battery staple 马", "user").await;
    assert_eq!(message(&reply), "该账号已被锁定，请联系管理员。");
    site.admin.post(&format!("/accounts/{}/unlock", user.id()), json!({})).await.ok();
    assert_eq!(classic.ask(list()).await, please);
    assert_eq!(classic.log_in("小明", "battery staple 马", "user").await["flag"], true);
    site.admin.delete(&format!("/accounts/{}/sessions", user.id())).await.ok();
    assert_eq!(classic.ask(list()).await, please);
    // A role that changed ends it as well.
    classic.log_in("小明", "battery staple 马", "user").await;
    let promote = json!({ "role": "admin" });
    site.admin.patch(&format!("/accounts/{}", user.id()), promote).await.ok();
    assert_eq!(classic.ask(list()).await, please);
    assert_eq!(classic.log_in("小明", "battery staple 马", "user").await["flag"], false);
    assert_eq!(classic.log_in("小明", "battery staple 马", "admin").await["flag"], true);
}

async fn a_token_works_on_any_connection_and_at_http(site: &Site) {
    let user = site.user("小明").await;
    let notices = |session: &str| json!({ "type": "check_notice", "session": session });
    site.admin.post("/announcements", json!({ "title": "题", "content": "文" })).await.ok();
    let first = Classic::user(site, "小明").await;
    let token = first.session.clone().expect("a token");
    let mut second = Classic::connect(site).await;
    second.done(notices(&token)).await;
    // A token that HTTP gave works here, and does not end with the connection.
    let http = user.token.clone().expect("a token");
    second.done(notices(&http)).await;
    second.shut().await;
    second.ended().await;
    user.get("/wallet").await.ok();
    assert!(is_alive(site, &token).await, "that of the first connection lives on");
    // Ended at HTTP, it is dead here.
    let mut first = first;
    site.bearer(&token).delete("/sessions/current").await.ok();
    assert_eq!(first.refused(notices(&token)).await, "请先登录");
    // A logout here ends a session of HTTP.
    first.done(json!({ "type": "logout", "session": http })).await;
    assert!(!is_alive(site, &http).await);
}

async fn a_second_login_replaces_the_first(site: &Site) {
    site.user("小明").await;
    site.user("小红").await;
    let mut classic = Classic::user(site, "小明").await;
    let first = classic.session.clone().expect("a token");
    // One that fails changes nothing.
    assert_eq!(classic.log_in("小红", "wrong password", "user").await["flag"], false);
    assert!(is_alive(site, &first).await);
    assert_eq!(classic.log_in("小红", PASSWORD, "user").await["flag"], true);
    let second = classic.session.clone().expect("a token");
    assert_ne!(first, second);
    assert!(!is_alive(site, &first).await && is_alive(site, &second).await);
    classic.shut().await;
    classic.ended().await;
    assert!(!is_alive(site, &second).await);
}

async fn a_session_lives_as_long_as_its_connection(site: &Site) {
    site.user("小明").await;
    let classic = Classic::user(site, "小明").await;
    let token = classic.session.clone().expect("a token");
    let app = &site.node.app;
    // Renewed, as the interface does all the time, it outlives its lease many times ...
    for _ in 0..10 {
        site.clock.advance(MINUTE);
        app.identity.renew_connection_sessions().await.expect("the database answers");
    }
    assert!(is_alive(site, &token).await);
    // ... and by itself it ends, as after the death of the node.
    site.clock.advance(2 * MINUTE);
    assert!(!is_alive(site, &token).await);
    // No session lives longer than one may at all.
    let mut classic = Classic::user(site, "小明").await;
    let token = classic.session.clone().expect("a token");
    for _ in 0..91 {
        app.identity.renew_connection_sessions().await.expect("the database answers");
        site.clock.advance(MINUTE);
        classic.ask(json!({ "type": "check_notice" })).await;
        site.clock.advance(24 * HOUR - MINUTE);
        app.identity.renew_connection_sessions().await.expect("the database answers");
    }
    assert!(!is_alive(site, &token).await);
}

async fn failures_of_both_interfaces_are_counted_together(site: &Site) {
    site.user("小明").await;
    let nobody = site.nobody();
    let at_http =
        |password: &str| nobody.post("/sessions", json!({ "name": "小明", "password": password }));
    let mut classic = Classic::connect(site).await;
    let wrong = words("wrong_credentials");
    for _ in 0..2 {
        at_http("wrong password").await.refused(401, "wrong_credentials");
        assert_eq!(message(&classic.log_in("小明", "wrong password", "user").await), wrong);
    }
    // A wrong role counts like a wrong password.
    assert_eq!(message(&classic.log_in("小明", PASSWORD, "admin").await), wrong);
    at_http(PASSWORD).await.refused(429, "too_many_attempts");
    let reply = classic.log_in("小明", PASSWORD, "user").await;
    assert!(message(&reply).contains("15 分钟"), "{reply}");
    site.clock.advance(15 * MINUTE);
    at_http(PASSWORD).await.ok();
    assert_eq!(classic.log_in("小明", PASSWORD, "user").await["flag"], true);
    // Thirty of an address, whatever the names, on as many connections.
    for number in 0..30 {
        let mut classic = Classic::connect(site).await;
        let reply = classic.log_in(&format!("无名{number}"), PASSWORD, "user").await;
        assert_eq!(message(&reply), wrong, "{number}");
    }
    at_http(PASSWORD).await.refused(429, "too_many_attempts");
    assert_eq!(classic.log_in("小明", PASSWORD, "user").await["flag"], false);
}

/// The connection is still in step.
async fn assert_in_step(classic: &mut Classic) {
    assert!(classic.refused(json!({ "type": "飞" })).await.contains('飞'));
}

async fn a_refused_upload_is_drained(site: &Site) {
    let content = site.content(3_000_000);
    let upload = |size: usize| {
        json!({ "type": "upload_movie", "file_name": "影.mp4",
        "file_size": size, "file_md5": fingerprint(&content), "is_free": 1 })
    };
    // Nobody is answered, and what nobody sends is not read: it could go on for ever.
    for token in [None, Some("dead")] {
        let mut nobody = Classic::connect(site).await;
        nobody.session = token.map(str::to_owned);
        nobody.say(upload(content.len())).await;
        assert_eq!(nobody.hear().await, json!({ "flag": false, "msg": "请先登录" }));
        nobody.ended().await;
    }
    site.user("小明").await;
    let mut user = Classic::user(site, "小明").await;
    let reply = user.upload("影.mp4", 1, &content).await;
    assert_eq!(message(&reply), words("forbidden"));
    assert_in_step(&mut user).await;
    // An ill-typed field, a missing one.
    let mut admin = Classic::admin(site).await;
    for (field, value) in [("is_free", json!("yes")), ("file_md5", Value::Null)] {
        let mut request = upload(content.len());
        request[field] = value;
        admin.say(request).await;
        admin.send(&content).await;
        let reply = admin.hear().await;
        assert!(message(&reply).contains(field), "{reply}");
        assert_in_step(&mut admin).await;
    }
    // Content that is here.
    assert_eq!(admin.upload("影.mp4", 1, &content).await["flag"], true);
    let reply = admin.upload("别名.mp4", 1, &content).await;
    assert_eq!(reply["flag"], false, "{reply}");
    assert_in_step(&mut admin).await;
    assert_eq!(site.number("SELECT COUNT(*) FROM video").await, 1);
    // A token that is none, and a size that cannot be read: answered, and over.
    let mut request = upload(content.len());
    request["session"] = json!(7);
    let mut other = Classic::admin(site).await;
    other.say(request).await;
    assert!(message(&other.hear().await).contains("session"));
    other.ended().await;
    let mut request = upload(0);
    request["file_size"] = json!("3000000");
    admin.say(request).await;
    assert!(message(&admin.hear().await).contains("file_size"));
    admin.ended().await;
}

async fn an_upload_over_the_limit_is_answered_and_ends(site: &Site) {
    site.set("upload.max_bytes", "100000").await;
    let mut admin = Classic::admin(site).await;
    assert_eq!(admin.upload("够.mp4", 1, &site.content(100_000)).await["flag"], true);
    let over = site.content(100_001);
    // The bytes are on their way before the answer is read.
    let reply = admin.upload("大.mp4", 1, &over).await;
    assert!(message(&reply).contains("100000"), "{reply}");
    admin.ended().await;
    site.user("小明").await;
    let mut user = Classic::user(site, "小明").await;
    let reply = user.upload("大.mp4", 1, &over).await;
    assert_eq!(reply["flag"], false, "{reply}");
    user.ended().await;
    let mut nobody = Classic::connect(site).await;
    assert_eq!(message(&nobody.upload("大.mp4", 1, &over).await), "请先登录");
    nobody.ended().await;
    assert_eq!(site.number("SELECT COUNT(*) FROM video").await, 1);
}

async fn content_in_the_trash_is_restored_by_an_upload(site: &Site) {
    let mut admin = Classic::admin(site).await;
    let content = site.content(5_000);
    let check = || json!({ "type": "check_movie", "file_md5": fingerprint(&content) });
    admin.done(check()).await;
    let id = id_of(&admin.upload("影.mp4", 0, &content).await);
    admin.refused(check()).await;
    admin.done(json!({ "type": "delete_movie", "delete_movie_id": id })).await;
    // Deleted is deleted: there is no such video to delete again.
    admin.refused(json!({ "type": "delete_movie", "delete_movie_id": id })).await;
    admin.done(check()).await;
    assert_eq!(id_of(&admin.upload("新名.mp4", 1, &content).await), id);
    admin.refused(check()).await;
    let video = site.admin.get(&format!("/videos/{id}")).await.ok();
    assert_eq!((&video["file_name"], &video["withdrawn"]), (&json!("影.mp4"), &json!(false)));
    // The same content by way of HTTP's trash.
    site.admin.delete(&format!("/videos/{id}")).await.ok();
    admin.done(check()).await;
    assert_eq!(id_of(&admin.upload("影.mp4", 0, &content).await), id);
    // Purged for good, it makes a new video.
    admin.done(json!({ "type": "delete_movie", "delete_movie_id": id })).await;
    site.admin.post(&format!("/videos/{id}/purge"), json!({})).await.ok();
    admin.done(check()).await;
    assert_ne!(id_of(&admin.upload("影.mp4", 0, &content).await), id);
    admin.refused(check()).await;
}

async fn a_fingerprint_of_the_clients_own_is_kept(site: &Site) {
    let mut admin = Classic::admin(site).await;
    let content = site.content(5_000);
    let own = digest("sampled in a way of its own");
    let id = id_of(&admin.upload_as("影.mp4", 1, &content, &own.to_uppercase()).await);
    for md5 in [&own, &fingerprint(&content)] {
        admin.refused(json!({ "type": "check_movie", "file_md5": md5 })).await;
        let known = site.admin.get("/fingerprint");
        let known = known.query(&[("fingerprint", md5.as_str()), ("size_bytes", "5000")]).await;
        assert_eq!(known.ok()["video_id"], id, "{md5}");
    }
    // A restored video goes by what its second sender calls it as well.
    admin.done(json!({ "type": "delete_movie", "delete_movie_id": id })).await;
    let third = digest("a third way");
    assert_eq!(id_of(&admin.upload_as("影.mp4", 1, &content, &third).await), id);
    for md5 in [&own, &third, &fingerprint(&content)] {
        admin.refused(json!({ "type": "check_movie", "file_md5": md5 })).await;
    }
    // What is sent on is what the server computes.
    let reply = admin.download(id).await;
    assert_eq!(reply["file_md5"], json!(fingerprint(&content)));
    assert!(admin.file(&reply).await == content);
}

async fn two_files_may_share_a_fingerprint(site: &Site) {
    let mut admin = Classic::admin(site).await;
    let content = site.content(5_000);
    let mut twin = content.clone();
    twin[100] ^= 1;
    assert_eq!(fingerprint(&content), fingerprint(&twin));
    let first = id_of(&admin.upload("甲.mp4", 1, &content).await);
    // It is never proof: who uploads all the same is judged by every byte.
    let second = id_of(&admin.upload("乙.mp4", 1, &twin).await);
    assert_ne!(first, second);
    for (id, content) in [(first, content), (second, twin)] {
        let reply = admin.download(id).await;
        assert!(admin.file(&reply).await == content);
    }
}

async fn a_wrong_movie_type_charges_nothing(site: &Site) {
    let user = site.user("小明").await;
    site.credit(&user, 5_000).await;
    let (free, paid) = (site.video("免费", true).await, site.video("收费", false).await);
    let mut classic = Classic::user(site, "小明").await;
    for (id, wrong) in [(free, "charge"), (free, "pay"), (paid, "free"), (paid, "免费")] {
        classic
            .refused(json!({ "type": "download_movie", "movie_id": id, "movie_type": wrong }))
            .await;
    }
    assert_eq!(user.balance().await, 5_000);
    assert_eq!(site.number("SELECT COUNT(*) FROM ticket").await, 0);
    let all = json!({ "type": "download_movie", "movie_id": paid, "movie_type": "all" });
    assert!(classic.refused(all).await.contains("movie_type"));
    // Without one, or with the right one, it is bought once.
    let reply = classic.download(paid).await;
    site.clock.advance(30 * SECOND);
    classic.file(&reply).await;
    assert_eq!(user.balance().await, 4_000);
    // What an admin makes of it counts from then on.
    let freed = json!({ "is_free": true });
    site.admin.patch(&format!("/videos/{paid}"), freed).await.ok();
    let charge = json!({ "type": "download_movie", "movie_id": paid, "movie_type": "charge" });
    classic.refused(charge).await;
}

async fn a_paid_video_is_charged_once(site: &Site) {
    let user = site.user("小明").await;
    let id = site.video("收费", false).await;
    let get = || json!({ "type": "download_movie", "movie_id": id, "movie_type": "charge" });
    let mut classic = Classic::user(site, "小明").await;
    site.credit(&user, 999).await;
    let message = classic.refused(get()).await;
    assert!(message.contains("还差 0.01 CNY"), "{message}");
    assert_eq!(site.number("SELECT COUNT(*) FROM ticket").await, 0);
    site.credit(&user, 2_000).await;
    // Twenty at once: one pays.
    let mut connections = Vec::new();
    for _ in 0..20 {
        connections.push(Classic::user(site, "小明").await);
    }
    let asked = connections.iter_mut().map(|connection| connection.ask(get()));
    for reply in futures_util::future::join_all(asked).await {
        assert_eq!((&reply["flag"], &reply["wait_time"]), (&json!(true), &json!(30)), "{reply}");
    }
    assert_eq!(user.balance().await, 1_999);
    assert_eq!(site.number("SELECT COUNT(*) FROM purchase").await, 1);
    assert_eq!(site.number("SELECT COUNT(*) FROM ticket").await, 1);
    drop(connections);
    // At another price, for another day: it is theirs.
    site.admin.patch(&format!("/videos/{id}"), json!({ "price_minor": 1_500 })).await.ok();
    site.clock.advance(25 * HOUR);
    let mut classic = Classic::user(site, "小明").await;
    let reply = classic.done(get()).await;
    site.clock.advance(30 * SECOND);
    classic.file(&reply).await;
    assert_eq!(user.balance().await, 1_999);
    // Deleted, it is still theirs; and of nobody else.
    site.admin.delete(&format!("/videos/{id}")).await.ok();
    let reply = classic.done(get()).await;
    site.clock.advance(30 * SECOND);
    classic.file(&reply).await;
    site.user("小红").await;
    Classic::user(site, "小红").await.refused(get()).await;
    // A member pays the member's price.
    let member = site.member("会员").await;
    site.credit(&member, 700).await;
    let id = site.video("另一部", false).await;
    let mut classic = Classic::user(site, "会员").await;
    let reply = classic.download(id).await;
    assert_eq!(reply["wait_time"], 0);
    classic.file(&reply).await;
    assert_eq!(member.balance().await, 200);
}

/// Longer than the interface's pause between two looks at a wait.
const PAST_A_LOOK: Duration = Duration::from_millis(1_300);

async fn bytes_are_held_back_through_the_wait(site: &Site) {
    site.user("小明").await;
    let mut admin = Classic::admin(site).await;
    let content = site.content(2_500_000);
    let id = id_of(&admin.upload("影.mp4", 1, &content).await);
    let mut classic = Classic::user(site, "小明").await;
    let reply = classic.download(id).await;
    assert_eq!(reply["wait_time"], 30);
    site.clock.advance(30 * SECOND - 1);
    tokio::time::sleep(PAST_A_LOOK).await;
    classic.assert_silent();
    // Neither another connection nor the other interface shortens it.
    let mut other = Classic::user(site, "小明").await;
    assert_eq!(other.download(id).await["wait_time"], 1, "rounded up");
    let http = site.bearer(other.session.as_deref().expect("a token"));
    let ticket = http.ask(id).await.ok();
    assert_eq!(ticket["wait_ms"], 1);
    http.fetch(&ticket).await.refused(403, "download_waiting");
    other.assert_silent();
    // What is asked meanwhile is answered after the bytes, in order.
    classic.say(json!({ "type": "check_download_record" })).await;
    site.clock.advance(1);
    assert!(classic.file(&reply).await == content);
    let reply = classic.hear().await;
    assert_eq!(reply["record_list"], json!(["影.mp4"]), "{reply}");
    // A client that sleeps and then reads.
    let id = site.video("另一部", true).await;
    let reply = classic.download(id).await;
    site.clock.advance(60 * SECOND);
    tokio::time::sleep(PAST_A_LOOK).await;
    assert_eq!(classic.file(&reply).await.len(), 1_000);
}

async fn a_membership_bought_at_http_releases_a_wait(site: &Site) {
    let user = site.user("小明").await;
    site.credit(&user, 1_500).await;
    let id = site.video("免费", true).await;
    let mut classic = Classic::user(site, "小明").await;
    let reply = classic.download(id).await;
    assert_eq!(reply["wait_time"], 30);
    user.buy_plan("month", 1_500).await.ok();
    assert_eq!(classic.file(&reply).await.len(), 1_000);
    assert_eq!(classic.download(id).await["wait_time"], 0);
}

async fn a_lock_ends_a_wait(site: &Site) {
    let user = site.user("小明").await;
    let id = site.video("免费", true).await;
    let mut classic = Classic::user(site, "小明").await;
    classic.download(id).await;
    let before = Instant::now();
    site.admin.post(&format!("/accounts/{}/lock", user.id()), json!({})).await.ok();
    classic.ended().await;
    assert!(before.elapsed() < Duration::from_secs(5), "{:?}", before.elapsed());
    assert_eq!(site.number("SELECT COUNT(*) FROM ticket WHERE started_at_ms IS NOT NULL").await, 0);
}

async fn a_lock_cuts_a_slow_reader(site: &Site) {
    let member = site.member("小明").await;
    let mut admin = Classic::admin(site).await;
    let content = site.content(48 << 20);
    let id = id_of(&admin.upload("长片.mp4", 1, &content).await);
    let mut classic = Classic::user(site, "小明").await;
    let reply = classic.download(id).await;
    assert!(classic.bytes(100_000).await == content[..100_000]);
    site.admin.post(&format!("/accounts/{}/lock", member.id()), json!({})).await.ok();
    // Nothing was read meanwhile: the connection is reset under the waiting bytes.
    let before = Instant::now();
    while site.node.app.delivery.running_downloads() > 0 {
        assert!(before.elapsed() < Duration::from_secs(10), "not cut");
        tokio::task::yield_now().await;
    }
    let rest = classic.rest().await;
    assert!(rest.len() + 100_000 < content.len(), "{} of {reply}", rest.len());
    assert!(rest[..] == content[100_000..100_000 + rest.len()]);
}

async fn an_aborted_transfer_is_taken_up_by_asking_again(site: &Site) {
    let user = site.user("小明").await;
    site.credit(&user, 1_000).await;
    let mut admin = Classic::admin(site).await;
    let content = site.content(48 << 20);
    let id = id_of(&admin.upload("长片.mp4", 0, &content).await);
    let mut classic = Classic::user(site, "小明").await;
    assert_eq!(classic.download(id).await["wait_time"], 30);
    site.clock.advance(10 * SECOND);
    drop(classic);
    // Broken off in the wait: the same wait goes on.
    let mut classic = Classic::user(site, "小明").await;
    let reply = classic.download(id).await;
    assert_eq!(reply["wait_time"], 20);
    site.clock.advance(20 * SECOND);
    classic.bytes(1_000_000).await;
    drop(classic);
    // Broken off in the bytes: neither waited for nor paid again.
    let mut classic = Classic::user(site, "小明").await;
    let reply = classic.download(id).await;
    assert_eq!(reply["wait_time"], 0);
    assert!(classic.file(&reply).await == content);
    assert_eq!(user.balance().await, 0);
    assert_eq!(site.number("SELECT COUNT(*) FROM ticket").await, 1);
    let records = classic.done(json!({ "type": "check_download_record" })).await;
    assert_eq!(records["record_list"], json!(["长片.mp4"]));
    // Completed, the next is a new one; what is owned is waited for once.
    assert_eq!(classic.download(id).await["wait_time"], 0);
    assert_eq!(site.number("SELECT COUNT(*) FROM ticket").await, 2);
}

async fn what_is_no_film_is_no_video(site: &Site) {
    let mut admin = Classic::admin(site).await;
    site.set("upload.allow_unknown", "false").await;
    let reply = admin.upload("笔记.mp4", 1, b"Buy milk.").await;
    assert!(reply["flag"] == false && message(&reply).contains("不是影片"), "{reply}");
    assert_in_step(&mut admin).await;
    site.set("upload.allow_unknown", "true").await;
    let reply = admin.upload("空.mp4", 1, &[]).await;
    assert!(reply["flag"] == false && message(&reply).contains("file"), "{reply}");
    assert_in_step(&mut admin).await;
    assert_eq!(id_of(&admin.upload("短.mp4", 1, &[7]).await), 1);
    let reply = admin.download(1).await;
    assert_eq!(admin.file(&reply).await, [7]);
}

async fn records_are_of_what_was_downloaded(site: &Site) {
    let member = site.member("小明").await;
    let mut admin = Classic::admin(site).await;
    let mut ids = Vec::new();
    for name in ["甲.mp4", "乙.mkv", "丙.avi"] {
        ids.push(id_of(&admin.upload(name, 1, &site.content(1_000)).await));
    }
    let mut classic = Classic::user(site, "小明").await;
    let records = || json!({ "type": "check_download_record" });
    assert_eq!(classic.refused(records()).await, "暂无下载记录");
    // One here, one at HTTP, and one that was only asked for.
    let reply = classic.download(ids[1]).await;
    classic.file(&reply).await;
    let ticket = member.ask(ids[0]).await.ok();
    member.fetch(&ticket).await;
    member.ask(ids[2]).await.ok();
    let reply = classic.done(records()).await;
    assert_eq!(reply["record_list"], json!(["乙.mkv", "甲.mp4"]));
    // Of nobody else, and still there when the video is not.
    assert_eq!(admin.refused(records()).await, "暂无下载记录");
    admin.done(json!({ "type": "delete_movie", "delete_movie_id": ids[1] })).await;
    let reply = classic.done(records()).await;
    assert_eq!(reply["record_list"], json!(["乙.mkv", "甲.mp4"]));
    site.set("classic.list_limit", "1").await;
    assert_eq!(classic.done(records()).await["record_list"], json!(["甲.mp4"]));
    // The same record at HTTP.
    let items = member.all("/downloads", 10).await;
    assert_eq!(items.iter().filter(|item| item["state"] == "completed").count(), 2, "{items:?}");
}

async fn a_membership_is_bought_once(site: &Site) {
    let user = site.user("小明").await;
    let mut classic = Classic::user(site, "小明").await;
    let buy = || json!({ "type": "buy_member" });
    let message = classic.refused(buy()).await;
    assert!(message.contains("15.00 CNY"), "{message}");
    site.credit(&user, 10_000).await;
    let mut connections = Vec::new();
    for _ in 0..10 {
        connections.push(Classic::user(site, "小明").await);
    }
    let asked = connections.iter_mut().map(|connection| connection.ask(buy()));
    let replies = futures_util::future::join_all(asked).await;
    let done: Vec<&Value> = replies.iter().filter(|reply| reply["flag"] == true).collect();
    assert_eq!(done.len(), 1, "{replies:?}");
    assert_eq!((&done[0]["is_vip"], &done[0]["balance"]), (&json!(1), &json!(8_500)));
    assert_eq!(user.balance().await, 8_500);
    assert_eq!(site.number("SELECT COUNT(*) FROM purchase").await, 1);
    // Neither one bought at HTTP is bought again here; it is extended there.
    user.buy_plan("month", 1_500).await.ok();
    classic.refused(buy()).await;
    assert_eq!(user.balance().await, 7_000);
    // Lapsed, it may be bought again.
    site.clock.advance(62 * 24 * HOUR);
    let mut classic = Classic::user(site, "小明").await;
    assert_eq!(classic.done(buy()).await["balance"], 5_500);
    // Admins buy nothing here.
    Classic::admin(site).await.refused(buy()).await;
}

async fn the_plan_is_that_of_the_settings(site: &Site) {
    let user = site.user("小明").await;
    site.credit(&user, 60_000).await;
    site.set("classic.plan", "lifetime").await;
    site.admin.put("/plans/lifetime", json!({ "price_minor": 50_000 })).await.ok();
    let mut classic = Classic::user(site, "小明").await;
    assert_eq!(classic.done(json!({ "type": "buy_member" })).await["balance"], 10_000);
    assert_eq!(user.get("/membership").await.ok()["lifetime"], true);
    let message = classic.refused(json!({ "type": "buy_member" })).await;
    assert!(message.contains("会员"), "{message}");
    assert_eq!(user.balance().await, 10_000);
}

async fn lists_are_limited_and_newest_last(site: &Site) {
    site.user("小明").await;
    let mut admin = Classic::admin(site).await;
    for at in 0..5 {
        admin.upload(&format!("{at}.mp4"), at % 2, &site.content(100)).await;
    }
    let mut classic = Classic::user(site, "小明").await;
    let list = |which: &str| json!({ "type": "get_movie_list", "movie_type": which });
    let all = classic.done(list("all")).await;
    assert_eq!(names(&all, "movie_list"), ["0.mp4", "1.mp4", "2.mp4", "3.mp4", "4.mp4"]);
    assert_eq!(all["movie_list"], all["back_movie_list"]);
    site.set("classic.list_limit", "2").await;
    let reply = classic.done(list("all")).await;
    assert_eq!(names(&reply, "movie_list"), ["3.mp4", "4.mp4"]);
    let reply = classic.done(list("free")).await;
    assert_eq!(names(&reply, "movie_list"), ["1.mp4", "3.mp4"]);
    let reply = classic.done(list("charge")).await;
    assert_eq!(names(&reply, "movie_list"), ["2.mp4", "4.mp4"]);
    // Public lists or not: here it takes a login.
    site.set("site.visibility", "public").await;
    let mut nobody = Classic::connect(site).await;
    assert_eq!(nobody.refused(list("all")).await, "请先登录");
}

async fn announcements_are_those_that_are_out(site: &Site) {
    site.user("小明").await;
    let mut admin = Classic::admin(site).await;
    let notices = || json!({ "type": "check_notice" });
    assert_eq!(admin.refused(notices()).await, "暂无公告");
    for title in ["一", "二"] {
        let new = json!({ "type": "release_notice", "title": title, "content": "文" });
        admin.done(new).await;
        site.clock.advance(SECOND);
    }
    let later = "2030-03-01T00:00:00Z";
    let ahead = json!({ "title": "三", "content": "文", "published_at": later });
    site.admin.post("/announcements", ahead).await.ok();
    let withdrawn = site.admin.post("/announcements", json!({ "title": "四", "content": "文" }));
    let withdrawn = withdrawn.await.ok()["id"].clone();
    site.admin.delete(&format!("/announcements/{withdrawn}")).await.ok();
    // For an admin as for anybody.
    let out = json!([{ "title": "一", "content": "文" }, { "title": "二", "content": "文" }]);
    let mut classic = Classic::connect(site).await;
    for (name, user_type) in [("小明", "user"), ("馆长", "admin")] {
        let login = classic.log_in(name, PASSWORD, user_type).await;
        assert_eq!(login["last_notice"], out[1], "{login}");
        let reply = classic.ask(json!({ "type": "check_notice", "session": login["session"] }));
        let reply = reply.await;
        assert_eq!((&reply["notice_list"], &reply["back_list"]), (&out, &out));
        classic.session = None;
    }
}

async fn file_names_are_safe(site: &Site) {
    let mut admin = Classic::admin(site).await;
    for (given, safe) in [
        ("../../etc/passwd", "passwd"),
        ("C:\\影片\\第一集.mp4", "第一集.mp4"),
        ("a\u{202e}4pm.exe", "a4pm.exe"),
        ("问?.mp4", "问_.mp4"),
        ("", "video"),
    ] {
        let id = id_of(&admin.upload(given, 1, &site.content(100)).await);
        let reply = admin.download(id).await;
        assert_eq!((&reply["file_name"], &reply["filename"]), (&json!(safe), &json!(safe)));
        admin.file(&reply).await;
    }
    // One name for two files: distinguished by their numbers.
    let first = id_of(&admin.upload("同名.mp4", 1, &site.content(100)).await);
    let second = id_of(&admin.upload("同名.mp4", 1, &site.content(100)).await);
    assert_ne!(first, second);
    let reply = admin.done(json!({ "type": "get_movie_list", "movie_type": "free" })).await;
    let same = names(&reply, "movie_list").into_iter().filter(|name| name == "同名.mp4").count();
    assert_eq!(same, 2);
}

/// Idle connections are closed at once, waits are given up and kept, what arrives is taken.
async fn classic_stops_gracefully(database: Database) {
    let site = Site::start_with(database, open).await;
    site.user("小明").await;
    let id = site.video("免费", true).await;
    let idle = Classic::user(&site, "小明").await;
    let mut waiting = Classic::user(&site, "小明").await;
    waiting.download(id).await;
    let mut uploading = Classic::admin(&site).await;
    let content = site.content(3_000_000);
    uploading
        .say(json!({ "type": "upload_movie", "file_name": "影.mp4", "is_free": 1,
            "file_size": content.len(), "file_md5": fingerprint(&content) }))
        .await;
    uploading.send(&content[..1_000_000]).await;
    while crate::videos::incoming(&site) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let before = Instant::now();
    let stopping = tokio::spawn(site.restart());
    idle.ended().await;
    waiting.ended().await;
    // An upload that runs is finished.
    uploading.send(&content[1_000_000..]).await;
    let reply = uploading.hear().await;
    assert_eq!(reply["flag"], true, "{reply}");
    uploading.ended().await;
    let site = stopping.await.expect("it stops and starts");
    assert!(before.elapsed() < Duration::from_secs(8), "{:?}", before.elapsed());
    assert_eq!(site.number("SELECT COUNT(*) FROM session WHERE client = 'classic'").await, 0);
    // The wait was no shorter for it.
    site.clock.advance(29 * SECOND);
    let mut waiting = Classic::user(&site, "小明").await;
    let reply = waiting.download(id).await;
    assert_eq!(reply["wait_time"], 1);
    site.clock.advance(SECOND);
    waiting.file(&reply).await;
    site.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn classic_stops_gracefully_sqlite() {
    classic_stops_gracefully(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn classic_stops_gracefully_mariadb() {
    classic_stops_gracefully(Database::MariaDb).await;
}
