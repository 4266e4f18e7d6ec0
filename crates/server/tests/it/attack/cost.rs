//! Requests of strangers that would cost something lasting.

use crate::site::{Database, MINUTE, PASSWORD, Site, both};
use futures_util::future::join_all;
use serde_json::json;
use std::future::IntoFuture;

both!(
    a_throttled_login_writes_nothing,
    being_ready_is_tried_once_in_two_seconds,
    one_broken_step_of_housekeeping_stops_no_other,
    what_the_api_answers_is_not_stored,
    audit_entries_are_kept_as_long_as_is_set,
    a_search_without_a_match_is_bounded,
);

async fn a_throttled_login_writes_nothing(site: &Site) {
    let nobody = site.nobody();
    let try_log_in =
        || nobody.post("/sessions", json!({ "name": "馆长", "password": "wrong one" }));
    for _ in 0..5 {
        try_log_in().await.refused(401, "wrong_credentials");
    }
    // Numbers are given once: one that was given and taken back is missed afterwards.
    let newest = "SELECT COALESCE(MAX(id), 0) FROM login_failure";
    let before = site.number(newest).await;
    for _ in 0..20 {
        try_log_in().await.refused(429, "too_many_attempts");
    }
    site.clock.advance(15 * MINUTE);
    try_log_in().await.refused(401, "wrong_credentials");
    assert_eq!(site.number(newest).await, before + 1, "throttled logins were written down");
}

/// A probe makes a file in the folder for what arrives: without the folder it fails.
async fn being_ready_is_tried_once_in_two_seconds(site: &Site) {
    let nobody = site.nobody();
    let ready = || nobody.get("//readyz");
    assert_eq!(ready().await.status, 200);
    let (incoming, away) =
        (site.config.storage_dir.join("incoming"), site.config.storage_dir.join("away"));
    std::fs::rename(&incoming, &away).expect("a folder can be moved");
    for answer in join_all((0..20).map(|_| ready().into_future())).await {
        assert_eq!(answer.status, 200, "tried again within two seconds");
    }
    site.clock.advance(2_000);
    assert_eq!(ready().await.status, 503);
    std::fs::rename(&away, &incoming).expect("a folder can be moved");
    assert_eq!(ready().await.status, 503, "what failed is not tried at once either");
    site.clock.advance(2_000);
    assert_eq!(ready().await.status, 200);
}

async fn one_broken_step_of_housekeeping_stops_no_other(site: &Site) {
    let user = site.user("过期").await;
    let video = site.video("旧片", true).await;
    site.admin.delete(&format!("/videos/{video}")).await.ok();
    site.clock.advance(31 * crate::site::DAY);
    for table in ["login_failure", "idempotency"] {
        site.sql(&format!("ALTER TABLE {table} RENAME TO broken_{table}")).await;
    }
    assert!(site.node.app.operation.tidy().await.is_err(), "two steps cannot be done");
    for table in ["login_failure", "idempotency"] {
        site.sql(&format!("ALTER TABLE broken_{table} RENAME TO {table}")).await;
    }
    let state = format!("SELECT state FROM video WHERE id = {video}");
    assert_eq!(site.sql(&state).await[0][0].as_deref(), Some("purged"), "the trash is emptied");
    assert!(site.node.app.operation.tidy().await.is_ok());
    user.get("/wallet").await.refused(401, "session_ended");
}

async fn what_the_api_answers_is_not_stored(site: &Site) {
    for path in ["/me", "/site", "/videos", "/wallet", "/no/such/thing", "/accounts"] {
        let answer = site.admin.get(path).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

async fn audit_entries_are_kept_as_long_as_is_set(site: &Site) {
    let count = async || site.number("SELECT COUNT(*) FROM audit_entry").await;
    site.clock.advance(40 * crate::site::DAY);
    site.node.app.operation.tidy().await.expect("housekeeping works");
    let all = count().await;
    assert!(all >= 2, "{all}");
    let admin = site.log_in(&site.admin.account, PASSWORD).await;
    admin.put("/settings/audit.keep_days", json!({ "value": "30" })).await.ok();
    site.node.app.operation.tidy().await.expect("housekeeping works");
    // This login and this change are left.
    assert_eq!(count().await, 2);
}

/// Twenty thousand titles have each gram of a text that none of them has.
async fn a_search_without_a_match_is_bounded(site: &Site) {
    let first = site.video("abcd bcab 一", true).await;
    let many = 20_050;
    // SQLite and MariaDB count in the same words.
    let numbers =
        format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many})");
    if site.is_mariadb() {
        site.sql("SET GLOBAL max_recursive_iterations = 1000000").await;
    }
    let columns = "title, title_key, search_text, file_name, description, category, category_key, \
        is_free, state, created_at_ms, updated_at_ms";
    let insert = |rest: &str| match site.is_mariadb() {
        true => format!("INSERT INTO {rest}").replacen("VALUES_OF", &numbers, 1),
        false => format!("{numbers} INSERT INTO {rest}").replacen("VALUES_OF", "", 1),
    };
    site.sql(&insert(&format!(
        "video (id, {columns}) VALUES_OF SELECT {first} + i, title, title_key, search_text, \
         file_name, description, category, category_key, is_free, state, created_at_ms, \
         updated_at_ms FROM n, video WHERE video.id = {first}"
    )))
    .await;
    site.sql(&insert(&format!(
        "search_gram (kind, gram, subject_id) VALUES_OF SELECT kind, gram, {first} + i FROM n, \
         search_gram WHERE kind = 'video' AND subject_id = {first}"
    )))
    .await;
    for (sort, rest) in [("newest", 51), ("oldest", 51), ("title", 51)] {
        let page =
            site.admin.get("/videos").query(&[("search", "bcabcd"), ("sort", sort)]).await.ok();
        assert_eq!(page["items"], json!([]), "{sort}");
        let cursor = page["next_cursor"].as_str().expect("it stopped before the end");
        let query = [("search", "bcabcd"), ("sort", sort), ("cursor", cursor)];
        let page = site.admin.get("/videos").query(&query).await.ok();
        assert_eq!((&page["items"], &page["next_cursor"]), (&json!([]), &json!(null)), "{sort}");
        // Where it went on, nothing was left out and nothing was seen twice.
        let query = [("search", "bcab"), ("sort", sort), ("cursor", cursor), ("limit", "200")];
        let page = site.admin.get("/videos").query(&query).await.ok();
        assert_eq!(page["items"].as_array().map(Vec::len), Some(rest), "{sort}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_said_where_bubblewrap_does_not_work() {
    let site = Site::start(Database::Sqlite).await;
    let report = site.admin.call(reqwest::Method::POST, "/doctor").await.ok();
    let found = report["items"].as_array().expect("items").iter();
    let sandbox = found.clone().find(|item| item["check"] == "sandbox").expect("it is looked at");
    let state = sandbox["state"].as_str().expect("a state");
    assert!(["ok", "advice"].contains(&state), "{sandbox}");
    if state == "advice" {
        // Required and absent: nothing is looked into, and that is wrong.
        site.set("media.sandbox", "required").await;
        let report = site.admin.call(reqwest::Method::POST, "/doctor").await.ok();
        assert_eq!(report["ok"], false, "{report}");
    }
    site.finish().await;
}
