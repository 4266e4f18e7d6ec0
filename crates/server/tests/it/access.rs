//! Who may call what: every route with every kind of caller.

use crate::site::{DAY, PASSWORD, Person, Site, both};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use yingku_server::http::access::{Route, Who, table};
use yingku_server::http::api_document;

both!(every_route_with_every_caller, others_things_are_not_there);

/// Routes that the document does not describe: the document itself and its browser,
/// and the files of the pages.
const UNDESCRIBED: [&str; 4] =
    ["/assets/{*rest}", "/api/openapi.json", "/api/docs", "/api/docs/{*rest}"];

#[test]
fn the_table_and_the_document_name_the_same_routes() {
    let document = serde_json::to_value(api_document()).expect("it can be written");
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("methods").keys() {
            described.insert((method.to_uppercase(), path.clone()));
        }
    }
    let declared: BTreeSet<(String, String)> = table()
        .iter()
        .filter(|route| !UNDESCRIBED.contains(&route.path.as_str()))
        .map(|route| (route.method.to_owned(), route.path.clone()))
        .collect();
    assert_eq!(described, declared);
    assert_eq!(table().len(), declared.len() + UNDESCRIBED.len(), "a route is declared twice");
}

/// What is not for admins alone, written down a second time: opening a route takes two
/// hands.
#[test]
fn what_is_open_is_meant_to_be() {
    let mut open: Vec<String> = table()
        .iter()
        .filter(|route| route.who != Who::Admin)
        .map(|route| format!("{:?} {} {}", route.who, route.method, route.path))
        .collect();
    open.sort_unstable();
    let meant = include_str!("open_routes.txt");
    assert_eq!(open.join("\n"), meant.trim_end(), "see open_routes.txt");
}

/// Routes that end the session with which the walk goes on.
const ENDING: [(&str, &str); 2] =
    [("DELETE", "/api/v1/sessions"), ("DELETE", "/api/v1/sessions/current")];

/// What a call may be answered with, as far as the guard goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answered {
    Allowed,
    /// 401.
    LogIn,
    /// 403.
    Forbidden,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Nobody,
    User,
    Admin,
    Dead,
    /// Its token opens what workers need, and nothing else.
    Worker,
}

fn expected(who: Who, kind: Kind, public: bool) -> Answered {
    use Answered::{Allowed, Forbidden, LogIn};
    match (who, kind) {
        // A program on this machine reads metrics without a login.
        (Who::Anyone | Who::Monitor, _) | (Who::Worker, Kind::Worker) => Allowed,
        // No login is a worker's token.
        (Who::Worker, _) => LogIn,
        (_, Kind::Admin) => Allowed,
        (Who::Visitor, Kind::Nobody) if public => Allowed,
        (_, Kind::Nobody | Kind::Dead | Kind::Worker) => LogIn,
        (Who::Visitor | Who::Account, Kind::User) => Allowed,
        (Who::Admin, Kind::User) => Forbidden,
    }
}

async fn every_route_with_every_caller(site: &Site) {
    // What is switched off is forbidden to everybody.
    site.set("danmaku.enabled", "true").await;
    let lapsed = site.member("过期会员").await;
    let (_, worker) = site.worker("车库").await;
    site.clock.advance(40 * DAY);
    // Idle for too long by then: everybody logs in now.
    let admin = site.log_in(&site.admin.account, PASSWORD).await;
    let lapsed = site.log_in(&lapsed.account, PASSWORD).await;
    assert_eq!(lapsed.get("/membership").await.ok()["active"], false);
    let user = site.user("观众").await;
    let other = site.user("旁人").await;
    let locked = site.user("被锁").await;
    admin.post(&format!("/accounts/{}/lock", locked.id()), json!({})).await.ok();
    // Bought by an account that had been there before.
    let member = site.log_in(&site.user("会员").await.account, PASSWORD).await;
    let credit = json!({ "amount_minor": 1_500, "reason": "gift" });
    let path = format!("/accounts/{}/credits", member.id());
    admin.post(&path, credit).key("member").await.ok();
    member.buy_plan("month", 1_500).await.ok();
    let mut callers = [
        ("nobody", Kind::Nobody, site.nobody()),
        ("user", Kind::User, user),
        ("other user", Kind::User, other),
        ("member", Kind::User, member),
        ("lapsed member", Kind::User, lapsed),
        ("locked", Kind::Dead, locked),
        ("a dead token", Kind::Dead, site.bearer("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
        ("admin", Kind::Admin, admin.clone()),
        ("a worker", Kind::Worker, worker),
    ];
    for visibility in ["login", "public"] {
        let body = json!({ "value": visibility });
        site.log_in(&site.admin.account, PASSWORD)
            .await
            .put("/settings/site.visibility", body)
            .await
            .ok();
        for (name, kind, caller) in &mut callers {
            for Route { method, path, who, .. } in table() {
                let wanted = expected(*who, *kind, visibility == "public");
                let found = call(caller, method, path).await;
                let cell = format!("{method} {path} as {name}, {visibility}");
                assert_eq!(found, wanted, "{cell}");
                if ENDING.contains(&(*method, path.as_str())) && found == Answered::Allowed {
                    *caller = site.log_in(&caller.account, PASSWORD).await;
                }
            }
        }
    }
}

/// Calls a route with things that there are not, so that a call which is let through
/// changes nothing.
async fn call(caller: &Person, method: &str, path: &str) -> Answered {
    let path = path
        .replace("{id}", "999999")
        .replace("{ticket}", "1-x")
        .replace("{file_name}", "x")
        .replace("{key}", "no.such")
        .replace("{code}", "NO SUCH")
        .replace("{*rest}", "index.css");
    let asks_who = (method, path.as_str()) == ("GET", "/api/v1/me");
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    // A body that no handler takes; those without one ignore it.
    let answer = caller.call(method, &format!("/{path}")).body("{").await;
    let code = serde_json::from_slice::<Value>(&answer.body).unwrap_or_default()["code"].clone();
    match answer.status {
        401 if asks_who => {
            // Who a dead token belongs to is nobody: 401, as product.md has it.
            assert_eq!(code, "session_ended");
            Answered::Allowed
        }
        401 => Answered::LogIn,
        // An answer to HEAD has no document.
        403 if answer.body.is_empty() => Answered::Forbidden,
        403 => {
            assert_eq!(code, "forbidden", "{path}");
            Answered::Forbidden
        }
        status => {
            assert!(status < 500, "{path}: {status} {}", answer.text());
            Answered::Allowed
        }
    }
}

async fn others_things_are_not_there(site: &Site) {
    let (owner, other) = (site.user("甲").await, site.user("乙").await);
    let video = site.video("免费", true).await;
    let ticket = owner.ask(video).await.ok();
    let download = format!("/downloads/{}", ticket["id"]);
    assert_eq!(owner.get(&download).await.ok()["id"], ticket["id"]);
    assert_eq!(other.get(&download).await.refused(404, "not_found")["kind"], "download");
    assert_eq!(site.admin.get(&download).await.ok()["account"], "甲");

    let sessions = owner.all("/sessions", 50).await;
    let session = format!("/sessions/{}", sessions[0]["id"]);
    other.delete(&session).await.refused(404, "not_found");
    site.admin.delete(&session).await.refused(404, "not_found");
    owner.delete("/sessions/0").await.refused(404, "not_found");
    owner.delete(&session).await.ok();
    owner.get("/wallet").await.refused(401, "session_ended");

    // Neither a title nor anything else of what is not visible.
    let paid = site.video("秘密", false).await;
    site.admin.delete(&format!("/videos/{paid}")).await.ok();
    other.get(&format!("/videos/{paid}")).await.refused(404, "not_found");
    other.ask(paid).await.refused(404, "not_found");
    other.buy(paid, 1_000).await.refused(409, "not_for_sale");
    for path in ["/videos/abc", "/videos/99999999999999999999", "/nowhere"] {
        other.get(path).await.refused(404, "not_found");
    }
}
