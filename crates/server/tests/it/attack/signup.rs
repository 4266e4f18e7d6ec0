//! Hundreds of sign-ups at once.

use crate::site::{HOUR, PASSWORD, Site, both};
use futures_util::future::join_all;
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};

both!(an_address_has_a_budget_of_sign_ups);

mod a_login_does_not_queue_behind_sign_ups {
    use crate::site::{Database, Site};
    use yingku_server::app::PASSWORD_MEMORY_KIB;

    /// A queue forms only where hashing a password takes its time.
    async fn story(database: Database) {
        let mut site = Site::start(database).await;
        site.config.password_memory_kib = PASSWORD_MEMORY_KIB;
        let site = site.restart().await;
        super::a_login_does_not_queue_behind_sign_ups(&site).await;
        site.finish().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn sqlite() {
        story(Database::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn mariadb() {
        story(Database::MariaDb).await;
    }
}

async fn an_address_has_a_budget_of_sign_ups(site: &Site) {
    site.set("signup.hourly_per_address", "4").await;
    let nobody = site.nobody();
    let register =
        |name: &str| nobody.post("/accounts", json!({ "name": name, "password": PASSWORD }));
    register("甲").await.ok();
    // Whatever becomes of it counts, except what is refused before it costs anything.
    register("甲").await.refused(409, "name_taken");
    nobody
        .post("/accounts", json!({ "name": "乙", "password": "short" }))
        .await
        .refused(422, "invalid_field");
    register("乙").await.ok();
    register("丙").await.ok();
    let refused = register("丁").await;
    let problem = refused.refused(429, "too_many_sign_ups");
    assert_eq!(problem["retry_after_seconds"], 900);
    assert_eq!(refused.header("retry-after"), "900");
    // Nobody else is in the way, and neither is a login.
    site.log_in(&site.admin.account, PASSWORD).await;
    site.clock.advance(HOUR / 4);
    register("丁").await.ok();
    register("戊").await.refused(429, "too_many_sign_ups");
}

/// Sixty sign-ups stand in line when somebody logs in: most of them still do afterwards.
async fn a_login_does_not_queue_behind_sign_ups(site: &Site) {
    const SIGN_UPS: usize = 60;
    let done = AtomicUsize::new(0);
    let register = async |number: usize| {
        let who = json!({ "name": format!("学生{number}"), "password": PASSWORD });
        let status = site.nobody().post("/accounts", who).await.status;
        done.fetch_add(1, Ordering::Relaxed);
        status
    };
    let log_in = async {
        // Once the line stands.
        while done.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        let before = done.load(Ordering::Relaxed);
        site.log_in(&site.admin.account, PASSWORD).await;
        done.load(Ordering::Relaxed) - before
    };
    let (statuses, overtaken_by) = tokio::join!(join_all((0..SIGN_UPS).map(register)), log_in);
    assert!(statuses.iter().all(|status| *status == 201), "{statuses:?}");
    assert!(overtaken_by < SIGN_UPS / 4, "{overtaken_by} sign-ups came before the login");
}
