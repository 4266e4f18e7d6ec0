//! The audit log: every act in it, no secret.

use crate::site::{PASSWORD, SECOND, Site, both};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

both!(acts_are_written_down_without_secrets, the_log_is_filtered);

async fn acts_are_written_down_without_secrets(site: &Site) {
    let mut secrets = vec![PASSWORD.to_owned(), site.setup_code.clone()];
    let mut keep = |value: &Value| {
        let text = value.as_str().expect("a secret").to_owned();
        secrets.push(text.clone());
        text
    };
    keep(&json!(site.admin.token));
    let admin = &site.admin;
    let invite = admin.post("/invites", json!({ "role": "user", "label": "班级" })).await.ok();
    keep(&invite["code"]);
    site.set("signup.user", "invite").await;
    let who = json!({ "name": "学生", "password": PASSWORD, "invite": invite["code"] });
    let account = site.nobody().post("/accounts", who).await.ok();
    let path = format!("/accounts/{}", account["id"]);
    let student = site.log_in(&account, PASSWORD).await;
    keep(&json!(student.token));
    let typo = json!({ "name": "学生", "password": "my secret typo" });
    site.nobody().post("/sessions", typo).await.refused(401, "wrong_credentials");
    keep(&json!("my secret typo"));
    let change = json!({ "current_password": PASSWORD, "new_password": "changed secret" });
    student.post("/me/password", change).await.ok();
    keep(&json!("changed secret"));
    let code = admin.post(&format!("{path}/reset-code"), json!({})).await.ok();
    keep(&code["code"]);
    let reset = json!({ "name": "学生", "code": code["code"], "new_password": "reset secret" });
    site.nobody().post("/password-reset", reset).await.ok();
    keep(&json!("reset secret"));
    let student = site.log_in(&account, "reset secret").await;
    let other = admin.post("/admins", json!({ "name": "副馆", "password": PASSWORD })).await.ok();
    admin.patch(&format!("/accounts/{}", other["id"]), json!({ "note": "密谈" })).await.ok();
    admin.post(&format!("{path}/lock"), json!({})).await.ok();
    admin.post(&format!("{path}/unlock"), json!({})).await.ok();
    let student = site.log_in(&student.account, "reset secret").await;

    let video = site.video("片", false).await;
    site.credit(&student, 10_000).await;
    let bought = student.buy(video, 1_000).await.ok();
    student.buy_plan("month", 1_500).await.ok();
    keep(&bought["ticket"]["url"]);
    let free = site.video("免", true).await;
    keep(&student.ask(free).await.ok()["url"]);
    let reverse = admin
        .post(&format!("/entries/{}/reversals", bought["entry_id"]), json!({ "reason": "退" }));
    reverse.key("secret-key").await.ok();
    let of_video = format!("/videos/{free}");
    admin.patch(&of_video, json!({ "title": "改" })).await.ok();
    admin.delete(&of_video).await.ok();
    admin.post(&format!("{of_video}/restore"), json!({})).await.ok();
    admin.delete(&of_video).await.ok();
    admin.post(&format!("{of_video}/purge"), json!({})).await.ok();
    admin.put("/plans/year", json!({ "price_minor": 15_000 })).await.ok();
    let note = admin.post("/announcements", json!({ "title": "告", "content": "x" })).await.ok();
    let of_note = format!("/announcements/{}", note["id"]);
    admin.patch(&of_note, json!({ "title": "告二" })).await.ok();
    admin.delete(&of_note).await.ok();
    admin.call(Method::DELETE, &format!("/invites/{}", invite["id"])).await.ok();
    admin.post("/doctor?repair=true", json!({})).await.ok();
    student.delete("/sessions/current").await.ok();
    admin.delete(&format!("{path}/sessions")).await.ok();
    let again = site.log_in(&account, "reset secret").await;
    again.delete("/sessions").await.ok();

    let entries = admin.all("/audit", 7).await;
    let actions: BTreeSet<&str> =
        entries.iter().map(|entry| entry["action"].as_str().expect("an action")).collect();
    for action in [
        "site.set_up",
        "session.login",
        "invite.create",
        "setting.set",
        "account.register",
        "session.login_failed",
        "account.change_password",
        "account.reset_code",
        "account.reset_password",
        "admin.create",
        "account.edit",
        "account.lock",
        "account.unlock",
        "video.upload",
        "wallet.credit",
        "video.buy",
        "membership.buy",
        "download.ask",
        "wallet.reverse",
        "video.edit",
        "video.trash",
        "video.restore",
        "video.purge",
        "plan.set",
        "announcement.publish",
        "announcement.edit",
        "announcement.withdraw",
        "invite.revoke",
        "doctor.repair",
        "session.logout",
        "account.end_sessions",
        "session.logout_all",
    ] {
        assert!(actions.contains(action), "{action} is not in {actions:?}");
    }
    assert!(entries.iter().all(|entry| entry["address"] == "127.0.0.1"), "who called from where");
    let rows =
        site.sql("SELECT actor, action, subject_kind, address, detail FROM audit_entry").await;
    let written = format!("{rows:?} {entries:?}").to_lowercase();
    for secret in &secrets {
        let plain = secret.to_lowercase();
        assert!(!written.contains(&plain), "{secret} stands in the log");
        assert!(!written.contains(&plain.replace('-', "")), "{secret} stands in the log");
    }
    assert!(!written.contains("argon2"));
    let setting = entries.iter().find(|entry| entry["action"] == "setting.set").expect("one");
    assert_eq!(setting["detail"], json!({ "key": "signup.user", "from": "open", "to": "invite" }));
}

async fn the_log_is_filtered(site: &Site) {
    let user = site.user("某人").await;
    site.clock.advance(SECOND);
    let video = site.video("片", true).await;
    user.ask(video).await.ok();
    site.clock.advance(SECOND);
    site.admin.patch(&format!("/videos/{video}"), json!({ "title": "新" })).await.ok();
    let actions = async |query: &str| -> String {
        let entries = site.admin.all(&format!("/audit?{query}"), 2).await;
        let actions = entries.iter().map(|entry| entry["action"].as_str().expect("an action"));
        actions.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(actions(&format!("actor_id={}", user.id())).await, "download.ask session.login");
    assert_eq!(actions("action=video.edit").await, "video.edit");
    let of_video = format!("subject_kind=video&subject_id={video}");
    assert_eq!(actions(&of_video).await, "video.edit download.ask video.upload");
    assert_eq!(actions("subject_kind=video&subject_id=999").await, "");
    let between = "since=2026-01-31T04:00:01Z&until=2026-01-31T04:00:02Z";
    assert_eq!(actions(between).await, "download.ask video.upload");
    assert_eq!(actions("since=2026-01-31T12:00:02%2B08:00").await, "video.edit");
    site.admin.get("/audit?subject_id=1").await.invalid("subject_kind", "missing");
    site.admin.get("/audit?since=yesterday").await.refused(400, "malformed_request");
    site.admin.get("/audit?limit=201").await.invalid("limit", "too_large");
    site.admin.get("/audit?cursor=x").await.invalid("cursor", "bad_format");
}
