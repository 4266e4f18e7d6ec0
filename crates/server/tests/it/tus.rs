//! tus 1.0.0: a test for each thing that a server MUST do, extensions included, and what
//! Yingku makes of it.

use crate::site::{Answer, Call, Database, HOUR, PASSWORD, Person, Site, both};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::stream;
use reqwest::{Body, Method};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use yingku_core::content::{fingerprint_of, fingerprint_ranges};
use yingku_testkit::hash_of;

both!(
    an_upload_in_pieces_becomes_a_video,
    content_that_is_here_makes_no_second_video,
    an_upload_goes_on_after_a_restart,
    a_body_that_breaks_off_is_kept,
    a_head_makes_a_half_dead_patch_let_go,
    an_upload_ends_with_its_login,
    parts_are_put_together,
    parts_are_put_together_once,
    a_joining_that_nobody_finished_is_finished,
    open_uploads_are_listed_and_limited,
    what_expired_is_collected,
    a_whole_upload_that_nobody_finished_is_finished,
    core_head_always_tells_the_offset,
    core_head_tells_the_length,
    core_patch_at_another_offset_is_a_conflict,
    core_patch_answers_204_and_the_new_offset,
    core_patch_over_the_length_is_refused,
    creation_answers_201_and_a_location,
    creation_keeps_the_metadata,
    defer_length_is_told_until_the_length_is_known,
    defer_length_cannot_be_changed_once_known,
    expiration_is_told_with_every_answer,
    expiration_ends_in_410,
    checksum_that_does_not_hold_discards_the_bytes,
    checksum_with_creation_leaves_nothing,
    termination_answers_204_and_frees_the_bytes,
    concatenation_final_tells_its_length_and_concat,
    concatenation_final_takes_no_patch,
    concatenation_of_what_is_not_whole_is_refused,
    concatenation_parts_are_no_videos,
    a_fingerprint_that_does_not_hold_is_refused,
);

/// Makes each story a test on SQLite: those that no database has a part in.
macro_rules! must {
    ($($story:ident),* $(,)?) => {$(
        mod $story {
            use super::{Database, Site};

            #[tokio::test(flavor = "multi_thread")]
            async fn holds() {
                let site = Site::start(Database::Sqlite).await;
                super::$story(&site).await;
                site.finish().await;
            }
        }
    )*};
}

must!(
    core_head_must_not_be_cached,
    core_nothing_is_told_of_what_is_not_there,
    core_patch_takes_its_own_media_type_alone,
    core_options_tell_the_version_and_ignore_the_clients,
    core_numbers_are_whole_and_not_negative,
    core_every_answer_says_the_version,
    core_another_version_is_412_and_not_processed,
    core_the_method_may_be_overridden,
    creation_needs_a_length_or_its_deferral,
    creation_over_the_size_limit_is_413,
    creation_takes_an_empty_metadata,
    creation_refuses_metadata_that_cannot_be_read,
    creation_with_upload_tells_the_offset,
    creation_with_upload_needs_the_media_type,
    defer_length_takes_1_alone,
    checksum_names_sha1_among_its_algorithms,
    checksum_that_holds_is_taken,
    checksum_of_an_unknown_kind_is_400,
    checksum_of_a_body_that_breaks_off_discards_it,
    concatenation_takes_no_metadata_of_its_parts,
    pages_of_other_sites_may_speak_it,
    no_room_is_told_before,
    ids_are_not_guessed_and_users_kept_out,
    core_the_version_list_names_what_is_spoken,
    every_extension_that_is_there_is_announced_and_no_other,
    creation_refuses_keys_and_values_that_are_none,
    concatenation_addresses_may_be_whole_or_of_this_site,
);

const MIB: usize = 1 << 20;
/// How long anything that should come soon may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
const OCTETS: &str = "application/offset+octet-stream";

/// A call that speaks tus.
fn tus(who: &Person, method: &str, path: &str) -> Call {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    who.call(method, path).header("tus-resumable", "1.0.0")
}

fn metadata(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs.iter().map(|(key, value)| format!("{key} {}", STANDARD.encode(value)));
    pairs.collect::<Vec<_>>().join(",")
}

/// Begins an upload of so many bytes and gives its path.
async fn begin(site: &Site, length: usize) -> String {
    begin_with(site, length, &metadata(&[("filename", "影片.mp4")])).await
}

async fn begin_with(site: &Site, length: usize, metadata: &str) -> String {
    let call = tus(&site.admin, "POST", "/uploads").header("upload-length", &length.to_string());
    path_of(&call.header("upload-metadata", metadata).await)
}

async fn begin_part(site: &Site, bytes: &[u8]) -> String {
    let call = tus(&site.admin, "POST", "/uploads").header("upload-concat", "partial");
    let path = path_of(&call.header("upload-length", &bytes.len().to_string()).await);
    assert_eq!(patch(site, &path, 0, bytes.to_vec()).await.status, 204);
    path
}

/// The path under `/api/v1` that a creation answered with.
#[track_caller]
fn path_of(created: &Answer) -> String {
    assert_eq!(created.status, 201, "{}", created.text());
    let (_, path) = created.header("location").split_once("/api/v1").expect("a location");
    path.to_owned()
}

fn patch(site: &Site, path: &str, offset: usize, bytes: impl Into<Body>) -> Call {
    tus(&site.admin, "PATCH", path)
        .header("upload-offset", &offset.to_string())
        .header("content-type", OCTETS)
        .body(bytes)
}

async fn head(site: &Site, path: &str) -> Answer {
    tus(&site.admin, "HEAD", path).await
}

async fn offset(site: &Site, path: &str) -> usize {
    let answer = head(site, path).await;
    assert_eq!(answer.status, 200);
    answer.header("upload-offset").parse().expect("an offset")
}

/// Files in the folder of what arrives.
fn arriving_files(site: &Site) -> usize {
    let folder = site.config.storage_dir.join("incoming");
    let files = std::fs::read_dir(folder).expect("there is one");
    files.filter(|file| file.as_ref().is_ok_and(|file| !is_probe(file))).count()
}

fn is_probe(file: &std::fs::DirEntry) -> bool {
    file.file_name().to_string_lossy().ends_with(".probe")
}

async fn an_upload_in_pieces_becomes_a_video(site: &Site) {
    let bytes = site.content(3_300_000);
    let about = metadata(&[("filename", "我的 电影.MP4"), ("is_free", "1"), ("tags", "甲,乙")]);
    let path = begin_with(site, bytes.len(), &about).await;
    for (from, to) in [(0, 1_000_000), (1_000_000, 1_000_001), (1_000_001, 3_200_000)] {
        let answer = patch(site, &path, from, bytes[from..to].to_vec()).await;
        assert_eq!((answer.status, answer.header("upload-offset")), (204, &*to.to_string()));
        assert_eq!(answer.header("yingku-video-id"), "");
    }
    let last = patch(site, &path, 3_200_000, bytes[3_200_000..].to_vec()).await;
    assert_eq!(last.status, 204);
    let id = last.header("yingku-video-id").to_owned();
    let video = site.admin.get(&format!("/videos/{id}")).await.ok();
    assert_eq!(video["content_hash"], json!(hash_of(&bytes)));
    assert_eq!(video["title"], "我的 电影");
    assert_eq!(video["is_free"], true);
    assert_eq!(video["tags"], json!(["甲", "乙"]));
    assert_eq!(arriving_files(site), 0);
    let ticket = site.admin.ask(video["id"].as_i64().expect("a number")).await.ok();
    assert_eq!(site.admin.fetch(&ticket).await.body, bytes);
    // Whoever lost the last answer hears it again.
    let again = head(site, &path).await;
    assert_eq!(again.header("upload-offset"), bytes.len().to_string());
    assert_eq!((again.header("yingku-video-id"), again.header("yingku-outcome")), (&*id, "done"));
    let empty = patch(site, &path, bytes.len(), Vec::new()).await;
    assert_eq!((empty.status, empty.header("yingku-video-id")), (204, &*id));
    assert_eq!(site.admin.get(&path).await.ok()["state"], "done");
    assert!(site.admin.all("/uploads", 50).await.is_empty());
    assert_eq!(site.number("SELECT COUNT(*) FROM video").await, 1);
    assert_eq!(site.number("SELECT uploaded_by FROM video").await, site.admin.id());
}

async fn content_that_is_here_makes_no_second_video(site: &Site) {
    let bytes = site.content(50_000);
    let id = site.upload(&[], bytes.clone()).await.ok()["id"].clone();
    // Told in advance by the whole hash.
    let sent = metadata(&[("filename", "a.mp4"), ("content_hash", &hash_of(&bytes))]);
    let call = || tus(&site.admin, "POST", "/uploads").header("upload-length", "50000");
    let refused = call().header("upload-metadata", &sent).await;
    assert_eq!(refused.refused(409, "video_exists")["video_id"], id);
    // Else by the server's own, when all is here.
    let path = begin(site, bytes.len()).await;
    let refused = patch(site, &path, 0, bytes.clone()).await;
    assert_eq!(refused.refused(409, "video_exists")["video_id"], id);
    let standing = head(site, &path).await;
    assert_eq!(standing.header("upload-offset"), "50000");
    assert_eq!(standing.header("yingku-outcome"), "video_exists");
    assert_eq!(standing.header("yingku-video-id"), id.to_string());
    let again = patch(site, &path, 50_000, Vec::new()).await;
    assert_eq!(again.refused(409, "video_exists")["video_id"], id);
    site.admin.delete(&format!("/videos/{id}")).await.ok();
    let refused = call().header("upload-metadata", &sent).await;
    assert_eq!(refused.refused(409, "video_in_trash")["video_id"], id);
    let path = begin(site, bytes.len()).await;
    patch(site, &path, 0, bytes.clone()).await.refused(409, "video_in_trash");
    // A hash that does not hold.
    let wrong = metadata(&[("filename", "a.mp4"), ("content_hash", &"0".repeat(64))]);
    let path = begin_with(site, 10, &wrong).await;
    patch(site, &path, 0, vec![7; 10]).await.refused(422, "hash_mismatch");
    assert_eq!(head(site, &path).await.header("yingku-outcome"), "hash_mismatch");
    // What is no film.
    site.set("upload.allow_unknown", "false").await;
    let path = begin(site, 10).await;
    patch(site, &path, 0, vec![7; 10]).await.refused(422, "not_a_film");
    assert_eq!(head(site, &path).await.header("yingku-outcome"), "not_a_film");
    assert_eq!(arriving_files(site), 0);
    assert_eq!(site.number("SELECT COUNT(*) FROM video").await, 1);
}

async fn an_upload_goes_on_after_a_restart(_: &Site) {
    // The node is stopped: a site of its own.
    let site = Site::start(Database::Sqlite).await;
    let bytes = site.content(9_500_000);
    let path = begin(&site, bytes.len()).await;
    assert_eq!(patch(&site, &path, 0, bytes[..5_123_456].to_vec()).await.status, 204);
    let site = site.restart().await;
    assert_eq!(offset(&site, &path).await, 5_123_456);
    let last = patch(&site, &path, 5_123_456, bytes[5_123_456..].to_vec()).await;
    let id = last.header("yingku-video-id");
    let video = site.admin.get(&format!("/videos/{id}")).await.ok();
    assert_eq!(video["content_hash"], json!(hash_of(&bytes)));
    site.finish().await;
}

/// A body that gives some bytes and then waits; it breaks off on a signal.
fn halting(bytes: Vec<u8>) -> (Body, oneshot::Sender<()>) {
    let (breaks, sent) = oneshot::channel();
    let first = stream::iter([Ok::<_, std::io::Error>(Bytes::from(bytes))]);
    let broken = async {
        if sent.await.is_err() {
            std::future::pending::<()>().await;
        }
        Err(std::io::Error::other("gone"))
    };
    (Body::wrap_stream(futures_util::StreamExt::chain(first, stream::once(broken))), breaks)
}

/// Waits until the one file that arrives has so many bytes; they are written by the MiB.
async fn until_written(site: &Site, bytes: usize) {
    let folder = site.config.storage_dir.join("incoming");
    let began = Instant::now();
    loop {
        let files = std::fs::read_dir(&folder).expect("there is one").filter_map(Result::ok);
        let uploads = files.filter(|file| !is_probe(file));
        let len: u64 = uploads.filter_map(|file| file.metadata().ok()).map(|it| it.len()).sum();
        if len == bytes as u64 {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{len} of {bytes} bytes came");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Sends a call that is not going to end, and gives up on it later.
fn in_background(call: Call) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        let _ = call.try_open().await;
    })
}

/// What came before a break is kept, and the offset is the sum of what was stored.
async fn a_body_that_breaks_off_is_kept(site: &Site) {
    let bytes = site.content(2_500_000);
    let path = begin(site, bytes.len()).await;
    let (body, breaks) = halting(bytes[..2 * MIB].to_vec());
    let sent = in_background(patch(site, &path, 0, body));
    until_written(site, 2 * MIB).await;
    breaks.send(()).expect("somebody listens");
    sent.await.expect("it ran");
    assert_eq!(offset(site, &path).await, 2 * MIB);
    let last = patch(site, &path, 2 * MIB, bytes[2 * MIB..].to_vec()).await;
    assert_ne!(last.header("yingku-video-id"), "", "{}", last.text());
}

/// One writer at a time: a HEAD or a PATCH makes the one before save and let go. One that did
/// not would be 423.
async fn a_head_makes_a_half_dead_patch_let_go(site: &Site) {
    let bytes = site.content(4_500_000);
    let path = begin(site, bytes.len()).await;
    let (body, _open) = halting(bytes[..2 * MIB].to_vec());
    let stuck = in_background(patch(site, &path, 0, body));
    until_written(site, 2 * MIB).await;
    let began = Instant::now();
    assert_eq!(offset(site, &path).await, 2 * MIB);
    println!("let go after {:?}", began.elapsed());
    stuck.abort();
    // And so does another PATCH.
    let (body, _open) = halting(bytes[2 * MIB..4 * MIB].to_vec());
    let stuck = in_background(patch(site, &path, 2 * MIB, body));
    until_written(site, 4 * MIB).await;
    let other = patch(site, &path, 4 * MIB, bytes[4 * MIB..].to_vec()).await;
    assert_eq!(other.status, 204, "{}", other.text());
    assert_ne!(other.header("yingku-video-id"), "");
    stuck.abort();
}

/// Whoever is locked sends no further byte; what came is kept for another admin.
async fn an_upload_ends_with_its_login(site: &Site) {
    let other = site.user("副馆长").await;
    let promote = json!({ "role": "admin" });
    site.admin.patch(&format!("/accounts/{}", other.id()), promote).await.ok();
    // A role that changes ends every login.
    let other = site.log_in(&json!({ "id": other.id(), "name": "副馆长" }), PASSWORD).await;
    let bytes = site.content(3_000_000);
    let call = tus(&other, "POST", "/uploads").header("upload-length", "3000000");
    let path = path_of(&call.await);
    let (body, _open) = halting(bytes[..2 * MIB].to_vec());
    let call = tus(&other, "PATCH", &path).header("upload-offset", "0");
    let call = call.header("content-type", OCTETS).body(body);
    let sent = tokio::spawn(async move { call.open().await.status().as_u16() });
    until_written(site, 2 * MIB).await;
    site.admin.post(&format!("/accounts/{}/lock", other.id()), json!({})).await.ok();
    assert_eq!(sent.await.expect("it ran"), 401);
    tus(&other, "PATCH", &path).await.refused(401, "session_ended");
    let last = patch(site, &path, 2 * MIB, bytes[2 * MIB..].to_vec()).await;
    assert_ne!(last.header("yingku-video-id"), "", "{}", last.text());
    assert_eq!(site.number("SELECT uploaded_by FROM video").await, other.id());
}

fn final_of(paths: &[&String]) -> String {
    let list = paths.iter().map(|path| format!("/api/v1{path}")).collect::<Vec<_>>().join(" ");
    format!("final;{list}")
}

async fn parts_are_put_together(site: &Site) {
    let bytes = site.content(3_000_000);
    let (one, two) = bytes.split_at(1_777_777);
    // The second first: the order is the list's.
    let second = begin_part(site, two).await;
    let first = begin_part(site, one).await;
    let about = metadata(&[("filename", "whole.mp4"), ("title", "合")]);
    let call = tus(&site.admin, "POST", "/uploads").header("upload-metadata", &about);
    let answer = call.header("upload-concat", &final_of(&[&first, &second])).await;
    let path = path_of(&answer);
    let id = answer.header("yingku-video-id").to_owned();
    let video = site.admin.get(&format!("/videos/{id}")).await.ok();
    assert_eq!(video["content_hash"], json!(hash_of(&bytes)));
    assert_eq!(video["title"], "合");
    assert_eq!(head(site, &path).await.header("yingku-video-id"), id);
    // The parts' bytes are not kept a second time.
    assert_eq!(arriving_files(site), 0);
    assert_eq!(head(site, &first).await.status, 410);
}

/// The answer to the request that joined them was lost: the same again gives the same video.
async fn parts_are_put_together_once(site: &Site) {
    let bytes = site.content(100_000);
    let (one, two) = bytes.split_at(60_000);
    let (first, second) = (begin_part(site, one).await, begin_part(site, two).await);
    let join = || {
        let call = tus(&site.admin, "POST", "/uploads");
        call.header("upload-concat", &final_of(&[&first, &second]))
    };
    let answer = join().await;
    let again = join().await;
    assert_eq!((answer.status, again.status), (201, 201));
    assert_eq!(path_of(&again), path_of(&answer));
    assert_eq!(again.header("yingku-video-id"), answer.header("yingku-video-id"));
    assert_eq!(site.number("SELECT COUNT(*) FROM video").await, 1);
    // The other way around it is another file, whose parts are gone.
    let call = tus(&site.admin, "POST", "/uploads");
    call.header("upload-concat", &final_of(&[&second, &first])).await.refused(410, "upload_ended");
    // Somebody else's request is none of theirs.
    let wanted = json!({ "name": "副手", "password": PASSWORD });
    let account = site.admin.post("/admins", wanted).await.ok();
    let other = site.log_in(&account, PASSWORD).await;
    let call = tus(&other, "POST", "/uploads");
    call.header("upload-concat", &final_of(&[&first, &second])).await.refused(410, "upload_ended");
}

/// As a crash in the middle of it leaves it: the parts are there, and nobody asks again.
async fn a_joining_that_nobody_finished_is_finished(site: &Site) {
    let bytes = site.content(100_000);
    let (one, two) = bytes.split_at(60_000);
    let (first, second) = (begin_part(site, one).await, begin_part(site, two).await);
    // One that cannot be kept now: the row stays, with its parts.
    let blobs = site.config.storage_dir.join("blobs");
    let away = site.config.storage_dir.join("away");
    std::fs::rename(&blobs, &away).expect("it can be renamed");
    std::fs::write(&blobs, "no folder").expect("it can be written");
    let call = tus(&site.admin, "POST", "/uploads");
    let failed = call.header("upload-concat", &final_of(&[&first, &second])).await;
    assert_eq!(failed.status, 503, "{}", failed.text());
    std::fs::remove_file(&blobs).expect("it can be removed");
    std::fs::rename(&away, &blobs).expect("it can be renamed back");
    assert_eq!(arriving_files(site), 3, "the parts are there, and what they were joined to");
    site.clock.advance(2 * 60_000);
    site.node.app.operation.tidy().await.expect("it is tidied");
    assert_eq!(site.number("SELECT COUNT(*) FROM video").await, 1);
    let hash = site.sql("SELECT content_hash FROM `blob`").await[0][0].clone();
    assert_eq!(hash, Some(hash_of(&bytes)));
    assert_eq!(arriving_files(site), 0);
    assert_eq!(head(site, &first).await.status, 410);
}

async fn open_uploads_are_listed_and_limited(site: &Site) {
    site.set("upload.max_open", "3").await;
    let mut paths = Vec::new();
    for _ in 0..3 {
        paths.push(begin(site, 1_000).await);
    }
    let call = || tus(&site.admin, "POST", "/uploads").header("upload-length", "5");
    assert_eq!(call().await.refused(429, "too_many_uploads")["limit"], 3);
    let listed = site.admin.all("/uploads", 2).await;
    let ids: Vec<String> = listed
        .iter()
        .map(|upload| format!("/uploads/{}", upload["id"].as_str().unwrap()))
        .collect();
    assert_eq!(ids, paths.iter().rev().cloned().collect::<Vec<_>>());
    assert_eq!(listed[0]["file_name"], "影片.mp4");
    assert_eq!(listed[0]["account"], "馆长");
    assert_eq!((&listed[0]["size_bytes"], &listed[0]["offset_bytes"]), (&json!(1_000), &json!(0)));
    assert_eq!(tus(&site.admin, "DELETE", &paths[0]).await.status, 204);
    assert_eq!(call().await.status, 201);
}

async fn what_expired_is_collected(site: &Site) {
    let path = begin(site, 100).await;
    assert_eq!(patch(site, &path, 0, vec![1; 50]).await.status, 204);
    site.clock.advance(71 * HOUR);
    site.node.app.operation.tidy().await.expect("it is tidied");
    assert_eq!(offset(site, &path).await, 50);
    // Every byte is a new beginning.
    assert_eq!(patch(site, &path, 50, vec![1; 10]).await.status, 204);
    site.clock.advance(71 * HOUR);
    site.node.app.operation.tidy().await.expect("it is tidied");
    assert_eq!(offset(site, &path).await, 60);
    assert_eq!(arriving_files(site), 1);
    site.clock.advance(HOUR);
    site.node.app.operation.tidy().await.expect("it is tidied");
    assert_eq!(arriving_files(site), 0);
    assert_eq!(head(site, &path).await.status, 410);
    site.clock.advance(31 * 24 * HOUR);
    site.node.app.operation.tidy().await.expect("it is tidied");
    assert_eq!(site.number("SELECT COUNT(*) FROM upload").await, 0);
}

/// As a crash between the last byte's row and the video's leaves it.
async fn a_whole_upload_that_nobody_finished_is_finished(site: &Site) {
    for moved in [false, true] {
        let bytes = site.content(1_500_000);
        let path = begin(site, bytes.len()).await;
        assert_eq!(patch(site, &path, 0, bytes[..1_499_999].to_vec()).await.status, 204);
        let row = "SELECT storage_name FROM upload ORDER BY id DESC LIMIT 1";
        let name = site.sql(row).await[0][0].clone().expect("a name");
        let root = &site.config.storage_dir;
        let file = root.join("incoming").join(format!("{name}.upload"));
        // The last byte, behind the server's back, since it would finish it at once.
        std::fs::write(&file, &bytes).expect("it can be written");
        site.sql(&format!(
            "UPDATE upload SET offset_bytes = {}, hash_state = '' WHERE storage_name = '{name}'",
            bytes.len()
        ))
        .await;
        if moved {
            // Renamed, and then killed before the commit.
            let folder = root.join("blobs").join(&name[..2]).join(&name[2..4]);
            std::fs::create_dir_all(&folder).expect("it can be made");
            std::fs::rename(&file, folder.join(&name)).expect("it can be renamed");
            // Long ago by the site's clock: the doctor takes it for no fresh file.
            let file = std::fs::File::options().write(true).open(folder.join(&name));
            file.and_then(|file| file.set_modified(std::time::UNIX_EPOCH)).expect("it is set");
            site.admin.post("/doctor", json!({ "repair": true })).await.ok();
        }
        site.clock.advance(5 * HOUR);
        site.node.app.operation.tidy().await.expect("it is tidied");
        let shown = site.admin.get(&path).await.ok();
        assert_eq!(shown["state"], "done", "{shown}");
        let video = site.admin.get(&format!("/videos/{}", shown["video_id"])).await.ok();
        assert_eq!(video["content_hash"], json!(hash_of(&bytes)));
    }
}

/// Core, HEAD: the answer MUST have `Upload-Offset`, at 0 and when all is here too.
async fn core_head_always_tells_the_offset(site: &Site) {
    let path = begin(site, 100).await;
    assert_eq!(head(site, &path).await.header("upload-offset"), "0");
    patch(site, &path, 0, vec![1; 100]).await.ok();
    assert_eq!(head(site, &path).await.header("upload-offset"), "100");
}

/// Core, HEAD: where the size is known, `Upload-Length` MUST be answered.
async fn core_head_tells_the_length(site: &Site) {
    let path = begin(site, 123).await;
    assert_eq!(head(site, &path).await.header("upload-length"), "123");
}

/// Core, HEAD: `Cache-Control: no-store` MUST keep it out of caches.
async fn core_head_must_not_be_cached(site: &Site) {
    let path = begin(site, 123).await;
    assert_eq!(head(site, &path).await.header("cache-control"), "no-store");
}

/// Core: no `Upload-Offset` for what is not there, but 404.
async fn core_nothing_is_told_of_what_is_not_there(site: &Site) {
    for method in ["HEAD", "PATCH", "DELETE"] {
        let answer = tus(&site.admin, method, "/uploads/nothing")
            .header("upload-offset", "0")
            .header("content-type", OCTETS)
            .await;
        assert_eq!((answer.status, answer.header("upload-offset")), (404, ""), "{method}");
    }
}

/// Core, PATCH: the type MUST be `application/offset+octet-stream`; another is 415.
async fn core_patch_takes_its_own_media_type_alone(site: &Site) {
    let path = begin(site, 10).await;
    for media_type in ["application/octet-stream", "text/plain", ""] {
        let call = tus(&site.admin, "PATCH", &path).header("upload-offset", "0").body("1234567890");
        let call =
            if media_type.is_empty() { call } else { call.header("content-type", media_type) };
        call.await.refused(415, "unsupported_media_type");
    }
    assert_eq!(offset(site, &path).await, 0);
}

/// Core, PATCH: `Upload-Offset` MUST be the current one; else 409, and nothing is changed.
async fn core_patch_at_another_offset_is_a_conflict(site: &Site) {
    let path = begin(site, 10).await;
    patch(site, &path, 0, "12345").await.ok();
    for wrong in [0, 4, 6, 10, 11] {
        let answer = patch(site, &path, wrong, "678").await;
        assert_eq!(answer.refused(409, "upload_offset_mismatch")["offset"], 5);
        assert_eq!(offset(site, &path).await, 5);
    }
}

/// Core, PATCH: MUST be acknowledged by 204 with `Upload-Offset`, which MUST be the sum of
/// the offset before and the bytes that were stored.
async fn core_patch_answers_204_and_the_new_offset(site: &Site) {
    let path = begin(site, 10).await;
    let answer = patch(site, &path, 0, "1234").await;
    assert_eq!((answer.status, answer.header("upload-offset")), (204, "4"));
    let answer = patch(site, &path, 4, "5").await;
    assert_eq!((answer.status, answer.header("upload-offset")), (204, "5"));
    assert!(answer.body.is_empty());
}

/// Core: `Upload-Length` is the size of the whole; more than that is not taken.
async fn core_patch_over_the_length_is_refused(site: &Site) {
    let path = begin(site, 10).await;
    patch(site, &path, 0, "12345678901").await.refused(413, "upload_too_large");
    assert_eq!(offset(site, &path).await, 0);
    // Without a length of its own: what is over is not taken.
    let pieces = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"12345678901"))]);
    patch(site, &path, 0, Body::wrap_stream(pieces)).await.refused(413, "upload_too_large");
    assert_eq!(offset(site, &path).await, 0);
}

/// Core, OPTIONS: MUST have `Tus-Version`, and the client's `Tus-Resumable` MUST be ignored;
/// `Tus-Max-Size` MUST be a whole number from 0 on.
async fn core_options_tell_the_version_and_ignore_the_clients(site: &Site) {
    let path = begin(site, 10).await;
    for path in ["/uploads", &path] {
        for version in ["1.0.0", "0.2.2", "x"] {
            let call = site.nobody().call(Method::OPTIONS, path).header("tus-resumable", version);
            let answer = call.await;
            assert_eq!(answer.status, 204);
            assert_eq!(answer.header("tus-version"), "1.0.0");
            assert_eq!(answer.header("tus-max-size"), "107374182400");
            assert_eq!(
                answer.header("tus-extension"),
                "creation,creation-with-upload,creation-defer-length,checksum,expiration,\
                 termination,concatenation"
            );
        }
    }
    site.set("upload.max_bytes", "1000").await;
    let answer = site.nobody().call(Method::OPTIONS, "/uploads").await;
    assert_eq!(answer.header("tus-max-size"), "1000", "it tells the truth");
}

/// Core: `Upload-Offset` and `Upload-Length` MUST be whole numbers from 0 on.
async fn core_numbers_are_whole_and_not_negative(site: &Site) {
    let path = begin(site, 10).await;
    for wrong in ["-1", "+1", "1.5", "x", "", "99999999999999999999"] {
        let answer = tus(&site.admin, "POST", "/uploads").header("upload-length", wrong).await;
        answer.refused(400, "malformed_request");
        let call = tus(&site.admin, "PATCH", &path).header("content-type", OCTETS);
        call.header("upload-offset", wrong).await.refused(400, "malformed_request");
    }
    let call = tus(&site.admin, "PATCH", &path).header("content-type", OCTETS);
    call.await.refused(400, "malformed_request");
}

/// Core: `Tus-Resumable` MUST be in every answer, and MUST be the version that is spoken.
async fn core_every_answer_says_the_version(site: &Site) {
    let path = begin(site, 10).await;
    for answer in [
        tus(&site.admin, "POST", "/uploads").header("upload-length", "5").await,
        tus(&site.admin, "POST", "/uploads").await,
        head(site, &path).await,
        patch(site, &path, 0, "12345").await,
        patch(site, &path, 9, "12345").await,
        tus(&site.nobody(), "HEAD", &path).await,
        tus(&site.admin, "DELETE", &path).await,
        head(site, &path).await,
    ] {
        assert_eq!(answer.header("tus-resumable"), "1.0.0", "{} {}", answer.what, answer.status);
    }
}

/// Core: another version MUST be 412 with `Tus-Version`, and MUST NOT be processed.
async fn core_another_version_is_412_and_not_processed(site: &Site) {
    let path = begin(site, 10).await;
    for version in ["", "0.2.2", "1.0", "2.0.0"] {
        for (method, path) in
            [("POST", "/uploads"), ("HEAD", &*path), ("PATCH", &path), ("DELETE", &path)]
        {
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let call = site.admin.call(method.clone(), path).header("content-type", OCTETS);
            let call = call.header("upload-offset", "0").header("upload-length", "10");
            let call =
                if version.is_empty() { call } else { call.header("tus-resumable", version) };
            let answer = call.body("1234567890").await;
            assert_eq!(answer.status, 412, "{method} {version}");
            assert_eq!(answer.header("tus-version"), "1.0.0");
        }
    }
    assert_eq!(offset(site, &path).await, 0);
    assert_eq!(site.admin.all("/uploads", 50).await.len(), 1);
}

/// Core: `X-HTTP-Method-Override` MUST be taken for the method, the real one MUST be ignored.
async fn core_the_method_may_be_overridden(site: &Site) {
    let path = begin(site, 10).await;
    let post = |method: &str| {
        let call = tus(&site.admin, "POST", &path).header("x-http-method-override", method);
        call.header("upload-offset", "0").header("content-type", OCTETS)
    };
    assert_eq!(post("PATCH").body("12345").await.header("upload-offset"), "5");
    assert_eq!(post("HEAD").await.header("upload-offset"), "5");
    let nobody = tus(&site.nobody(), "POST", &path).header("x-http-method-override", "DELETE");
    nobody.await.refused(401, "login_required");
    assert_eq!(post("DELETE").await.status, 204);
    assert_eq!(head(site, &path).await.status, 410);
    // Elsewhere it is nothing.
    let other = site.admin.call(Method::GET, "/me").header("x-http-method-override", "DELETE");
    other.await.ok();
}

/// Creation: one of `Upload-Length` and `Upload-Defer-Length` MUST be there.
async fn creation_needs_a_length_or_its_deferral(site: &Site) {
    let post = || tus(&site.admin, "POST", "/uploads");
    post().await.refused(400, "malformed_request");
    let both = post().header("upload-length", "5").header("upload-defer-length", "1");
    both.await.refused(400, "malformed_request");
    // Nothing at all is no film.
    post().header("upload-length", "0").await.invalid("file", "empty");
}

/// Creation: MUST be acknowledged by 201, and `Location` MUST be the upload's address.
async fn creation_answers_201_and_a_location(site: &Site) {
    let answer = tus(&site.admin, "POST", "/uploads").header("upload-length", "5").await;
    assert_eq!(answer.status, 201);
    assert!(answer.header("location").starts_with("http://127.0.0.1:"));
    assert!(answer.header("location").contains("/api/v1/uploads/"));
    // A page behind TLS gets an address that it may call.
    let call = tus(&site.admin, "POST", "/uploads").header("upload-length", "5");
    let call = call.header("origin", "https://films.example").header("host", "films.example");
    let sent = call.await.header("location").to_owned();
    assert!(sent.starts_with("https://films.example/api/v1/uploads/"), "{sent}");
    assert_eq!(offset(site, &path_of(&answer)).await, 0);
}

/// Creation: a length over `Tus-Max-Size` MUST be 413.
async fn creation_over_the_size_limit_is_413(site: &Site) {
    site.set("upload.max_bytes", "1000").await;
    let answer = tus(&site.admin, "POST", "/uploads").header("upload-length", "1001").await;
    assert_eq!(answer.refused(413, "upload_too_large")["limit_bytes"], 1_000);
    let call = tus(&site.admin, "POST", "/uploads").header("upload-defer-length", "1");
    let path = path_of(&call.await);
    patch(site, &path, 0, vec![0; 1_001]).await.refused(413, "upload_too_large");
    let late = patch(site, &path, 0, vec![0; 5]).header("upload-length", "1001").await;
    late.refused(413, "upload_too_large");
}

/// Creation: HEAD MUST answer `Upload-Metadata` as it was sent at the creation.
async fn creation_keeps_the_metadata(site: &Site) {
    let sent = "filename 55S15b2xLm1wNA==,relativePath bnVsbA==,is_confidential";
    let path = begin_with(site, 10, sent).await;
    assert_eq!(head(site, &path).await.header("upload-metadata"), sent);
}

/// Creation: no metadata is fine.
async fn creation_takes_an_empty_metadata(site: &Site) {
    let path = begin_with(site, 10, "").await;
    assert_eq!(head(site, &path).await.header("upload-metadata"), "");
    let answer = patch(site, &path, 0, "0123456789").await;
    let video = site.admin.get(&format!("/videos/{}", answer.header("yingku-video-id"))).await.ok();
    assert_eq!((&video["title"], &video["is_free"]), (&json!("video"), &json!(false)));
}

/// Creation: the values of `Upload-Metadata` MUST be Base64, its keys MUST be unique.
async fn creation_refuses_metadata_that_cannot_be_read(site: &Site) {
    let post = |sent: &str| {
        let call = tus(&site.admin, "POST", "/uploads").header("upload-length", "5");
        call.header("upload-metadata", sent)
    };
    for wrong in ["filename !", "a YQ==,a YQ=="] {
        post(wrong).await.refused(400, "malformed_request");
    }
    post("is_free Mg==").await.invalid("is_free", "bad_format");
    post(&metadata(&[("title", &"长".repeat(201))])).await.invalid("title", "too_long");
    post(&metadata(&[("price_minor", "0")])).await.invalid("price_minor", "too_small");
    assert!(site.admin.all("/uploads", 50).await.is_empty());
    assert_eq!(arriving_files(site), 0);
}

/// Creation with upload: the answer MUST have `Upload-Offset`.
async fn creation_with_upload_tells_the_offset(site: &Site) {
    let bytes = site.content(5_000);
    let post = |some: &[u8]| {
        let call = tus(&site.admin, "POST", "/uploads").header("upload-length", "5000");
        call.header("content-type", OCTETS).body(some.to_vec())
    };
    let answer = post(&bytes[..3_000]).await;
    assert_eq!((answer.status, answer.header("upload-offset")), (201, "3000"));
    let last = patch(site, &path_of(&answer), 3_000, bytes[3_000..].to_vec()).await;
    assert_ne!(last.header("yingku-video-id"), "");
    let whole = post(&site.content(5_000)).await;
    assert_eq!((whole.status, whole.header("upload-offset")), (201, "5000"));
    assert_ne!(whole.header("yingku-video-id"), "");
    post(&[0; 5_001]).await.refused(413, "upload_too_large");
}

/// Creation with upload: the type MUST be `application/offset+octet-stream`.
async fn creation_with_upload_needs_the_media_type(site: &Site) {
    let call = tus(&site.admin, "POST", "/uploads").header("upload-length", "5").body("12345");
    call.await.refused(415, "unsupported_media_type");
    assert!(site.admin.all("/uploads", 50).await.is_empty());
}

/// Creation: `Upload-Defer-Length` MUST be 1.
async fn defer_length_takes_1_alone(site: &Site) {
    for wrong in ["0", "2", "true", ""] {
        let call = tus(&site.admin, "POST", "/uploads").header("upload-defer-length", wrong);
        call.await.refused(400, "malformed_request");
    }
}

async fn begin_deferred(site: &Site) -> String {
    path_of(&tus(&site.admin, "POST", "/uploads").header("upload-defer-length", "1").await)
}

/// Creation: while the length is not known, HEAD MUST answer `Upload-Defer-Length: 1`; it comes
/// with a later PATCH.
async fn defer_length_is_told_until_the_length_is_known(site: &Site) {
    let path = begin_deferred(site).await;
    let standing = head(site, &path).await;
    assert_eq!(standing.header("upload-defer-length"), "1");
    assert_eq!(standing.header("upload-length"), "");
    patch(site, &path, 0, "12345").await.ok();
    assert_eq!(head(site, &path).await.header("upload-defer-length"), "1");
    let answer = patch(site, &path, 5, "678").header("upload-length", "10").await;
    assert_eq!(answer.header("upload-offset"), "8");
    let standing = head(site, &path).await;
    assert_eq!(standing.header("upload-defer-length"), "");
    assert_eq!(standing.header("upload-length"), "10");
    assert_ne!(patch(site, &path, 8, "90").await.header("yingku-video-id"), "");
    // Told with no byte, when all are here.
    let path = begin_deferred(site).await;
    patch(site, &path, 0, "abcdefghij").await.ok();
    let answer = patch(site, &path, 10, "").header("upload-length", "10").await;
    assert_ne!(answer.header("yingku-video-id"), "", "{}", answer.text());
}

/// Creation: once set, the length MUST NOT be changed.
async fn defer_length_cannot_be_changed_once_known(site: &Site) {
    let path = begin_deferred(site).await;
    patch(site, &path, 0, "12345").header("upload-length", "10").await.ok();
    let answer = patch(site, &path, 5, "6").header("upload-length", "11").await;
    answer.refused(400, "malformed_request");
    let less = begin_deferred(site).await;
    patch(site, &less, 0, "12345").await.ok();
    let answer = patch(site, &less, 5, "").header("upload-length", "4").await;
    answer.refused(400, "malformed_request");
    assert_eq!(head(site, &path).await.header("upload-length"), "10");
}

/// Expiration: `Upload-Expires` MUST be in the answers to POST and to every PATCH, in HTTP's
/// form of dates.
async fn expiration_is_told_with_every_answer(site: &Site) {
    let created = tus(&site.admin, "POST", "/uploads").header("upload-length", "10").await;
    assert_eq!(created.header("upload-expires"), "Tue, 03 Feb 2026 04:00:00 GMT");
    let path = path_of(&created);
    site.clock.advance(HOUR);
    let answer = patch(site, &path, 0, "12345").await;
    assert_eq!(answer.header("upload-expires"), "Tue, 03 Feb 2026 05:00:00 GMT");
    site.clock.advance(HOUR);
    let standing = head(site, &path).await;
    assert_eq!(standing.header("upload-expires"), "Tue, 03 Feb 2026 05:00:00 GMT");
    let last = patch(site, &path, 5, "67890").await;
    assert_eq!(last.header("upload-expires"), "", "a video does not expire");
}

/// Expiration: what has been removed is 404 or 410.
async fn expiration_ends_in_410(site: &Site) {
    let path = begin(site, 10).await;
    site.clock.advance(72 * HOUR);
    assert_eq!(head(site, &path).await.status, 410);
    patch(site, &path, 0, "12345").await.refused(410, "upload_ended");
}

/// Checksum: `Tus-Checksum-Algorithm` MUST be in the answer to OPTIONS, and `sha1` MUST be
/// among them.
async fn checksum_names_sha1_among_its_algorithms(site: &Site) {
    let answer = site.nobody().call(Method::OPTIONS, "/uploads").await;
    let algorithms = answer.header("tus-checksum-algorithm");
    assert!(algorithms.split(',').any(|name| name == "sha1"), "{algorithms}");
}

/// Checksum: the bytes MUST be held against it; an algorithm's name and Base64, parted by a
/// space.
async fn checksum_that_holds_is_taken(site: &Site) {
    let path = begin(site, 50).await;
    // Of "hello world", by other programs.
    for (at, sum) in [
        "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=",
        "md5 XrY7u+Ae7tCTyyK7j1rNww==",
        "sha256 uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=",
        "crc32 DUoRhQ==",
    ]
    .iter()
    .enumerate()
    {
        let answer =
            patch(site, &path, at * 11, "hello world").header("upload-checksum", sum).await;
        assert_eq!(answer.status, 204, "{sum}: {}", answer.text());
    }
    assert_eq!(offset(site, &path).await, 44);
}

/// Checksum: one that does not hold is 460, the bytes MUST be discarded, and the offset MUST
/// NOT be updated.
async fn checksum_that_does_not_hold_discards_the_bytes(site: &Site) {
    let bytes = site.content(12_000_000);
    let path = begin(site, bytes.len()).await;
    patch(site, &path, 0, bytes[..1_000_000].to_vec()).await.ok();
    let wrong = "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=";
    // More than is saved at once, too.
    let answer = patch(site, &path, 1_000_000, bytes[1_000_000..].to_vec());
    answer.header("upload-checksum", wrong).await.refused(460, "checksum_mismatch");
    assert_eq!(offset(site, &path).await, 1_000_000);
    let last = patch(site, &path, 1_000_000, bytes[1_000_000..].to_vec()).await;
    let id = last.header("yingku-video-id");
    let video = site.admin.get(&format!("/videos/{id}")).await.ok();
    assert_eq!(video["content_hash"], json!(hash_of(&bytes)));
}

/// Checksum: an algorithm that is not known is 400, the bytes MUST be discarded, and the
/// offset MUST NOT be updated.
async fn checksum_of_an_unknown_kind_is_400(site: &Site) {
    let path = begin(site, 50).await;
    for wrong in ["sha3 YQ==", "sha1 !", "sha1", ""] {
        let answer = patch(site, &path, 0, "hello").header("upload-checksum", wrong).await;
        assert!([400, 460].contains(&answer.status), "{wrong}: {}", answer.status);
        assert_eq!(offset(site, &path).await, 0);
    }
}

/// Checksum, with a creation: nothing is left of it.
async fn checksum_with_creation_leaves_nothing(site: &Site) {
    let call = tus(&site.admin, "POST", "/uploads").header("upload-length", "5").body("12345");
    let call = call.header("content-type", OCTETS);
    let wrong = "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=";
    call.header("upload-checksum", wrong).await.refused(460, "checksum_mismatch");
    assert!(site.admin.all("/uploads", 50).await.is_empty());
    assert_eq!(arriving_files(site), 0);
}

/// Checksum: of half a body nothing can be verified, so none of it counts.
async fn checksum_of_a_body_that_breaks_off_discards_it(site: &Site) {
    let path = begin(site, 2 * MIB).await;
    let (body, breaks) = halting(vec![7; MIB]);
    let sum = "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=";
    let sent = in_background(patch(site, &path, 0, body).header("upload-checksum", sum));
    until_written(site, MIB).await;
    breaks.send(()).expect("somebody listens");
    sent.await.expect("it ran");
    assert_eq!(offset(site, &path).await, 0);
}

/// Termination: MUST be 204; later requests are 404 or 410.
async fn termination_answers_204_and_frees_the_bytes(site: &Site) {
    let path = begin(site, 10).await;
    patch(site, &path, 0, "12345").await.ok();
    assert_eq!(arriving_files(site), 1);
    let answer = tus(&site.admin, "DELETE", &path).await;
    assert_eq!(answer.status, 204);
    assert_eq!(arriving_files(site), 0);
    assert_eq!(head(site, &path).await.status, 410);
    patch(site, &path, 5, "67890").await.refused(410, "upload_ended");
    tus(&site.admin, "DELETE", &path).await.refused(410, "upload_ended");
    let acts = site.admin.get("/audit").query(&[("action", "upload.end")]).await.ok();
    assert_eq!(acts["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(acts["items"][0]["detail"], json!({ "file_name": "影片.mp4", "offset_bytes": 5 }));
}

/// Concatenation: HEAD MUST answer `Upload-Concat` as it was sent, and of a finished one
/// `Upload-Offset` and `Upload-Length`, which MUST be equal: the sum of the parts.
async fn concatenation_final_tells_its_length_and_concat(site: &Site) {
    let (one, two) = (begin_part(site, b"12345").await, begin_part(site, b"678").await);
    assert_eq!(head(site, &one).await.header("upload-concat"), "partial");
    let sent = final_of(&[&one, &two]);
    let call = tus(&site.admin, "POST", "/uploads").header("upload-concat", &sent);
    let path = path_of(&call.await);
    let standing = head(site, &path).await;
    assert_eq!(standing.header("upload-concat"), sent);
    assert_eq!(standing.header("upload-length"), "8");
    assert_eq!(standing.header("upload-offset"), "8");
}

/// Concatenation: PATCH of a final upload MUST be 403, and MUST NOT change it or its parts.
async fn concatenation_final_takes_no_patch(site: &Site) {
    let one = begin_part(site, b"12345").await;
    let call = tus(&site.admin, "POST", "/uploads").header("upload-concat", &final_of(&[&one]));
    let path = path_of(&call.await);
    patch(site, &path, 5, "678").await.refused(403, "upload_is_final");
    assert_eq!(offset(site, &path).await, 5);
}

/// Concatenation: `Upload-Concat` MUST be `partial`, or `final;` with the parts; none that are
/// unfinished, since `concatenation-unfinished` is not announced.
async fn concatenation_of_what_is_not_whole_is_refused(site: &Site) {
    let call = tus(&site.admin, "POST", "/uploads").header("upload-concat", "partial");
    let half = path_of(&call.header("upload-length", "10").await);
    patch(site, &half, 0, "12345").await.ok();
    let whole = begin(site, 5).await;
    let post = |sent: &str| tus(&site.admin, "POST", "/uploads").header("upload-concat", sent);
    post(&final_of(&[&half])).await.refused(400, "upload_incomplete");
    post(&final_of(&[&whole])).await.refused(400, "malformed_request");
    post(&final_of(&[&"/uploads/none".to_owned()])).await.refused(404, "not_found");
    for wrong in ["final;", "final", "both"] {
        post(wrong).await.refused(400, "malformed_request");
    }
    assert_eq!(arriving_files(site), 2);
}

/// Concatenation: the metadata of the parts MUST NOT come into the final upload.
async fn concatenation_takes_no_metadata_of_its_parts(site: &Site) {
    let sent = metadata(&[("filename", "part.mp4"), ("title", "部分")]);
    let call = tus(&site.admin, "POST", "/uploads").header("upload-concat", "partial");
    let call = call.header("upload-length", "5").header("upload-metadata", &sent);
    let part = path_of(&call.await);
    patch(site, &part, 0, "12345").await.ok();
    let call = tus(&site.admin, "POST", "/uploads").header("upload-concat", &final_of(&[&part]));
    let answer = call.await;
    assert_eq!(head(site, &path_of(&answer)).await.header("upload-metadata"), "");
    let video = site.admin.get(&format!("/videos/{}", answer.header("yingku-video-id"))).await;
    assert_eq!(video.ok()["title"], "video");
}

/// Browsers: pages of other sites may speak tus with a token, never with a cookie.
async fn pages_of_other_sites_may_speak_it(site: &Site) {
    let origin = "https://elsewhere.example";
    let asked = site.nobody().call(Method::OPTIONS, "/uploads").header("origin", origin);
    let asked = asked.header("access-control-request-method", "PATCH").await;
    assert_eq!(asked.status, 204);
    assert_eq!(asked.header("access-control-allow-origin"), "*");
    for method in ["POST", "HEAD", "PATCH", "DELETE", "GET", "OPTIONS"] {
        assert!(asked.header("access-control-allow-methods").contains(method), "{method}");
    }
    let allowed = asked.header("access-control-allow-headers").to_lowercase();
    for name in ["authorization", "content-type", "tus-resumable", "upload-offset", "upload-length"]
    {
        assert!(allowed.contains(name), "{name}");
    }
    // Also what is refused can be read; never with a cookie.
    let refused = tus(&site.nobody(), "HEAD", "/uploads/x").header("origin", origin).await;
    assert_eq!(refused.status, 401);
    let path = begin(site, 10).await;
    let standing = tus(&site.admin, "HEAD", &path).header("origin", origin).await;
    for answer in [&refused, &standing] {
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("access-control-allow-credentials"), "");
        let read = answer.header("access-control-expose-headers").to_lowercase();
        for name in ["location", "upload-offset", "upload-expires", "yingku-video-id"] {
            assert!(read.contains(name), "{name}");
        }
    }
    let token = site.admin.token.clone().expect("a login");
    let cookie = tus(&site.nobody(), "DELETE", &path).header("origin", origin);
    let cookie = cookie.header("cookie", &format!("yingku_session={token}"));
    cookie.header("sec-fetch-site", "cross-site").await.refused(403, "origin_mismatch");
    let elsewhere = site.nobody().call(Method::GET, "/site").header("origin", origin).await;
    assert_eq!(elsewhere.header("access-control-allow-origin"), "");
}

/// Where there is no room, it is refused before a byte travels.
async fn no_room_is_told_before(site: &Site) {
    site.set("upload.max_bytes", &(1_u64 << 50).to_string()).await;
    let call =
        tus(&site.admin, "POST", "/uploads").header("upload-length", &(1_u64 << 50).to_string());
    let answer = call.await;
    answer.refused(503, "storage_full");
    assert_ne!(answer.header("retry-after"), "");
    assert_eq!(arriving_files(site), 0);
}

/// Addresses are not guessed, and knowing one is not enough.
async fn ids_are_not_guessed_and_users_kept_out(site: &Site) {
    let path = begin(site, 10).await;
    let name = path.strip_prefix("/uploads/").expect("a name");
    assert!(name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
    let storage = site.sql("SELECT storage_name FROM upload").await[0][0].clone().expect("one");
    assert_ne!(storage, name, "where it is kept is not shown");
    let user = site.user("观众").await;
    assert_eq!(tus(&user, "HEAD", &path).await.status, 403);
    tus(&user, "DELETE", &path).await.refused(403, "forbidden");
    tus(&user, "POST", "/uploads").header("upload-length", "5").await.refused(403, "forbidden");
}

/// Core: `Tus-Version` MUST be a list of the versions that are spoken.
async fn core_the_version_list_names_what_is_spoken(site: &Site) {
    let answer = site.nobody().call(Method::OPTIONS, "/uploads").await;
    let versions: Vec<_> = answer.header("tus-version").split(',').collect();
    assert_eq!(versions, ["1.0.0"]);
    for version in versions {
        let call = site.admin.call(Method::POST, "/uploads").header("tus-resumable", version);
        assert_eq!(call.header("upload-length", "5").await.status, 201);
    }
}

/// Every extension: where it is there, `Tus-Extension` MUST name it; and what is not there is
/// not named.
async fn every_extension_that_is_there_is_announced_and_no_other(site: &Site) {
    let answer = site.nobody().call(Method::OPTIONS, "/uploads").await;
    let mut announced: Vec<_> = answer.header("tus-extension").split(',').collect();
    announced.sort_unstable();
    let there = [
        "checksum",
        "concatenation",
        "creation",
        "creation-defer-length",
        "creation-with-upload",
        "expiration",
        "termination",
    ];
    assert_eq!(announced, there);
}

/// Creation: pairs MUST be parted by commas, key and value by a space; a key MUST NOT be empty.
async fn creation_refuses_keys_and_values_that_are_none(site: &Site) {
    for (sent, status) in [
        ("filename YQ==,title Yg==", 201),
        ("filename", 201),
        ("filename YQ== Yg==", 400),
        ("filename YQ==;title Yg==", 400),
        ("filename a", 400),
    ] {
        let call = tus(&site.admin, "POST", "/uploads").header("upload-length", "5");
        assert_eq!(call.header("upload-metadata", sent).await.status, status, "{sent}");
    }
}

/// Concatenation: parts MUST NOT be taken for anything until they are put together.
async fn concatenation_parts_are_no_videos(site: &Site) {
    let part = begin_part(site, b"12345").await;
    assert_eq!(offset(site, &part).await, 5);
    site.clock.advance(HOUR);
    site.node.app.operation.tidy().await.expect("it is tidied");
    assert_eq!(site.number("SELECT COUNT(*) FROM video").await, 0);
    assert_eq!(head(site, &part).await.header("yingku-outcome"), "");
}

/// Concatenation: the addresses of the parts may be whole, or of this site alone.
async fn concatenation_addresses_may_be_whole_or_of_this_site(site: &Site) {
    let (one, two) = (begin_part(site, b"12345").await, begin_part(site, b"678").await);
    let sent = format!("final;http://elsewhere.example/api/v1{one} /api/v1{two}");
    let call = tus(&site.admin, "POST", "/uploads").header("upload-concat", &sent);
    let answer = call.await;
    assert_eq!(head(site, &path_of(&answer)).await.header("upload-concat"), sent);
    let video = site.admin.get(&format!("/videos/{}", answer.header("yingku-video-id"))).await;
    assert_eq!(video.ok()["content_hash"], json!(hash_of(b"12345678")));
}

/// Half of one file and half of another is neither: the fingerprint that was announced decides.
async fn a_fingerprint_that_does_not_hold_is_refused(site: &Site) {
    let bytes = site.content(50_000);
    let sent = metadata(&[("filename", "a.mp4"), ("fingerprint", &fingerprint(&bytes))]);
    let path = begin_with(site, bytes.len(), &sent).await;
    assert_eq!(site.admin.get(&path).await.ok()["fingerprint"], json!(fingerprint(&bytes)));
    patch(site, &path, 0, bytes[..20_000].to_vec()).await.ok();
    patch(site, &path, 20_000, vec![7; 30_000]).await.refused(422, "hash_mismatch");
    assert_eq!(arriving_files(site), 0);
    let path = begin_with(site, bytes.len(), &sent).await;
    assert_ne!(patch(site, &path, 0, bytes).await.header("yingku-video-id"), "");
    let call = tus(&site.admin, "POST", "/uploads").header("upload-length", "5");
    let call = call.header("upload-metadata", &metadata(&[("fingerprint", "x")]));
    call.await.invalid("fingerprint", "bad_format");
}

fn fingerprint(bytes: &[u8]) -> String {
    let ranges = fingerprint_ranges(bytes.len() as u64);
    fingerprint_of(ranges.map(|(at, len)| &bytes[at as usize..(at + len) as usize]))
}
