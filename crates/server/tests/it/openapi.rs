//! The API document: what it says of itself, and that answers are as it says.

use crate::site::{Database, Site};
use serde_json::Value;
use yingku_server::http::api_document;

fn document() -> Value {
    serde_json::to_value(api_document()).expect("it can be written")
}

/// Method, path, operation.
fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            all.push((method.clone(), path.clone(), operation));
        }
    }
    all
}

#[test]
fn it_is_openapi_3_1_and_whole() {
    let document = document();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().expect("it ends");
        assert!(document.pointer(pointer).is_some(), "{pointer} leads nowhere");
    }
    let mut names = std::collections::BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let name = operation["operationId"].as_str().unwrap_or_default();
        assert!(names.insert(name.to_owned()), "{method} {path}: {name:?} is used twice");
        let message = operation["summary"].as_str().or(operation["description"].as_str());
        assert!(message.is_some_and(|message| !message.is_empty()), "{method} {path} says nothing");
    }
}

#[test]
fn every_answer_has_a_named_type() {
    let document = document();
    for (method, path, operation) in operations(&document) {
        let responses = operation["responses"].as_object().expect("responses");
        let refusal = &responses["default"]["content"]["application/problem+json"]["schema"];
        assert_eq!(refusal["$ref"], "#/components/schemas/Problem", "{method} {path}");
        assert!(responses.keys().any(|status| status.starts_with('2')), "{method} {path}");
        for (status, response) in responses {
            let Some(content) = response.get("content").and_then(Value::as_object) else {
                continue;
            };
            for (media_type, body) in content {
                let named = body["schema"].get("$ref").is_some();
                assert!(
                    named || !media_type.contains("json"),
                    "{method} {path} {status}: {media_type} has no name"
                );
            }
        }
        if let Some(body) = operation.get("requestBody") {
            let content = body["content"].as_object().expect("content");
            for (media_type, body) in content {
                let named = body["schema"].get("$ref").is_some();
                assert!(named || !media_type.contains("json"), "{method} {path}: a nameless body");
            }
        }
    }
}

#[test]
fn what_the_path_has_is_described() {
    let document = document();
    for (method, path, operation) in operations(&document) {
        let described: Vec<&str> = operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| parameter["name"].as_str().expect("a name"))
            .collect();
        let in_path: Vec<&str> =
            path.split('{').skip(1).map(|rest| rest.split('}').next().expect("it ends")).collect();
        assert_eq!(described, in_path, "{method} {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_served_with_a_page_to_browse_it() {
    let site = Site::start(Database::Sqlite).await;
    let nobody = site.nobody();
    let served = nobody.get("//api/openapi.json").await;
    assert_eq!(served.ok(), document());
    let page = nobody.get("//api/docs").await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.header("content-security-policy").contains("script-src 'self'"));
    // Everything that the page names is here, and nothing is anywhere else.
    let text = page.text();
    assert!(!text.contains("https://") && !text.contains("<script>"), "{text}");
    let mut files = 0;
    for rest in text.split("/api/docs/").skip(1) {
        let file = rest.split('"').next().expect("it ends");
        assert_eq!(nobody.get(&format!("//api/docs/{file}")).await.status, 200, "{file}");
        files += 1;
    }
    assert!(files >= 3, "{text}");
    nobody.get("//api/docs/../../etc/passwd").await.refused(404, "not_found");
    for (path, wanted) in [("//healthz", "ok\n"), ("//readyz", "ready\n")] {
        assert_eq!(nobody.get(path).await.text(), wanted);
    }
    let metrics = nobody.get("//metrics").await.text();
    assert!(metrics.contains("axum_http_requests_total"), "{metrics}");
    // Neither a ticket nor a number of anything in them.
    assert!(!metrics.contains("/d/1"), "{metrics}");
    site.finish().await;
}
