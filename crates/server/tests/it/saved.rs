//! Lists that viewers keep for themselves, and a history that is switched off.

use crate::site::{Person, Site, both};
use serde_json::{Value, json};

both!(
    favourites_and_what_to_watch_later_are_lists_of_ones_own,
    what_is_out_of_sight_is_not_listed,
    a_history_can_be_switched_off,
);

async fn titles(person: &Person, list: &str) -> Vec<String> {
    let all = person.all(&format!("/lists/{list}"), 2).await;
    all.iter().map(|item| item["video"]["title"].as_str().expect("a title").to_owned()).collect()
}

async fn favourites_and_what_to_watch_later_are_lists_of_ones_own(site: &Site) {
    let (user, other) = (site.user("one").await, site.user("other").await);
    let mut videos = Vec::new();
    for title in ["One", "Two", "Three"] {
        videos.push(site.video(title, true).await);
    }
    for id in &videos {
        user.put(&format!("/lists/later/{id}"), Value::Null).await.ok();
        site.clock.advance(1_000);
    }
    assert_eq!(titles(&user, "later").await, ["Three", "Two", "One"]);
    // Once more moves it to the head, and is no second entry.
    user.put(&format!("/lists/later/{}", videos[0]), Value::Null).await.ok();
    user.put(&format!("/lists/favourites/{}", videos[0]), Value::Null).await.ok();
    assert_eq!(titles(&user, "later").await, ["One", "Three", "Two"]);
    let shown = user.get(&format!("/videos/{}", videos[0])).await.ok();
    assert_eq!(shown["lists"], json!(["favourites", "later"]));
    assert_eq!(other.get(&format!("/videos/{}", videos[0])).await.ok().get("lists"), None);
    assert_eq!(titles(&other, "later").await, Vec::<String>::new());
    user.delete(&format!("/lists/later/{}", videos[0])).await.ok();
    user.delete(&format!("/lists/later/{}", videos[0])).await.ok();
    assert_eq!(titles(&user, "later").await, ["Three", "Two"]);
    assert_eq!(titles(&user, "favourites").await, ["One"]);
    user.get("/lists/seen").await.refused(404, "not_found");
    user.put("/lists/later/999999", Value::Null).await.refused(404, "not_found");
    site.nobody().get("/lists/later").await.refused(401, "login_required");
}

async fn what_is_out_of_sight_is_not_listed(site: &Site) {
    let user = site.user("one").await;
    let id = site.video("Gone", true).await;
    user.put(&format!("/lists/later/{id}"), Value::Null).await.ok();
    site.admin.delete(&format!("/videos/{id}")).await.ok();
    assert_eq!(titles(&user, "later").await, Vec::<String>::new());
    user.put(&format!("/lists/later/{id}"), Value::Null).await.refused(404, "not_found");
    site.admin.post(&format!("/videos/{id}/restore"), Value::Null).await.ok();
    assert_eq!(titles(&user, "later").await, ["Gone"]);
}

async fn a_history_can_be_switched_off(site: &Site) {
    let user = site.user("one").await;
    let (before, after) = (site.video("Before", true).await, site.video("After", true).await);
    let watch = async |id: i64| {
        let path = format!("/videos/{id}/progress");
        user.put(&path, json!({ "position_ms": 5_000 })).await.ok()
    };
    watch(before).await;
    let edited = user.patch("/me", json!({ "keeps_history": false })).await.ok();
    assert_eq!(edited["keeps_history"], false);
    watch(after).await;
    let list = user.get("/history").await.ok();
    let ids: Vec<&Value> =
        list["items"].as_array().expect("items").iter().map(|it| &it["video"]["id"]).collect();
    assert_eq!(ids, [before], "what was kept before stays, and no more comes");
    user.patch("/me", json!({ "keeps_history": true, "display_name": "甲" })).await.ok();
    watch(after).await;
    assert_eq!(user.get("/history").await.ok()["items"].as_array().map(Vec::len), Some(2));
}
