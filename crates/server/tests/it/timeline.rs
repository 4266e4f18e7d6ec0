//! All that happened to one account: every source, each event once, newest first.

use crate::site::{SECOND, Site, both};
use serde_json::{Value, json};
use std::collections::BTreeSet;

both!(
    every_source_is_in_it_once,
    an_admin_s_own_acts_are_in_it,
    pages_lose_and_repeat_nothing,
    a_page_stays_while_new_events_come,
);

async fn timeline(site: &Site, id: i64, limit: u64) -> Vec<Value> {
    site.admin.all(&format!("/accounts/{id}/timeline"), limit).await
}

fn actions(items: &[Value]) -> Vec<String> {
    let message = |item: &Value| {
        let text = |field: &str| item[field].as_str().expect("a text").to_owned();
        format!("{} {}", text("kind"), text("action"))
    };
    items.iter().map(message).collect()
}

fn find<'a>(items: &'a [Value], action: &str) -> &'a Value {
    items.iter().find(|item| item["action"] == action).unwrap_or_else(|| panic!("{action}"))
}

async fn every_source_is_in_it_once(site: &Site) {
    site.set("wallet.welcome_minor", "100").await;
    let user = site.user("某人").await;
    let other = site.user("旁人").await;
    let (paid, free) = (site.video("付费", false).await, site.video("免费", true).await);
    let step = || site.clock.advance(SECOND);
    step();
    let wrong = json!({ "name": "某人", "password": "not this one" });
    site.nobody().post("/sessions", wrong).await.refused(401, "wrong_credentials");
    step();
    site.credit(&user, 5_000).await;
    step();
    let bought = user.buy(paid, 1_000).await.ok();
    step();
    user.buy_plan("month", 1_500).await.ok();
    step();
    let ticket = user.ask(free).await.ok();
    user.fetch(&ticket).await;
    other.ask(free).await.ok();
    step();
    let reverse = format!("/entries/{}/reversals", bought["entry_id"]);
    site.admin.post(&reverse, json!({ "reason": "退款" })).key("refund").await.ok();
    step();
    site.admin.post(&format!("/accounts/{}/lock", user.id()), json!({})).await.ok();
    let items = timeline(site, user.id(), 50).await;
    assert_eq!(
        actions(&items),
        [
            "account account.lock",
            "money wallet.reverse",
            "download download.ask",
            "money membership.buy",
            "download download.ask",
            "money video.buy",
            "money wallet.credit",
            "session session.login_failed",
            "money wallet.welcome",
            "session session.login",
            "account account.register",
        ]
    );
    let lock = find(&items, "account.lock");
    assert_eq!((&lock["actor"], &lock["address"]), (&json!("馆长"), &json!("127.0.0.1")));
    assert_eq!(lock["at"], "2026-01-31T04:00:07Z");
    let credit = find(&items, "wallet.credit");
    assert_eq!((&credit["actor"], &credit["reason"]), (&json!("馆长"), &json!("from the till")));
    assert_eq!((&credit["amount_minor"], &credit["balance_minor"]), (&json!(5_000), &json!(5_100)));
    let buy = find(&items, "video.buy");
    assert_eq!((&buy["video_id"], &buy["title"]), (&json!(paid), &json!("付费")));
    assert_eq!((&buy["amount_minor"], &buy["balance_minor"]), (&json!(-1_000), &json!(4_100)));
    let back = find(&items, "wallet.reverse");
    assert_eq!((&back["reason"], &back["amount_minor"]), (&json!("退款"), &json!(1_000)));
    assert_eq!((&back["reverses_id"], &back["video_id"]), (&bought["entry_id"], &json!(paid)));
    assert_eq!(buy["reversed_by_id"], back["entry_id"]);
    assert_eq!(find(&items, "membership.buy")["plan"], "month");
    assert_eq!(find(&items, "wallet.welcome")["actor"], Value::Null);
    let download = &items[2];
    assert_eq!((&download["state"], &download["title"]), (&json!("completed"), &json!("免费")));
    assert_eq!((&download["bytes_sent"], &download["download_id"]), (&json!(1_000), &ticket["id"]));
    let failed = find(&items, "session.login_failed");
    assert_eq!((&failed["actor"], &failed["account"]), (&json!("nobody"), &json!("某人")));

    let path = format!("/accounts/{}/timeline", user.id());
    other.get(&path).await.refused(403, "forbidden");
    site.admin.get("/accounts/99999/timeline").await.refused(404, "not_found");
    site.admin.get(&format!("{path}?limit=201")).await.invalid("limit", "too_large");
    site.admin.get(&format!("{path}?cursor=x")).await.invalid("cursor", "bad_format");
}

async fn an_admin_s_own_acts_are_in_it(site: &Site) {
    let user = site.user("某人").await;
    let video = site.video("片", true).await;
    site.clock.advance(SECOND);
    site.credit(&user, 700).await;
    site.clock.advance(SECOND);
    // To itself: that is in its wallet.
    site.credit(&site.admin, 300).await;
    site.clock.advance(SECOND);
    site.admin.patch(&format!("/videos/{video}"), json!({ "title": "新片" })).await.ok();
    site.clock.advance(SECOND);
    let note = json!({ "note": "自己" });
    site.admin.patch(&format!("/accounts/{}", site.admin.id()), note).await.ok();
    let items = timeline(site, site.admin.id(), 50).await;
    assert_eq!(
        actions(&items),
        [
            "account account.edit",
            "admin video.edit",
            "money wallet.credit",
            "admin wallet.credit",
            "admin video.upload",
            "session session.login",
            "account site.set_up",
        ]
    );
    assert_eq!((&items[1]["video_id"], &items[1]["title"]), (&json!(video), &json!("新片")));
    assert_eq!((&items[2]["amount_minor"], &items[2]["balance_minor"]), (&json!(300), &json!(300)));
    assert_eq!(
        (&items[3]["account"], &items[3]["subject_id"]),
        (&json!("某人"), &json!(user.id()))
    );
    assert_eq!(items[3]["detail"]["amount_minor"], 700);
}

async fn pages_lose_and_repeat_nothing(site: &Site) {
    let user = site.user("忙").await;
    site.credit(&user, 100_000).await;
    let mut videos = Vec::new();
    for number in 0..6 {
        videos.push(site.video(&number.to_string(), false).await);
    }
    // Several events at each moment, of every source.
    for (number, video) in videos.iter().enumerate() {
        if number % 3 == 0 {
            site.clock.advance(SECOND);
        }
        user.buy(*video, 1_000).await.ok();
        let lock = if number % 2 == 0 { "/lock" } else { "/unlock" };
        if number > 3 {
            site.admin.post(&format!("/accounts/{}{lock}", user.id()), json!({})).await.ok();
            if number == 4 {
                site.admin.post(&format!("/accounts/{}/unlock", user.id()), json!({})).await.ok();
                break;
            }
        }
    }
    let whole = timeline(site, user.id(), 200).await;
    assert_eq!(whole.len(), 5 * 2 + 2 + 3, "{:?}", actions(&whole));
    let places: Vec<&Value> = whole.iter().map(|item| &item["at"]).collect();
    assert!(places.windows(2).all(|pair| pair[0].as_str() >= pair[1].as_str()));
    let ids: BTreeSet<&str> = whole.iter().map(|item| item["id"].as_str().expect("one")).collect();
    assert_eq!(ids.len(), whole.len(), "no event twice");
    for limit in [1, 2, 3, 7] {
        assert_eq!(timeline(site, user.id(), limit).await, whole, "by {limit}");
    }
}

async fn a_page_stays_while_new_events_come(site: &Site) {
    let user = site.user("忙").await;
    for number in 0..4 {
        site.clock.advance(SECOND);
        site.credit(&user, 1_000 + number).await;
    }
    let before = timeline(site, user.id(), 50).await;
    let path = format!("/accounts/{}/timeline", user.id());
    let first = site.admin.get(&format!("{path}?limit=2")).await.ok();
    // At the very moment of the last one, and later.
    site.credit(&user, 1).await;
    site.clock.advance(SECOND);
    let video = site.video("片", true).await;
    user.ask(video).await.ok();
    let cursor = first["next_cursor"].as_str().expect("there is more");
    let rest = site.admin.get(&path).query(&[("cursor", cursor)]).await.ok();
    let mut seen = first["items"].as_array().expect("items").clone();
    seen.extend(rest["items"].as_array().expect("items").iter().cloned());
    assert_eq!(seen, before);
}
