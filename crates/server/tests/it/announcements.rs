//! Announcements: published at their time, edited with a history, withdrawn, read.

use crate::site::{HOUR, SECOND, Site, both};
use serde_json::{Value, json};

both!(
    an_announcement_reaches_everybody,
    one_to_come_comes_at_its_time,
    edits_leave_a_history,
    what_was_read_is_marked,
    pages_go_by_the_time_of_publishing,
    a_preview_is_what_will_be_published,
    at_most_one_is_pinned,
);

async fn publish(site: &Site, title: &str) -> i64 {
    let body = json!({ "title": title, "content": format!("**{title}**") });
    site.admin.post("/announcements", body).await.ok()["id"].as_i64().expect("a number")
}

async fn an_announcement_reaches_everybody(site: &Site) {
    let user = site.user("读者").await;
    let body = json!({
        "title": "停机 <b>通知</b>",
        "content": "明晚 *停机*。<script>alert(1)</script>\n\n[说明](javascript:alert(2))"
    });
    let made = site.admin.post("/announcements", body).await;
    assert_eq!(made.status, 201);
    let made = made.ok();
    let shown = user.get(&format!("/announcements/{}", made["id"])).await.ok();
    assert_eq!((&shown["title"], &shown["author"]), (&json!("停机 <b>通知</b>"), &json!("馆长")));
    let html = shown["content_html"].as_str().expect("html");
    assert!(html.contains("<em>停机</em>"), "{html}");
    assert!(!html.contains("script"), "{html}");
    assert_eq!(shown["published_at"], "2026-01-31T04:00:00Z");
    assert_eq!(shown["edited_at"], Value::Null);
    site.nobody().get("/announcements").await.refused(401, "login_required");
    site.set("site.visibility", "public").await;
    let listed = site.nobody().all("/announcements", 50).await;
    assert_eq!((listed.len(), &listed[0]["unread"]), (1, &json!(false)));
    for (body, field, problem) in [
        (json!({ "title": "", "content": "x" }), "title", "missing"),
        (json!({ "title": "长".repeat(201), "content": "x" }), "title", "too_long"),
        (json!({ "title": "x", "content": " " }), "content", "missing"),
        (json!({ "title": "x", "content": "长".repeat(20_001) }), "content", "too_long"),
    ] {
        site.admin.post("/announcements", body).await.invalid(field, problem);
    }
    user.get("/announcements/99999").await.refused(404, "not_found");

    let path = format!("/announcements/{}", made["id"]);
    site.admin.delete(&path).await.ok();
    site.admin.delete(&path).await.ok();
    assert!(user.all("/announcements", 50).await.is_empty());
    user.get(&path).await.refused(404, "not_found");
    assert!(user.all("/announcements?all=true", 50).await.is_empty(), "for admins alone");
    assert!(site.admin.all("/announcements", 50).await.is_empty());
    let all = site.admin.all("/announcements?all=true", 50).await;
    assert_ne!(all[0]["withdrawn_at"], Value::Null);
}

async fn one_to_come_comes_at_its_time(site: &Site) {
    let user = site.user("读者").await;
    let body =
        json!({ "title": "预告", "content": "x", "published_at": "2026-01-31T13:00:00+08:00" });
    let made = site.admin.post("/announcements", body).await.ok();
    assert_eq!(made["published_at"], "2026-01-31T05:00:00Z");
    let path = format!("/announcements/{}", made["id"]);
    site.clock.advance(HOUR - 1);
    user.get(&path).await.refused(404, "not_found");
    user.post(&format!("{path}/read"), json!({})).await.refused(404, "not_found");
    assert!(user.all("/announcements", 50).await.is_empty());
    assert_eq!(user.get("/announcements/unread").await.ok()["count"], 0);
    site.admin.get(&path).await.ok();
    assert_eq!(site.admin.all("/announcements?all=true", 50).await.len(), 1);
    site.clock.advance(1);
    assert_eq!(user.get(&path).await.ok()["title"], "预告");
    assert_eq!(user.get("/announcements/unread").await.ok()["count"], 1);
    // Put off again.
    let later = json!({ "published_at": "2026-02-01T00:00:00Z" });
    site.admin.patch(&path, later).await.ok();
    assert!(user.all("/announcements", 50).await.is_empty());
}

async fn edits_leave_a_history(site: &Site) {
    let id = publish(site, "初稿").await;
    let path = format!("/announcements/{id}");
    for title in ["二稿", "三稿"] {
        site.clock.advance(SECOND);
        site.admin.patch(&path, json!({ "title": title })).await.ok();
    }
    let shown = site.admin.get(&path).await.ok();
    assert_eq!((&shown["title"], &shown["content"]), (&json!("三稿"), &json!("**初稿**")));
    assert_eq!(shown["edited_at"], "2026-01-31T04:00:02Z");
    let revisions = site.admin.all(&format!("{path}/revisions"), 1).await;
    let titles: Vec<&Value> = revisions.iter().map(|revision| &revision["title"]).collect();
    assert_eq!(titles, [&json!("二稿"), &json!("初稿")]);
    assert_eq!(revisions[1]["created_at"], "2026-01-31T04:00:00Z");
    site.admin.patch(&path, json!({ "content": "" })).await.invalid("content", "missing");
    site.admin.patch("/announcements/999", json!({ "title": "x" })).await.refused(404, "not_found");
    site.admin.get("/announcements/999/revisions").await.refused(404, "not_found");
}

async fn what_was_read_is_marked(site: &Site) {
    let (user, other) = (site.user("读者").await, site.user("旁人").await);
    let mut ids = Vec::new();
    for title in ["一", "二", "三"] {
        ids.push(publish(site, title).await);
    }
    let read = format!("/announcements/{}/read", ids[1]);
    for _ in 0..2 {
        user.post(&read, json!({})).await.ok();
    }
    let unread = user.all("/announcements", 50).await;
    let marks: Vec<&Value> = unread.iter().map(|item| &item["unread"]).collect();
    assert_eq!(marks, [&json!(true), &json!(false), &json!(true)]);
    assert_eq!(user.get("/announcements/unread").await.ok()["count"], 2);
    assert_eq!(other.get("/announcements/unread").await.ok()["count"], 3);
    // All at once, twice at the same time.
    let all = || user.post("/announcements/read", json!({})).into_future();
    let (one, two) = tokio::join!(all(), all());
    one.ok();
    two.ok();
    assert_eq!(user.get("/announcements/unread").await.ok()["count"], 0);
    assert_eq!(other.get("/announcements/unread").await.ok()["count"], 3);
    publish(site, "四").await;
    assert_eq!(user.get("/announcements/unread").await.ok()["count"], 1);
}

async fn a_preview_is_what_will_be_published(site: &Site) {
    let preview =
        |content: &str| site.admin.post("/announcements/preview", json!({ "content": content }));
    let content = "# 标题\n\n<script>alert(1)</script>\n\n*停机* ![x](//x.invalid/p)";
    let shown = preview(content).await.ok();
    let made = json!({ "title": "x", "content": content });
    let made = site.admin.post("/announcements", made).await.ok();
    assert_eq!(shown, json!({ "content_html": made["content_html"] }));
    assert!(shown["content_html"].as_str().is_some_and(|html| html.contains("<em>停机</em>")));
    preview(" ").await.invalid("content", "missing");
    preview(&"长".repeat(20_000)).await.ok();
    preview(&"长".repeat(20_001)).await.invalid("content", "too_long");
    assert_eq!(site.admin.all("/announcements?all=true", 50).await.len(), 1, "nothing is kept");
}

async fn pages_go_by_the_time_of_publishing(site: &Site) {
    let user = site.user("读者").await;
    for number in 0..6 {
        // Two at each moment.
        if number % 2 == 0 {
            site.clock.advance(SECOND);
        }
        publish(site, &number.to_string()).await;
    }
    let titles: Vec<String> = user
        .all("/announcements", 1)
        .await
        .iter()
        .map(|item| item["title"].as_str().expect("a title").to_owned())
        .collect();
    assert_eq!(titles, ["5", "4", "3", "2", "1", "0"]);
}

async fn at_most_one_is_pinned(site: &Site) {
    let user = site.user("读者").await;
    let pinned = async || -> Vec<Value> {
        let found = user.all("/announcements?pinned=true", 50).await;
        found.iter().map(|one| one["title"].clone()).collect()
    };
    let first = publish(site, "第一").await;
    let second = publish(site, "第二").await;
    assert!(pinned().await.is_empty());
    let pin = json!({ "pinned": true });
    let path = format!("/announcements/{first}");
    assert_eq!(site.admin.patch(&path, pin.clone()).await.ok()["pinned"], true);
    assert_eq!(pinned().await, ["第一"]);
    // A pin is no change of the text.
    assert!(site.admin.all(&format!("{path}/revisions"), 50).await.is_empty());
    assert_eq!(user.get(&path).await.ok()["edited_at"], Value::Null);

    site.admin.patch(&format!("/announcements/{second}"), pin.clone()).await.ok();
    assert_eq!(pinned().await, ["第二"]);
    assert_eq!(user.get(&path).await.ok()["pinned"], false);
    let third = json!({ "title": "第三", "content": "x", "pinned": true });
    let third = site.admin.post("/announcements", third).await.ok()["id"].clone();
    assert_eq!(pinned().await, ["第三"]);
    site.admin.patch(&format!("/announcements/{third}"), json!({ "pinned": false })).await.ok();
    assert!(pinned().await.is_empty());

    // One that is withdrawn, or still to come, stands nowhere.
    site.admin.patch(&path, pin).await.ok();
    site.admin.delete(&path).await.ok();
    assert!(pinned().await.is_empty());
    user.patch(&path, json!({ "pinned": true })).await.refused(403, "forbidden");
    let acts = site.admin.all("/audit", 50).await;
    let count = |name: &str| acts.iter().filter(|act| act["action"] == name).count();
    assert_eq!((count("announcement.pin"), count("announcement.unpin")), (3, 1));
    assert_eq!(count("announcement.edit"), 0);
}
