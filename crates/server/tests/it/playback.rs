//! Playing: a film that every browser plays is played as it is, at a signed address.

use crate::site::{Call, Person, Site, both};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use yingku_testkit::{film, temp_dir};

both!(
    a_film_is_played_as_it_is,
    who_may_watch_gets_an_address,
    an_address_is_nobodys_to_make,
    an_address_ends_with_the_right_behind_it,
    what_cannot_be_played_says_why,
    contents_from_before_are_planned,
);

const HOUR: i64 = 3_600_000;

async fn made(seconds: u32) -> PathBuf {
    tokio::task::spawn_blocking(move || film(seconds, 64, None)).await.expect("a film")
}

/// A film that can be played, free or paid; its number.
async fn uploaded(site: &Site, is_free: bool) -> i64 {
    let bytes = fs::read(made(12).await).expect("it can be read");
    let free = is_free.to_string();
    let video = site.upload(&[("file_name", "film.mp4"), ("is_free", &free)], bytes).await.ok();
    assert_eq!(video["playback"]["state"], "preparing", "nobody waits for a look into it");
    let video = site.looked_into(&video).await;
    assert_eq!(video["playback"]["state"], "ready", "{video}");
    video["id"].as_i64().expect("a number")
}

async fn playback(person: &Person, video: i64) -> Value {
    person.get(&format!("/videos/{video}")).await.ok()["playback"].clone()
}

/// The path of the address to watch at.
async fn address(person: &Person, video: i64) -> String {
    let playback = playback(person, video).await;
    let url = playback["hls_url"].as_str().unwrap_or_else(|| panic!("no address: {playback}"));
    let (_, path) = url.split_once("/s/").expect("a signed path");
    format!("//s/{path}")
}

fn below(master: &str, name: &str) -> String {
    format!("{}{name}", master.strip_suffix("master.m3u8").expect("the first playlist"))
}

fn get(site: &Site, path: &str) -> Call {
    site.admin.logged_out().get(path)
}

async fn text(site: &Site, path: &str) -> String {
    let answer = get(site, path).await;
    assert_eq!(answer.status, 200, "{path}");
    assert_eq!(answer.header("content-type"), "application/vnd.apple.mpegurl");
    String::from_utf8(answer.body.to_vec()).expect("text")
}

/// The MD5 of each decoded picture.
fn pictures(path: &Path) -> Vec<String> {
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-i"])
        .arg(path)
        .args(["-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-"])
        .output()
        .expect("ffmpeg is needed for this test");
    assert!(output.status.success() && output.stderr.is_empty());
    let text = String::from_utf8(output.stdout).expect("text");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.rsplit(',').next().expect("a hash").trim().to_owned()).collect()
}

async fn a_film_is_played_as_it_is(site: &Site) {
    let video = uploaded(site, true).await;
    let user = site.user("看").await;
    let master = address(&user, video).await;
    let playlist = text(site, &master).await;
    assert!(playlist.contains("avc1.") && playlist.contains("mp4a.40.2"), "{playlist}");
    assert!(playlist.contains("\nvideo/index.m3u8\n"), "{playlist}");
    let index = text(site, &below(&master, "video/index.m3u8")).await;
    let segments: Vec<&str> = index.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(segments.len() >= 2 && index.ends_with("#EXT-X-ENDLIST\n"), "{index}");
    let mut whole = Vec::new();
    for name in ["init.mp4"].iter().chain(&segments) {
        let path = below(&master, &format!("video/{name}"));
        let answer = get(site, &path).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "video/mp4"));
        assert!(answer.header("cache-control").contains("immutable"), "{name}");
        // Any part of it, across what is made here and what lies in the file.
        let end = answer.body.len();
        for (from, to) in [(0, 0), (7, end / 2), (end - 1, end - 1)] {
            let part = get(site, &path).header("range", &format!("bytes={from}-{to}")).await;
            assert_eq!((part.status, &part.body[..]), (206, &answer.body[from..=to]), "{name}");
        }
        let etag = answer.header("etag");
        assert_eq!(get(site, &path).header("if-none-match", etag).await.status, 304);
        whole.extend_from_slice(&answer.body);
    }
    let dir = temp_dir();
    let ours = dir.path().join("ours.mp4");
    fs::write(&ours, whole).expect("a file");
    let original = made(12).await;
    let same = tokio::task::spawn_blocking(move || pictures(&original) == pictures(&ours));
    assert!(same.await.expect("no panic"), "every picture once, and as it is");
    for name in ["video/99.m4s", "video/01.m4s", "video/+1.m4s", "video/0.ts", "other/0.m4s", "x"] {
        get(site, &below(&master, name)).await.refused(404, "not_found");
    }
    // Watching is no download.
    assert_eq!(user.get("/downloads").await.ok()["items"], json!([]));
}

async fn who_may_watch_gets_an_address(site: &Site) {
    let (free, paid) = (uploaded(site, true).await, {
        let bytes = fs::read(made(5).await).expect("it can be read");
        let video = site.upload(&[("file_name", "paid.mp4")], bytes).await.ok();
        let video = site.looked_into(&video).await;
        video["id"].as_i64().expect("a number")
    });
    let (user, buyer) = (site.user("甲").await, site.user("乙").await);
    site.credit(&buyer, 10_000).await;
    buyer.buy(paid, 1_000).await.ok();
    for (person, video, may) in [
        (&user, free, true),
        (&user, paid, false),
        (&buyer, paid, true),
        (&site.admin, paid, true),
        (&site.admin, free, true),
    ] {
        let playback = playback(person, video).await;
        assert_eq!(playback["state"], "ready");
        assert_eq!(playback["hls_url"].is_string(), may, "{playback}");
    }
    site.set("site.visibility", "public").await;
    let nobody = playback(&user.logged_out(), free).await;
    assert_eq!((&nobody["state"], nobody.get("hls_url")), (&json!("ready"), None));
    // Lists give no addresses.
    let list = user.get("/videos").await.ok();
    assert!(!list.to_string().contains("hls_url"), "{list}");
}

async fn an_address_is_nobodys_to_make(site: &Site) {
    let video = uploaded(site, true).await;
    let user = site.user("看").await;
    let master = address(&user, video).await;
    let link = master.split('/').nth(3).expect("a link").to_owned();
    let parts: Vec<&str> = link.splitn(5, '-').collect();
    for at in 0..4 {
        let mut changed: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        changed[at] = (changed[at].parse::<i64>().expect("a number") + 1).to_string();
        let path = master.replace(&link, &changed.join("-"));
        get(site, &path).await.refused(410, "watch_ended");
    }
    for other in ["x", "1-1-0-9999999999999-", "1", "----"] {
        get(site, &master.replace(&link, other)).await.refused(410, "watch_ended");
    }
    assert_eq!(get(site, &master).await.status, 200);
    site.clock.advance(12 * HOUR - 1);
    assert_eq!(get(site, &master).await.status, 200);
    site.clock.advance(1);
    get(site, &master).await.refused(410, "watch_ended");
}

/// Within a second: rights are known for no longer.
async fn an_address_ends_with_the_right_behind_it(site: &Site) {
    const SECOND: Duration = Duration::from_secs(1);
    let video = uploaded(site, true).await;
    for end in ["lock", "sessions", "trash", "paid"] {
        let user = site.user(end).await;
        let master = address(&user, video).await;
        let segment = below(&master, "video/0.m4s");
        assert_eq!(get(site, &segment).await.status, 200, "{end}");
        match end {
            "lock" => {
                site.admin.post(&format!("/accounts/{}/lock", user.id()), json!({})).await.ok()
            }
            "sessions" => user.delete("/sessions").await.ok(),
            "trash" => site.admin.delete(&format!("/videos/{video}")).await.ok(),
            _ => site
                .admin
                .patch(&format!("/videos/{video}"), json!({ "is_free": false }))
                .await
                .ok(),
        };
        tokio::time::sleep(SECOND).await;
        get(site, &segment).await.refused(410, "watch_ended");
        get(site, &master).await.refused(410, "watch_ended");
        if end == "trash" {
            site.admin.post(&format!("/videos/{video}/restore"), json!({})).await.ok();
        }
    }
}

async fn what_cannot_be_played_says_why(site: &Site) {
    let dir = temp_dir();
    let path = dir.path().join("film.mp4");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=64x48:duration=2"]);
    ffmpeg.args(["-c:v", "mpeg4"]).arg(&path);
    assert!(ffmpeg.status().expect("ffmpeg is needed for this test").success());
    let bytes = fs::read(path).expect("it can be read");
    let video = site.upload(&[("file_name", "film.mp4")], bytes).await.ok();
    let video = site.looked_into(&video).await;
    let id = video["id"].as_i64().expect("a number");
    let playback = playback(&site.admin, id).await;
    assert_eq!(
        (&playback["state"], &playback["reason"]),
        (&json!("unplayable"), &json!("video_codec"))
    );
    assert!(
        playback["detail"].as_str().is_some_and(|detail| detail.contains("H.264")),
        "{playback}"
    );
    assert_eq!(playback.get("hls_url"), None);
}

async fn contents_from_before_are_planned(site: &Site) {
    let video = uploaded(site, true).await;
    site.sql("DELETE FROM film").await;
    let before = playback(&site.admin, video).await;
    assert_eq!((&before["state"], &before["reason"]), (&json!("preparing"), &json!("pending")));
    site.node.app.tidy().await.expect("housekeeping");
    let after = site.looked_into(&json!({ "id": video })).await;
    assert_eq!(after["playback"]["state"], "ready", "{after}");
}
