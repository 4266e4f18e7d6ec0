//! Several videos at once: all of them, or none.

use crate::site::{SECOND, Site, both};
use serde_json::{Value, json};

both!(
    several_are_edited,
    several_go_to_the_trash_and_come_back,
    one_that_cannot_be_leaves_all_as_they_were,
    two_hundred_and_no_more,
);

fn ids(answer: &Value) -> Vec<i64> {
    let items = answer["items"].as_array().expect("items").iter();
    items.map(|item| item["id"].as_i64().expect("a number")).collect()
}

async fn count(site: &Site, action: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM audit_entry WHERE action = '{action}'");
    site.number(&sql).await
}

async fn several_are_edited(site: &Site) {
    let (one, two) = (site.video("一", true).await, site.video("二", false).await);
    let three = site.video("三", false).await;
    let tags = json!({ "tags": ["旧", "Ｋeep"] });
    site.admin.patch(&format!("/videos/{one}"), tags).await.ok();
    site.clock.advance(SECOND);
    let before = count(site, "video.edit").await;
    let body = json!({
        "ids": [two, one, two], "is_free": false, "price_minor": 300, "member_price_minor": 200,
        "category": "短片", "add_tags": ["新", "KEEP"], "remove_tags": ["旧"],
    });
    let edited = site.admin.patch("/videos", body).await.ok();
    assert_eq!(ids(&edited), [two, one], "each once, in the order in which they were named");
    let shown = site.admin.get(&format!("/videos/{one}")).await.ok();
    assert_eq!(edited["items"][1]["tags"], json!(["Ｋeep", "新"]));
    assert_eq!(edited["items"][0]["tags"], json!(["新", "KEEP"]));
    for (field, wanted) in [
        ("category", json!("短片")),
        ("is_free", json!(false)),
        ("price_minor", json!(300)),
        ("member_price_minor", json!(200)),
        ("updated_at", json!("2026-01-31T04:00:01Z")),
        ("title", json!("一")),
        ("tags", json!(["Ｋeep", "新"])),
    ] {
        assert_eq!(shown[field], wanted, "{field}");
        assert_eq!(edited["items"][1][field], wanted, "{field}");
    }
    assert_eq!(count(site, "video.edit").await - before, 2, "one record for each");
    let found = site.admin.all("/videos?search=短片&tag=新", 50).await;
    assert_eq!(found.len(), 2);
    let untouched = site.admin.get(&format!("/videos/{three}")).await.ok();
    assert_eq!((&untouched["price_minor"], &untouched["category"]), (&json!(1_000), &json!("")));
}

async fn several_go_to_the_trash_and_come_back(site: &Site) {
    let (one, two) = (site.video("一", false).await, site.video("二", false).await);
    let three = site.video("三", true).await;
    let buyer = site.user("主").await;
    site.credit(&buyer, 1_000).await;
    buyer.buy(two, 1_000).await.ok();
    site.admin.delete(&format!("/videos/{three}")).await.ok();
    site.clock.advance(SECOND);
    let all = json!({ "ids": [one, two, three] });
    let trashed = site.admin.post("/videos/trash", all.clone()).await.ok();
    assert_eq!(ids(&trashed), [one, two, three]);
    let expected: Vec<&Value> = (0..3).map(|at| &trashed["items"][at]["buyers"]).collect();
    assert_eq!(expected, [&json!(0), &json!(1), &json!(0)]);
    assert_eq!(trashed["items"][2]["trashed_at"], "2026-01-31T04:00:00Z", "it was there before");
    assert_eq!(count(site, "video.trash").await, 3);
    assert!(buyer.all("/videos", 50).await.is_empty());
    assert_eq!(site.admin.all("/trash", 50).await.len(), 3);
    let back = site.admin.post("/videos/restore", all.clone()).await.ok();
    assert_eq!(ids(&back), [one, two, three]);
    assert_eq!(buyer.all("/videos", 50).await.len(), 3);
    assert_eq!(buyer.all("/videos?search=二", 50).await.len(), 1);
    assert_eq!(count(site, "video.restore").await, 3);
    let refusal = site.admin.post("/videos/restore", all).await.refused(409, "video_not_in_trash");
    assert_eq!(refusal["video_id"], one);
}

async fn one_that_cannot_be_leaves_all_as_they_were(site: &Site) {
    let (one, two) = (site.video("一", false).await, site.video("二", false).await);
    let own = json!({ "price_minor": 900, "member_price_minor": 800 });
    site.admin.patch(&format!("/videos/{two}"), own).await.ok();
    let state = async || {
        let rows = "SELECT id, state, is_free, price_minor, updated_at_ms, search_text FROM video";
        let tags = "SELECT COUNT(*), COUNT(*) FROM video_tag";
        let audit = "SELECT COUNT(*), COUNT(*) FROM audit_entry";
        format!("{:?} {:?} {:?}", site.sql(rows).await, site.sql(tags).await, site.sql(audit).await)
    };
    let before = state().await;
    let admin = &site.admin;
    let edit = |body: Value| admin.patch("/videos", body);
    let refusal = edit(json!({ "ids": [one, 99_999, two], "is_free": true, "add_tags": ["x"] }));
    let refusal = refusal.await.refused(404, "not_found");
    assert_eq!((&refusal["kind"], &refusal["video_id"]), (&json!("video"), &json!(99_999)));
    assert!(refusal["detail"].as_str().is_some_and(|detail| detail.contains("99999")));
    // Fits the first and not the second.
    let refusal = edit(json!({ "ids": [one, two], "price_minor": 700 })).await;
    let refusal = refusal.refused(422, "invalid_field");
    assert_eq!(
        (&refusal["field"], &refusal["video_id"]),
        (&json!("member_price_minor"), &json!(two))
    );
    for action in ["trash", "restore"] {
        let call = admin.post(&format!("/videos/{action}"), json!({ "ids": [one, 99_999] }));
        let refusal = call.await;
        match action {
            "trash" => assert_eq!(refusal.refused(404, "not_found")["video_id"], 99_999),
            _ => assert_eq!(refusal.refused(409, "video_not_in_trash")["video_id"], one),
        }
    }
    let many: Vec<String> = (0..21).map(|n| n.to_string()).collect();
    let refusal = edit(json!({ "ids": [one], "add_tags": many })).await;
    assert_eq!(refusal.refused(422, "invalid_field")["problem"], "too_many");
    edit(json!({ "ids": [one], "title": "x" })).await.refused(400, "malformed_request");
    assert_eq!(state().await, before);
}

async fn two_hundred_and_no_more(site: &Site) {
    let one = site.video("一", false).await;
    let numbers = |count: i64| (0..count).map(|n| one + n).collect::<Vec<_>>();
    for path in ["/videos/trash", "/videos/restore"] {
        let call = |ids: Vec<i64>| site.admin.post(path, json!({ "ids": ids }));
        call(numbers(201)).await.invalid("ids", "too_many");
        call(Vec::new()).await.invalid("ids", "missing");
    }
    let call = |ids: Vec<i64>| site.admin.patch("/videos", json!({ "ids": ids, "is_free": true }));
    call(numbers(201)).await.invalid("ids", "too_many");
    call(Vec::new()).await.invalid("ids", "missing");
    call(numbers(200)).await.refused(404, "not_found");
    call(vec![one; 200]).await.ok();
}
