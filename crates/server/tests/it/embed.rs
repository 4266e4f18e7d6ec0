//! Videos on other pages: the frame, oEmbed, and what the head of a page says.

use crate::site::{Site, both};
use serde_json::json;

both!(
    a_frame_is_for_pages_that_are_allowed,
    other_programs_learn_what_a_public_video_is,
    a_site_for_its_accounts_says_nothing,
);

async fn ancestors(site: &Site, path: &str) -> String {
    let answer = site.nobody().get(path).await;
    let policy = answer.header("content-security-policy").to_owned();
    let (_, ancestors) = policy.rsplit_once("frame-ancestors ").expect("who may frame it");
    ancestors.to_owned()
}

async fn a_frame_is_for_pages_that_are_allowed(site: &Site) {
    assert_eq!(ancestors(site, "//embed/1").await, "'self'");
    assert_eq!(ancestors(site, "//videos/1").await, "'none'");
    assert_eq!(ancestors(site, "//wallet").await, "'none'");
    site.set("embed.hosts", "www.school.example *.club.example").await;
    assert_eq!(ancestors(site, "//embed/1").await, "'self' www.school.example *.club.example");
    assert_eq!(ancestors(site, "//videos/1").await, "'none'");
}

async fn other_programs_learn_what_a_public_video_is(site: &Site) {
    site.set("site.visibility", "public").await;
    site.set("site.name", "A \"Club\"").await;
    let id = site.video("<b>Film & Co</b>", true).await;
    let description = json!({ "description": "Line one\nline \"two\"" });
    site.admin.patch(&format!("/videos/{id}"), description).await.ok();
    let page = site.nobody().get(&format!("//videos/{id}")).await.text();
    for line in [
        r#"<meta property="og:title" content="&lt;b&gt;Film &amp; Co&lt;/b&gt;" />"#,
        r#"<meta property="og:site_name" content="A &quot;Club&quot;" />"#,
        "content=\"Line one\nline &quot;two&quot;\"",
        r#"type="application/json+oembed""#,
    ] {
        assert!(page.contains(line), "{line}: {page}");
    }
    let (_, rest) = page.split_once("og:url\" content=\"").expect("an address");
    let address = rest.split('"').next().expect("its end");
    assert!(address.ends_with(&format!("/videos/{id}")), "{address}");
    let found = site.nobody().get("//oembed").query(&[("url", address)]).await.ok();
    assert_eq!(
        (&found["version"], &found["type"], &found["title"]),
        (&json!("1.0"), &json!("video"), &json!("<b>Film & Co</b>"))
    );
    let html = found["html"].as_str().expect("html");
    assert!(html.contains(&format!("/embed/{id}\"")) && !html.contains("<b>"), "{html}");
    let small = [("url", address), ("maxwidth", "320"), ("format", "json")];
    let small = site.nobody().get("//oembed").query(&small).await.ok();
    assert_eq!((&small["width"], &small["height"]), (&json!(320), &json!(180)));
    let xml = [("url", address), ("format", "xml")];
    site.nobody().get("//oembed").query(&xml).await.invalid("format", "bad_format");
    let other = [("url", "https://other.example/videos/1")];
    site.nobody().get("//oembed").query(&other).await.refused(404, "not_found");
    // A draft is nobody's business.
    site.admin.patch(&format!("/videos/{id}"), json!({ "visibility": "draft" })).await.ok();
    let page = site.nobody().get(&format!("//videos/{id}")).await.text();
    assert!(!page.contains("og:title"), "{page}");
    site.nobody().get("//oembed").query(&[("url", address)]).await.refused(404, "not_found");
}

async fn a_site_for_its_accounts_says_nothing(site: &Site) {
    let id = site.video("Secret title", true).await;
    let user = site.user("viewer").await;
    for person in [&site.nobody(), &user] {
        let page = person.get(&format!("//videos/{id}")).await;
        assert!(!page.text().contains("Secret title"));
    }
    let query = [("url", format!("http://x/videos/{id}"))];
    site.nobody().get("//oembed").query(&query).await.refused(401, "login_required");
}
