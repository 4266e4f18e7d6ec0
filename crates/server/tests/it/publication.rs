//! For whom a title is: drafts and scheduled ones for admins, unlisted ones for whoever has the
//! address, public ones for everybody. And what lists are found by after an update.

use crate::site::{HOUR, Person, Site, both};
use serde_json::{Value, json};

both!(
    a_draft_is_for_admins_alone,
    what_is_unlisted_is_sold_and_in_no_list,
    a_scheduled_title_becomes_public_at_its_time,
    a_schedule_that_is_changed_no_longer_holds,
    the_trash_remembers_for_whom_a_title_was,
    uploads_are_published_as_the_site_has_it,
    the_trash_is_searched,
    the_index_is_written_anew,
);

async fn listed(person: &Person, query: &str) -> Vec<i64> {
    let found = person.all(&format!("/videos?sort=oldest{query}"), 50).await;
    found.iter().map(|video| video["id"].as_i64().expect("a number")).collect()
}

async fn edit(site: &Site, id: i64, change: Value) -> Value {
    site.admin.patch(&format!("/videos/{id}"), change).await.ok()
}

/// Runs the jobs of that kind that are queued, whatever time they were queued for.
async fn run_jobs(site: &Site, kind: &str) {
    site.sql(&format!("UPDATE job SET run_at_ms = 0 WHERE kind = '{kind}'")).await;
    let left = format!("SELECT COUNT(*) FROM job WHERE kind = '{kind}' AND state <> 'done'");
    for _ in 0..1_000 {
        if site.number(&left).await == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{kind} is never done");
}

async fn a_draft_is_for_admins_alone(site: &Site) {
    let user = site.user("看").await;
    site.credit(&user, 5_000).await;
    let id = site.video("草稿片", false).await;
    let other = site.video("公开片", false).await;
    let path = format!("/videos/{id}");
    let draft = edit(site, id, json!({ "visibility": "draft" })).await;
    assert_eq!((&draft["visibility"], &draft["withdrawn"]), (&json!("draft"), &json!(true)));
    assert_eq!(listed(&user, "").await, [other]);
    assert_eq!(listed(&user, "&search=草稿").await, [0; 0]);
    user.get(&path).await.refused(404, "not_found");
    user.ask(id).await.refused(404, "not_found");
    user.buy(id, 1_000).await.refused(409, "not_for_sale");
    for wanted in ["draft", "unlisted", "scheduled", "all"] {
        user.get(&format!("/videos?visibility={wanted}")).await.refused(403, "forbidden");
    }
    assert_eq!(listed(&user, "&visibility=public").await, [other]);
    // Admins see it where they ask for it, and by its text.
    assert_eq!(listed(&site.admin, "").await, [other]);
    assert_eq!(listed(&site.admin, "&visibility=draft").await, [id]);
    assert_eq!(listed(&site.admin, "&visibility=all").await, [id, other]);
    assert_eq!(listed(&site.admin, "&visibility=all&search=草稿").await, [id]);
    site.admin.get(&path).await.ok();
    // Its labels are nobody's either.
    edit(site, id, json!({ "category": "秘密", "tags": ["机密"] })).await;
    let labels = site.admin.get("/labels").await.ok();
    assert_eq!(labels, json!({ "categories": [], "tags": [] }));
    edit(site, id, json!({ "visibility": "public" })).await;
    assert_eq!(listed(&user, "&search=草稿").await, [id]);
    assert_eq!(listed(&user, "&tag=机密").await, [id]);
    // Who bought it keeps it, whatever it is made later.
    user.buy(id, 1_000).await.ok();
    edit(site, id, json!({ "visibility": "draft" })).await;
    let kept = user.get(&path).await.ok();
    assert_eq!((&kept["owned"], &kept["withdrawn"]), (&json!(true), &json!(true)));
    user.ask(id).await.ok();
}

async fn what_is_unlisted_is_sold_and_in_no_list(site: &Site) {
    let user = site.user("看").await;
    site.credit(&user, 1_000).await;
    let id = site.video("私享", false).await;
    edit(site, id, json!({ "visibility": "unlisted" })).await;
    assert_eq!(listed(&user, "").await, [0; 0]);
    assert_eq!(listed(&user, "&search=私享").await, [0; 0]);
    let shown = user.get(&format!("/videos/{id}")).await.ok();
    assert_eq!((&shown["visibility"], &shown["withdrawn"]), (&json!("unlisted"), &json!(false)));
    user.buy(id, 1_000).await.ok();
    user.ask(id).await.ok();
}

async fn a_scheduled_title_becomes_public_at_its_time(site: &Site) {
    let user = site.user("看").await;
    let id = site.video("首映", true).await;
    let refused = [
        (json!({ "visibility": "scheduled" }), "missing"),
        (json!({ "publish_at": "2026-01-31T04:00:00Z" }), "bad_format"),
        (json!({ "publish_at": "2020-01-01T00:00:00Z" }), "bad_format"),
        (json!({ "visibility": "draft", "publish_at": "2027-01-01T00:00:00Z" }), "bad_format"),
    ];
    for (change, problem) in refused {
        let answer = site.admin.patch(&format!("/videos/{id}"), change).await;
        answer.invalid("publish_at", problem);
    }
    assert_eq!(listed(&user, "").await, [id], "what is refused changes nothing");
    let at = "2026-01-31T05:00:00Z";
    let scheduled = edit(site, id, json!({ "publish_at": at })).await;
    assert_eq!(
        (&scheduled["visibility"], &scheduled["publish_at"]),
        (&json!("scheduled"), &json!(at))
    );
    run_jobs(site, "publish_video").await;
    assert_eq!(listed(&user, "").await, [0; 0], "its time has not come");
    user.get(&format!("/videos/{id}")).await.refused(404, "not_found");
    edit(site, id, json!({ "publish_at": "2026-01-31T05:00:01Z" })).await;
    site.clock.advance(HOUR + 1_000);
    run_jobs(site, "publish_video").await;
    assert_eq!(listed(&user, "").await, [id]);
    let shown = site.admin.get(&format!("/videos/{id}")).await.ok();
    assert_eq!((&shown["visibility"], shown.get("publish_at")), (&json!("public"), None));
    let audit = site.admin.all("/audit?action=video.publish", 50).await;
    assert_eq!(audit.len(), 1, "{audit:?}");
}

async fn a_schedule_that_is_changed_no_longer_holds(site: &Site) {
    let id = site.video("改期", true).await;
    edit(site, id, json!({ "publish_at": "2026-01-31T05:00:00Z" })).await;
    edit(site, id, json!({ "visibility": "draft" })).await;
    site.clock.advance(2 * HOUR);
    run_jobs(site, "publish_video").await;
    assert_eq!(listed(&site.admin, "&visibility=draft").await, [id]);
}

async fn the_trash_remembers_for_whom_a_title_was(site: &Site) {
    let (draft, due) = (site.video("草稿", true).await, site.video("到期", true).await);
    edit(site, draft, json!({ "visibility": "draft" })).await;
    edit(site, due, json!({ "publish_at": "2026-01-31T05:00:00Z" })).await;
    for id in [draft, due] {
        site.admin.delete(&format!("/videos/{id}")).await.ok();
    }
    site.clock.advance(2 * HOUR);
    run_jobs(site, "publish_video").await;
    for (id, visibility) in [(draft, "draft"), (due, "public")] {
        let back = site.admin.post(&format!("/videos/{id}/restore"), json!({})).await.ok();
        assert_eq!(back["visibility"], visibility);
    }
    assert_eq!(listed(&site.admin, "").await, [due]);
    // What is made of it in the trash holds once it is back.
    site.admin.delete(&format!("/videos/{draft}")).await.ok();
    edit(site, draft, json!({ "visibility": "unlisted" })).await;
    assert_eq!(listed(&site.admin, "&visibility=all").await, [due]);
    let back = site.admin.post(&format!("/videos/{draft}/restore"), json!({})).await.ok();
    assert_eq!(back["visibility"], "unlisted");
}

async fn uploads_are_published_as_the_site_has_it(site: &Site) {
    site.set("upload.publish_as", "draft").await;
    let draft = site.upload(&[], site.content(100)).await.ok();
    assert_eq!(draft["visibility"], "draft");
    let own = site.upload(&[("visibility", "public")], site.content(100)).await.ok();
    assert_eq!(own["visibility"], "public");
    assert_eq!(listed(&site.admin, "").await, [own["id"].as_i64().expect("a number")]);
    let scheduled = site.upload(&[("visibility", "scheduled")], site.content(100)).await;
    scheduled.invalid("visibility", "bad_format");
    let asked = format!("/fingerprint?size_bytes=100&fingerprint={}", "0".repeat(32));
    assert_eq!(site.admin.get(&asked).await.ok()["known"], false);
}

async fn the_trash_is_searched(site: &Site) {
    let (one, two) = (site.video("红楼梦", true).await, site.video("Final_Cut", true).await);
    for id in [one, two] {
        site.admin.delete(&format!("/videos/{id}")).await.ok();
    }
    for (search, found) in [("红", one), ("hongloumeng", one), ("final cut", two)] {
        let trash = site.admin.all(&format!("/trash?search={search}"), 50).await;
        assert_eq!(trash.len(), 1, "{search}");
        assert_eq!(trash[0]["id"], found, "{search}");
    }
    assert!(site.admin.all("/trash?search=无", 50).await.is_empty());
}

/// As after an update from a version that knew no pinyin.
async fn the_index_is_written_anew(site: &Site) {
    let mut ids = Vec::new();
    for number in 0..3 {
        ids.push(site.video(&format!("电影 {number}"), true).await);
    }
    site.sql("UPDATE video SET search_text = title; DELETE FROM search_gram").await;
    assert_eq!(listed(&site.admin, "&search=dianying").await, [0; 0]);
    site.sql(
        "INSERT INTO job (kind, payload, state, priority, run_at_ms, attempts, fence, dedupe_key, \
         created_at_ms, updated_at_ms) VALUES ('index_videos', '{\"after\":0}', 'queued', 0, 0, 0, \
         0, 'index_videos {\"after\":0}', 0, 0)",
    )
    .await;
    run_jobs(site, "index_videos").await;
    for search in ["dianying", "dian ying", "dy", "电影"] {
        assert_eq!(listed(&site.admin, &format!("&search={search}")).await, ids, "{search}");
    }
}
