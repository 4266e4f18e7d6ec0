//! Refusals are problem documents, whatever is wrong, in the caller's language.

use crate::site::{Answer, Database, PASSWORD, Site};
use reqwest::Method;
use serde_json::{Value, json};
use yingku_testkit::Http;

/// What every refusal is.
#[track_caller]
fn check(answer: &Answer, status: u16, code: &str) -> Value {
    let problem = answer.refused(status, code);
    assert_eq!(problem["type"], format!("about:blank#{code}"));
    assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_ne!(answer.header("content-security-policy"), "");
    problem
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_speak_the_callers_language() {
    let site = Site::start(Database::Sqlite).await;
    let nobody = site.nobody();
    for (accept, lang, detail) in [
        ("", "en", "Please log in first."),
        ("en", "en", "Please log in first."),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh", "请先登录。"),
        ("fr,zh;q=0.4", "zh", "请先登录。"),
    ] {
        let answer = nobody.get("/wallet").header("accept-language", accept).await;
        let problem = check(&answer, 401, "login_required");
        assert!(answer.header("content-language").starts_with(lang));
        assert_eq!(problem["detail"], detail);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    // Facts stand beside the text, and in it.
    let short = json!({ "name": "x", "password": "short" });
    let answer = nobody.post("/accounts", short).header("accept-language", "zh").await;
    let problem = check(&answer, 422, "invalid_field");
    assert_eq!(problem["field"], "password");
    assert_eq!((&problem["problem"], &problem["limit"]), (&json!("too_short"), &json!(8)));
    let detail = problem["detail"].as_str().expect("text");
    assert!(detail.contains("password") && detail.contains('8'), "{detail}");
    assert!(!detail.contains('{'), "{detail}");
    site.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_told() {
    let site = Site::start(Database::Sqlite).await;
    let nobody = site.nobody();
    let send = |body: &str| {
        let call = nobody.call(Method::POST, "/sessions");
        call.header("content-type", "application/json").body(body.to_owned())
    };
    for (body, expected) in [
        ("{", "EOF"),
        ("", "EOF"),
        ("nonsense", "expected"),
        ("[]", "expected"),
        (r#"{"name":"x"}"#, "password"),
        (r#"{"name":5,"password":"x"}"#, "string"),
        (r#"{"name":"x","password":"y","colour":"red"}"#, "colour"),
        (r#"{"name":"x","name":"x","password":"y"}"#, "name"),
    ] {
        let problem = check(&send(body).await, 400, "malformed_request");
        let reason = problem["reason"].as_str().expect("a reason");
        assert!(reason.contains(expected), "{body}: {reason}");
    }
    let deep = format!("{}{}", "[".repeat(4_000), "]".repeat(4_000));
    check(&send(&deep).await, 400, "malformed_request");
    let long = format!(r#"{{"name":"{}","password":"x"}}"#, "x".repeat(300 * 1024));
    for _ in 0..20 {
        // Refused by its length alone: the rest is not read, and the client gets the reason.
        let refused = send(&long).await;
        let problem = check(&refused, 413, "payload_too_large");
        assert_eq!(problem["limit_bytes"], 8 * 1024);
        assert_eq!(refused.header("connection"), "close");
        check(&send("{").await, 400, "malformed_request");
    }
    assert_eq!(send("{").await.header("connection"), "", "what was read goes on");
    let plain = nobody.call(Method::POST, "/sessions").header("content-type", "text/plain");
    check(&plain.body("{}").await, 415, "unsupported_media_type");
    check(&nobody.get("/no/such/path").await, 404, "not_found");
    check(&nobody.get("//nowhere").await, 404, "not_found");
    for (method, path) in [
        (Method::PUT, "/sessions"),
        (Method::POST, "/me"),
        (Method::DELETE, "/videos"),
        (Method::PATCH, "//healthz"),
    ] {
        let answer = nobody.call(method, path).await;
        check(&answer, 405, "method_not_allowed");
        assert_ne!(answer.header("allow"), "", "{path}: what it does take");
    }
    let user = site.user("观众").await;
    for query in ["?limit=-1", "?limit=many", "?colour=red", "?limit=1&limit=2"] {
        let answer = user.get(&format!("/downloads{query}")).await;
        check(&answer, 400, "malformed_request");
    }
    site.finish().await;
}

/// What reqwest cannot send: a bare socket can.
#[tokio::test(flavor = "multi_thread")]
async fn paths_and_headers_of_any_kind() {
    let site = Site::start(Database::Sqlite).await;
    let base = site.nobody().base.clone();
    let statuses = tokio::task::spawn_blocking(move || {
        let http = Http::new(&base);
        let get = |target: &str| http.get(target).send();
        for target in
            ["/api/v1/videos/%00", "/api/v1/settings/%ff%fe", "/d/%2e%2e/%2e%2e", "//", "/%"]
        {
            let answer = get(target);
            assert!((400..500).contains(&answer.status), "{target}: {}", answer.status);
            answer.refused();
        }
        for token in ["", "x", "x y", "\u{fffd}"] {
            let answer =
                http.get("/api/v1/wallet").header("Authorization", &format!("Bearer {token}"));
            assert_eq!(answer.send().status, 401, "{token:?}");
        }
        let basic = http.get("/api/v1/wallet").header("Authorization", "Basic eDp5").send();
        assert_eq!(basic.refused(), "login_required");
        let head = http.request("HEAD", "/api/v1/wallet").send();
        (head.status, head.body.len())
    });
    assert_eq!(statuses.await.expect("it ran"), (401, 0));
    site.finish().await;
}

/// Texts that carry markup, quotes or other scripts come back as they went in.
#[tokio::test(flavor = "multi_thread")]
async fn texts_come_back_as_they_went_in() {
    let site = Site::start(Database::MariaDb).await;
    for name in ["<b>x</b>", "'; DROP TABLE account; --", "𠮷野家", "عربى", "👩‍👩‍👧"]
    {
        let who = json!({ "name": name, "password": PASSWORD });
        let answer = site.nobody().post("/accounts", who).await;
        if name == "👩‍👩‍👧" {
            // Its joiners cannot be seen, and two names would look the same.
            answer.invalid("name", "bad_character");
        } else {
            assert_eq!(answer.ok()["name"], name);
        }
        let title = site.upload(&[("title", name)], site.content(20)).await.ok();
        assert_eq!(title["title"], name);
    }
    site.finish().await;
}
