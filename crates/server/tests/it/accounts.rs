//! Registering, invites, roles, passwords, sessions.

use crate::site::{DAY, Database, HOUR, MINUTE, PASSWORD, Person, Site, both};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

both!(
    sign_up_follows_the_policy,
    invites_hold_as_long_as_they_say,
    one_use_is_one_account,
    names_are_taken_by_case_and_width,
    the_last_admin_stays,
    a_changed_password_ends_other_sessions,
    a_reset_code_works_once_for_a_day,
    sessions_end,
    locked_accounts_are_out,
    a_changed_role_ends_sessions,
    cookies_are_for_this_site_alone,
    admins_find_accounts,
);

#[tokio::test(flavor = "multi_thread")]
async fn the_setup_code_makes_the_first_admin_alone() {
    let site = Site::start_without_admin(Database::Sqlite, |_| {}).await;
    let nobody = site.nobody();
    assert_eq!(nobody.get("/site").await.ok()["needs_setup"], true);
    let set_up = |code: &str, name: &str| {
        nobody.post("/setup", json!({ "code": code, "name": name, "password": PASSWORD }))
    };
    set_up("AAAA-AAAA-AAAA-AAAA", "甲").await.refused(403, "setup_code_invalid");
    // A person types it in their own way; two at once make one admin.
    let typed = site.setup_code.to_lowercase().replace('-', " ");
    let (one, two) = tokio::join!(set_up(&typed, "甲"), set_up(&site.setup_code, "乙"));
    let mut answers = [one, two];
    answers.sort_by_key(|answer| answer.status);
    assert_eq!(answers[0].ok()["role"], "admin");
    answers[1].refused(409, "setup_done");
    set_up(&site.setup_code, "丙").await.refused(409, "setup_done");
    assert_eq!(nobody.get("/site").await.ok()["needs_setup"], false);
    let site = site.restart().await;
    assert_eq!(site.node.setup_code, None);
    site.finish().await;
}

fn register(person: &Person, name: &str) -> crate::site::Call {
    person.post("/accounts", json!({ "name": name, "password": PASSWORD }))
}

fn register_with(person: &Person, name: &str, role: &str, invite: &Value) -> crate::site::Call {
    let who = json!({ "name": name, "password": PASSWORD, "role": role, "invite": invite });
    person.post("/accounts", who)
}

async fn invite(site: &Site, body: Value) -> Value {
    site.admin.post("/invites", body).await.ok()
}

async fn sign_up_follows_the_policy(site: &Site) {
    let nobody = site.nobody();
    let account = register(&nobody, "开放").await.ok();
    assert_eq!((&account["role"], &account["note"]), (&json!("user"), &Value::Null));
    register_with(&nobody, "管理", "admin", &Value::Null).await.refused(403, "invite_required");
    site.set("signup.user", "closed").await;
    register(&nobody, "关闭").await.refused(403, "signup_closed");
    let code = invite(site, json!({ "role": "user" })).await["code"].clone();
    register_with(&nobody, "关闭", "user", &code).await.refused(403, "signup_closed");
    site.set("signup.user", "invite").await;
    register(&nobody, "邀请").await.refused(403, "invite_required");
    register_with(&nobody, "邀请", "user", &code).await.ok();
    site.set("signup.admin", "open").await;
    assert_eq!(register_with(&nobody, "二号", "admin", &Value::Null).await.ok()["role"], "admin");
    let made = site.admin.post("/admins", json!({ "name": "三号", "password": PASSWORD })).await;
    assert_eq!(made.ok()["role"], "admin");
    // What is open asks for no code, and uses none up.
    site.set("signup.user", "open").await;
    let spare = invite(site, json!({ "role": "user" })).await;
    register_with(&nobody, "随便", "user", &spare["code"]).await.ok();
    let listed = site.admin.get("/invites").await.ok();
    assert_eq!(listed["items"][0]["used"], 0);
    assert_eq!(listed["items"][0].get("code"), None);
    // The limits of what was typed in.
    let bad = [
        (json!({ "name": "", "password": PASSWORD }), "name", "missing"),
        (json!({ "name": "影".repeat(65), "password": PASSWORD }), "name", "too_long"),
        (json!({ "name": "a\u{202e}b", "password": PASSWORD }), "name", "bad_character"),
        (json!({ "name": "a", "password": "1234567" }), "password", "too_short"),
        (json!({ "name": "a", "password": "密".repeat(129) }), "password", "too_long"),
        (
            json!({ "name": "a", "password": PASSWORD, "display_name": "名".repeat(65) }),
            "display_name",
            "too_long",
        ),
    ];
    for (body, field, problem) in bad {
        nobody.post("/accounts", body).await.invalid(field, problem);
    }
    let limits = json!({ "name": "影".repeat(64), "password": "密".repeat(128) });
    let longest = nobody.post("/accounts", limits).await.ok();
    site.log_in(&longest, &"密".repeat(128)).await;
}

async fn invites_hold_as_long_as_they_say(site: &Site) {
    site.set("signup.user", "invite").await;
    let nobody = site.nobody();
    let made = invite(site, json!({ "role": "user", "uses": 2, "label": "俱乐部" })).await;
    let code = &made["code"];
    register_with(&nobody, "冒充", "admin", code).await.refused(403, "invite_invalid");
    register_with(&nobody, "一", "user", code).await.ok();
    let typed = json!(code.as_str().expect("a code").to_lowercase());
    register_with(&nobody, "二", "user", &typed).await.ok();
    register_with(&nobody, "三", "user", code).await.refused(403, "invite_invalid");
    // A refused registration uses nothing up.
    let once = invite(site, json!({ "role": "user" })).await;
    for _ in 0..6 {
        register_with(&nobody, "一", "user", &once["code"]).await.refused(409, "name_taken");
    }
    register_with(&nobody, "三", "user", &once["code"]).await.ok();

    let hour = invite(site, json!({ "role": "user", "valid_hours": 1 })).await;
    site.clock.advance(HOUR - 1);
    let revoked = invite(site, json!({ "role": "user" })).await;
    register_with(&nobody, "四", "user", &hour["code"]).await.ok();
    let hour = invite(site, json!({ "role": "user", "valid_hours": 1 })).await;
    site.clock.advance(HOUR);
    register_with(&nobody, "五", "user", &hour["code"]).await.refused(403, "invite_invalid");
    let path = format!("/invites/{}", revoked["id"]);
    assert_ne!(site.admin.delete(&path).await.ok()["revoked_at"], Value::Null);
    register_with(&nobody, "五", "user", &revoked["code"]).await.refused(403, "invite_invalid");
    site.admin.delete("/invites/99999").await.refused(404, "not_found");
    for (body, field, problem) in [
        (json!({ "role": "user", "uses": 0 }), "uses", "too_small"),
        (json!({ "role": "user", "uses": 10_001 }), "uses", "too_large"),
        (json!({ "role": "user", "valid_hours": 0 }), "valid_hours", "too_small"),
        (json!({ "role": "user", "label": "长".repeat(101) }), "label", "too_long"),
    ] {
        site.admin.post("/invites", body).await.invalid(field, problem);
    }
}

async fn one_use_is_one_account(site: &Site) {
    site.set("signup.user", "invite").await;
    let code = invite(site, json!({ "role": "user" })).await["code"].clone();
    let nobody = site.nobody();
    let names: Vec<String> = (0..20).map(|number| format!("抢{number}")).collect();
    let tries =
        names.iter().map(|name| async { register_with(&nobody, name, "user", &code).await.status });
    let statuses = join_all(tries).await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    let made = site.number("SELECT COUNT(*) FROM account WHERE name LIKE '抢%'").await;
    assert_eq!(made, 1);
}

async fn names_are_taken_by_case_and_width(site: &Site) {
    let nobody = site.nobody();
    register(&nobody, "Straße Ａ").await.ok();
    for same in ["STRASSE A", "strasse ａ", "  straße a "] {
        register(&nobody, same).await.refused(409, "name_taken");
    }
    for other in ["strasse ab", "小明"] {
        register(&nobody, other).await.ok();
    }
    let spellings = ["Élan", "e\u{301}lan", "ÉLAN", "ｅ\u{301}lan", "Ｅ\u{301}ＬＡＮ"];
    let tries = spellings.iter().map(|name| async { register(&nobody, name).await });
    let answers = join_all(tries).await;
    let mut made = 0;
    for answer in &answers {
        match answer.status {
            201 => made += 1,
            _ => drop(answer.refused(409, "name_taken")),
        }
    }
    assert_eq!(made, 1);
    // Logging in takes any spelling as well.
    site.log_in(&json!({ "name": "ｅＬＡＮ".replace('ｅ', "é") }), PASSWORD).await;
}

async fn the_last_admin_stays(site: &Site) {
    let path = format!("/accounts/{}", site.admin.id());
    let lock = |person: &Person, path: &str| person.post(&format!("{path}/lock"), json!({}));
    let demote = |person: &Person, path: &str| person.patch(path, json!({ "role": "user" }));
    lock(&site.admin, &path).await.refused(409, "last_admin");
    demote(&site.admin, &path).await.refused(409, "last_admin");
    // A locked admin is no other admin.
    let second =
        site.admin.post("/admins", json!({ "name": "副", "password": PASSWORD })).await.ok();
    let other = format!("/accounts/{}", second["id"]);
    lock(&site.admin, &other).await.ok();
    lock(&site.admin, &path).await.refused(409, "last_admin");
    site.admin.post(&format!("{other}/unlock"), json!({})).await.ok();
    let second = site.log_in(&second, PASSWORD).await;
    // Each takes the other's role at the same moment: one is left.
    for round in 0..4 {
        let (a, b) = if round % 2 == 0 {
            tokio::join!(demote(&site.admin, &other), demote(&second, &path))
        } else {
            tokio::join!(lock(&site.admin, &other), lock(&second, &path))
        };
        let count = "SELECT COUNT(*) FROM account WHERE role = 'admin' AND locked = 0";
        assert_eq!(site.number(count).await, 1, "{a:?} {b:?}");
        assert_eq!([a.status, b.status].iter().filter(|status| **status == 200).count(), 1);
        site.sql("UPDATE account SET role = 'admin', locked = 0 WHERE name IN ('馆长', '副')")
            .await;
        site.sql("UPDATE session SET epoch = (SELECT epoch FROM account WHERE id = account_id)")
            .await;
    }
}

async fn a_changed_password_ends_other_sessions(site: &Site) {
    let user = site.user("换").await;
    let other = site.log_in(&user.account, PASSWORD).await;
    let change = |current: &str, new: &str| {
        user.post("/me/password", json!({ "current_password": current, "new_password": new }))
    };
    change("wrong password", "another secret").await.refused(401, "wrong_credentials");
    change(PASSWORD, "short").await.invalid("new_password", "too_short");
    other.get("/wallet").await.ok();
    change(PASSWORD, "another secret").await.ok();
    user.get("/wallet").await.ok();
    other.get("/wallet").await.refused(401, "session_ended");
    let old = json!({ "name": "换", "password": PASSWORD });
    site.nobody().post("/sessions", old).await.refused(401, "wrong_credentials");
    site.log_in(&user.account, "another secret").await;
    assert_eq!(user.all("/sessions", 50).await.len(), 2);
}

async fn a_reset_code_works_once_for_a_day(site: &Site) {
    let user = site.user("忘").await;
    let issue = || site.admin.post(&format!("/accounts/{}/reset-code", user.id()), json!({}));
    let reset = |name: &str, code: &Value, password: &str| {
        let body = json!({ "name": name, "code": code, "new_password": password });
        site.nobody().post("/password-reset", body)
    };
    let first = issue().await.ok();
    let second = issue().await.ok();
    reset("忘", &first["code"], "a new secret").await.refused(403, "reset_code_invalid");
    reset("馆长", &second["code"], "a new secret").await.refused(403, "reset_code_invalid");
    reset("没有", &second["code"], "a new secret").await.refused(403, "reset_code_invalid");
    reset("忘", &second["code"], "short").await.invalid("new_password", "too_short");
    user.get("/wallet").await.ok();
    reset("忘", &second["code"], "a new secret").await.ok();
    user.get("/wallet").await.refused(401, "session_ended");
    reset("忘", &second["code"], "one more secret").await.refused(403, "reset_code_invalid");
    site.log_in(&user.account, "a new secret").await;
    let third = issue().await.ok();
    site.clock.advance(DAY);
    reset("忘", &third["code"], "one more secret").await.refused(403, "reset_code_invalid");
    let fourth = issue().await.ok();
    site.clock.advance(DAY - 1);
    reset("忘", &fourth["code"], "one more secret").await.ok();
}

async fn sessions_end(site: &Site) {
    site.set("session.idle_minutes", "60").await;
    let user = site.user("会话").await;
    let idle = site.log_in(&user.account, PASSWORD).await;
    let third = site.log_in(&user.account, PASSWORD).await;
    // Use keeps a session alive, noted to about a minute.
    for _ in 0..3 {
        site.clock.advance(50 * MINUTE);
        user.get("/wallet").await.ok();
    }
    idle.get("/wallet").await.refused(401, "session_ended");
    idle.get("/me").await.refused(401, "session_ended");
    assert_eq!(site.nobody().get("/me").await.ok()["account"], Value::Null);
    let listed = user.all("/sessions", 50).await;
    assert_eq!(listed.len(), 1, "the live ones alone: {listed:?}");
    assert_eq!(listed[0]["current"], true);
    third.get("/wallet").await.refused(401, "session_ended");

    // One ended by hand, then all.
    let other = site.log_in(&user.account, PASSWORD).await;
    let listed = user.all("/sessions", 1).await;
    let id =
        listed.iter().find(|session| session["current"] == false).expect("another")["id"].clone();
    user.delete(&format!("/sessions/{id}")).await.ok();
    other.get("/wallet").await.refused(401, "session_ended");
    let other = site.log_in(&user.account, PASSWORD).await;
    other.delete("/sessions/current").await.ok();
    other.get("/wallet").await.refused(401, "session_ended");
    let other = site.log_in(&user.account, PASSWORD).await;
    user.delete("/sessions").await.ok();
    for ended in [&user, &other] {
        ended.get("/wallet").await.refused(401, "session_ended");
    }
    let user = site.log_in(&user.account, PASSWORD).await;
    let admin = site.log_in(&site.admin.account, PASSWORD).await;
    admin.delete(&format!("/accounts/{}/sessions", user.id())).await.ok();
    user.get("/wallet").await.refused(401, "session_ended");

    // However busy, ninety days are the end.
    admin.put("/settings/session.idle_minutes", json!({ "value": "129600" })).await.ok();
    let user = site.log_in(&user.account, PASSWORD).await;
    site.clock.advance(89 * DAY);
    user.get("/wallet").await.ok();
    site.clock.advance(DAY - 1);
    user.get("/wallet").await.ok();
    site.clock.advance(1);
    user.get("/wallet").await.refused(401, "session_ended");
    // Tokens are kept hashed.
    let token = user.token.as_deref().expect("a token");
    let kept = format!("SELECT COUNT(*) FROM session WHERE token_hash = '{token}'");
    assert_eq!(site.number(&kept).await, 0);
}

async fn locked_accounts_are_out(site: &Site) {
    let user = site.user("锁").await;
    let lock = format!("/accounts/{}/lock", user.id());
    assert_eq!(site.admin.post(&lock, json!({})).await.ok()["locked"], true);
    user.get("/wallet").await.refused(401, "session_ended");
    // Whoever has the right password learns why; nobody else does.
    let log_in = json!({ "name": "锁", "password": PASSWORD });
    let refused = site.nobody().post("/sessions", log_in.clone()).await;
    let refused = refused.refused(403, "account_locked");
    assert_eq!(refused["detail"], "This account is locked. Please contact an administrator.");
    site.set("site.support_contact", "desk@example.org").await;
    let refused = site.nobody().post("/sessions", log_in).await;
    assert_eq!(refused.refused(403, "account_locked")["contact"], "desk@example.org");
    let guess = json!({ "name": "锁", "password": "a wrong guess" });
    site.nobody().post("/sessions", guess).await.refused(401, "wrong_credentials");
    // A reset code does not open it.
    let code =
        site.admin.post(&format!("/accounts/{}/reset-code", user.id()), json!({})).await.ok();
    let reset = json!({ "name": "锁", "code": code["code"], "new_password": PASSWORD });
    site.nobody().post("/password-reset", reset).await.refused(403, "reset_code_invalid");
    site.admin.post(&lock.replace("lock", "unlock"), json!({})).await.ok();
    user.get("/wallet").await.refused(401, "session_ended");
    site.log_in(&user.account, PASSWORD).await;
}

async fn a_changed_role_ends_sessions(site: &Site) {
    let user = site.user("升").await;
    let path = format!("/accounts/{}", user.id());
    let noted = site.admin.patch(&path, json!({ "note": "欠一本书" })).await.ok();
    assert_eq!(noted["note"], "欠一本书");
    let same = site.admin.patch(&path, json!({ "role": "user" })).await.ok();
    assert_eq!(same["note"], "欠一本书");
    user.get("/wallet").await.ok();
    assert_eq!(user.get("/me").await.ok()["account"].get("note"), None);
    let named = user.patch("/me", json!({ "display_name": " 小升 " })).await.ok();
    assert_eq!((&named["display_name"], named.get("note")), (&json!("小升"), None));
    site.admin.patch(&path, json!({ "role": "admin" })).await.ok();
    user.get("/wallet").await.refused(401, "session_ended");
    let again = site.log_in(&user.account, PASSWORD).await;
    again.get("/accounts").await.ok();
    site.admin.patch(&path, json!({ "role": "user", "note": "" })).await.ok();
    again.get("/accounts").await.refused(401, "session_ended");
    let again = site.log_in(&user.account, PASSWORD).await;
    again.get("/accounts").await.refused(403, "forbidden");
    assert_eq!(site.admin.get(&path).await.ok().get("note"), None);
    site.admin
        .patch(&path, json!({ "note": "长".repeat(2_001) }))
        .await
        .invalid("note", "too_long");
}

async fn cookies_are_for_this_site_alone(site: &Site) {
    let nobody = site.nobody();
    let log_in = || {
        let body = json!({ "name": "馆长", "password": PASSWORD, "cookie": true });
        nobody.post("/sessions", body)
    };
    let origin = nobody.base.clone();
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "http://evil.example")] {
        log_in().header(name, value).await.refused(403, "origin_mismatch");
    }
    let login = log_in().header("origin", &origin).await;
    assert_eq!(login.ok().get("token"), None);
    let set = login.header("set-cookie").to_owned();
    for wanted in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(set.contains(wanted), "{set}");
    }
    assert!(!set.contains("Secure"), "{set}");
    let cookie = set.split(';').next().expect("a cookie").to_owned();
    let with = |method: Method, path: &str| nobody.call(method, path).header("cookie", &cookie);
    with(Method::GET, "/wallet").header("sec-fetch-site", "cross-site").await.ok();
    let edit = || with(Method::PATCH, "/me").json(&json!({ "display_name": "甲" }));
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "http://evil.example"),
        ("origin", "null"),
    ] {
        edit().header(name, value).await.refused(403, "origin_mismatch");
    }
    edit().header("sec-fetch-site", "same-origin").await.ok();
    edit().header("origin", &origin).await.ok();
    // A bearer token is sent by programs alone: no page of another site can have it.
    let bearer = site.admin.patch("/me", json!({ "display_name": "乙" }));
    bearer.header("origin", "http://evil.example").await.ok();
    let out = with(Method::DELETE, "/sessions/current").await;
    assert!(out.header("set-cookie").contains("Max-Age=0"), "{}", out.header("set-cookie"));
    with(Method::GET, "/wallet").await.refused(401, "session_ended");
    // The dead cookie is taken back, or its browser would see nothing of a public site.
    let me = with(Method::GET, "/me").await;
    assert!(me.header("set-cookie").contains("Max-Age=0"), "{}", me.header("set-cookie"));
    me.refused(401, "session_ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_are_secure_under_tls() {
    let site = Site::start_with(Database::Sqlite, |given| {
        given.public_url = Some("https://films.example".to_owned());
    })
    .await;
    let body = json!({ "name": "馆长", "password": PASSWORD, "cookie": true });
    let login = site.nobody().post("/sessions", body).header("origin", "https://films.example");
    assert!(login.await.header("set-cookie").contains("Secure"));
    site.finish().await;
}

async fn admins_find_accounts(site: &Site) {
    for name in ["张三", "张三丰", "Ｚhang", "李四"] {
        register(&site.nobody(), name).await.ok();
    }
    let names = async |query: &str| -> Vec<String> {
        let items = site.admin.all(&format!("/accounts?{query}"), 2).await;
        items.iter().map(|item| item["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names("").await, ["李四", "Zhang", "张三丰", "张三", "馆长"]);
    assert_eq!(names("search=三").await, ["张三丰", "张三"]);
    assert_eq!(names("search=ZHANG").await, ["Zhang"]);
    assert_eq!(names("search=三丰").await, ["张三丰"]);
    assert_eq!(names("name=zhang").await, ["Zhang"]);
    assert!(names("name=zhan").await.is_empty());
    assert_eq!(names("role=admin").await, ["馆长"]);
    assert_eq!(names("locked=true").await, Vec::<String>::new());
    site.admin.get("/accounts?limit=0").await.invalid("limit", "too_small");
    site.admin.get("/accounts?limit=201").await.invalid("limit", "too_large");
    site.admin.get("/accounts?cursor=x").await.invalid("cursor", "bad_format");
}
