//! Uploading, editing, listing.

use crate::site::{Call, Person, SECOND, Site, both};
use futures_util::stream;
use reqwest::{Body, Method};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use yingku_testkit::{film, hash_of, unique_film};

both!(
    an_upload_becomes_a_video,
    content_makes_one_video,
    the_same_content_twice_at_once,
    uploads_that_are_refused,
    what_is_no_film_is_refused,
    file_names_become_safe,
    a_film_is_looked_into,
    videos_are_edited,
    lists_are_filtered_and_sorted,
    pages_stay_put_while_videos_come_and_go,
    visitors_see_what_is_public,
);

async fn an_upload_becomes_a_video(site: &Site) {
    let bytes = site.content(100_000);
    let hash = hash_of(&bytes);
    let upload = [
        ("file_name", "我的 电影.MP4"),
        ("category", " 纪录片 "),
        ("tags", "历史, 中国,历史"),
        ("description", "第一行\n第二行"),
        ("content_hash", &hash.to_uppercase()),
    ];
    let answer = site.upload(&upload, bytes).await;
    assert_eq!(answer.status, 201);
    let video = answer.ok();
    for (field, wanted) in [
        ("title", json!("我的 电影")),
        ("file_name", json!("我的 电影.MP4")),
        ("category", json!("纪录片")),
        ("tags", json!(["历史", "中国"])),
        ("description", json!("第一行\n第二行")),
        ("is_free", json!(false)),
        ("price_minor", json!(1_000)),
        ("member_price_minor", json!(500)),
        ("size_bytes", json!(100_000)),
        ("content_hash", json!(hash)),
        ("created_at", json!("2026-01-31T04:00:00Z")),
        ("withdrawn", json!(false)),
    ] {
        assert_eq!(video[field], wanted, "{field}");
    }
    assert_eq!(video["playback"]["state"], "unplayable");
    let shown = site.user("看").await.get(&format!("/videos/{}", video["id"])).await.ok();
    assert_eq!(shown["content_hash"], json!(hash));
    assert_eq!(shown.get("buyers"), None, "expected to admins alone");
    // Nothing says where the bytes are kept.
    let key = site.sql("SELECT storage_key FROM `blob`").await[0][0].clone().expect("a key");
    assert!(!shown.to_string().contains(&key) && !video.to_string().contains(&key));
    // In the language of whoever asks.
    let chinese = site.admin.get(&format!("/videos/{}", video["id"]));
    let chinese = chinese.header("accept-language", "zh-CN").await.ok();
    assert_ne!(chinese["playback"]["detail"], video["playback"]["detail"]);
}

/// MD5 over 10 bytes each at 0, size/3, 2*(size/3) and size-10.
fn fingerprint(bytes: &[u8]) -> String {
    let third = bytes.len() / 3;
    let at = |offset: usize| &bytes[offset..(offset + 10).min(bytes.len())];
    yingku_core::content::fingerprint_of([at(0), at(third), at(2 * third), at(bytes.len() - 10)])
}

async fn content_makes_one_video(site: &Site) {
    let bytes = site.content(5_000);
    let ask = || {
        let query = json!({ "size_bytes": bytes.len(), "fingerprint": fingerprint(&bytes) });
        site.admin.get("/fingerprint").query(&query)
    };
    let unknown = json!({ "known": false, "video_id": null, "in_trash": false });
    assert_eq!(ask().await.ok(), unknown);
    let id = site.upload(&[("title", "原")], bytes.clone()).await.ok()["id"].clone();
    let known = json!({ "known": true, "video_id": id, "in_trash": false });
    assert_eq!(ask().await.ok(), known);
    let upload = || site.upload(&[("title", "副")], bytes.clone());
    assert_eq!(upload().await.refused(409, "video_exists")["video_id"], id);
    site.admin.delete(&format!("/videos/{id}")).await.ok();
    assert_eq!(ask().await.ok()["in_trash"], true);
    assert_eq!(upload().await.refused(409, "video_in_trash")["video_id"], id);
    site.admin.post(&format!("/videos/{id}/restore"), json!({})).await.ok();
    assert_eq!(upload().await.refused(409, "video_exists")["video_id"], id);
    // Purged and not yet collected: the same content is a new video.
    site.admin.delete(&format!("/videos/{id}")).await.ok();
    site.admin.post(&format!("/videos/{id}/purge"), json!({})).await.ok();
    assert_eq!(ask().await.ok(), unknown);
    let again = upload().await.ok();
    assert_ne!(again["id"], id);
    assert_eq!(site.number("SELECT COUNT(*) FROM `blob`").await, 1);
    assert_eq!(site.number("SELECT reference_count FROM `blob`").await, 1);
    // The same sample is no proof: other bytes are another video.
    let mut other = bytes.clone();
    other[100] ^= 1;
    assert_eq!(fingerprint(&other), fingerprint(&bytes));
    site.upload(&[("title", "别的")], other).await.ok();
    for (fingerprint, field) in [("xyz", "fingerprint"), ("", "fingerprint")] {
        let query = json!({ "size_bytes": 5, "fingerprint": fingerprint });
        site.admin.get("/fingerprint").query(&query).await.invalid(field, "bad_format");
    }
    assert_eq!(kept_files(site), 2, "no copy was left behind");
}

async fn the_same_content_twice_at_once(site: &Site) {
    for round in 0..5 {
        let bytes = site.content(50_000 + round);
        let upload = || site.upload(&[], bytes.clone()).into_future();
        let (one, two, three) = tokio::join!(upload(), upload(), upload());
        let mut answers = [one, two, three];
        answers.sort_by_key(|answer| answer.status);
        let id = answers[0].ok()["id"].clone();
        for answer in &answers[1..] {
            assert_eq!(answer.refused(409, "video_exists")["video_id"], id);
        }
    }
    assert_eq!(site.number("SELECT COUNT(*) FROM video").await, 5);
    assert_eq!(kept_files(site), 5);
}

/// Files of content on the disk, half-received ones included.
pub fn kept_files(site: &Site) -> usize {
    let mut files = 0;
    let mut folders = vec![site.config.storage_dir.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the folder can be read") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match path.is_dir() {
                true => folders.push(path),
                false => files += usize::from(!name.starts_with("yingku.")),
            }
        }
    }
    files
}

/// How many uploads are arriving.
pub fn incoming(site: &Site) -> usize {
    std::fs::read_dir(site.config.storage_dir.join("incoming")).expect("a folder").count()
}

/// Waits until none is: what a broken one left goes in the background.
pub async fn incoming_empties(site: &Site) {
    let before = Instant::now();
    while incoming(site) > 0 {
        assert!(before.elapsed() < Duration::from_secs(10), "an upload is left behind");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn uploads_that_are_refused(site: &Site) {
    site.set("upload.max_bytes", "10000").await;
    let refusal = site.upload(&[], site.content(10_001)).await.refused(413, "upload_too_large");
    assert_eq!(refusal["limit_bytes"], 10_000);
    // Far more than lies in the sockets: whoever still sends hears it all the same.
    site.upload(&[], site.content(16 << 20)).await.refused(413, "upload_too_large");
    // A length that was not announced is counted while it arrives.
    let piece = bytes::Bytes::from(site.content(4_000));
    let endless = move |pieces: usize| {
        let pieces = vec![piece.clone(); pieces];
        Body::wrap_stream(stream::iter(pieces.into_iter().map(Ok::<_, std::io::Error>)))
    };
    site.upload(&[], endless(3)).await.refused(413, "upload_too_large");
    site.upload(&[], endless(2)).await.ok();
    site.upload(&[], site.content(10_000)).await.ok();
    let wrong = "0".repeat(64);
    site.upload(&[("content_hash", &wrong)], site.content(100)).await.refused(422, "hash_mismatch");
    let long = "长".repeat(201);
    let many = (0..21).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    for (name, value, problem) in [
        ("content_hash", "xyz", "bad_format"),
        ("title", "", "missing"),
        ("title", &long, "too_long"),
        ("tags", &many, "too_many"),
        ("category", &long, "too_long"),
        ("price_minor", "0", "too_small"),
        ("price_minor", "100000001", "too_large"),
        ("member_price_minor", "0", "too_small"),
        ("member_price_minor", "1001", "too_large"),
    ] {
        site.upload(&[(name, value)], site.content(100)).await.invalid(name, problem);
    }
    let both = [("price_minor", "300"), ("member_price_minor", "301")];
    site.upload(&both, site.content(100)).await.invalid("member_price_minor", "too_large");
    let free = [("is_free", "perhaps")];
    site.upload(&free, site.content(100)).await.refused(400, "malformed_request");
    site.upload(&[("nonsense", "1")], site.content(100)).await.refused(400, "malformed_request");
    let nameless = site.admin.call(Method::POST, "/videos").body("x");
    nameless.await.refused(400, "malformed_request");
    site.upload(&[], "").await.invalid("file", "empty");
    site.upload(&[], endless(0)).await.invalid("file", "empty");
    incoming_empties(site).await;
    assert_eq!(kept_files(site), 2, "what was refused left nothing");
    assert_eq!(site.number("SELECT COUNT(*) FROM video").await, 2);
}

/// What is no film is refused before it becomes a title, whatever its name is.
async fn what_is_no_film_is_refused(site: &Site) {
    site.set("upload.allow_unknown", "false").await;
    let film = unique_film(7, 40_000);
    // Begins like a film, and has no more of it.
    let torn = film[..600].to_vec();
    let noise = [&film[..32], &site.content(50_000)].concat();
    let notes = "Buy milk.\n".repeat(100).into_bytes();
    for (name, bytes) in [
        ("notes.txt", notes.clone()),
        ("notes.mp4", notes),
        ("noise.mp4", site.content(10_000)),
        ("torn.mp4", torn),
        ("noise-behind-a-head.mp4", noise),
    ] {
        let call = site.upload(&[("file_name", name)], bytes);
        call.await.refused(422, "not_a_film");
    }
    assert_eq!(kept_files(site), 0, "what was refused left nothing");
    assert_eq!(site.number("SELECT COUNT(*) FROM video").await, 0);
    site.upload(&[("file_name", "film.txt")], film).await.ok();
    // Operators may want any file; it is marked as what cannot be played.
    site.set("upload.allow_unknown", "true").await;
    let video = site.upload(&[("file_name", "noise.mp4")], site.content(10_000)).await.ok();
    assert_eq!(video["playback"]["state"], "unplayable", "{video}");
    assert_eq!(video["playback"]["reason"], "unreadable", "{video}");
}

async fn file_names_become_safe(site: &Site) {
    for (given, kept) in [
        ("../../etc/passwd", "passwd"),
        ("C:\\films\\a.mkv", "a.mkv"),
        ("a\r\nSet-Cookie: x.mp4", "aSet-Cookie_ x.mp4"),
        ("电影 \u{202e}4pm.exe", "电影 4pm.exe"),
        ("", "video"),
        ("...", "video"),
        ("CON.mp4", "_CON.mp4"),
    ] {
        let video = site.upload(&[("file_name", given)], site.content(100)).await.ok();
        assert_eq!(video["file_name"], json!(kept), "{given:?}");
    }
    let long = format!("{}.mp4", "影".repeat(100));
    let video = site.upload(&[("file_name", &long)], site.content(100)).await.ok();
    let kept = video["file_name"].as_str().expect("a name");
    assert!(kept.len() <= 200 && kept.ends_with("影.mp4"), "{kept}");
}

async fn a_film_is_looked_into(site: &Site) {
    let path = tokio::task::spawn_blocking(|| film(2, 64, None)).await.expect("a film");
    let bytes = std::fs::read(path).expect("it can be read");
    // Whatever its name says.
    let video = site.upload(&[("file_name", "film.txt")], bytes).await.ok();
    let video = site.looked_into(&video).await;
    assert_eq!((&video["media_type"], &video["width"]), (&json!("video/mp4"), &json!(64)));
    let length = video["duration_ms"].as_i64().expect("a length");
    assert!((1_900..2_200).contains(&length), "{length}");
    assert_eq!(video["playback"]["state"], "ready");
    let text = site.upload(&[("file_name", "fake.mp4")], "#EXTM3U\nfile:///etc/passwd").await.ok();
    assert_eq!(text["playback"]["reason"], "unreadable");
    assert_eq!(text["duration_ms"], Value::Null);
}

async fn videos_are_edited(site: &Site) {
    let id = site.video("旧", false).await;
    let path = format!("/videos/{id}");
    site.clock.advance(SECOND);
    let edit = |body: Value| site.admin.patch(&path, body);
    let edited = edit(json!({ "title": "新", "tags": ["a", "Ｂ"], "category": "短片" })).await.ok();
    assert_eq!((&edited["title"], &edited["tags"]), (&json!("新"), &json!(["a", "Ｂ"])));
    assert_eq!(edited["updated_at"], "2026-01-31T04:00:01Z");
    assert_eq!(edited["created_at"], "2026-01-31T04:00:00Z");
    let edited = edit(json!({ "description": "d", "category": "" })).await.ok();
    assert_eq!((&edited["tags"], &edited["category"]), (&json!(["a", "Ｂ"]), &json!("")));
    let search = |text: &str| site.admin.get("/videos").query(&[("search", text)]);
    assert_eq!(search("b").await.ok()["items"][0]["id"], id);
    assert!(search("短").await.ok()["items"].as_array().is_some_and(Vec::is_empty));
    assert!(search("旧").await.ok()["items"].as_array().is_some_and(Vec::is_empty));
    let priced = edit(json!({ "price_minor": 200, "member_price_minor": 200 })).await.ok();
    assert_eq!((&priced["price_minor"], &priced["member_price_minor"]), (&json!(200), &json!(200)));
    for (body, field, problem) in [
        (json!({ "price_minor": 199 }), "member_price_minor", "too_large"),
        (json!({ "price_minor": -1 }), "price_minor", "too_small"),
        (json!({ "price_minor": 100_000_001 }), "price_minor", "too_large"),
        (json!({ "member_price_minor": 201 }), "member_price_minor", "too_large"),
        (json!({ "member_price_minor": -1 }), "member_price_minor", "too_small"),
        (json!({ "title": " " }), "title", "missing"),
        (json!({ "title": "a\nb" }), "title", "bad_character"),
        (json!({ "tags": ["a,b"] }), "tags", "bad_character"),
        (json!({ "tags": ["长".repeat(51)] }), "tags", "too_long"),
        (json!({ "description": "长".repeat(10_001) }), "description", "too_long"),
    ] {
        edit(body).await.invalid(field, problem);
    }
    assert_eq!(site.admin.get(&path).await.ok()["price_minor"], 200, "nothing was changed");
    let free = edit(json!({ "is_free": true })).await.ok();
    assert_eq!((&free["price_minor"], &free["your_price_minor"]), (&json!(0), &json!(0)));
    let back =
        edit(json!({ "is_free": false, "price_minor": 0, "member_price_minor": 0 })).await.ok();
    assert_eq!((&back["price_minor"], &back["member_price_minor"]), (&json!(1_000), &json!(500)));
    site.admin.patch("/videos/99999", json!({ "title": "x" })).await.refused(404, "not_found");
}

async fn add(site: &Site, title: &str, query: &[(&str, &str)]) -> i64 {
    let mut query = query.to_vec();
    query.push(("title", title));
    let video = site.upload(&query, site.content(20)).await.ok();
    video["id"].as_i64().expect("a number")
}

async fn titles(person: &Person, query: &str) -> Vec<String> {
    let items = person.all(&format!("/videos?{query}"), 2).await;
    items.iter().map(|item| item["title"].as_str().expect("a title").to_owned()).collect()
}

async fn lists_are_filtered_and_sorted(site: &Site) {
    add(site, "b", &[("is_free", "true"), ("category", "Ｆilm"), ("tags", "x,y")]).await;
    add(site, "Ａ", &[("category", "film"), ("tags", "Y")]).await;
    add(site, "c", &[("is_free", "true"), ("category", "短片")]).await;
    add(site, "a", &[("tags", "xy")]).await;
    let admin = &site.admin;
    for (query, wanted) in [
        ("", "a c Ａ b"),
        ("sort=newest", "a c Ａ b"),
        ("sort=oldest", "b Ａ c a"),
        ("sort=title", "Ａ a b c"),
        ("price=free", "c b"),
        ("price=paid", "a Ａ"),
        ("price=free&sort=title", "b c"),
        ("category=FILM", "Ａ b"),
        ("category=FILM&price=free", "b"),
        ("category=fil", ""),
        ("tag=y", "Ａ b"),
        ("tag=X&price=free&sort=oldest", "b"),
        ("search=film&sort=title", "Ａ b"),
        ("search=x", "a b"),
        ("search=x&tag=y", "b"),
        ("search=%20&sort=oldest", "b Ａ c a"),
    ] {
        assert_eq!(titles(admin, query).await.join(" "), wanted, "{query}");
    }
    for query in ["sort=size", "price=cheap", "limit=x", "colour=red"] {
        let call = admin.get(&format!("/videos?{query}"));
        call.await.refused(400, "malformed_request");
    }
    admin.get("/videos?cursor=!!").await.invalid("cursor", "bad_format");
    // A cursor of another order is no place in this one.
    let next = admin.get("/videos?limit=1").await.ok()["next_cursor"].clone();
    let next = next.as_str().expect("there is more");
    admin.get(&format!("/videos?sort=title&cursor={next}")).await.invalid("cursor", "bad_format");
    let long = "长".repeat(201);
    admin.get("/videos").query(&[("search", &long)]).await.invalid("search", "too_long");
}

async fn pages_stay_put_while_videos_come_and_go(site: &Site) {
    for sort in ["newest", "oldest", "title"] {
        let mut ids = Vec::new();
        for number in 0..9 {
            // Three of each title: the number alone distinguishes them.
            ids.push(add(site, &format!("{sort} {}", number % 3), &[]).await);
        }
        let page = |cursor: Option<String>| -> Call {
            let call = site.admin.get(&format!("/videos?limit=2&sort={sort}&search={sort}"));
            match cursor {
                Some(cursor) => call.query(&[("cursor", cursor)]),
                None => call,
            }
        };
        let (mut seen, mut cursor, mut gone) = (Vec::new(), None, Vec::new());
        loop {
            let answer = page(cursor.clone()).await.ok();
            for item in answer["items"].as_array().expect("items") {
                seen.push(item["id"].as_i64().expect("a number"));
            }
            // One that was seen goes, the last one seen among them, and one comes.
            let last = *seen.last().expect("a page has items");
            if gone.len() < 3 {
                gone.push(last);
                site.admin.delete(&format!("/videos/{last}")).await.ok();
                add(site, &format!("{sort} 新"), &[]).await;
            }
            match answer["next_cursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => break,
            }
        }
        let mut once = seen.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), seen.len(), "{sort}: none twice");
        assert!(ids.iter().all(|id| seen.contains(id)), "{sort}: none left out");
    }
}

async fn visitors_see_what_is_public(site: &Site) {
    let id = site.video("公开", true).await;
    let nobody = site.nobody();
    nobody.get("/videos").await.refused(401, "login_required");
    site.set("site.visibility", "public").await;
    assert_eq!(titles(&nobody, "").await, ["公开"]);
    let shown = nobody.get(&format!("/videos/{id}")).await.ok();
    assert_eq!(shown["owned"], false);
    nobody.ask(id).await.refused(401, "login_required");
    nobody.get("/plans").await.ok();
    // A dead token is refused as such, though nobody would be let in.
    site.bearer("dead").get("/videos").await.refused(401, "session_ended");
    site.admin.delete(&format!("/videos/{id}")).await.ok();
    assert!(titles(&nobody, "").await.is_empty());
    nobody.get(&format!("/videos/{id}")).await.refused(404, "not_found");
}
