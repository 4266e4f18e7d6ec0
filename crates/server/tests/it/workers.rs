//! Workers: machines elsewhere that encode for the site.

use crate::site::{Person, Site, both};
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;
use yingku_core::ladder::{Run, Segment, Size, UnitPlan};
use yingku_server::blob::Staging;
use yingku_server::media::{Prober, UnitEncoder};
use yingku_testkit::temp_dir;

both!(
    workers_are_registered_and_revoked,
    a_unit_is_encoded_elsewhere,
    what_is_sent_is_checked,
    a_revoked_worker_loses_what_it_had_begun,
);

async fn workers_are_registered_and_revoked(site: &Site) {
    for (name, problem) in
        [("", "missing"), (&"长".repeat(41), "too_long"), ("a\nb", "bad_character")]
    {
        let refused = site.admin.post("/workers", json!({ "name": name })).await;
        refused.invalid("name", problem);
    }
    let (made, worker) = site.worker("车库").await;
    assert_eq!((&made["name"], &made["running"]), (&json!("车库"), &json!(0)));
    assert_eq!((&made["seen_at"], &made["revoked_at"]), (&Value::Null, &Value::Null));
    assert_eq!(claim(&worker).await.status, 204, "there is nothing to encode");
    let listed = site.admin.all("/workers", 50).await;
    assert_eq!(listed.len(), 1);
    assert!(listed[0]["token"].is_null(), "it is shown once: {listed:?}");
    assert!(listed[0]["seen_at"].is_string(), "{listed:?}");
    // Its token is kept as a hash, and is no login.
    let token = made["token"].as_str().expect("a token");
    assert_eq!(
        site.sql(&format!("SELECT id FROM worker WHERE token_hash = '{token}'")).await.len(),
        0
    );
    worker.get("/videos").await.refused(401, "session_ended");
    worker.get("/workers").await.refused(401, "session_ended");

    let path = format!("/workers/{}", made["id"]);
    let revoked = site.admin.delete(&path).await.ok();
    assert!(revoked["revoked_at"].is_string());
    assert_eq!(site.admin.delete(&path).await.ok()["revoked_at"], revoked["revoked_at"]);
    site.admin.delete("/workers/999999").await.refused(404, "not_found");
    claim(&worker).await.refused(401, "session_ended");
    let acts = site.admin.get("/audit").query(&[("subject_kind", "worker")]).await.ok();
    let acts: Vec<&Value> = acts["items"].as_array().expect("items").iter().collect();
    assert_eq!(acts.len(), 3, "{acts:?}");
    assert!(!format!("{acts:?}").contains(token));
}

fn claim(worker: &Person) -> crate::site::Call {
    worker.post("/assignments", json!({}))
}

/// A film of ten seconds that has to be encoded, and that nobody encodes here.
async fn unencoded(site: &Site) -> (i64, Vec<u8>) {
    site.set("media.workers", "0").await;
    let dir = temp_dir();
    let path = dir.path().join("film.mp4");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-f", "lavfi", "-i"]);
    ffmpeg.args(["testsrc2=size=128x72:rate=25:duration=10", "-c:v", "mpeg4", "-q:v", "4"]);
    assert!(ffmpeg.arg(&path).status().expect("ffmpeg").success());
    let bytes = fs::read(&path).expect("it can be read");
    let video = site.upload(&[("file_name", "film.mp4")], bytes.clone()).await.ok();
    let id = video["id"].as_i64().expect("a number");
    for _ in 0..500 {
        let shown = site.admin.get(&format!("/videos/{id}")).await.ok();
        if shown["playback"]["reason"] == "encoding" {
            return (id, bytes);
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("it is never planned");
}

/// A path about a claimed job.
fn about(task: &Value, what: &str) -> String {
    format!("/assignments/{}/{what}", task["job_id"])
}

fn fence(task: &Value) -> [(&'static str, String); 1] {
    [("fence", task["fence"].to_string())]
}

/// Encodes an assignment as a worker does, and answers a query and a body for each part.
async fn encode(
    task: &Value,
    film: &[u8],
    dir: &Path,
) -> Vec<(Vec<(&'static str, String)>, Vec<u8>)> {
    let source = dir.join("source");
    fs::write(&source, film).expect("it can be written");
    let staging = Staging::open(&dir.join("scratch")).expect("a folder");
    let prober = Prober::find().await.expect("ffmpeg is needed for this test");
    let flag = |name: &str| task[name].as_bool().expect("a flag");
    let encoder = UnitEncoder {
        prober: &prober,
        staging: &staging,
        source: &source,
        plan: UnitPlan {
            origin: task["origin"].as_i64().expect("a number"),
            is_interlaced: flag("is_interlaced"),
            is_hdr: flag("is_hdr"),
            lead: task["lead"].as_u64().expect("a number"),
        },
        is_urgent: true,
    };
    let number = |value: &Value, name: &str| value[name].as_u64().expect("a number");
    let list = |value: &Value, name: &str| value[name].as_array().expect("a list").clone();
    let mut parts = Vec::new();
    for run in list(task, "runs") {
        let segments = list(&run, "segments");
        let segments = segments.iter().map(|segment| Segment {
            start: number(segment, "start"),
            end: number(segment, "end"),
            pictures: number(segment, "pictures") as u32,
        });
        let sizes = list(&run, "sizes");
        let sizes = sizes.iter().map(|size| Size {
            name: number(size, "name") as u32,
            width: number(size, "width") as u32,
            height: number(size, "height") as u32,
            max_bits: number(size, "max_bits"),
            level: number(size, "level") as u32,
        });
        let run = Run {
            first: number(&run, "first") as usize,
            is_last: run["is_last"] == true,
            segments: segments.collect(),
            sizes: sizes.collect(),
        };
        for encoded in encoder.encode(&run).await.expect("it can be encoded") {
            for size in &encoded.sizes {
                let mut query = fence(task).to_vec();
                query.extend([
                    ("size", size.size.name.to_string()),
                    ("first", encoded.first.to_string()),
                    ("count", encoded.count.to_string()),
                    ("took_ms", encoded.took_ms.to_string()),
                ]);
                parts.push((query, fs::read(size.output.path()).expect("it can be read")));
            }
        }
    }
    parts
}

fn put(
    worker: &Person,
    task: &Value,
    query: &[(&str, String)],
    body: Vec<u8>,
) -> crate::site::Call {
    worker.call(Method::PUT, &about(task, "parts")).query(query).body(body)
}

fn end(worker: &Person, task: &Value, outcome: &str) -> crate::site::Call {
    let body = json!({ "fence": task["fence"], "outcome": outcome, "detail": "why" });
    worker.post(&about(task, "end"), body)
}

async fn job(site: &Site, task: &Value) -> Value {
    site.admin.get(&format!("/jobs/{}", task["job_id"])).await.ok()
}

async fn a_unit_is_encoded_elsewhere(site: &Site) {
    let (video, film) = unencoded(site).await;
    let ((_, one), (_, other)) = (site.worker("甲").await, site.worker("乙").await);
    let dir = temp_dir();
    for round in 0.. {
        let answer = claim(&one).await;
        if answer.status == 204 {
            assert!(round >= 2, "a film of three segments has two units");
            break;
        }
        let task = answer.ok();
        assert_eq!(task["source_bytes"], film.len());
        let shown = job(site, &task).await;
        assert_eq!(shown["state"], "running");
        assert!(shown["holder"].as_str().is_some_and(|name| name.ends_with("甲")), "{shown}");
        assert_eq!(site.admin.all("/workers", 50).await[1]["running"], 1);

        // It is this worker's alone, under this fence alone.
        let old = json!(task["fence"].as_i64().expect("a number") - 1);
        let stale = json!({ "job_id": task["job_id"], "fence": old });
        for (worker, task) in [(&other, &task), (&one, &stale)] {
            let source = worker.get(&about(task, "source")).query(&fence(task)).await;
            source.refused(409, "job_ended");
            let renewed = worker.post(&about(task, "renewals"), json!({})).query(&fence(task));
            renewed.await.refused(409, "job_ended");
            end(worker, task, "done").await.refused(409, "job_ended");
        }

        let source = || one.get(&about(&task, "source")).query(&fence(&task));
        assert_eq!(source().await.body, film);
        let part = source().header("range", "bytes=7-1000").await;
        assert_eq!((part.status, &part.body[..]), (206, &film[7..=1000]));
        for (query, body) in encode(&task, &film, dir.path()).await {
            // Sent once more, since the answer may have been lost, it is there once.
            for _ in 0..2 {
                assert_eq!(put(&one, &task, &query, body.clone()).await.status, 204);
            }
        }
        assert_eq!(end(&one, &task, "done").await.status, 204);
        assert_eq!(job(site, &task).await["state"], "done");
        source().await.refused(409, "job_ended");
    }
    let units = site.sql("SELECT size, first FROM unit ORDER BY size, first").await;
    let mut once = units.clone();
    once.dedup();
    assert_eq!(units, once);
    let shown = site.admin.get(&format!("/videos/{video}")).await.ok();
    assert_eq!(shown["playback"]["state"], "ready", "{shown}");
    assert_eq!(shown["playback"]["encoding"]["percent"], 100, "{shown}");
}

async fn what_is_sent_is_checked(site: &Site) {
    let (_, film) = unencoded(site).await;
    let (_, worker) = site.worker("甲").await;
    let dir = temp_dir();
    let task = claim(&worker).await.ok();
    let (query, right) = encode(&task, &film, dir.path()).await.remove(0);
    let cut_off = right[..right.len() / 2].to_vec();
    for wrong in [b"no film".to_vec(), Vec::new(), cut_off, film.clone()] {
        put(&worker, &task, &query, wrong).await.refused(422, "unit_refused");
    }
    put(&worker, &task, &query, vec![0; 20 << 20]).await.refused(422, "unit_refused");
    // What it was not asked for is not taken.
    for (name, value) in
        [("size", "99"), ("first", "1"), ("count", "2"), ("count", "18446744073709551615")]
    {
        let wrong = query.iter().map(|(known, old)| {
            (*known, if *known == name { value.to_owned() } else { old.clone() })
        });
        let wrong: Vec<(&str, String)> = wrong.collect();
        assert_eq!(put(&worker, &task, &wrong, right.clone()).await.status, 204);
    }
    assert_eq!(site.number("SELECT COUNT(*) FROM unit").await, 0);
    // A job that is reported as done is checked.
    assert_eq!(end(&worker, &task, "done").await.status, 204);
    let failed = job(site, &task).await;
    assert_eq!((&failed["state"], &failed["attempts"]), (&json!("queued"), &json!(1)));
    assert!(failed["detail"].as_str().is_some_and(|why| why.contains("甲")), "{failed}");

    // Another encoder's is not joined with what is there, and the attempt does not count.
    site.admin.post(&format!("/jobs/{}/retry", task["job_id"]), json!({})).await.ok();
    let task = claim(&worker).await.ok();
    let (query, right) = encode(&task, &film, dir.path()).await.remove(0);
    let content = &task["content_id"];
    let (_, size) = query.iter().find(|(name, _)| *name == "size").expect("a size").clone();
    let insert =
        format!("INSERT INTO encoding (blob_id, size, init) VALUES ({content}, {size}, 'AAAA')");
    site.sql(&insert).await;
    put(&worker, &task, &query, right.clone()).await.refused(409, "other_encoder");
    assert_eq!(end(&worker, &task, "released").await.status, 204);
    let released = job(site, &task).await;
    assert_eq!((&released["state"], &released["attempts"]), (&json!("queued"), &json!(0)));
    // A worker may leave a content to others.
    let except = worker.post("/assignments", json!({ "except": [content] })).await;
    assert_eq!(except.status, 204);
    let many: Vec<i64> = (0..101).collect();
    worker.post("/assignments", json!({ "except": many })).await.invalid("except", "too_many");
    assert_eq!(claim(&worker).await.ok()["content_id"], *content);
}

async fn a_revoked_worker_loses_what_it_had_begun(site: &Site) {
    let (_, film) = unencoded(site).await;
    let (made, worker) = site.worker("甲").await;
    let task = claim(&worker).await.ok();
    let dir = temp_dir();
    let (query, part) = encode(&task, &film, dir.path()).await.remove(0);
    // The renewal that is held just now learns it at once.
    let renewal = worker.post(&about(&task, "renewals"), json!({})).query(&fence(&task));
    let renewal = tokio::spawn(async move { renewal.await });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    site.admin.delete(&format!("/workers/{}", made["id"])).await.ok();
    let begun = std::time::Instant::now();
    renewal.await.expect("it ends").refused(409, "job_ended");
    println!("refused after {:?}", begun.elapsed());
    put(&worker, &task, &query, part).await.refused(401, "session_ended");
    let released = job(site, &task).await;
    assert_eq!((&released["state"], &released["attempts"]), (&json!("queued"), &json!(0)));
    let (_, other) = site.worker("乙").await;
    assert_eq!(claim(&other).await.ok()["job_id"], task["job_id"]);
}
