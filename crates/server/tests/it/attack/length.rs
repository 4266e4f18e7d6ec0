//! Texts that are within their limit, and longer in another form.

use crate::site::{PASSWORD, Site, both};
use serde_json::json;

both!(long_names_are_refused_and_not_an_error, an_announcement_of_the_longest_kind_is_kept);

/// 18 characters once it is folded.
const LIGATURE: &str = "\u{FDFA}";

async fn long_names_are_refused_and_not_an_error(site: &Site) {
    let nobody = site.nobody();
    for name in ["名".repeat(201), LIGATURE.repeat(12), "x".repeat(2_000)] {
        let login = json!({ "name": name, "password": PASSWORD });
        nobody.post("/sessions", login.clone()).await.invalid("name", "too_long");
        nobody.post("/accounts", login).await.invalid("name", "too_long");
        let reset = json!({ "name": name, "code": "x", "new_password": PASSWORD });
        nobody.post("/password-reset", reset).await.invalid("name", "too_long");
    }
    let upload = |field: &str, value: &str| {
        site.upload(&[(field, value), ("is_free", "true")], site.content(100))
    };
    for (field, count) in [("title", 100), ("category", 40), ("tags", 40)] {
        upload(field, &LIGATURE.repeat(count)).await.invalid(field, "too_long");
    }
    let most = LIGATURE.repeat(8);
    upload("title", &most).await.ok();
    upload("category", &most).await.ok();
    upload("tags", &most).await.ok();
}

/// 20,000 characters of four bytes: more than MariaDB's TEXT takes.
async fn an_announcement_of_the_longest_kind_is_kept(site: &Site) {
    let content = "𠮷".repeat(20_000);
    let wanted = json!({ "title": "长", "content": content });
    let id = site.admin.post("/announcements", wanted).await.ok()["id"].clone();
    let path = format!("/announcements/{id}");
    site.admin.patch(&path, json!({ "content": "𡃁".repeat(20_000) })).await.ok();
    assert_eq!(site.admin.get(&path).await.ok()["content"], "𡃁".repeat(20_000));
    let before = site.admin.get(&format!("{path}/revisions")).await.ok();
    assert_eq!(before["items"][0]["content"], content);
}
