//! What viewers say about films: comments, danmaku, and what admins do about them.

use crate::site::{Person, Site, both};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::time::Duration;

both!(
    comments_are_written_answered_and_liked,
    a_comment_is_deleted_by_its_author_or_an_admin,
    nobody_says_too_much_too_fast,
    admins_let_comments_through_and_look_at_reports,
    a_site_without_comments_has_none,
    danmaku_are_sent_and_loaded_by_parts_of_the_film,
    danmaku_arrive_while_one_watches,
    what_is_said_goes_with_the_video,
);

async fn say(person: &Person, video: i64, text: &str) -> Value {
    person.post(&format!("/videos/{video}/comments"), json!({ "text": text })).await.ok()
}

async fn reply(person: &Person, parent: &Value, text: &str) -> Value {
    let body = json!({ "text": text, "parent_id": parent["id"] });
    person.post(&format!("/videos/{}/comments", parent["video_id"]), body).await.ok()
}

fn texts(list: &Value) -> Vec<&str> {
    let items = list.as_array().expect("a list").iter();
    items.map(|item| item["text"].as_str().expect("a text")).collect()
}

async fn comments(person: &Person, video: i64) -> Value {
    person.get(&format!("/videos/{video}/comments")).await.ok()["items"].clone()
}

async fn comments_are_written_answered_and_liked(site: &Site) {
    let video = site.video("Film", true).await;
    let (one, other) = (site.user("甲").await, site.user("乙").await);
    one.patch("/me", json!({ "display_name": "阿甲" })).await.ok();
    let first = say(&one, video, "  好看！\n第二行 ").await;
    assert_eq!((&first["text"], &first["author"]), (&json!("好看！\n第二行"), &json!("阿甲")));
    let second = say(&other, video, "<b>一般</b>").await;
    for number in 1..=4 {
        reply(&other, &first, &format!("回复 {number}")).await;
    }
    let list = comments(&one, video).await;
    assert_eq!(texts(&list), ["<b>一般</b>", "好看！\n第二行"]);
    assert_eq!(texts(&list[1]["replies"]), ["回复 1", "回复 2", "回复 3"]);
    assert_eq!((&list[1]["reply_count"], &list[1]["deletable"]), (&json!(4), &json!(true)));
    assert_eq!(list[0]["deletable"], false);
    let path = format!("/comments/{}/replies", first["id"]);
    assert_eq!(texts(&json!(one.all(&path, 3).await)).len(), 4);
    // One level of replies, and under the same video.
    let answer = json!({ "text": "x", "parent_id": list[1]["replies"][0]["id"] });
    let call = one.post(&format!("/videos/{video}/comments"), answer).await;
    call.invalid("parent_id", "bad_format");
    let elsewhere = site.video("Other", true).await;
    let answer = json!({ "text": "x", "parent_id": first["id"] });
    let call = one.post(&format!("/videos/{elsewhere}/comments"), answer).await;
    call.refused(404, "not_found");

    let like = format!("/comments/{}/like", second["id"]);
    for _ in 0..2 {
        one.put(&like, Value::Null).await.ok();
    }
    other.put(&like, Value::Null).await.ok();
    let list = comments(&one, video).await;
    assert_eq!((&list[0]["likes"], &list[0]["liked"]), (&json!(2), &json!(true)));
    one.delete(&like).await.ok();
    one.delete(&like).await.ok();
    let list = comments(&one, video).await;
    assert_eq!((&list[0]["likes"], &list[0]["liked"]), (&json!(1), &json!(false)));
    one.post(&format!("/videos/{video}/comments"), json!({ "text": " \n" }))
        .await
        .invalid("text", "missing");
    one.post(&format!("/videos/{video}/comments"), json!({ "text": "好".repeat(1_001) }))
        .await
        .invalid("text", "too_long");
    site.nobody().get(&format!("/videos/{video}/comments")).await.refused(401, "login_required");
}

async fn a_comment_is_deleted_by_its_author_or_an_admin(site: &Site) {
    let video = site.video("Film", true).await;
    let (one, other) = (site.user("one").await, site.user("other").await);
    let first = say(&one, video, "first").await;
    let second = say(&one, video, "second").await;
    let answer = reply(&other, &first, "answer").await;
    let path = |comment: &Value| format!("/comments/{}", comment["id"]);
    other.delete(&path(&first)).await.refused(403, "forbidden");
    other.delete(&path(&answer)).await.ok();
    assert_eq!(comments(&one, video).await[1]["reply_count"], 0);
    reply(&other, &first, "answer").await;
    one.delete(&path(&first)).await.ok();
    one.delete(&path(&first)).await.refused(404, "not_found");
    assert_eq!(texts(&comments(&one, video).await), ["second"]);
    assert_eq!(site.number("SELECT COUNT(*) FROM comment").await, 1, "its replies went with it");
    site.admin.delete(&path(&second)).await.ok();
    let acts = site.admin.get("/audit?action=comment.delete").await.ok();
    assert_eq!(acts["items"].as_array().map(Vec::len), Some(1), "only what an admin deletes");
}

async fn nobody_says_too_much_too_fast(site: &Site) {
    let video = site.video("Film", true).await;
    site.set("comments.blocked_words", "广告\nspam").await;
    site.set("danmaku.enabled", "true").await;
    let user = site.user("user").await;
    let path = format!("/videos/{video}/comments");
    let spam = json!({ "text": "Ｓ Ｐ Ａ Ｍ" });
    user.post(&path, spam.clone()).await.refused(422, "text_blocked");
    for number in 0..6 {
        say(&user, video, &number.to_string()).await;
        site.clock.advance(1_000);
    }
    let refusal = user.post(&path, json!({ "text": "7" })).await.refused(429, "too_fast");
    assert_eq!(refusal["retry_after_seconds"], 54);
    site.clock.advance(54_000);
    say(&user, video, "7").await;

    let live = format!("/videos/{video}/danmaku");
    for _ in 0..10 {
        user.post(&live, json!({ "at_ms": 0, "text": "弹" })).await.ok();
    }
    let more = json!({ "at_ms": 0, "text": "弹" });
    user.post(&live, more.clone()).await.refused(429, "too_fast");
    site.clock.advance(30_000);
    user.post(&live, more.clone()).await.ok();
    user.post(&live, json!({ "at_ms": 0, "text": "买广 告" })).await.refused(422, "text_blocked");

    let account = format!("/accounts/{}", user.id());
    site.admin.patch(&account, json!({ "muted": true })).await.ok();
    user.post(&path, json!({ "text": "8" })).await.refused(403, "muted");
    user.post(&live, more.clone()).await.refused(403, "muted");
    site.admin.patch(&account, json!({ "muted": false })).await.ok();
    user.post(&live, more).await.ok();
}

async fn admins_let_comments_through_and_look_at_reports(site: &Site) {
    let video = site.video("Film", true).await;
    let (one, other) = (site.user("one").await, site.user("other").await);
    let seen = say(&one, video, "seen").await;
    let report = json!({ "reason": "rude" });
    let path = format!("/comments/{}/reports", seen["id"]);
    other.post(&path, report.clone()).await.ok();
    other.post(&path, report).await.ok();
    site.set("comments.approve_first", "true").await;
    let waiting = say(&one, video, "waiting").await;
    assert_eq!(waiting["is_pending"], true);
    assert_eq!(texts(&comments(&one, video).await), ["waiting", "seen"]);
    let mine = reply(&one, &seen, "later").await;
    let list = comments(&other, video).await;
    assert_eq!((texts(&list), &list[0]["reply_count"]), (Vec::from(["seen"]), &json!(0)));
    assert_eq!(texts(&comments(&one, video).await[1]["replies"]), ["later"]);
    // Who cannot read it can do nothing with it either.
    let hidden = format!("/comments/{}", waiting["id"]);
    other.get(&format!("{hidden}/replies")).await.refused(404, "not_found");
    other.put(&format!("{hidden}/like"), Value::Null).await.refused(404, "not_found");
    other.post(&format!("{hidden}/reports"), json!({})).await.refused(404, "not_found");
    other.delete(&hidden).await.refused(404, "not_found");
    let answer = json!({ "text": "x", "parent_id": waiting["id"] });
    let call = other.post(&format!("/videos/{video}/comments"), answer).await;
    call.refused(404, "not_found");
    site.admin.post(&format!("/comments/{}/approve", mine["id"]), Value::Null).await.ok();
    site.admin.post(&format!("/comments/{}/approve", mine["id"]), Value::Null).await.ok();
    assert_eq!(comments(&other, video).await[0]["reply_count"], 1);
    one.delete(&format!("/comments/{}", mine["id"])).await.ok();
    assert_eq!(comments(&other, video).await[0]["reply_count"], 0);
    assert_eq!(site.admin.get("/review").await.ok(), json!({ "comments": 2, "danmaku": 0 }));
    let queue = site.admin.get("/comments?needs_review=true").await.ok();
    assert_eq!(texts(&queue["items"]), ["waiting", "seen"]);
    let item = &queue["items"][1];
    assert_eq!((&item["title"], &item["author"]), (&json!("Film"), &json!("one")));
    assert_eq!(item["reports"], json!([{ "account": "other", "reason": "rude" }]));
    for id in [&seen["id"], &waiting["id"]] {
        site.admin.post(&format!("/comments/{id}/approve"), Value::Null).await.ok();
    }
    assert_eq!(texts(&comments(&other, video).await), ["waiting", "seen"]);
    assert_eq!(site.admin.get("/review").await.ok()["comments"], 0);
    assert_eq!(site.number("SELECT COUNT(*) FROM report").await, 0);
    assert_eq!(site.admin.get("/comments").await.ok()["items"].as_array().map(Vec::len), Some(2));
    one.get("/comments").await.refused(403, "forbidden");
    assert!(say(&site.admin, video, "mine").await.get("is_pending").is_none());
}

async fn a_site_without_comments_has_none(site: &Site) {
    let video = site.video("Film", true).await;
    let user = site.user("one").await;
    let comment = say(&user, video, "before").await;
    site.set("comments.enabled", "false").await;
    assert_eq!(user.get("/site").await.ok()["has_comments"], false);
    assert_eq!(user.get("/site").await.ok()["has_danmaku"], false);
    let path = format!("/videos/{video}/comments");
    user.get(&path).await.refused(403, "comments_off");
    user.post(&path, json!({ "text": "x" })).await.refused(403, "comments_off");
    user.get(&format!("/comments/{}/replies", comment["id"])).await.refused(403, "comments_off");
    let path = format!("/videos/{video}/danmaku");
    user.get(&format!("{path}?from_ms=0&to_ms=1000")).await.refused(403, "danmaku_off");
    user.post(&path, json!({ "at_ms": 0, "text": "x" })).await.refused(403, "danmaku_off");
    user.get(&format!("{path}/live")).await.refused(403, "danmaku_off");
}

async fn danmaku_are_sent_and_loaded_by_parts_of_the_film(site: &Site) {
    site.set("danmaku.enabled", "true").await;
    let video = site.video("Film", true).await;
    site.sql(&format!(
        "UPDATE `blob` SET duration_ms = 3600000 WHERE id = (SELECT blob_id FROM video WHERE id = {video})"
    ))
    .await;
    let (one, other) = (site.user("one").await, site.user("other").await);
    let path = format!("/videos/{video}/danmaku");
    let sent = one
        .post(
            &path,
            json!({ "at_ms": 61_000, "text": " 前方高能 ", "mode": "top", "color": "#FF8000" }),
        )
        .await
        .ok();
    assert_eq!(sent["text"], "前方高能");
    assert_eq!((&sent["mode"], &sent["color"]), (&json!("top"), &json!("#ff8000")));
    other.post(&path, json!({ "at_ms": 60_000, "text": "来了" })).await.ok();
    other.post(&path, json!({ "at_ms": 120_000, "text": "后面" })).await.ok();
    let part = async |person: &Person, from: i64, to: i64| {
        person.get(&format!("{path}?from_ms={from}&to_ms={to}")).await.ok()["items"].clone()
    };
    let items = part(&one, 60_000, 120_000).await;
    assert_eq!(texts(&items), ["来了", "前方高能"], "in the order of the film");
    assert_eq!((items[0].get("account_id"), &items[1]["account_id"]), (None, &json!(one.id())));
    assert_eq!(part(&site.admin, 60_000, 61_000).await[0]["account_id"], other.id());
    for (body, field, problem) in [
        (json!({ "at_ms": -1, "text": "x" }), "at_ms", "too_small"),
        (json!({ "at_ms": 3_600_001, "text": "x" }), "at_ms", "too_large"),
        (json!({ "at_ms": 0, "text": "a\nb" }), "text", "bad_character"),
        (json!({ "at_ms": 0, "text": "好".repeat(101) }), "text", "too_long"),
        (json!({ "at_ms": 0, "text": "x", "color": "red" }), "color", "bad_format"),
    ] {
        one.post(&path, body).await.invalid(field, problem);
    }
    one.get(&format!("{path}?from_ms=0&to_ms=600001")).await.invalid("to_ms", "too_large");
    let own = format!("/danmaku/{}", sent["id"]);
    other.delete(&own).await.refused(403, "forbidden");
    other.post(&format!("{own}/reports"), json!({})).await.ok();
    site.set("danmaku.enabled", "false").await;
    one.post(&format!("{own}/reports"), json!({})).await.refused(403, "danmaku_off");
    site.set("danmaku.enabled", "true").await;
    let queue = site.admin.get("/danmaku").await.ok();
    assert_eq!(texts(&queue["items"]), ["前方高能"]);
    site.admin.post(&format!("{own}/approve"), Value::Null).await.ok();
    assert_eq!(site.admin.get("/danmaku").await.ok()["items"], json!([]));
    one.delete(&own).await.ok();
    assert_eq!(texts(&part(&one, 60_000, 120_000).await), ["来了"]);
}

async fn danmaku_arrive_while_one_watches(site: &Site) {
    site.set("danmaku.enabled", "true").await;
    let (video, elsewhere) = (site.video("Film", true).await, site.video("Other", true).await);
    let (one, other) = (site.user("one").await, site.user("other").await);
    let before = json!({ "at_ms": 0, "text": "before" });
    other.post(&format!("/videos/{video}/danmaku"), before).await.ok();
    let open = one.get(&format!("/videos/{video}/danmaku/live")).open().await;
    assert_eq!(open.headers()["content-type"], "text/event-stream");
    let mut stream = open.bytes_stream();
    for (id, text) in [(elsewhere, "not here"), (video, "first"), (video, "second")] {
        other
            .post(&format!("/videos/{id}/danmaku"), json!({ "at_ms": 5, "text": text }))
            .await
            .ok();
    }
    // As another node would have written it.
    site.sql(&format!(
        "INSERT INTO danmaku (video_id, account_id, at_ms, text, mode, color, needs_review, created_at_ms) \
         VALUES ({video}, 1, 9, 'third', 'top', 0, 0, 0)"
    ))
    .await;
    let mut received = String::new();
    while received.matches("data:").count() < 3 {
        let next = tokio::time::timeout(Duration::from_secs(20), stream.next()).await;
        let bytes = next.expect("in time").expect("it goes on").expect("bytes");
        received += std::str::from_utf8(&bytes).expect("text");
    }
    let events: Vec<Value> = received
        .lines()
        .filter_map(|line| line.strip_prefix("data:"))
        .map(|data| serde_json::from_str(data).expect("JSON"))
        .collect();
    assert_eq!(texts(&json!(events)), ["first", "second", "third"]);
    // A login that ends receives nothing more.
    site.admin.post(&format!("/accounts/{}/lock", one.id()), json!({})).await.ok();
    let rest = tokio::time::timeout(Duration::from_secs(20), async {
        while stream.next().await.is_some_and(|piece| piece.is_ok()) {}
    });
    rest.await.expect("it ends");
}

async fn what_is_said_goes_with_the_video(site: &Site) {
    site.set("danmaku.enabled", "true").await;
    let video = site.video("Film", true).await;
    let user = site.user("one").await;
    let comment = say(&user, video, "gone").await;
    user.put(&format!("/comments/{}/like", comment["id"]), Value::Null).await.ok();
    user.post(&format!("/comments/{}/reports", comment["id"]), json!({})).await.ok();
    user.post(&format!("/videos/{video}/danmaku"), json!({ "at_ms": 0, "text": "gone" }))
        .await
        .ok();
    site.admin.delete(&format!("/videos/{video}")).await.ok();
    user.get(&format!("/videos/{video}/comments")).await.refused(404, "not_found");
    site.admin.post(&format!("/videos/{video}/purge"), json!({})).await.ok();
    for table in ["comment", "comment_like", "danmaku", "report"] {
        assert_eq!(site.number(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
    }
}
