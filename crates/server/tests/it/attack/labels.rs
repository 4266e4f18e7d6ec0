//! Labels of metrics that a stranger chooses.

use crate::site::{Database, Site};
use reqwest::Method;

#[tokio::test(flavor = "multi_thread")]
async fn metric_labels_come_from_a_closed_set() {
    let site = Site::start(Database::Sqlite).await;
    let nobody = site.nobody();
    let video = site.video("公开", true).await;
    let ticket = site.admin.ask(video).await.ok();
    let link = ticket["url"].as_str().expect("an address").split('/').nth(2).expect("a ticket");
    // Routed once, so that every series of the closed set is there.
    nobody.get("//no/such/page").await;
    nobody.call(Method::from_bytes(b"BREW").expect("a method"), "//no/such/page").await;
    let before = series(&site).await;
    for number in 0..50 {
        let long = format!("//no/such/{number}/{}", "x".repeat(1_000));
        nobody.get(&long).await.refused(404, "not_found");
        let method = Method::from_bytes(format!("BREW{number}").as_bytes()).expect("a method");
        nobody.call(method, &long).await;
    }
    for path in [format!("//d/{link}/name/"), format!("//d/{link}"), format!("//d/{link}/a/b")] {
        nobody.get(&path).await.refused(404, "not_found");
    }
    let after = series(&site).await;
    assert_eq!(before, after, "strangers made new series");
    let metrics = site.admin.get("//metrics").await.text();
    assert!(!metrics.contains(link), "a live ticket is expected");
    assert!(!metrics.contains("such") && !metrics.contains("BREW"), "{metrics}");
    site.finish().await;
}

/// The series of unmatched paths, without their values. Other tests of this process count
/// what they call as well, but no path without a route with any other label.
async fn series(site: &Site) -> Vec<String> {
    let metrics = site.admin.get("//metrics").await.text();
    let lines = metrics.lines().filter(|line| line.contains("endpoint=\"(unmatched)\""));
    let mut names: Vec<String> = lines
        .filter(|line| line.starts_with("axum_http_requests_total"))
        .filter_map(|line| line.rsplit_once(' '))
        .map(|(name, _)| name.to_owned())
        .filter(|name| name.contains("GET") || name.contains("other"))
        .filter(|name| name.contains("4xx"))
        .collect();
    names.sort();
    names
}
