//! Requests whose caller is locked, demoted or logged out before their last byte comes.

use super::half::Half;
use crate::classic::client::{Classic, fingerprint};
use crate::site::{Database, PASSWORD, Person, Site, both};
use serde_json::{Value, json};

both!(
    a_caller_who_is_locked_meanwhile_changes_nothing,
    a_caller_who_is_demoted_or_logged_out_meanwhile_changes_nothing,
    an_upload_ends_with_its_login,
);

/// Another admin, who falls.
async fn second_admin(site: &Site, name: &str) -> Person {
    let wanted = json!({ "name": name, "password": PASSWORD });
    let account = site.admin.post("/admins", wanted).await.ok();
    site.log_in(&account, PASSWORD).await
}

async fn lock(site: &Site, person: &Person) {
    site.admin.post(&format!("/accounts/{}/lock", person.id()), json!({})).await.ok();
}

fn assert_ended((status, text): (u16, String), what: &str) {
    let problem: Value = serde_json::from_str(&text).unwrap_or_default();
    assert_eq!((status, &problem["code"]), (401, &json!("session_ended")), "{what}: {text}");
}

async fn a_caller_who_is_locked_meanwhile_changes_nothing(site: &Site) {
    let user = site.user("观众").await;
    let video = site.video("收费", false).await;
    site.credit(&user, 5_000).await;
    let accounts = site.number("SELECT COUNT(*) FROM account").await;
    let paths = [
        ("POST", "/admins".to_owned(), json!({ "name": "后门", "password": PASSWORD })),
        (
            "POST",
            format!("/accounts/{}/credits", user.id()),
            json!({ "amount_minor": 1_000, "reason": "a gift" }),
        ),
        ("PATCH", format!("/accounts/{}", user.id()), json!({ "role": "admin", "note": "a note" })),
        ("PUT", "/settings/site.name".to_owned(), json!({ "value": "Another site" })),
        ("PATCH", format!("/videos/{video}"), json!({ "title": "Another title" })),
        ("POST", "/announcements".to_owned(), json!({ "title": "News", "content": "of a ghost" })),
    ];
    let mut halves = Vec::new();
    let fallen = second_admin(site, "将被锁").await;
    for (method, path, body) in &paths {
        halves.push(Half::json(&fallen, method, path, body).await);
    }
    let purchase = json!({ "expected_price_minor": 1_000 });
    let buying = Half::json(&user, "POST", &format!("/videos/{video}/purchases"), &purchase).await;
    lock(site, &fallen).await;
    lock(site, &user).await;
    for (half, (method, path, _)) in halves.into_iter().zip(&paths) {
        assert_ended(half.finish().await, &format!("{method} {path}"));
    }
    assert_ended(buying.finish().await, "a purchase");
    assert_eq!(site.number("SELECT COUNT(*) FROM account").await, accounts + 1);
    assert_eq!(site.number("SELECT COUNT(*) FROM purchase").await, 0);
    assert_eq!(site.number("SELECT COUNT(*) FROM announcement").await, 0);
    assert_eq!(site.number("SELECT COUNT(*) FROM setting WHERE `key` = 'site.name'").await, 0);
    let role = format!("SELECT role FROM account WHERE id = {}", user.id());
    assert_eq!(site.sql(&role).await[0][0].as_deref(), Some("user"));
    let path = format!("/accounts/{}/wallet", user.id());
    assert_eq!(site.admin.get(&path).await.ok()["balance_minor"], 5_000);
}

async fn a_caller_who_is_demoted_or_logged_out_meanwhile_changes_nothing(site: &Site) {
    let account = json!({ "name": "后门", "password": PASSWORD });
    for (name, end) in [("甲", "role"), ("乙", "sessions"), ("丙", "password"), ("丁", "logout")]
    {
        let fallen = second_admin(site, name).await;
        let half = Half::json(&fallen, "POST", "/admins", &account).await;
        match end {
            "role" => {
                let path = format!("/accounts/{}", fallen.id());
                site.admin.patch(&path, json!({ "role": "user" })).await.ok();
            }
            "sessions" => {
                site.admin.delete(&format!("/accounts/{}/sessions", fallen.id())).await.ok();
            }
            "logout" => {
                fallen.delete("/sessions/current").await.ok();
            }
            _ => {
                let elsewhere = site.log_in(&fallen.account, PASSWORD).await;
                let wanted = json!({ "current_password": PASSWORD, "new_password": "another one" });
                elsewhere.post("/me/password", wanted).await.ok();
            }
        }
        assert_ended(half.finish().await, end);
    }
    assert_eq!(site.number("SELECT COUNT(*) FROM account WHERE name = '后门'").await, 0);
}

/// Cut off while the rest of the file has not come: within a second, where old releases
/// took the file to its end.
async fn an_upload_ends_with_its_login(site: &Site) {
    let fallen = second_admin(site, "将被锁").await;
    let path = "/videos?file_name=film.mp4&is_free=true";
    let film = site.content(500_000);
    let half = Half::send(&fallen, "POST", path, "", &film).await;
    lock(site, &fallen).await;
    assert_ended(half.answer().await, "an upload");
    assert_eq!(site.number("SELECT COUNT(*) FROM video").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_classic_upload_ends_with_its_login() {
    let site = Site::start_with(Database::Sqlite, crate::classic::open).await;
    let fallen = second_admin(&site, "将被锁").await;
    let mut classic = Classic::connect(&site).await;
    classic.log_in("将被锁", PASSWORD, "admin").await;
    let film = site.content(500_000);
    classic
        .say(json!({ "type": "upload_movie", "file_name": "film.mp4", "is_free": 1,
            "file_size": film.len(), "file_md5": fingerprint(&film) }))
        .await;
    classic.send(&film[..200_000]).await;
    // The server is taking the bytes once it has a file for them.
    let incoming = site.config.storage_dir.join("incoming");
    while incoming.read_dir().expect("a folder").next().is_none() {
        tokio::task::yield_now().await;
    }
    lock(&site, &fallen).await;
    let reply = classic.hear().await;
    assert_eq!((&reply["flag"], &reply["msg"]), (&json!(false), &json!("请先登录")), "{reply}");
    assert_eq!(site.number("SELECT COUNT(*) FROM video").await, 0);
    site.finish().await;
}

/// The lease list of a node holds the sessions of connections that are open, and no others.
#[tokio::test(flavor = "multi_thread")]
async fn a_classic_logout_leaves_no_lease() {
    let site = Site::start_with(Database::Sqlite, crate::classic::open).await;
    let mut classic = Classic::connect(&site).await;
    for _ in 0..3 {
        classic.log_in("馆长", PASSWORD, "admin").await;
        assert_eq!(site.node.app.identity.leased_sessions(), 1);
        classic.done(json!({ "type": "logout" })).await;
        assert_eq!(site.node.app.identity.leased_sessions(), 0);
    }
    // The token of a connection works at HTTP as well, and so does its logout.
    let login = classic.log_in("馆长", PASSWORD, "admin").await;
    site.bearer(login["session"].as_str().expect("a token")).delete("/sessions/current").await.ok();
    assert_eq!(site.node.app.identity.leased_sessions(), 0);
    site.finish().await;
}

/// Use-cases that change something for a caller do it in `authorized!`, which checks the
/// login again; the exceptions are those that have no login yet, or that only end one. What a
/// worker changes is bound to the lease of its job instead, which its revocation ends.
#[test]
fn every_change_for_a_caller_is_authorized() {
    const WITHOUT_A_LOGIN: [&str; 7] = [
        "register",
        "set_up",
        "reset_password",
        "note_failed_login",
        "open_session",
        "begin_attempt",
        "forgive",
    ];
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/app");
    let mut sources = vec![folder.clone()];
    let mut found = 0;
    while let Some(path) = sources.pop() {
        if path.is_dir() {
            let inside = path.read_dir().expect("a folder can be read");
            sources.extend(inside.map(|entry| entry.expect("an entry").path()));
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source can be read");
        for function in text.split("\n    pub async fn ").flat_map(|part| part.split("async fn ")) {
            let Some((head, body)) = function.split_once('{') else { continue };
            let name = head.split(['<', '(']).next().unwrap_or_default();
            let body = body.split("\n    }\n").next().unwrap_or_default();
            if head.contains("caller: &Caller") && body.contains(" transaction!(self.db") {
                assert!(WITHOUT_A_LOGIN.contains(&name), "{}: {name}", path.display());
            }
            found += usize::from(body.contains("authorized!("));
        }
    }
    assert!(found > 25, "{found} authorized changes were found: is this test looking at all?");
}
