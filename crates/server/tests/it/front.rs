//! What a viewer is offered: the front page, what comes next, what is like it, and how often it was
//! watched.

use crate::site::{PASSWORD, Person, Site, both};
use serde_json::{Value, json};
use std::time::Duration;
use yingku_testkit::film;

both!(
    a_small_library_needs_no_shelves,
    the_front_page_has_shelves_and_a_head,
    what_comes_next_follows_the_numbers,
    what_is_like_it_shares_its_tags,
    watching_again_soon_is_no_second_view,
);

fn titles(videos: &Value) -> Vec<&str> {
    let videos = videos.as_array().expect("videos").iter();
    videos.map(|video| video["title"].as_str().expect("a title")).collect()
}

async fn labelled(site: &Site, title: &str, is_free: bool, category: &str, tags: &[&str]) -> i64 {
    let id = site.video(title, is_free).await;
    let labels = json!({ "category": category, "tags": tags });
    site.admin.patch(&format!("/videos/{id}"), labels).await.ok();
    id
}

async fn a_small_library_needs_no_shelves(site: &Site) {
    let user = site.user("viewer").await;
    assert_eq!(user.get("/front").await.ok(), json!({ "shelves": [] }));
    site.video("One", true).await;
    let front = user.get("/front").await.ok();
    assert_eq!((&front["hero"]["title"], &front["shelves"]), (&json!("One"), &json!([])));
    site.nobody().get("/front").await.refused(401, "login_required");
    site.set("site.visibility", "public").await;
    assert_eq!(site.nobody().get("/front").await.ok()["hero"]["title"], "One");
}

async fn the_front_page_has_shelves_and_a_head(site: &Site) {
    let user = site.user("viewer").await;
    let first = labelled(site, "Free 1", true, "Music", &[]).await;
    labelled(site, "Free 2", true, "Music", &[]).await;
    labelled(site, "Draft", true, "Film", &[]).await;
    site.admin
        .patch(&format!("/videos/{}", first + 2), json!({ "visibility": "draft" }))
        .await
        .ok();
    for number in 0..13 {
        labelled(site, &format!("Film {number}"), false, "Film", &[]).await;
    }
    let front = user.get("/front").await.ok();
    let shelves = front["shelves"].as_array().expect("shelves");
    let kinds: Vec<_> = shelves.iter().map(|it| (&it["kind"], it.get("category"))).collect();
    let film = json!("Film");
    assert_eq!(
        kinds,
        [(&json!("new"), None), (&json!("category"), Some(&film)), (&json!("free"), None)],
        "two of a kind are no row"
    );
    assert_eq!(titles(&shelves[0]["videos"]).len(), 12);
    assert_eq!(titles(&shelves[0]["videos"])[0], "Film 12");
    assert_eq!(titles(&shelves[2]["videos"]), ["Free 2", "Free 1"]);
    assert_eq!(front["hero"]["title"], "Film 12");
    // The admins choose; a choice that is not public any more is none.
    site.set("site.hero_video", &first.to_string()).await;
    assert_eq!(user.get("/front").await.ok()["hero"]["title"], "Free 1");
    site.admin.delete(&format!("/videos/{first}")).await.ok();
    assert_eq!(user.get("/front").await.ok()["hero"]["title"], "Film 12");
}

async fn what_comes_next_follows_the_numbers(site: &Site) {
    let user = site.user("viewer").await;
    let mut ids = Vec::new();
    for title in ["第10讲", "第2讲", "第1讲"] {
        ids.push(labelled(site, title, true, "课程", &[]).await);
    }
    let alone = site.video("第3讲", true).await;
    let next = async |id: i64| {
        user.get(&format!("/videos/{id}/related")).await.ok()["next"]["title"].clone()
    };
    assert_eq!(next(ids[2]).await, "第2讲");
    assert_eq!(next(ids[1]).await, "第10讲");
    assert_eq!(next(ids[0]).await, Value::Null);
    assert_eq!(next(alone).await, Value::Null, "what has no category has nothing next");
    user.get("/videos/999999/related").await.refused(404, "not_found");
}

async fn what_is_like_it_shares_its_tags(site: &Site) {
    let user = site.user("viewer").await;
    labelled(site, "Other", true, "", &[]).await;
    labelled(site, "Same category", true, "Film", &[]).await;
    labelled(site, "One tag", true, "", &["sea"]).await;
    labelled(site, "Two tags", true, "", &["sea", "sun"]).await;
    let hidden = labelled(site, "Hidden", true, "Film", &["sea", "sun"]).await;
    site.admin.patch(&format!("/videos/{hidden}"), json!({ "visibility": "draft" })).await.ok();
    let id = labelled(site, "It", true, "Film", &["sun", "sea", "sand"]).await;
    let related = user.get(&format!("/videos/{id}/related")).await.ok();
    assert_eq!(related["next"]["title"], "Same category");
    assert_eq!(titles(&related["items"]), ["Two tags", "One tag", "Other"]);
}

/// Asks for the first segment, as a player does.
async fn watch(site: &Site, person: &Person, id: i64) {
    for _ in 0..1_500 {
        let shown = person.get(&format!("/videos/{id}")).await.ok();
        if let Some(url) = shown["playback"]["hls_url"].as_str() {
            let (_, path) = url.split_once("/s/").expect("a signed path");
            let path = path.replace("master.m3u8", "video/0.m4s");
            let answer = site.admin.logged_out().get(&format!("//s/{path}")).await;
            assert_eq!(answer.status, 200);
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it is never ready");
}

async fn watching_again_soon_is_no_second_view(site: &Site) {
    let path = tokio::task::spawn_blocking(|| film(4, 64, None)).await.expect("a film");
    let fields = [("file_name", "film.mp4"), ("is_free", "true")];
    let video = site.upload(&fields, std::fs::read(path).expect("it can be read")).await.ok();
    let id = video["id"].as_i64().expect("a number");
    let views = async || site.admin.get(&format!("/videos/{id}")).await.ok()["view_count"].clone();
    assert_eq!(views().await, 0);
    let (one, other) = (site.user("one").await, site.user("other").await);
    watch(site, &one, id).await;
    watch(site, &one, id).await;
    let account = one.get("/me").await.ok()["account"].clone();
    watch(site, &site.log_in(&account, PASSWORD).await, id).await;
    assert_eq!(views().await, 1, "another login of the same account is no other viewer");
    watch(site, &other, id).await;
    assert_eq!(views().await, 2);
    site.sql("UPDATE watch SET last_at_ms = last_at_ms - 21600001, started_at_ms = started_at_ms - 21600001").await;
    watch(site, &site.log_in(&account, PASSWORD).await, id).await;
    assert_eq!(views().await, 3);
}
