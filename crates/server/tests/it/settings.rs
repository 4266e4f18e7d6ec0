//! Settings: what each takes, and what it refuses.

use crate::site::{Site, both};
use serde_json::json;
use std::collections::BTreeSet;
use yingku_core::setting::TABLE;

both!(
    every_setting_takes_what_it_says,
    settings_fit_each_other,
    the_footer_is_shown_without_script
);

/// Key, a value that it takes, what becomes of it, and values that it refuses.
const CASES: &[(&str, &str, &str, &[&str])] = &[
    ("site.name", " 我的影库 ", "我的影库", &["", "  ", "a\nb"]),
    ("site.currency", "USD", "USD", &["", "usd", "US", "USDX", "元"]),
    ("site.timezone", "Europe/Berlin", "Europe/Berlin", &["", "Mars/Base", "UTC+8"]),
    ("site.visibility", "public", "public", &["", "Public", "open"]),
    ("site.support_contact", "", "", &["a\nb"]),
    ("site.footer", " a\r\n\n**b**\n", " a\n\n**b**", &["a\0b"]),
    ("site.language", "zh", "zh", &["fr", "ZH", "zh|en"]),
    ("site.hero_video", "7", "7", &["-1", "first", ""]),
    ("signup.user", "closed", "closed", &["", "no"]),
    ("signup.admin", "open", "open", &["maybe"]),
    ("download.wait_free_seconds", "0", "0", &["-1", "86401", "1.5", "soon", ""]),
    ("download.wait_paid_seconds", "86400", "86400", &["-1", "86401"]),
    ("playback.wait_free_seconds", "10", "10", &["-1", "86401"]),
    ("playback.preview_seconds", "0", "0", &["-1", "3601"]),
    ("playback.max_streams", "1", "1", &["0", "1001"]),
    ("playback.sizes", "1080, 240", "240,1080", &["239", "360p", "2161"]),
    ("comments.enabled", "no", "false", &["", "maybe"]),
    ("comments.approve_first", "true", "true", &["", "maybe"]),
    ("comments.blocked_words", "广告\r\nspam\n", "广告\nspam", &["a\0b"]),
    ("danmaku.enabled", "true", "true", &["", "maybe"]),
    (
        "embed.hosts",
        "WWW.school.example, *.school.example localhost:8080",
        "www.school.example *.school.example localhost:8080",
        &["https://a.example", "*", "a b/c", "-a.example", "a.example:0", "'self'", "a;b"],
    ),
    ("price.paid_minor", "2000", "2000", &["0", "100000001", "-5", "10.00"]),
    ("price.paid_member_minor", "1", "1", &["0", "x"]),
    ("wallet.welcome_minor", "100", "100", &["-1", "100000001"]),
    ("trash.days", "0", "0", &["-1", "3651"]),
    ("upload.max_bytes", "1", "1", &["0", "-1", "99999999999999999999"]),
    ("upload.max_open", "1", "1", &["0", "100001"]),
    ("upload.expire_hours", "8760", "8760", &["0", "8761", "1.5"]),
    ("upload.publish_as", "draft", "draft", &["", "scheduled", "Public"]),
    ("playback.show_viewer", "yes", "true", &["", "maybe"]),
    ("upload.allow_unknown", "yes", "true", &["", "True", "2"]),
    ("signup.hourly_per_address", "1", "1", &["0", "100001"]),
    ("audit.keep_days", "36500", "36500", &["-1", "36501"]),
    ("media.workers", "0", "0", &["-1", "65", ""]),
    ("media.sandbox", "required", "required", &["", "never", "Required"]),
    ("session.idle_minutes", "129600", "129600", &["0", "129601"]),
    ("classic.plan", "year", "year", &["", "YEAR", "a b"]),
    ("classic.list_limit", "1", "1", &["0", "100001"]),
];

#[test]
fn every_setting_has_a_case() {
    let keys = |keys: BTreeSet<&'static str>| keys;
    let cases = keys(CASES.iter().map(|case| case.0).collect());
    let table = keys(TABLE.iter().map(|setting| setting.key).collect());
    assert_eq!(cases, table);
}

async fn every_setting_takes_what_it_says(site: &Site) {
    site.set("upload.allow_unknown", "off").await;
    let listed = site.admin.get("/settings").await.ok();
    let listed = listed["items"].as_array().expect("items");
    assert_eq!(listed.len(), TABLE.len());
    for item in listed {
        assert_eq!(item["value"], item["default"]);
    }
    for (key, good, kept, bad) in CASES {
        let path = format!("/settings/{key}");
        let before = site.admin.get(&path).await.ok()["value"].clone();
        for value in *bad {
            let refusal = site.admin.put(&path, json!({ "value": value })).await;
            let refusal = refusal.refused(422, "invalid_field");
            assert_eq!(refusal["field"], *key, "{value:?}");
        }
        assert_eq!(site.admin.get(&path).await.ok()["value"], before);
        let set = site.admin.put(&path, json!({ "value": good })).await.ok();
        assert_eq!(set["value"], *kept);
        assert_eq!(site.admin.get(&path).await.ok(), set);
    }
    site.admin.get("/settings/no.such").await.refused(404, "not_found");
    let set = site.admin.put("/settings/no.such", json!({ "value": "1" })).await;
    set.refused(404, "not_found");
    let number = site.admin.put("/settings/trash.days", json!({ "value": 5 })).await;
    number.refused(400, "malformed_request");
    let known = site.nobody().get("/site").await.ok();
    for (field, wanted) in [
        ("name", "我的影库"),
        ("currency", "USD"),
        ("timezone", "Europe/Berlin"),
        ("visibility", "public"),
        ("signup_user", "closed"),
        ("signup_admin", "open"),
    ] {
        assert_eq!(known[field], wanted);
    }
    // What an admin writes is text on the page, whatever it looks like.
    site.set("site.name", "<script>alert(1)</script>").await;
    let page = site.nobody().get("//").await.text();
    assert!(!page.contains("<script>alert"), "{page}");
}

async fn the_footer_is_shown_without_script(site: &Site) {
    let known = site.nobody().get("/site").await.ok();
    for (field, wanted) in [
        ("footer_html", json!("")),
        ("language", json!("")),
        ("price_paid_minor", json!(1_000)),
        ("price_paid_member_minor", json!(500)),
        ("shows_viewer", json!(false)),
    ] {
        assert_eq!(known[field], wanted, "{field}");
    }
    let footer =
        "[沪ICP备1号](https://beian.example)\n\n<script>alert(1)</script>![p](//x.invalid/p)";
    site.set("site.footer", footer).await;
    site.set("site.language", "en").await;
    site.set("price.paid_minor", "1200").await;
    site.set("price.paid_member_minor", "600").await;
    let known = site.nobody().get("/site").await.ok();
    let html = known["footer_html"].as_str().expect("html");
    assert!(html.contains("<a href=\"https://beian.example\""), "{html}");
    assert!(!html.contains("script") && !html.contains("img"), "{html}");
    assert_eq!(known["language"], "en");
    assert_eq!(known["price_paid_minor"], 1_200);
    assert_eq!(known["price_paid_member_minor"], 600);
    // As long as it may be, in characters of three bytes; not one more.
    let longest = "长".repeat(2_000);
    site.set("site.footer", &longest).await;
    assert_eq!(site.admin.get("/settings/site.footer").await.ok()["value"], longest);
    let longer = json!({ "value": "长".repeat(2_001) });
    let refusal = site.admin.put("/settings/site.footer", longer).await;
    assert_eq!(refusal.refused(422, "invalid_field")["problem"], "too_long");
}

async fn settings_fit_each_other(site: &Site) {
    let set = |key: &str, value: &str| {
        site.admin.put(&format!("/settings/{key}"), json!({ "value": value }))
    };
    let refusal = set("price.paid_member_minor", "1001").await.refused(422, "invalid_field");
    assert_eq!(refusal["field"], "price.paid_member_minor");
    set("price.paid_member_minor", "1000").await.ok();
    let refusal = set("price.paid_minor", "999").await.refused(422, "invalid_field");
    assert_eq!(refusal["problem"], "too_large");
    set("price.paid_minor", "1000").await.ok();
}
