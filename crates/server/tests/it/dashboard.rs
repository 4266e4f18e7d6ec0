//! The dashboard: what it counts, and into which day.

use crate::site::{DAY, HOUR, PASSWORD, START, Site, both};
use serde_json::{Value, json};

both!(days_are_the_site_s, sales_are_net_of_refunds, what_there_is_now);

async fn dashboard(site: &Site, query: &str) -> Value {
    // Days pass here: everybody logs in now.
    let admin = site.log_in(&site.admin.account, PASSWORD).await;
    admin.get(&format!("/dashboard?{query}")).await.ok()
}

/// A field of each day.
fn series(dashboard: &Value, field: &str) -> Vec<Value> {
    let days = dashboard["days"].as_array().expect("days").iter();
    days.map(|day| day[field].clone()).collect()
}

async fn days_are_the_site_s(site: &Site) {
    // Noon in Shanghai: the day ends in twelve hours.
    site.video("一", true).await;
    site.clock.set(START + 12 * HOUR - 1);
    site.user("夜").await;
    site.clock.set(START + 12 * HOUR);
    let morning = site.user("晨").await;
    let video = site.video("二", true).await;
    let ticket = morning.ask(video).await.ok();
    site.clock.advance(30_000);
    morning.fetch(&ticket).await;
    site.clock.advance(DAY);
    let shown = dashboard(site, "days=4").await;
    assert_eq!(
        series(&shown, "date"),
        ["2026-01-30", "2026-01-31", "2026-02-01", "2026-02-02"].map(|date| json!(date))
    );
    assert_eq!(series(&shown, "new_accounts"), [0, 2, 1, 0].map(|n| json!(n)));
    assert_eq!(series(&shown, "downloads"), [0, 0, 1, 0].map(|n| json!(n)));
    assert_eq!(series(&shown, "stored_bytes"), [0, 1_000, 2_000, 2_000].map(|n| json!(n)));
    // What came before the first day is in it.
    assert_eq!(series(&dashboard(site, "days=1").await, "stored_bytes"), [json!(2_000)]);
    // Elsewhere it is another day.
    site.set("site.timezone", "UTC").await;
    let shown = dashboard(site, "days=3").await;
    assert_eq!(series(&shown, "new_accounts"), [0, 3, 0].map(|n| json!(n)));
    assert_eq!(dashboard(site, "").await["days"].as_array().map(Vec::len), Some(30));
    assert_eq!(dashboard(site, "days=366").await["days"].as_array().map(Vec::len), Some(366));
    let admin = site.log_in(&site.admin.account, PASSWORD).await;
    admin.get("/dashboard?days=0").await.invalid("days", "too_small");
    admin.get("/dashboard?days=367").await.invalid("days", "too_large");
    admin.get("/dashboard?days=-1").await.refused(400, "malformed_request");
    morning.get("/dashboard").await.refused(403, "forbidden");
}

async fn sales_are_net_of_refunds(site: &Site) {
    let buyer = site.user("主").await;
    site.credit(&buyer, 10_000).await;
    let (one, two) = (site.video("一", false).await, site.video("二", false).await);
    let bought = buyer.buy(one, 1_000).await.ok();
    buyer.buy_plan("month", 1_500).await.ok();
    site.clock.advance(DAY);
    buyer.buy(two, 500).await.ok();
    let path = format!("/entries/{}/reversals", bought["entry_id"]);
    site.admin.post(&path, json!({ "reason": "退款" })).key("refund").await.ok();
    let shown = dashboard(site, "days=3").await;
    assert_eq!(series(&shown, "sales_minor"), [0, 2_500, -500].map(|n| json!(n)));
    assert_eq!(series(&shown, "purchases"), [0, 2, 1].map(|n| json!(n)));
    assert_eq!((&shown["sales_minor"], &shown["members"]), (&json!(2_000), &json!(1)));
    assert_eq!(shown["wallets_minor"], buyer.balance().await);
    let of_site = "SELECT SUM(amount_minor) FROM posting WHERE house = 'sales'";
    assert_eq!(shown["sales_minor"], site.number(of_site).await, "as the ledger has it");
}

async fn what_there_is_now(site: &Site) {
    let (one, two) = (site.video("一", true).await, site.video("二", true).await);
    let (user, member) = (site.user("等").await, site.member("会员").await);
    site.video("三", true).await;
    user.ask(one).await.ok();
    user.ask(two).await.ok();
    member.ask(one).await.ok();
    site.admin.delete(&format!("/videos/{two}")).await.ok();
    site.clock.advance(29_999);
    let shown = dashboard(site, "days=1").await;
    for (field, wanted) in [
        ("accounts", 3),
        ("members", 1),
        ("videos", 2),
        ("trashed_videos", 1),
        ("stored_bytes", 3_000),
        ("waiting_downloads", 2),
    ] {
        assert_eq!(shown[field], wanted, "{field}");
    }
    assert!(shown["free_bytes"].as_i64().is_some_and(|free| free > 0));
    site.clock.advance(1);
    assert_eq!(dashboard(site, "days=1").await["waiting_downloads"], 0);
    site.clock.advance(40 * DAY);
    assert_eq!(dashboard(site, "days=1").await["members"], 0, "a membership that lapsed");
}
