//! Two transactions at once on MariaDB, of which one decides on what the other changes. The
//! first is held open from outside, so that the order is no matter of luck.

use crate::site::{Database, Site};
use serde_json::json;
use std::time::Duration;
use yingku_testkit::MariaDb;

/// A transaction behind the server's back, which has done something and is not committed.
struct Open {
    client: std::process::Child,
}

impl Open {
    async fn begin(site: &Site, sql: &str) -> Open {
        let (url, sql) = (site.config.database_url.clone(), sql.to_owned());
        let begin = move || MariaDb::shared().open_transaction(&url, &sql);
        Open { client: tokio::task::spawn_blocking(begin).await.expect("the client runs") }
    }

    async fn commit(self) {
        let mut client = self.client;
        let commit = move || {
            use std::io::Write;
            let mut input = client.stdin.take().expect("it listens");
            input.write_all(b"COMMIT;\n").expect("it listens");
            drop(input);
            assert!(client.wait().expect("it ends").success());
        };
        tokio::task::spawn_blocking(commit).await.expect("it commits");
    }
}

/// Waits until some statement of the site has run for so long that it waits for a lock, or
/// `done` says that none did. (InnoDB's own table of transactions is a copy, which is not made
/// anew while anybody keeps reading it.)
async fn is_waiting(site: &Site, done: &tokio::task::JoinHandle<u16>) -> bool {
    let waiting = "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() \
        AND command <> 'Sleep' AND id <> CONNECTION_ID() AND time_ms > 200";
    while !done.is_finished() {
        if site.number(waiting).await > 0 {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_to_the_trash_meanwhile_is_not_sold() {
    let site = Site::start(Database::MariaDb).await;
    let buyer = site.user("买家").await;
    site.credit(&buyer, 5_000).await;
    let video = site.video("收费", false).await;
    let trash = format!("UPDATE video SET state = 'trashed', trashed_at_ms = 1 WHERE id = {video}");
    let open = Open::begin(&site, &trash).await;
    let purchase = buyer.clone();
    let buying = tokio::spawn(async move { purchase.buy(video, 1_000).await.status });
    let waited = is_waiting(&site, &buying).await;
    open.commit().await;
    assert_eq!(buying.await.expect("it ran"), 409, "waited: {waited}");
    assert!(waited, "the buyer did not wait for the decision");
    assert_eq!(buyer.balance().await, 5_000);
    site.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_settings_at_once_do_not_contradict_each_other() {
    let site = Site::start(Database::MariaDb).await;
    // The price falls to 400, not yet committed; meanwhile the members' price would rise.
    let lower = "UPDATE secret SET value = value + 1 WHERE name = 'settings_version'; \
        INSERT INTO setting VALUES ('price.paid_minor', '400', 1), \
        ('price.paid_member_minor', '300', 1)";
    let open = Open::begin(&site, lower).await;
    let admin = site.admin.clone();
    let raising = tokio::spawn(async move {
        admin.put("/settings/price.paid_member_minor", json!({ "value": "900" })).await.status
    });
    let waited = is_waiting(&site, &raising).await;
    open.commit().await;
    assert_eq!(raising.await.expect("it ran"), 422, "waited: {waited}");
    let price = site.admin.get("/settings/price.paid_member_minor").await.ok();
    assert_eq!(price["value"], "300");
    // A video's own prices are compared with the site's, and wait as well.
    let video = site.video("收费", false).await;
    let lower = "UPDATE secret SET value = value + 1 WHERE name = 'settings_version'; \
        UPDATE setting SET value = '200' WHERE `key` LIKE 'price.paid%'";
    let open = Open::begin(&site, lower).await;
    let admin = site.admin.clone();
    let raising = tokio::spawn(async move {
        let edit = json!({ "member_price_minor": 350 });
        admin.patch(&format!("/videos/{video}"), edit).await.status
    });
    let waited = is_waiting(&site, &raising).await;
    open.commit().await;
    assert_eq!(raising.await.expect("it ran"), 422, "waited: {waited}");
    site.finish().await;
}

/// Forty pairs of changes side by side, without anybody's help: every pair leaves prices that
/// fit each other.
#[tokio::test(flavor = "multi_thread")]
async fn many_pairs_of_settings_leave_prices_that_fit() {
    let site = Site::start(Database::MariaDb).await;
    for round in 0..40 {
        site.set("price.paid_member_minor", "100").await;
        site.set("price.paid_minor", "1000").await;
        let lower = site.admin.put("/settings/price.paid_minor", json!({ "value": "500" }));
        let raise = site.admin.put("/settings/price.paid_member_minor", json!({ "value": "800" }));
        let (lower, raise) = tokio::join!(lower, raise);
        assert!(
            (lower.status == 200) != (raise.status == 200),
            "round {round}: {} and {}",
            lower.status,
            raise.status
        );
    }
    site.finish().await;
}
