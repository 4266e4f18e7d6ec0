//! Pictures of films: taken by a job, shown with their videos, gone with their contents.

use crate::site::{Site, both};
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use std::time::Duration;
use yingku_testkit::film;

both!(
    a_film_has_a_poster_and_small_frames,
    another_candidate_is_chosen,
    a_cover_is_uploaded_and_removed,
    what_is_no_picture_is_no_cover,
    pictures_go_with_their_content,
    what_has_no_pictures_has_no_poster,
);

const HOUR: i64 = 3_600_000;

async fn film_of(site: &Site, seconds: u32) -> Value {
    let path = tokio::task::spawn_blocking(move || film(seconds, 64, None)).await.expect("a film");
    let fields = [("file_name", "film.mp4"), ("is_free", "true")];
    site.upload(&fields, fs::read(path).expect("it can be read")).await.ok()
}

/// The video, once its pictures are taken.
pub async fn pictured(site: &Site, video: &Value) -> Value {
    for _ in 0..1_500 {
        let shown = site.admin.get(&format!("/videos/{}", video["id"])).await.ok();
        if shown["poster"].is_object() {
            return shown;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no pictures are taken: {:?}", site.admin.get("/jobs?kind=picture").await.ok());
}

async fn a_film_has_a_poster_and_small_frames(site: &Site) {
    let video = pictured(site, &film_of(site, 12).await).await;
    let poster = &video["poster"];
    assert!(
        poster["blur"].as_str().is_some_and(|blur| blur.starts_with("data:image/webp;base64,"))
    );
    let files = poster["files"].as_array().expect("files");
    let kinds: Vec<&Value> = files.iter().map(|file| &file["media_type"]).collect();
    assert_eq!(kinds, ["image/webp", "image/jpeg"], "one size of each: the film is small");
    let user = site.user("viewer").await;
    for file in
        files.iter().chain([&json!({ "path": video["sheet"]["path"], "media_type": "image/webp" })])
    {
        let path = format!("/{}", file["path"].as_str().expect("a path"));
        let answer = user.get(&path).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), file["media_type"]);
        assert!(answer.header("cache-control").contains("immutable"));
        site.nobody().get(&path).await.refused(401, "login_required");
        user.get(&format!("{path}x")).await.refused(404, "not_found");
    }
    assert_eq!(files[0]["width"], 64);
    let list = user.get("/videos").await.ok();
    assert_eq!(list["items"][0]["poster"]["name"], poster["name"]);

    let index = user.get(&format!("/videos/{}/previews", video["id"])).await;
    assert_eq!(index.header("content-type"), "text/vtt; charset=utf-8");
    let index = index.text();
    assert!(index.starts_with("WEBVTT\n\n00:00:00.000 --> "), "{index}");
    let frames = index.matches("#xywh=").count();
    assert_eq!(json!(frames), video["sheet"]["frames"]);
    assert!(index.trim_end().ends_with(",160,90"), "{index}");
    assert!(index.contains(" --> 00:00:12."), "the last one ends with the film: {index}");
}

async fn another_candidate_is_chosen(site: &Site) {
    let video = pictured(site, &film_of(site, 31).await).await;
    let path = format!("/videos/{}", video["id"]);
    let posters = site.admin.get(&format!("{path}/posters")).await.ok();
    let posters = posters["items"].as_array().expect("items").clone();
    assert_eq!(posters.len(), 5);
    assert_eq!(posters[0]["name"], video["poster"]["name"]);
    let wanted = json!({ "name": posters[3]["name"] });
    let user = site.user("viewer").await;
    user.put(&format!("{path}/poster"), wanted.clone()).await.refused(403, "forbidden");
    let chosen = site.admin.put(&format!("{path}/poster"), wanted).await.ok();
    assert_eq!(chosen["poster"]["name"], posters[3]["name"]);
    assert_eq!(user.get(&path).await.ok()["poster"]["at_ms"], posters[3]["at_ms"]);
    let after = site.admin.get(&format!("{path}/posters")).await.ok();
    assert_eq!(after["items"].as_array().map(Vec::len), Some(5));
    let other = json!({ "name": "0123456789abcdef" });
    site.admin.put(&format!("{path}/poster"), other).await.refused(404, "not_found");
}

/// A picture made by ffmpeg, coded by the ending of its name.
async fn cover(name: &str, size: &str) -> Vec<u8> {
    let dir = tempfile::TempDir::new().expect("a folder");
    let path = dir.path().join(name);
    let mut command = std::process::Command::new("ffmpeg");
    command.args(["-nostdin", "-v", "error", "-f", "lavfi", "-i"]);
    command.arg(format!("testsrc2=size={size}")).args(["-frames:v", "1"]).arg(&path);
    let made = tokio::task::spawn_blocking(move || command.status());
    assert!(made.await.expect("no panic").expect("ffmpeg is needed for this test").success());
    fs::read(path).expect("it can be read")
}

async fn a_cover_is_uploaded_and_removed(site: &Site) {
    let video = pictured(site, &film_of(site, 31).await).await;
    let path = format!("/videos/{}", video["id"]);
    let posters = format!("{path}/posters");
    let upload = async |bytes: Vec<u8>| site.admin.call(Method::POST, &posters).body(bytes).await;
    for name in ["a.png", "b.jpg", "c.webp"] {
        let shown = upload(cover(name, "1600x900").await).await.ok();
        assert_eq!(shown["poster"]["is_uploaded"], true);
        let files = shown["poster"]["files"].as_array().expect("files").clone();
        let widths: Vec<&Value> = files.iter().map(|file| &file["width"]).collect();
        assert_eq!(widths, [320, 640, 1_280, 640]);
        let file = format!("/{}", files[2]["path"].as_str().expect("a path"));
        assert_eq!(site.admin.get(&file).await.header("content-type"), "image/webp");
    }
    let list = site.admin.get(&posters).await.ok()["items"].clone();
    let uploaded = list.as_array().expect("items").iter().filter(|it| it["is_uploaded"] == true);
    assert_eq!((uploaded.count(), list.as_array().map(Vec::len)), (3, Some(8)));
    // A frame can be shown again, and is no cover that could be removed.
    let frame = &list[4]["name"];
    site.admin.put(&format!("{path}/poster"), json!({ "name": frame })).await.ok();
    let name = frame.as_str().expect("a name");
    site.admin.delete(&format!("{posters}/{name}")).await.refused(404, "not_found");
    let name = list[0]["name"].as_str().expect("a name");
    let shown = site.admin.delete(&format!("{posters}/{name}")).await.ok();
    assert_eq!(&shown["poster"]["name"], frame);
    let gone = format!("/{}", list[0]["files"][0]["path"].as_str().expect("a path"));
    site.admin.get(&gone).await.refused(404, "not_found");
    let report = site.admin.call(Method::POST, "/doctor?repair=true").await.ok();
    assert_eq!(report["ok"], true, "{report}");
    assert_eq!(site.admin.get(&posters).await.ok()["items"].as_array().map(Vec::len), Some(7));
}

async fn what_is_no_picture_is_no_cover(site: &Site) {
    let video = film_of(site, 4).await;
    let posters = format!("/videos/{}/posters", video["id"]);
    let upload = |bytes: Vec<u8>| site.admin.call(Method::POST, &posters).body(bytes);
    upload(Vec::new()).await.invalid("file", "empty");
    upload(b"<svg onload=alert(1)>".to_vec()).await.invalid("file", "bad_format");
    let png = cover("a.png", "64x36").await;
    upload(png[..png.len() / 3].to_vec()).await.invalid("file", "bad_format");
    upload(vec![0xff; (20 << 20) + 1]).await.refused(413, "payload_too_large");
    // One that comes before the frames were taken stays the poster.
    let shown = upload(png).await.ok();
    assert_eq!(shown["poster"]["files"][0]["width"], 64);
    let name = shown["poster"]["name"].clone();
    for _ in 0..1_500 {
        let list = site.admin.get(&posters).await.ok()["items"].clone();
        if list.as_array().map(Vec::len) == Some(2) {
            assert_eq!(list[0]["name"], name);
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no pictures are taken");
}

async fn pictures_go_with_their_content(site: &Site) {
    let video = pictured(site, &film_of(site, 4).await).await;
    let path = format!("/{}", video["poster"]["files"][0]["path"].as_str().expect("a path"));
    assert_eq!(site.admin.get(&path).await.status, 200);
    // The doctor knows what they are.
    let report = site.admin.call(Method::POST, "/doctor?repair=true").await.ok();
    assert_eq!(report["ok"], true, "{report}");
    assert_eq!(site.admin.get(&path).await.status, 200);
    let id = &video["id"];
    site.admin.delete(&format!("/videos/{id}")).await.ok();
    site.admin.post(&format!("/videos/{id}/purge"), json!({})).await.ok();
    site.clock.advance(2 * HOUR);
    site.node.app.operation.tidy().await.expect("housekeeping");
    site.admin.get(&path).await.refused(404, "not_found");
}

async fn what_has_no_pictures_has_no_poster(site: &Site) {
    let video = site.upload(&[("file_name", "notes.txt")], "no film").await.ok();
    site.node.app.operation.tidy().await.expect("housekeeping");
    let shown = site.admin.get(&format!("/videos/{}", video["id"])).await.ok();
    assert!(shown["poster"].is_null() && shown["sheet"].is_null(), "{shown}");
    let posters = site.admin.get(&format!("/videos/{}/posters", video["id"])).await.ok();
    assert_eq!(posters["items"], json!([]));
    let index = site.admin.get(&format!("/videos/{}/previews", video["id"])).await.text();
    assert_eq!(index, "WEBVTT\n");
}
