//! Playing: a film that every browser plays is played as it is, at a signed address.

use crate::site::{Call, Person, Site, both};
use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use yingku_testkit::{film, hash_of, temp_dir};

both!(
    a_film_is_played_as_it_is,
    who_may_watch_gets_an_address,
    a_preview_ends_where_it_ends,
    members_watch_what_they_may,
    a_wait_before_free_films,
    so_many_streams_at_once,
    watching_is_recorded,
    an_address_is_nobodys_to_make,
    an_address_ends_with_the_right_behind_it,
    what_is_being_sent_ends_with_the_right_behind_it,
    what_browsers_do_not_play_is_encoded,
    hevc_is_played_as_it_is_as_well,
    a_film_that_is_broken_is_played_where_it_is_whole,
    a_stretch_that_was_given_up_is_a_gap,
    a_large_film_gets_smaller_sizes,
    contents_from_before_are_planned,
    what_a_file_consists_of_is_shown,
    what_only_lacks_a_container_or_sound_is_made_playable,
    what_was_made_goes_with_its_content,
    what_cannot_be_made_playable_says_why,
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

fn leave(site: &Site, master: &str) -> Call {
    site.admin.logged_out().delete(master.strip_suffix("/master.m3u8").expect("the first playlist"))
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
        let bytes = fs::read(made(40).await).expect("it can be read");
        let video = site.upload(&[("file_name", "paid.mp4")], bytes).await.ok();
        let video = site.looked_into(&video).await;
        video["id"].as_i64().expect("a number")
    });
    let (user, buyer) = (site.user("甲").await, site.user("乙").await);
    site.credit(&buyer, 10_000).await;
    buyer.buy(paid, 1_000).await.ok();
    for (person, video, may) in [
        (&user, free, true),
        (&user, paid, true),
        (&buyer, paid, true),
        (&site.admin, paid, true),
        (&site.admin, free, true),
    ] {
        let playback = playback(person, video).await;
        assert_eq!(playback["state"], "ready");
        assert_eq!(playback["hls_url"].is_string(), may, "{playback}");
        let is_preview = person.id() == user.id() && video == paid;
        assert_eq!(playback.get("preview_ms").is_some(), is_preview, "{playback}");
    }
    site.set("playback.preview_seconds", "0").await;
    assert_eq!(playback(&user, paid).await.get("hls_url"), None);
    assert!(playback(&buyer, paid).await["hls_url"].is_string());
    site.set("site.visibility", "public").await;
    let nobody = playback(&user.logged_out(), free).await;
    assert_eq!((&nobody["state"], nobody.get("hls_url")), (&json!("ready"), None));
    // Lists give no addresses.
    let list = user.get("/videos").await.ok();
    assert!(!list.to_string().contains("hls_url"), "{list}");
}

/// Only what begins within the preview is named and sent, whatever a player asks for; and buying
/// gives all of it.
async fn a_preview_ends_where_it_ends(site: &Site) {
    let dir = temp_dir();
    let args = format!("-f lavfi -i testsrc2=size=64x48:rate=25:duration=30 {H264}");
    let path = ffmpeg(dir.path(), "a.mp4", &args).await;
    let video = site.upload(&[("file_name", "a.mp4")], fs::read(path).expect("a film")).await.ok();
    let video = site.looked_into(&video).await["id"].as_i64().expect("a number");
    site.set("playback.preview_seconds", "10").await;
    let user = site.user("甲").await;
    assert_eq!(playback(&user, video).await["preview_ms"], 10_000);
    let preview = address(&user, video).await;
    let index = text(site, &below(&preview, "video/index.m3u8")).await;
    assert_eq!(index.matches(".m4s").count(), 3, "those that begin at 0, 4 and 8 s: {index}");
    assert_eq!(get(site, &below(&preview, "video/2.m4s")).await.status, 200);
    get(site, &below(&preview, "video/3.m4s")).await.refused(404, "not_found");
    site.credit(&user, 1_000).await;
    user.buy(video, 1_000).await.ok();
    let whole = address(&user, video).await;
    assert_eq!(get(site, &below(&whole, "video/6.m4s")).await.status, 200);
    // The address of before still ends where it did; and it cannot be made longer.
    get(site, &below(&preview, "video/3.m4s")).await.refused(404, "not_found");
    let longer = preview.replace("-10000-", "-0-");
    get(site, &below(&longer, "video/3.m4s")).await.refused(410, "watch_ended");
    // A preview that is no longer given ends.
    let other = site.user("乙").await;
    let preview = address(&other, video).await;
    site.set("playback.preview_seconds", "0").await;
    get(site, &below(&preview, "video/0.m4s")).await.refused(410, "watch_ended");
}

/// A paid title that members may watch: all of it while they are members, and no download.
async fn members_watch_what_they_may(site: &Site) {
    let video = uploaded(site, false).await;
    let (user, member) = (site.user("甲").await, site.member("乙").await);
    assert_eq!(
        playback(&member, video).await.get("preview_ms"),
        None,
        "it would be the whole film"
    );
    site.set("playback.preview_seconds", "5").await;
    assert_eq!(playback(&member, video).await["preview_ms"], 5_000);
    let path = format!("/videos/{video}");
    let edited = site.admin.patch(&path, json!({ "members_watch": true })).await.ok();
    assert_eq!(edited["members_watch"], true);
    assert_eq!(playback(&user, video).await["preview_ms"], 5_000);
    assert_eq!(playback(&member, video).await.get("preview_ms"), None);
    let master = address(&member, video).await;
    let segment = below(&master, "video/0.m4s");
    assert_eq!(get(site, &segment).await.status, 200);
    member.ask(video).await.refused(402, "purchase_required");
    site.admin.patch(&path, json!({ "members_watch": false })).await.ok();
    get(site, &segment).await.refused(410, "watch_ended");
    site.admin.patch(&path, json!({ "members_watch": true })).await.ok();
    assert_eq!(get(site, &segment).await.status, 200);
    // The membership is over before the address is.
    let until = |until_ms: i64| {
        format!("UPDATE account SET membership_until_ms = {until_ms} WHERE id = {}", member.id())
    };
    let bought = "SELECT MAX(membership_until_ms) FROM account";
    let bought = site.number(bought).await;
    site.sql(&until(1)).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    get(site, &segment).await.refused(410, "watch_ended");
    site.sql(&until(bought)).await;
}

async fn a_wait_before_free_films(site: &Site) {
    let video = uploaded(site, true).await;
    site.set("playback.wait_free_seconds", "20").await;
    let (user, member) = (site.user("甲").await, site.member("乙").await);
    assert_eq!(playback(&user, video).await["wait_ms"], 20_000);
    let master = address(&user, video).await;
    let early = get(site, &master).await;
    assert_eq!(early.refused(403, "watch_waiting")["retry_after_seconds"], 20);
    get(site, &below(&master, "video/0.m4s")).await.refused(403, "watch_waiting");
    site.clock.advance(19_999);
    get(site, &below(&master, "video/0.m4s")).await.refused(403, "watch_waiting");
    site.clock.advance(1);
    assert_eq!(get(site, &below(&master, "video/0.m4s")).await.status, 200);
    for person in [&member, &site.admin] {
        assert_eq!(playback(person, video).await.get("wait_ms"), None);
        assert_eq!(get(site, &address(person, video).await).await.status, 200);
    }
}

async fn so_many_streams_at_once(site: &Site) {
    let first = uploaded(site, true).await;
    let dir = temp_dir();
    let mut videos = vec![first];
    for seconds in [5, 6] {
        let args = format!("-f lavfi -i testsrc2=size=64x48:rate=25:duration={seconds} {H264}");
        let path = ffmpeg(dir.path(), &format!("{seconds}.mp4"), &args).await;
        let query = [("file_name", "a.mp4"), ("is_free", "true")];
        let video = site.upload(&query, fs::read(path).expect("a film")).await.ok();
        videos.push(site.looked_into(&video).await["id"].as_i64().expect("a number"));
    }
    let user = site.user("甲").await;
    let mut masters = Vec::new();
    for &video in &videos {
        masters.push(address(&user, video).await);
    }
    let segment = |master: &str| below(master, "video/0.m4s");
    assert_eq!(get(site, &segment(&masters[0])).await.status, 200);
    assert_eq!(get(site, &segment(&masters[1])).await.status, 200);
    let third = get(site, &segment(&masters[2])).await;
    assert_eq!(third.refused(429, "too_many_streams")["limit"], 2);
    // A playlist is no stream, a page that is loaded again is the same stream, and another
    // account's streams are counted by themselves.
    assert_eq!(get(site, &masters[2]).await.status, 200);
    let again = address(&user, videos[0]).await;
    assert_eq!(get(site, &segment(&again)).await.status, 200);
    let other = site.user("乙").await;
    assert_eq!(get(site, &segment(&address(&other, videos[2]).await)).await.status, 200);
    // One that is left makes room, and so does one that was not heard of for half a minute.
    assert_eq!(leave(site, &masters[1]).await.status, 204);
    assert_eq!(leave(site, &masters[1]).await.status, 204, "once more changes nothing");
    assert_eq!(get(site, &segment(&masters[2])).await.status, 200);
    get(site, &segment(&masters[1])).await.refused(429, "too_many_streams");
    leave(site, &masters[2].replace("/master", "x/master")).await.refused(410, "watch_ended");
    get(site, &segment(&masters[1])).await.refused(429, "too_many_streams");
    assert_eq!(leave(site, &masters[2]).await.status, 204);
    assert_eq!(get(site, &segment(&masters[1])).await.status, 200, "it begins again");
    site.sql("UPDATE watch SET last_at_ms = last_at_ms - 31000 WHERE video_id = 1").await;
    assert_eq!(get(site, &segment(&masters[2])).await.status, 200);
    site.set("playback.max_streams", "3").await;
    let elsewhere = site.log_in(&user.account, crate::site::PASSWORD).await;
    let there = address(&elsewhere, videos[0]).await;
    assert_eq!(get(site, &segment(&there)).await.status, 200, "another login is another stream");
}

async fn watching_is_recorded(site: &Site) {
    let video = uploaded(site, true).await;
    let (user, other) = (site.user("甲").await, site.user("乙").await);
    let master = address(&user, video).await;
    assert_eq!(user.get("/watches").await.ok()["items"], json!([]), "an address is no watching");
    for name in ["video/0.m4s", "audio/0.m4s", "video/1.m4s"] {
        assert_eq!(get(site, &below(&master, name)).await.status, 200);
    }
    let mine = user.get("/watches").await.ok()["items"].clone();
    assert_eq!(mine.as_array().map(Vec::len), Some(1), "{mine}");
    assert_eq!((&mine[0]["video_id"], &mine[0]["account"]), (&json!(video), &json!("甲")));
    assert_eq!(other.get("/watches").await.ok()["items"], json!([]));
    let query = [("account_id", user.id().to_string())];
    other.get("/watches").query(&query).await.refused(403, "forbidden");
    assert_eq!(site.admin.get("/watches").query(&query).await.ok()["items"], mine);
    // Whoever comes back after half an hour watches anew.
    site.sql("UPDATE watch SET last_at_ms = last_at_ms - 1800001").await;
    let again = address(&site.log_in(&user.account, crate::site::PASSWORD).await, video).await;
    assert_eq!(get(site, &below(&again, "video/0.m4s")).await.status, 200);
    assert_eq!(user.get("/watches").await.ok()["items"].as_array().map(Vec::len), Some(2));
}

async fn an_address_is_nobodys_to_make(site: &Site) {
    let video = uploaded(site, true).await;
    let user = site.user("看").await;
    let master = address(&user, video).await;
    let link = master.split('/').nth(3).expect("a link").to_owned();
    let parts: Vec<&str> = link.splitn(8, '-').collect();
    for at in 0..6 {
        let mut changed: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        changed[at] = (changed[at].parse::<i64>().expect("a number") + 1).to_string();
        let path = master.replace(&link, &changed.join("-"));
        get(site, &path).await.refused(410, "watch_ended");
    }
    for other in ["x", "1-1-0-0-9999999999999-0-0-", "1", "----"] {
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

/// Also what a slow player has not taken yet.
async fn what_is_being_sent_ends_with_the_right_behind_it(site: &Site) {
    let dir = temp_dir();
    let args = "-f lavfi -i testsrc2=size=640x480:rate=25:duration=9 -vf noise=alls=90:allf=t \
                -pix_fmt yuv420p -c:v libx264 -preset ultrafast -crf 1 -g 250";
    let path = ffmpeg(dir.path(), "a.mp4", args).await;
    let bytes = fs::read(path).expect("a film");
    let size = bytes.len();
    assert!(size > 32 << 20, "{size} bytes are too few to be still on their way");
    site.set("playback.sizes", "").await;
    let video = site.upload(&[("is_free", "true")], bytes).await.ok();
    let id = settled(site, &video).await["id"].as_i64().expect("a number");
    let user = site.user("slow").await;
    let segment = below(&address(&user, id).await, "video/0.m4s");
    let mut body = get(site, &segment).open().await.bytes_stream();
    let mut received = body.next().await.expect("a first piece").expect("it arrives").len();
    site.admin.delete(&format!("/videos/{id}")).await.ok();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let is_cut = loop {
        match body.next().await {
            Some(Ok(piece)) => received += piece.len(),
            Some(Err(_)) => break true,
            None => break false,
        }
    };
    assert!(is_cut && received < size / 2, "{received} of {size} bytes");
}

const PICTURES: &str = "-f lavfi -i testsrc2=size=64x48:rate=25:duration=9";
const SOUND: &str = "-f lavfi -i sine=duration=9";
const H264: &str = "-pix_fmt yuv420p -c:v libx264 -preset veryfast -g 50";

/// A film made by ffmpeg with these arguments.
async fn ffmpeg(dir: &Path, name: &str, args: &str) -> PathBuf {
    let path = dir.join(name);
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-v", "error"]).args(args.split_whitespace()).arg(&path);
    let made = tokio::task::spawn_blocking(move || command.status());
    assert!(made.await.expect("no panic").expect("ffmpeg is needed for this test").success());
    path
}

/// A video, once it is known for good whether it can be played.
async fn settled(site: &Site, video: &Value) -> Value {
    for _ in 0..1_500 {
        let video = site.looked_into(video).await;
        if video["playback"]["state"] != "preparing" {
            return video;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it is converted for ever: {video}");
}

async fn bytes_of(site: &Site, path: &str) -> Vec<u8> {
    let answer = get(site, path).await;
    assert_eq!(answer.status, 200, "{path}");
    answer.body.to_vec()
}

/// A track as a player puts it together.
async fn joined(site: &Site, master: &str, track: &str) -> Vec<u8> {
    let index = text(site, &below(master, &format!("{track}/index.m3u8"))).await;
    let mut whole = bytes_of(site, &below(master, &format!("{track}/init.mp4"))).await;
    for name in index.lines().filter(|line| !line.starts_with('#')) {
        whole.extend(bytes_of(site, &below(master, &format!("{track}/{name}"))).await);
    }
    whole
}

async fn what_only_lacks_a_container_or_sound_is_made_playable(site: &Site) {
    let dir = temp_dir();
    site.set("playback.max_streams", "100").await;
    let both = format!("{PICTURES} {SOUND} {H264}");
    for (name, args, has_video) in [
        ("a.mkv", format!("{both} -c:a aac"), true),
        ("b.mkv", format!("{both} -c:a ac3"), true),
        ("c.mp4", format!("{both} -c:a aac -movflags +frag_keyframe+empty_moov"), true),
        ("d.mp4", format!("{both} -c:a mp3"), true),
        ("e.mp4", format!("{PICTURES} -f lavfi -i sine=duration=4 {H264} -c:a aac"), true),
        ("f.ts", format!("{both} -c:a aac"), true),
        ("g.mp3", SOUND.to_owned(), false),
    ] {
        let path = ffmpeg(dir.path(), name, &args).await;
        let bytes = fs::read(&path).expect("it can be read");
        let hash = hash_of(&bytes);
        let video = site.upload(&[("file_name", name)], bytes).await.ok();
        let video = settled(site, &video).await;
        assert_eq!(video["playback"]["state"], "ready", "{name}: {video}");
        assert_eq!(video["content_hash"], hash, "what is downloaded is what was uploaded");
        let master = address(&site.admin, video["id"].as_i64().expect("a number")).await;
        let sound = joined(site, &master, "audio").await;
        assert!(sound.len() > 20_000, "{name}: {} bytes of sound", sound.len());
        if has_video {
            let ours = dir.path().join("ours.mp4");
            fs::write(&ours, joined(site, &master, "video").await).expect("a file");
            let same = tokio::task::spawn_blocking(move || pictures(&path) == pictures(&ours));
            assert!(same.await.expect("no panic"), "{name}: every picture, as it is");
        }
    }
}

async fn what_a_file_consists_of_is_shown(site: &Site) {
    let dir = temp_dir();
    let words = dir.path().join("words.srt");
    fs::write(&words, "1\n00:00:01,000 --> 00:00:03,000\n灯笼\n").expect("a file");
    let maps = "-map 0:v -map 1:a -map 1:a -map 2:s -ac:a:0 1 -ac:a:1 6 -ar 44100";
    let names = "-metadata:s:a:0 language=chi -metadata:s:a:1 language=eng \
                 -metadata:s:a:1 title=Commentary -metadata:s:s:0 language=chi \
                 -disposition:a:0 default -disposition:s:0 forced";
    let words = words.display();
    let args = format!("{PICTURES} {SOUND} -i {words} {maps} {names} {H264} -c:a aac -c:s srt");
    let path = ffmpeg(dir.path(), "a.mkv", &args).await;
    let video = site.upload(&[], fs::read(path).expect("a film")).await.ok();
    let id = settled(site, &video).await["id"].as_i64().expect("a number");
    let user = site.user("reader").await;
    let shown = user.get(&format!("/videos/{id}")).await.ok();
    let streams = shown["streams"].as_array().expect("a list").as_slice();
    let [pictures, first, second, subtitles] = streams else { panic!("{streams:?}") };
    let has = |stream: &Value, facts: Value| {
        for (name, fact) in facts.as_object().expect("facts") {
            assert_eq!(stream[name], *fact, "{name} of {stream}");
        }
    };
    let size = json!({"kind": "video", "codec": "h264", "width": 64, "height": 48});
    has(pictures, size);
    has(pictures, json!({"frame_rate": 25.0, "pixel_format": "yuv420p", "rotation_degrees": null}));
    has(first, json!({"kind": "audio", "codec": "aac", "profile": "LC", "channels": 1}));
    has(first, json!({"language": "chi", "sample_rate_hz": 44_100, "is_default": true}));
    has(second, json!({"channels": 6, "language": "eng", "title": "Commentary"}));
    has(second, json!({"is_default": false}));
    has(subtitles, json!({"kind": "subtitle", "codec": "subrip", "language": "chi"}));
    has(subtitles, json!({"is_default": false, "is_forced": true}));
    let listed = user.get("/videos").await.ok();
    assert_eq!(listed["items"][0]["streams"], Value::Null, "lists are kept short");

    // What a telephone makes lies on its side in the file. ffmpeg counts anticlockwise here.
    let upright = ffmpeg(dir.path(), "b.mp4", &format!("{PICTURES} {SOUND} {H264}")).await;
    let turn = format!("-i {} -c copy -metadata:s:v rotate=90", upright.display());
    let turned = ffmpeg(dir.path(), "c.mp4", &turn).await;
    let video = site.upload(&[], fs::read(turned).expect("a film")).await.ok();
    let id = settled(site, &video).await["id"].as_i64().expect("a number");
    let shown = user.get(&format!("/videos/{id}")).await.ok();
    has(&shown["streams"][0], json!({"width": 64, "height": 48, "rotation_degrees": 270}));
    has(&shown, json!({"width": 48, "height": 64}));

    // A site whose contents were looked into by an older version learns it by itself.
    site.sql("UPDATE `blob` SET streams = NULL").await;
    assert_eq!(user.get(&format!("/videos/{id}")).await.ok()["streams"], Value::Null);
    site.clock.advance(1);
    site.node.app.operation.tidy().await.expect("housekeeping");
    let unknown = "SELECT COUNT(*) FROM `blob` WHERE streams IS NULL";
    for _ in 0..1_000 {
        if site.number(unknown).await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let again = user.get(&format!("/videos/{id}")).await.ok();
    assert_eq!(again["streams"], shown["streams"]);
    assert_eq!(again["playback"]["state"], "ready", "what was encoded is still played");
}

/// Waits until nothing is encoded any more.
async fn all_encoded(site: &Site) {
    for _ in 0..3_000 {
        let sql = "SELECT COUNT(*) FROM job WHERE kind IN ('plan', 'unit', 'sound') \
                   AND state IN ('queued', 'running')";
        if site.number(sql).await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("something is encoded for ever");
}

/// Lets housekeeping find what must be encoded anew, and waits for it; what this node knew of it
/// before is known for a second.
async fn replanned(site: &Site) {
    site.clock.advance(1);
    site.node.app.operation.tidy().await.expect("housekeeping");
    all_encoded(site).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
}

/// The tracks of the pictures that a playlist names, smallest first.
fn tracks(master: &str) -> Vec<String> {
    let tracks = master.lines().filter(|line| !line.starts_with('#'));
    tracks.map(|line| line.trim_end_matches("/index.m3u8").to_owned()).collect()
}

/// Reads the playlists with a parser that is not ours.
async fn read_strictly(site: &Site, address: &str, master: &str) {
    let (_, master) = m3u8_rs::parse_master_playlist(master.as_bytes()).expect("a playlist");
    let sounds = master.alternatives.iter().filter_map(|sound| sound.uri.as_ref());
    let names = master.variants.iter().map(|variant| &variant.uri).chain(sounds);
    for name in names {
        let media = text(site, &below(address, name)).await;
        let (_, media) = m3u8_rs::parse_media_playlist(media.as_bytes()).expect("a playlist");
        assert!(media.end_list && media.segments.iter().all(|part| !part.uri.is_empty()));
        let longest = media.segments.iter().map(|part| part.duration).fold(0.0, f32::max);
        assert!(longest.round() as u64 <= media.target_duration, "{name}: {longest} s");
    }
    for variant in &master.variants {
        assert!(variant.codecs.is_some() && variant.bandwidth > 0, "{variant:?}");
    }
}

async fn what_browsers_do_not_play_is_encoded(site: &Site) {
    let dir = temp_dir();
    site.set("playback.max_streams", "100").await;
    let hevc = "-c:v libx265 -preset ultrafast -x265-params log-level=none";
    for (name, args, has_sound) in [
        ("a.mp4", format!("{PICTURES} {SOUND} {hevc} -c:a ac3"), true),
        ("b.webm", format!("{PICTURES} {SOUND} -c:v libvpx -c:a libvorbis"), true),
        ("c.ts", format!("{PICTURES} {SOUND} -c:v mpeg2video -bf 2 -c:a mp2"), true),
        ("d.avi", format!("{PICTURES} {SOUND} -c:v mpeg4 -bf 2 -c:a mp3"), true),
        ("e.mp4", format!("{PICTURES} -pix_fmt yuv422p -c:v libx264"), false),
    ] {
        let path = ffmpeg(dir.path(), name, &args).await;
        let bytes = fs::read(&path).expect("it can be read");
        let video = site.upload(&[("file_name", name)], bytes).await.ok();
        let video = settled(site, &video).await;
        assert_eq!(video["playback"]["state"], "ready", "{name}: {video}");
        let address = address(&site.admin, video["id"].as_i64().expect("a number")).await;
        let master = text(site, &address).await;
        // Whoever asks for what is not encoded yet waits for it.
        assert_eq!(tracks(&master), ["48p"], "{name}: no larger than it is");
        let ours = dir.path().join("ours.mp4");
        fs::write(&ours, joined(site, &address, "48p").await).expect("a file");
        let counted = tokio::task::spawn_blocking(move || (pictures(&path), pictures(&ours)));
        let (original, ours) = counted.await.expect("no panic");
        assert_eq!(original.len(), ours.len(), "{name}: every picture once");
        assert_eq!(master.contains("sound/index.m3u8"), has_sound, "{name}");
        read_strictly(site, &address, &master).await;
        if has_sound {
            let index = text(site, &below(&address, "sound/index.m3u8")).await;
            assert_eq!(index.lines().filter(|line| line.starts_with("#EXTINF")).count(), 2);
            let heard = joined(site, &address, "sound").await;
            assert!(heard.len() > 50_000, "{name}: {} bytes of sound", heard.len());
        }
    }
    all_encoded(site).await;
    assert_eq!(site.number("SELECT COUNT(*) FROM job WHERE attempts > 1").await, 0);
}

async fn hevc_is_played_as_it_is_as_well(site: &Site) {
    let dir = temp_dir();
    let hevc = "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=50:open-gop=0";
    let path = ffmpeg(dir.path(), "a.mp4", &format!("{PICTURES} {SOUND} {hevc} -c:a aac")).await;
    let bytes = fs::read(&path).expect("it can be read");
    let video = site.upload(&[("file_name", "a.mp4")], bytes).await.ok();
    let video = settled(site, &video).await;
    assert_eq!(video["playback"]["state"], "ready", "{video}");
    let address = address(&site.admin, video["id"].as_i64().expect("a number")).await;
    let master = text(site, &address).await;
    // Each has sound of its own: that of the original, and what was encoded.
    assert_eq!(tracks(&master), ["48p", "video"]);
    let original = master.lines().find(|line| line.contains("hvc1.1.6.")).expect("the original");
    assert!(
        original.contains("mp4a.40.2\"") && original.contains("AUDIO=\"original\""),
        "{master}"
    );
    let encoded = master.lines().find(|line| line.contains("avc1.")).expect("what is encoded");
    assert!(encoded.contains("AUDIO=\"audio\""), "{master}");
    read_strictly(site, &address, &master).await;
    let ours = dir.path().join("ours.mp4");
    fs::write(&ours, joined(site, &address, "video").await).expect("a file");
    let compared = tokio::task::spawn_blocking(move || (pictures(&path), pictures(&ours)));
    let (original, ours) = compared.await.expect("no panic");
    assert_eq!(original, ours);
    all_encoded(site).await;
}

async fn a_stretch_that_was_given_up_is_a_gap(site: &Site) {
    let dir = temp_dir();
    let args = "-f lavfi -i testsrc2=size=64x48:rate=10:duration=30 -c:v mpeg4";
    let path = ffmpeg(dir.path(), "a.avi", args).await;
    let bytes = fs::read(&path).expect("it can be read");
    let video = site.upload(&[("file_name", "a.avi")], bytes).await.ok();
    settled(site, &video).await;
    all_encoded(site).await;
    let address = address(&site.admin, video["id"].as_i64().expect("a number")).await;
    let index = async || text(site, &below(&address, "48p/index.m3u8")).await;
    let whole = index().await;
    assert!(!whole.contains("GAP"), "{whole}");
    // As if everything behind the first segment had been given up.
    let unit = "SELECT id FROM job WHERE kind = 'unit' ORDER BY id LIMIT 1 OFFSET 1";
    let unit = site.number(unit).await;
    site.sql(&format!("UPDATE job SET state = 'failed' WHERE id = {unit}")).await;
    site.sql("DELETE FROM unit WHERE first > 0").await;
    let broken = index().await;
    let (_, media) = m3u8_rs::parse_media_playlist(broken.as_bytes()).expect("a playlist");
    assert!(media.version >= Some(8), "{broken}");
    let gaps = broken.matches("#EXT-X-GAP\n#EXTINF").count();
    assert_eq!(gaps, media.segments.len() - 1, "{broken}");
    // Whatever is queued is no gap.
    site.admin.post(&format!("/jobs/{unit}/retry"), json!({})).await.ok();
    let fewer = index().await.matches("#EXT-X-GAP").count();
    assert!(fewer < gaps, "{fewer} of {gaps}");
    all_encoded(site).await;
    assert_eq!(index().await.matches("#EXT-X-GAP").count(), fewer);
}

async fn a_film_that_is_broken_is_played_where_it_is_whole(site: &Site) {
    let dir = temp_dir();
    let args = "-f lavfi -i testsrc2=size=64x48:rate=25:duration=30 -c:v libvpx -b:v 1M -g 25";
    let path = ffmpeg(dir.path(), "a.webm", args).await;
    let mut bytes = fs::read(&path).expect("it can be read");
    let (from, to) = (bytes.len() * 5 / 10, bytes.len() * 7 / 10);
    bytes[from..to].iter_mut().enumerate().for_each(|(at, byte)| *byte = (at * 31 % 251) as u8);
    let video = site.upload(&[("file_name", "a.webm")], bytes).await.ok();
    let video = settled(site, &video).await;
    assert_eq!(video["playback"]["state"], "ready", "{video}");
    let address = address(&site.admin, video["id"].as_i64().expect("a number")).await;
    let ours = dir.path().join("ours.mp4");
    fs::write(&ours, joined(site, &address, "48p").await).expect("a file");
    let shown = tokio::task::spawn_blocking(move || pictures(&ours)).await.expect("no panic");
    assert!((450..750).contains(&shown.len()), "{} pictures", shown.len());
}

async fn a_large_film_gets_smaller_sizes(site: &Site) {
    let dir = temp_dir();
    site.set("playback.sizes", "240,720").await;
    let args = "-f lavfi -i testsrc2=size=640x480:rate=25:duration=18 -pix_fmt yuv420p \
                -c:v libx264 -preset ultrafast -b:v 3M -g 50";
    let path = ffmpeg(dir.path(), "a.mp4", args).await;
    let video = site.upload(&[("file_name", "a.mp4")], fs::read(&path).expect("a film")).await.ok();
    let video = settled(site, &video).await;
    let address = address(&site.admin, video["id"].as_i64().expect("a number")).await;
    all_encoded(site).await;
    let master = text(site, &address).await;
    assert_eq!(tracks(&master), ["240p", "video"]);
    let encoding =
        playback(&site.admin, video["id"].as_i64().expect("a number")).await["encoding"].clone();
    assert_eq!(
        (&encoding["stage"], &encoding["percent"]),
        (&json!("done"), &json!(100)),
        "{encoding}"
    );
    assert!(encoding["speed"].as_f64().is_some_and(|speed| speed > 0.0), "{encoding}");
    assert_eq!(encoding["sizes"], json!([{ "size": 240, "percent": 100 }]));
    assert_eq!(encoding["seconds_left"], Value::Null, "{encoding}");
    let user = site.user("viewer").await;
    let shown = playback(&user, video["id"].as_i64().expect("a number")).await;
    assert_eq!(shown.get("encoding"), None, "it is for admins");
    assert!(master.contains("RESOLUTION=320x240"), "{master}");
    let lengths = async |track: &str| {
        let index = text(site, &below(&address, &format!("{track}/index.m3u8"))).await;
        let lengths = index.lines().filter(|line| line.starts_with("#EXTINF"));
        lengths.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(lengths("240p").await, lengths("video").await, "they are cut at the same places");
    crate::pictures::pictured(site, &video).await;
    // Another setting makes what is missing, and keeps what is there.
    let made = "SELECT COUNT(*) FROM unit WHERE size = 240";
    let (files, units) = (files(&site.config.storage_dir.join("blobs")), site.number(made).await);
    site.set("playback.sizes", "240,300").await;
    replanned(site).await;
    assert_eq!(tracks(&text(site, &address).await), ["240p", "300p", "video"]);
    assert_eq!(site.number(made).await, units);
    site.set("playback.sizes", "").await;
    replanned(site).await;
    assert_eq!(tracks(&text(site, &address).await), ["video"]);
    let left = self::files(&site.config.storage_dir.join("blobs"));
    assert!(left < files, "{left} of {files} files are left");
    assert_eq!(site.number("SELECT COUNT(*) FROM unit").await, 0);
}

async fn what_was_made_goes_with_its_content(site: &Site) {
    let dir = temp_dir();
    let args = format!("{PICTURES} {SOUND} {H264} -c:a ac3");
    let path = ffmpeg(dir.path(), "a.mkv", &args).await;
    let video = site.upload(&[("file_name", "a.mkv")], fs::read(path).expect("a film")).await.ok();
    let video = settled(site, &video).await;
    assert_eq!(video["playback"]["state"], "ready", "{video}");
    let blobs = site.config.storage_dir.join("blobs");
    crate::pictures::pictured(site, &video).await;
    // Itself, what was made, a poster and small frames.
    assert_eq!(files(&blobs), 4);
    // The doctor knows what it is.
    let report = site.admin.call(Method::POST, "/doctor?repair=true").await.ok();
    assert_eq!((&report["ok"], files(&blobs)), (&json!(true), 4), "{report}");
    let id = &video["id"];
    site.admin.delete(&format!("/videos/{id}")).await.ok();
    site.admin.post(&format!("/videos/{id}/purge"), json!({})).await.ok();
    site.clock.advance(2 * HOUR);
    site.node.app.operation.tidy().await.expect("housekeeping");
    assert_eq!(files(&blobs), 0);
    assert_eq!(site.number("SELECT COUNT(*) FROM rendition").await, 0);
    assert_eq!(site.number("SELECT COUNT(*) FROM film").await, 0);
}

fn files(folder: &Path) -> usize {
    let entries = folder.read_dir().expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
}

async fn what_cannot_be_made_playable_says_why(site: &Site) {
    let dir = temp_dir();
    let args = format!("{PICTURES} {SOUND} -c:v libx264 -g 900 -c:a aac");
    let path = ffmpeg(dir.path(), "a.mkv", &args).await;
    let mut bytes = fs::read(&path).expect("it can be read");
    // The head alone is no film.
    bytes.truncate(2_000);
    let video = site.upload(&[("file_name", "a.mkv")], bytes).await.ok();
    let playback = settled(site, &video).await["playback"].clone();
    assert_eq!(playback["state"], "unplayable", "{playback}");
    assert!(playback["detail"].as_str().is_some_and(|text| text.contains("downloaded")));
    assert_eq!(playback.get("hls_url"), None);
    // Nothing is left of what was tried.
    let incoming = site.config.storage_dir.join("incoming");
    for _ in 0..500 {
        if files(&incoming) == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{} files are left", files(&incoming));
}

async fn contents_from_before_are_planned(site: &Site) {
    let video = uploaded(site, true).await;
    site.sql("DELETE FROM film").await;
    let before = playback(&site.admin, video).await;
    assert_eq!((&before["state"], &before["reason"]), (&json!("preparing"), &json!("pending")));
    site.node.app.operation.tidy().await.expect("housekeeping");
    let after = site.looked_into(&json!({ "id": video })).await;
    assert_eq!(after["playback"]["state"], "ready", "{after}");
}
