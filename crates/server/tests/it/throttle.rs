//! Failed tests of credentials are counted.

use crate::site::{Database, MINUTE, PASSWORD, Person, Site, both};
use futures_util::future::join_all;
use serde_json::{Value, json};

both!(
    five_failures_lock_an_account_out_for_a_while,
    thirty_failures_lock_an_address_out,
    fifty_at_once_are_five,
    a_class_logs_in_at_once,
    a_success_is_no_failure,
    every_credential_is_counted,
    admins_see_a_throttle_and_lift_it,
);

async fn try_log_in(person: &Person, name: &str, password: &str) -> (u16, Value) {
    let answer = person.post("/sessions", json!({ "name": name, "password": password })).await;
    (answer.status, answer.json())
}

async fn five_failures_lock_an_account_out_for_a_while(site: &Site) {
    let user = site.user("Ａlice").await;
    let locked = site.user("锁").await;
    site.admin.post(&format!("/accounts/{}/lock", locked.id()), json!({})).await.ok();
    let nobody = site.nobody();
    // Unknown, locked and wrong get the same answer.
    let mut answers = Vec::new();
    for (name, password) in
        [("alice", "wrong password"), ("锁", "wrong password"), ("谁", PASSWORD)]
    {
        for _ in 0..5 {
            let (status, answer) = try_log_in(&nobody, name, password).await;
            assert_eq!(status, 401);
            answers.push(answer);
        }
        let (status, answer) = try_log_in(&nobody, name, PASSWORD).await;
        assert_eq!((status, &answer["code"]), (429, &json!("too_many_attempts")), "{name}");
        assert_eq!(answer["retry_after_seconds"], 900);
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    // Even who has the right password learns nothing of the lock meanwhile.
    assert_eq!(try_log_in(&nobody, "锁", PASSWORD).await.0, 429);
    // By any spelling of the name, and whatever an address claims.
    let call = nobody.post("/sessions", json!({ "name": "ALICE", "password": PASSWORD }));
    let call = call.header("x-forwarded-for", "203.0.113.7").header("forwarded", "for=203.0.113.8");
    let refused = call.await;
    refused.refused(429, "too_many_attempts");
    assert_eq!(refused.header("retry-after"), "900");
    // What is refused is not counted: the wait ends when it was announced to.
    site.clock.advance(15 * MINUTE - 1);
    assert_eq!(try_log_in(&nobody, "Alice", PASSWORD).await.0, 429);
    site.clock.advance(1);
    assert_eq!(try_log_in(&nobody, "Alice", PASSWORD).await.0, 201);
    // Whoever was logged in was never in the way.
    user.get("/wallet").await.ok();
}

async fn thirty_failures_lock_an_address_out(site: &Site) {
    let nobody = site.nobody();
    for number in 0..30 {
        let (status, _) = try_log_in(&nobody, &format!("无名{number}"), PASSWORD).await;
        assert_eq!(status, 401, "{number}");
    }
    assert_eq!(try_log_in(&nobody, "馆长", PASSWORD).await.0, 429);
    site.clock.advance(15 * MINUTE);
    assert_eq!(try_log_in(&nobody, "馆长", PASSWORD).await.0, 201);
}

async fn fifty_at_once_are_five(site: &Site) {
    let nobody = site.nobody();
    let tries = (0..50).map(|_| try_log_in(&nobody, "馆长", "wrong password"));
    let tried = join_all(tries).await.iter().filter(|(status, _)| *status == 401).count();
    assert!(tried <= 5, "{tried} were tried");
    assert_eq!(try_log_in(&nobody, "馆长", PASSWORD).await.0, 429);
}

/// Forty right passwords at once, from one address and five for each account: more than
/// may fail, and none does.
async fn a_class_logs_in_at_once(site: &Site) {
    let mut names = vec!["馆长".to_owned()];
    for number in 0..7 {
        let pupil = site.user(&format!("学生{number}")).await;
        names.push(pupil.account["name"].as_str().expect("a name").to_owned());
    }
    let nobody = site.nobody();
    let tries = (0..40).map(|number| try_log_in(&nobody, &names[number % 8], PASSWORD));
    let statuses: Vec<u16> = join_all(tries).await.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [201; 40]);
    // Eight at once for one account.
    let tries = (0..8).map(|_| try_log_in(&nobody, "馆长", PASSWORD));
    assert!(join_all(tries).await.iter().all(|(status, _)| *status == 201));
}

async fn a_success_is_no_failure(site: &Site) {
    let nobody = site.nobody();
    for _ in 0..4 {
        assert_eq!(try_log_in(&nobody, "馆长", "wrong password").await.0, 401);
    }
    for _ in 0..3 {
        assert_eq!(try_log_in(&nobody, "馆长", PASSWORD).await.0, 201);
    }
    // The four still count: a guesser's own account must not clear the count.
    assert_eq!(try_log_in(&nobody, "馆长", "wrong password").await.0, 401);
    assert_eq!(try_log_in(&nobody, "馆长", PASSWORD).await.0, 429);
}

async fn every_credential_is_counted(site: &Site) {
    let user = site.user("小红").await;
    site.set("signup.user", "invite").await;
    let nobody = site.nobody();
    let invite = json!({ "name": "新人", "password": PASSWORD, "invite": "AAAA-BBBB-CCCC-DDDD" });
    let reset = json!({ "name": "馆长", "code": "AAAA", "new_password": PASSWORD });
    let change = json!({ "current_password": "wrong password", "new_password": PASSWORD });
    for _ in 0..5 {
        nobody.post("/accounts", invite.clone()).await.refused(403, "invite_invalid");
        nobody.post("/password-reset", reset.clone()).await.refused(403, "reset_code_invalid");
        user.post("/me/password", change.clone()).await.refused(401, "wrong_credentials");
    }
    nobody.post("/accounts", invite).await.refused(429, "too_many_attempts");
    nobody.post("/password-reset", reset).await.refused(429, "too_many_attempts");
    user.post("/me/password", change).await.refused(429, "too_many_attempts");
    // One count for all interfaces to an account.
    assert_eq!(try_log_in(&nobody, "小红", PASSWORD).await.0, 429);
}

/// Behind a proxy that is believed, the real address counts.
#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_proxy_tells_the_address() {
    use yingku_server::config::Proxies;
    let site = Site::start_with(Database::Sqlite, |given| {
        given.trusted_proxy = Some(Proxies::One("127.0.0.1, 10.0.0.0/8".to_owned()));
    })
    .await;
    let nobody = site.nobody();
    let log_in = |forwarded: &str, password: &str| {
        let body = json!({ "name": "馆长", "password": password });
        nobody.post("/sessions", body).header("x-forwarded-for", forwarded)
    };
    for forged in 0..5 {
        // What the client itself wrote stands to the left of what the proxy saw.
        let chain = format!("192.0.2.{forged}, 203.0.113.7, 10.1.2.3");
        log_in(&chain, "wrong password").await.refused(401, "wrong_credentials");
    }
    log_in("203.0.113.7", PASSWORD).await.refused(429, "too_many_attempts");
    log_in("203.0.113.8", PASSWORD).await.ok();
    // One customer of IPv6 has 2^64 addresses.
    for host in 0..5 {
        let address = format!("2001:db8:1:2::{host}");
        log_in(&address, "wrong password").await.refused(401, "wrong_credentials");
    }
    log_in("2001:db8:1:2:ffff::1", PASSWORD).await.refused(429, "too_many_attempts");
    log_in("2001:db8:1:3::1", PASSWORD).await.ok();
    let addresses = site.sql("SELECT DISTINCT address FROM audit_entry ORDER BY address").await;
    let addresses: Vec<String> = addresses.into_iter().map(|row| row[0].clone().unwrap()).collect();
    assert_eq!(
        addresses,
        ["127.0.0.1", "2001:db8:1:2::/64", "2001:db8:1:3::/64", "203.0.113.7", "203.0.113.8"]
    );
    site.finish().await;
}

async fn admins_see_a_throttle_and_lift_it(site: &Site) {
    let (user, other) = (site.user("忘").await, site.user("邻").await);
    let nobody = site.nobody();
    let path = |person: &Person| format!("/accounts/{}/throttles", person.id());
    for _ in 0..4 {
        try_log_in(&nobody, "忘", "wrong password").await;
    }
    assert_eq!(site.admin.get(&path(&user)).await.ok(), json!({ "items": [] }));
    try_log_in(&nobody, "忘", "wrong password").await;
    let throttles = site.admin.get(&path(&user)).await.ok();
    let throttle = &throttles["items"][0];
    assert_eq!((&throttle["reason"], &throttle["failures"]), (&json!("account"), &json!(5)));
    assert_eq!(throttle["until"], "2026-01-31T04:15:00Z");
    assert!(throttle["address"].as_str().is_some_and(|address| !address.is_empty()), "{throttle}");
    let (status, refused) = try_log_in(&nobody, "忘", PASSWORD).await;
    assert_eq!(status, 429);
    assert_eq!(refused["detail"], "Too many failed attempts. Try again in 15 minutes.");
    user.get(&path(&user)).await.refused(403, "forbidden");
    user.delete(&path(&user)).await.refused(403, "forbidden");
    site.admin.delete(&path(&user)).await.ok();
    assert_eq!(site.admin.get(&path(&user)).await.ok(), json!({ "items": [] }));
    assert_eq!(try_log_in(&nobody, "忘", PASSWORD).await.0, 201);
    // An address that failed too often for anybody.
    for number in 0..29 {
        try_log_in(&nobody, &format!("无名{number}"), PASSWORD).await;
    }
    try_log_in(&nobody, "邻", "wrong password").await;
    let throttles = site.admin.get(&path(&other)).await.ok();
    assert_eq!(throttles["items"][0]["reason"], "address", "{throttles}");
    assert_eq!(throttles["items"][0]["failures"], 30, "{throttles}");
    assert_eq!(try_log_in(&nobody, "邻", PASSWORD).await.0, 429);
    site.admin.delete(&path(&other)).await.ok();
    assert_eq!(try_log_in(&nobody, "邻", PASSWORD).await.0, 201);
    let acts = site.admin.all("/audit?action=account.lift_throttle", 50).await;
    assert_eq!(acts.len(), 2, "{acts:?}");
}
