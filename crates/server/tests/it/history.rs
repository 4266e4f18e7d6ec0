//! What somebody watched, and how far.

use crate::site::{Site, both};
use reqwest::Method;
use serde_json::{Value, json};

both!(
    a_film_goes_on_where_it_was_left,
    what_was_watched_is_listed_newest_first,
    a_history_is_its_owners_alone,
    what_is_out_of_sight_is_left_out,
);

async fn watch(person: &crate::site::Person, video: i64, position_ms: i64) -> Value {
    let path = format!("/videos/{video}/progress");
    person.put(&path, json!({ "position_ms": position_ms })).await.ok()
}

/// A video of which it is known that it is a hundred seconds long.
async fn film(site: &Site, title: &str) -> i64 {
    let id = site.video(title, true).await;
    site.sql(&format!(
        "UPDATE `blob` SET duration_ms = 100000 WHERE id = (SELECT blob_id FROM video WHERE id = {id})"
    ))
    .await;
    id
}

async fn titles(person: &crate::site::Person, query: &str) -> Vec<String> {
    let list = person.get(&format!("/history{query}")).await.ok();
    let items = list["items"].as_array().expect("items").iter();
    items.map(|item| item["video"]["title"].as_str().expect("a title").to_owned()).collect()
}

async fn a_film_goes_on_where_it_was_left(site: &Site) {
    let video = film(site, "Film").await;
    let user = site.user("viewer").await;
    let path = format!("/videos/{video}");
    assert!(user.get(&path).await.ok()["progress"].is_null());
    assert_eq!(
        watch(&user, video, 30_500).await,
        json!({ "position_ms": 30_500, "is_done": false })
    );
    assert_eq!(watch(&user, video, 41_000).await["position_ms"], 41_000);
    assert_eq!(user.get(&path).await.ok()["progress"]["position_ms"], 41_000);
    assert_eq!(user.get("/videos").await.ok()["items"][0]["progress"]["position_ms"], 41_000);
    assert_eq!(watch(&user, video, 95_000).await["is_done"], true);
    assert_eq!(watch(&user, video, 3_000_000).await["position_ms"], 100_000, "it is no longer");
    let bad = user.put(&format!("{path}/progress"), json!({ "position_ms": -1 })).await;
    bad.invalid("position_ms", "too_small");
    let bad = user.put(&format!("{path}/progress"), json!({ "position_ms": 86_400_001 })).await;
    bad.invalid("position_ms", "too_large");
    assert_eq!(user.get(&path).await.ok()["progress"]["position_ms"], 100_000);
}

async fn what_was_watched_is_listed_newest_first(site: &Site) {
    let mut videos = Vec::new();
    for title in ["One", "Two", "Three"] {
        videos.push(film(site, title).await);
    }
    let user = site.user("viewer").await;
    for (video, position_ms) in [(0, 10_000), (1, 99_000), (2, 20_000), (0, 30_000)] {
        site.clock.advance(1_000);
        watch(&user, videos[video], position_ms).await;
    }
    assert_eq!(titles(&user, "").await, ["One", "Three", "Two"]);
    assert_eq!(titles(&user, "?unfinished=true").await, ["One", "Three"]);
    let first = user.get("/history?limit=2").await.ok();
    let rest = user.get("/history").query(&[("cursor", first["next_cursor"].as_str())]).await.ok();
    assert_eq!(rest["items"][0]["video"]["title"], "Two");
    assert_eq!(rest["items"].as_array().map(Vec::len), Some(1));

    user.delete(&format!("/history/{}", videos[2])).await.ok();
    assert_eq!(titles(&user, "").await, ["One", "Two"]);
    assert_eq!(user.call(Method::DELETE, "/history").await.status, 204);
    assert_eq!(titles(&user, "").await, [""; 0]);
}

async fn a_history_is_its_owners_alone(site: &Site) {
    let video = film(site, "Film").await;
    let (user, other) = (site.user("viewer").await, site.user("other").await);
    watch(&user, video, 10_000).await;
    assert_eq!(titles(&other, "").await, [""; 0]);
    assert!(other.get(&format!("/videos/{video}")).await.ok()["progress"].is_null());
    other.call(Method::DELETE, "/history").await.ok();
    assert_eq!(titles(&user, "").await, ["Film"]);
    site.nobody().get("/history").await.refused(401, "login_required");
}

async fn what_is_out_of_sight_is_left_out(site: &Site) {
    let (kept, gone) = (film(site, "Kept").await, film(site, "Gone").await);
    let user = site.user("viewer").await;
    watch(&user, kept, 10_000).await;
    watch(&user, gone, 10_000).await;
    site.admin.delete(&format!("/videos/{gone}")).await.ok();
    assert_eq!(titles(&user, "").await, ["Kept"]);
    let hidden = user.put(&format!("/videos/{gone}/progress"), json!({ "position_ms": 1 })).await;
    hidden.refused(404, "not_found");
}
