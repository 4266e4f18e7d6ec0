//! Labels: the categories and tags that visible videos have.

use crate::site::{Site, both};
use serde_json::{Value, json};

both!(labels_are_those_of_visible_videos, two_hundred_labels_are_told);

async fn add(site: &Site, category: &str, tags: &str) -> i64 {
    let query = [("category", category), ("tags", tags)];
    let video = site.upload(&query, site.content(20)).await.ok();
    video["id"].as_i64().expect("a number")
}

async fn labels_are_those_of_visible_videos(site: &Site) {
    let labels = async || site.admin.get("/labels").await.ok();
    assert_eq!(labels().await, json!({ "categories": [], "tags": [] }));
    let one = add(site, "Ｆilm", "b,Ａ").await;
    let two = add(site, "film", "a,c").await;
    add(site, "纪录", "").await;
    add(site, "", "甲").await;
    let all = json!({ "categories": ["Ｆilm", "纪录"], "tags": ["Ａ", "b", "c", "甲"] });
    assert_eq!(labels().await, all, "each once, as the oldest writes it");
    let path = format!("/videos/{one}");
    site.admin.delete(&path).await.ok();
    let left = json!({ "categories": ["film", "纪录"], "tags": ["a", "c", "甲"] });
    assert_eq!(labels().await, left);
    // An edit in the trash shows nothing of it.
    site.admin.patch(&path, json!({ "tags": ["d"], "category": "新" })).await.ok();
    assert_eq!(labels().await, left);
    site.admin.post(&format!("{path}/restore"), json!({})).await.ok();
    let back = json!({ "categories": ["film", "新", "纪录"], "tags": ["a", "c", "d", "甲"] });
    assert_eq!(labels().await, back);
    site.admin.patch(&path, json!({ "tags": [], "category": "" })).await.ok();
    assert_eq!(labels().await, left);
    for id in [one, two] {
        site.admin.delete(&format!("/videos/{id}")).await.ok();
        site.admin.post(&format!("/videos/{id}/purge"), json!({})).await.ok();
    }
    assert_eq!(labels().await, json!({ "categories": ["纪录"], "tags": ["甲"] }));
    site.nobody().get("/labels").await.refused(401, "login_required");
    site.set("site.visibility", "public").await;
    assert_eq!(site.nobody().get("/labels").await.ok()["tags"], json!(["甲"]));
}

async fn two_hundred_labels_are_told(site: &Site) {
    let number = |n: u32| format!("{n:03}");
    for first in (0..220).step_by(20) {
        let tags: Vec<String> = (first..first + 20).map(number).collect();
        add(site, "", &tags.join(",")).await;
    }
    let shown = site.admin.get("/labels").await.ok();
    let wanted: Vec<Value> = (0..200).map(|n| json!(number(n))).collect();
    assert_eq!(shown["tags"], json!(wanted));
}
