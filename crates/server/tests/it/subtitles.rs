//! Subtitles: taken out of films by a job, uploaded by admins, sent to players with the film.

use crate::site::{Call, Person, Site, both};
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;
use yingku_testkit::film;

both!(
    what_is_in_a_film_is_taken_out,
    what_is_uploaded_is_read_in_its_encoding,
    a_player_is_sent_them_with_the_film,
    a_preview_says_no_more_than_it_shows,
    what_is_no_subtitles_is_refused,
    subtitles_go_with_their_content,
);

const SRT: &str = "1\n00:00:01,000 --> 00:00:02,500\n你好，我们走吧。\n\n\
                   2\n00:00:05,000 --> 00:00:06,000\n<i>这是什么？</i>\n";
/// 你們說什麼 in Big5.
const BIG5: &[u8] = b"\xa7A\xad\xcc\xbb\xa1\xa4\xb0\xbb\xf2";

/// A film of twelve seconds, with these subtitles in it where there are any.
async fn upload(site: &Site, texts: &[(&str, &str)], is_free: bool) -> Value {
    let dir = TempDir::new().expect("a folder");
    let path = dir.path().join("film.mkv");
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-v", "error", "-i"]).arg(film(12, 64, None));
    for (place, (_, text)) in texts.iter().enumerate() {
        let file = dir.path().join(format!("{place}.srt"));
        fs::write(&file, text).expect("it can be written");
        command.arg("-i").arg(file);
    }
    command.args(["-map", "0"]);
    for (place, (language, _)) in texts.iter().enumerate() {
        command.args(["-map", &(place + 1).to_string()]);
        command.args([&format!("-metadata:s:s:{place}"), &format!("language={language}")]);
    }
    command.args(["-c:v", "copy", "-c:a", "copy", "-c:s", "srt"]).arg(&path);
    let made = tokio::task::spawn_blocking(move || command.status());
    assert!(made.await.expect("no panic").expect("ffmpeg is needed for this test").success());
    let mut bytes = fs::read(path).expect("it can be read");
    // No two uploads have the same content.
    bytes.extend_from_slice(site.unique("void").as_bytes());
    let free = is_free.to_string();
    let fields = [("file_name", "film.mkv"), ("is_free", free.as_str())];
    let video = site.upload(&fields, bytes).await.ok();
    site.looked_into(&video).await
}

async fn listed(person: &Person, video: &Value) -> Vec<Value> {
    let list = person.get(&format!("/videos/{}/subtitles", video["id"])).await.ok();
    list["items"].as_array().expect("items").clone()
}

/// The subtitles of a video, once there are so many.
async fn taken(site: &Site, video: &Value, count: usize) -> Vec<Value> {
    for _ in 0..1_500 {
        let list = listed(&site.admin, video).await;
        if list.len() == count {
            return list;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("they are not taken: {:?}", site.admin.get("/jobs?kind=subtitle").await.ok());
}

fn add(site: &Site, video: &Value, query: &[(&str, &str)], bytes: impl Into<Vec<u8>>) -> Call {
    let call = site.admin.call(Method::POST, &format!("/videos/{}/subtitles", video["id"]));
    call.query(query).body(bytes.into())
}

async fn text(site: &Site, subtitle: &Value) -> String {
    let answer = site.admin.get(&format!("/subtitles/{}/text", subtitle["id"])).await;
    assert_eq!(answer.header("content-type"), "text/vtt; charset=utf-8");
    answer.text()
}

/// What lies at a name below the address to watch at; the film can be played by then.
async fn watched(site: &Site, person: &Person, video: &Value, name: &str) -> (u16, String) {
    for _ in 0..1_500 {
        let shown = person.get(&format!("/videos/{}", video["id"])).await.ok();
        if let Some(url) = shown["playback"]["hls_url"].as_str() {
            let (_, path) = url.split_once("/s/").expect("a signed path");
            let path = format!("//s/{}", path.replace("master.m3u8", name));
            let answer = site.admin.logged_out().get(&path).await;
            return (answer.status, answer.text());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it is never ready");
}

async fn what_is_in_a_film_is_taken_out(site: &Site) {
    let english = "1\n00:00:01,000 --> 00:00:02,500\nHello, let us go.\n";
    let video = upload(site, &[("chi", SRT), ("eng", english)], true).await;
    let list = taken(site, &video, 2).await;
    let languages: Vec<&Value> = list.iter().map(|it| &it["language"]).collect();
    assert_eq!(languages, ["zh", "en"]);
    assert_eq!((&list[0]["origin"], list[0].get("encoding")), (&json!("embedded"), None));
    let vtt = text(site, &list[0]).await;
    // Sound that begins before the pictures moves all of the film a little.
    assert!(vtt.starts_with("WEBVTT\n\n00:01.0") && vtt.contains(" --> 00:02.5"), "{vtt}");
    assert!(vtt.contains("\n你好，我们走吧。\n"), "{vtt}");
    assert!(vtt.contains("<i>这是什么？</i>"), "{vtt}");
    assert!(text(site, &list[1]).await.contains("Hello, let us go."));
    // One that an admin removed does not come back.
    for subtitle in &list {
        site.admin.delete(&format!("/subtitles/{}", subtitle["id"])).await.ok();
    }
    site.node.app.operation.tidy().await.expect("housekeeping");
    assert_eq!(listed(&site.admin, &video).await, Vec::<Value>::new());
    let waiting = site.admin.get("/jobs?kind=subtitle&state=queued").await.ok();
    assert_eq!(waiting["items"], json!([]));
}

async fn what_is_uploaded_is_read_in_its_encoding(site: &Site) {
    let video = upload(site, &[], true).await;
    let added = add(site, &video, &[("language", "chi"), ("file_name", "a.srt")], SRT).await;
    let added = added.ok();
    assert_eq!(added["language"], "zh");
    assert_eq!((&added["encoding"], &added["format"]), (&json!("utf-8"), &json!("srt")));
    let srt = [b"1\n00:00:01,000 --> 00:00:02,000\n", BIG5, b"\n"].concat();
    let query = [("language", "zh-hant"), ("label", "繁體")];
    let added = add(site, &video, &query, srt.clone()).await.ok();
    assert_eq!((&added["encoding"], &added["language"]), (&json!("big5"), &json!("zh-Hant")));
    assert!(text(site, &added).await.contains("你們說什麼"));
    // The admin knows better: wrong first, then right again.
    let path = format!("/subtitles/{}", added["id"]);
    let edited = site.admin.patch(&path, json!({ "encoding": "gb18030" })).await.ok();
    assert_eq!(edited["encoding"], "gb18030");
    assert!(!text(site, &edited).await.contains("你們說什麼"));
    let edited = site.admin.patch(&path, json!({ "encoding": "big5", "label": "" })).await.ok();
    assert!(text(site, &edited).await.contains("你們說什麼"));
    assert_eq!(edited["label"], "");
    site.admin
        .patch(&path, json!({ "encoding": "utf-8" }))
        .await
        .invalid("encoding", "bad_character");
    assert!(text(site, &edited).await.contains("你們說什麼"), "nothing was changed");
    let ass = "[Script Info]\nScriptType: v4.00+\n\n[Events]\nFormat: Layer, Start, End, Style, Name, \
               MarginL, MarginR, MarginV, Effect, Text\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\an8}上面\n";
    let utf16: Vec<u8> = ass.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let added = add(site, &video, &[("language", "zh")], utf16).await.ok();
    assert_eq!((&added["encoding"], &added["format"]), (&json!("utf-16le"), &json!("ass")));
    assert!(text(site, &added).await.contains("上面"));
    let acts = site.admin.get("/audit?action=subtitle.edit").await.ok();
    assert_eq!(acts["items"].as_array().map(Vec::len), Some(2));
}

async fn a_player_is_sent_them_with_the_film(site: &Site) {
    let video = upload(site, &[], true).await;
    let query = [("language", "zh-Hans"), ("label", "导演\"评论\""), ("file_name", "a.srt")];
    let added = add(site, &video, &query, SRT).await.ok();
    let user = site.user("viewer").await;
    let (_, master) = watched(site, &user, &video, "master.m3u8").await;
    let id = &added["id"];
    let line = format!(
        "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"text\",NAME=\"导演'评论'\",LANGUAGE=\"zh-Hans\",\
         DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI=\"text-{id}/index.m3u8\"\n"
    );
    assert!(master.contains(&line), "{master}");
    assert!(master.contains(",SUBTITLES=\"text\"\n"), "{master}");
    let (_, list) = watched(site, &user, &video, &format!("text-{id}/index.m3u8")).await;
    assert!(list.contains("#EXTINF:12.") && list.contains("\nall.vtt\n"), "{list}");
    let (_, vtt) = watched(site, &user, &video, &format!("text-{id}/all.vtt")).await;
    assert_eq!(vtt, text(site, &added).await);
    // Those of another film are not in this one.
    let other = upload(site, &[], true).await;
    let (status, _) = watched(site, &user, &other, &format!("text-{id}/all.vtt")).await;
    assert_eq!(status, 404);
    let (status, _) = watched(site, &user, &video, &format!("text-{id}/0.m4s")).await;
    assert_eq!(status, 404);
}

async fn a_preview_says_no_more_than_it_shows(site: &Site) {
    let video = upload(site, &[], false).await;
    let query = [("language", "zh"), ("file_name", "a.srt")];
    let added = add(site, &video, &query, SRT).await.ok();
    site.set("playback.preview_seconds", "3").await;
    let user = site.user("viewer").await;
    let name = format!("text-{}/all.vtt", added["id"]);
    let (_, vtt) = watched(site, &user, &video, &name).await;
    assert!(vtt.contains("你好") && !vtt.contains("这是什么"), "{vtt}");
}

async fn what_is_no_subtitles_is_refused(site: &Site) {
    let video = upload(site, &[], true).await;
    let zh = [("language", "zh"), ("file_name", "a.srt")];
    add(site, &video, &zh, "").await.invalid("file", "empty");
    add(site, &video, &zh, "no times at all").await.invalid("file", "bad_format");
    add(site, &video, &[("language", "zh")], "just text").await.invalid("file", "bad_format");
    add(site, &video, &[("language", "chinese!")], SRT).await.invalid("language", "bad_format");
    let label = "影".repeat(101);
    let long = [("language", "zh"), ("label", label.as_str())];
    add(site, &video, &long, SRT).await.invalid("label", "too_long");
    let ascii = [("language", "zh"), ("file_name", "a.srt"), ("encoding", "big5")];
    add(site, &video, &ascii, [SRT.as_bytes(), b"\xff\xff"].concat())
        .await
        .invalid("encoding", "bad_character");
    add(site, &video, &zh, vec![b'a'; (4 << 20) + 1]).await.refused(413, "payload_too_large");
    let missing = json!({ "id": 999_999 });
    add(site, &missing, &zh, SRT).await.refused(404, "not_found");
    site.admin.patch("/subtitles/999999", json!({ "label": "a" })).await.refused(404, "not_found");
    assert_eq!(listed(&site.admin, &video).await, Vec::<Value>::new());
    let user = site.user("viewer").await;
    let call = user.call(Method::POST, &format!("/videos/{}/subtitles", video["id"]));
    call.query(&zh).body(SRT).await.refused(403, "forbidden");
}

async fn subtitles_go_with_their_content(site: &Site) {
    let video = upload(site, &[("chi", SRT)], true).await;
    taken(site, &video, 1).await;
    let path = format!("/videos/{}", video["id"]);
    site.admin.delete(&path).await.ok();
    site.admin.post(&format!("{path}/purge"), json!({})).await.ok();
    site.clock.advance(2 * 60 * 60 * 1_000);
    site.node.app.operation.tidy().await.expect("housekeeping");
    assert_eq!(site.number("SELECT COUNT(*) FROM subtitle").await, 0);
}
