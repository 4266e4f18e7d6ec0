//! Jobs: work in the background, and what admins see and do about it.

use crate::site::{Site, both};
use serde_json::{Value, json};
use std::time::Duration;
use yingku_core::job::Kind;
use yingku_protocol::{Lang, text};
use yingku_testkit::unique_film;

both!(
    an_upload_queues_a_look_into_it,
    recurring_jobs_are_there_once,
    a_job_that_fails_says_why_and_is_run_again,
    a_cancelled_job_has_no_effect,
    whoever_lost_a_job_cannot_end_it,
    jobs_are_for_admins,
);

/// A film that somebody looks into.
fn film(site: &Site) -> Vec<u8> {
    let seed = site.unique("film").rsplit('-').next().and_then(|n| n.parse().ok());
    unique_film(7_000 + seed.unwrap_or(0u64), 100_000)
}

async fn jobs(site: &Site, query: &[(&str, &str)]) -> Vec<Value> {
    let list = site.admin.get("/jobs").query(query).await.ok();
    list["items"].as_array().expect("items").clone()
}

/// The job that looks into the newest content, once it is in that state.
async fn probe_in(site: &Site, state: &str) -> Value {
    for _ in 0..1_000 {
        let job = jobs(site, &[("kind", "probe")]).await.first().cloned().unwrap_or_default();
        if job["state"] == state {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it never comes to be {state}: {:?}", jobs(site, &[("kind", "probe")]).await);
}

async fn an_upload_queues_a_look_into_it(site: &Site) {
    let video = site.upload(&[("file_name", "a.mp4")], film(site)).await.ok();
    let job = probe_in(site, "done").await;
    assert_eq!((&job["attempts"], &job["reason"]), (&json!(1), &Value::Null));
    assert!(job["payload"]["blob_id"].is_number() && job["title"] == "Examine a file", "{job}");
    assert_eq!((&job["video_id"], &job["video"]), (&video["id"], &video["title"]));
    let shown = site.admin.get(&format!("/jobs/{}", job["id"])).await.ok();
    assert_eq!(shown, job);
    assert_eq!(site.looked_into(&video).await["width"], 64);
    // What is no film is not looked into.
    site.upload(&[("file_name", "b.mp4")], "just text").await.ok();
    assert_eq!(jobs(site, &[("kind", "probe")]).await.len(), 1);
    let done = format!("/jobs/{}", job["id"]);
    let again = site.admin.post(&format!("{done}/retry"), json!({})).await;
    again.refused(409, "job_not_retryable");
    site.admin.post(&format!("{done}/cancel"), json!({})).await.refused(409, "job_ended");
}

async fn recurring_jobs_are_there_once(site: &Site) {
    site.node.app.operation.schedule_jobs().await.expect("they are queued");
    let all = jobs(site, &[]).await;
    let mut kinds: Vec<&str> = all.iter().filter_map(|job| job["kind"].as_str()).collect();
    kinds.sort_unstable();
    let count = kinds.len();
    kinds.dedup();
    assert_eq!((kinds.len(), count), (11, 11), "{kinds:?}");
    assert_eq!(jobs(site, &[("kind", "empty_trash")]).await.len(), 1);
    // Each kind is one that the document allows, and has a title in both languages.
    for kind in Kind::ALL {
        let list = site.admin.get("/jobs").query(&[("kind", kind.as_str())]);
        assert_eq!(list.await.status, 200);
        let titles = [Lang::En, Lang::Zh]
            .map(|lang| text(lang, &format!("job.{}", kind.as_str()), &serde_json::Map::new()));
        assert!(titles[0] != titles[1] && !titles[0].contains("job."), "{titles:?}");
    }
    let document = site.nobody().get("//api/openapi.json").await.ok();
    let parameters = document["paths"]["/api/v1/jobs"]["get"]["parameters"].as_array();
    let is_kind = |parameter: &&Value| parameter["name"] == "kind";
    let kind = parameters.and_then(|all| all.iter().find(is_kind)).expect("it is described");
    let mut kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
    let pattern = kind["schema"]["pattern"].as_str().expect("a pattern");
    let mut described: Vec<&str> =
        pattern.trim_start_matches("^(").trim_end_matches(")$").split('|').collect();
    described.sort_unstable();
    kinds.sort_unstable();
    assert_eq!(described, kinds);
    site.admin.get("/jobs").query(&[("kind", "nothing")]).await.refused(422, "invalid_field");
}

/// The content's file is away: three attempts, then the reason in plain language; once it is
/// back, an admin has it run again.
async fn a_job_that_fails_says_why_and_is_run_again(site: &Site) {
    // As after two attempts: the rests between are long.
    site.sql("DELETE FROM job WHERE kind = 'probe'").await;
    let video = site.upload(&[("file_name", "a.mp4")], film(site)).await.ok();
    probe_in(site, "done").await;
    let key = site.sql("SELECT storage_key FROM `blob`").await[0][0].clone().expect("a key");
    let path = site.config.storage_dir.join("blobs").join(&key);
    let away = path.with_extension("away");
    std::fs::rename(&path, &away).expect("the file can be moved");
    site.sql(
        "UPDATE job SET state = 'queued', attempts = 2, run_at_ms = 0, dedupe_key = 'x' \
         WHERE kind = 'probe'",
    )
    .await;
    let job = probe_in(site, "failed").await;
    assert_eq!((&job["reason"], &job["attempts"]), (&json!("storage_failed"), &json!(3)));
    let text = job["explanation"].as_str().expect("in words");
    assert!(text.contains("Check the disk"), "{text}");
    assert!(job["detail"].as_str().is_some_and(|detail| !detail.contains(&key)), "{job}");
    let failed = jobs(site, &[("state", "failed")]).await;
    assert_eq!(failed.len(), 1);
    std::fs::rename(&away, &path).expect("the file can be moved back");
    site.admin.post(&format!("/jobs/{}/retry", job["id"]), json!({})).await.ok();
    let job = probe_in(site, "done").await;
    assert_eq!((&job["reason"], &job["explanation"]), (&Value::Null, &Value::Null));
    assert_eq!(site.looked_into(&video).await["playback"]["state"], "ready");
    let audit = site.admin.get("/audit").query(&[("action", "job.retry")]).await.ok();
    assert_eq!(audit["items"].as_array().map(Vec::len), Some(1), "{audit}");
}

async fn a_cancelled_job_has_no_effect(site: &Site) {
    site.upload(&[("file_name", "a.mp4")], film(site)).await.ok();
    probe_in(site, "done").await;
    site.sql("UPDATE `blob` SET probe = 'pending'").await;
    // Held by a process that is no more, for as long as this takes.
    site.sql(
        "UPDATE job SET state = 'running', fence = 9, holder = 'gone', attempts = 1, \
         lease_until_ms = 9999999999999 WHERE kind = 'probe'",
    )
    .await;
    let job = probe_in(site, "running").await;
    assert_eq!(job["holder"], "gone");
    let cancelled = site.admin.post(&format!("/jobs/{}/cancel", job["id"]), json!({})).await.ok();
    assert_eq!((&cancelled["state"], &cancelled["holder"]), (&json!("cancelled"), &Value::Null));
    let word = site.sql("SELECT probe FROM `blob`").await[0][0].clone();
    assert_eq!(word.as_deref(), Some("pending"));
    site.admin.post(&format!("/jobs/{}/retry", job["id"]), json!({})).await.ok();
    probe_in(site, "done").await;
}

/// The fence: a holder of before can neither renew nor end what another holds by now.
async fn whoever_lost_a_job_cannot_end_it(site: &Site) {
    use yingku_db::job::{End, end, renew};
    use yingku_db::transaction;
    site.upload(&[("file_name", "a.mp4")], film(site)).await.ok();
    let id = probe_in(site, "done").await["id"].as_i64().expect("a number");
    site.sql(
        "UPDATE job SET state = 'running', fence = 5, holder = 'new', attempts = 2, \
         lease_until_ms = 9999999999999 WHERE kind = 'probe'",
    )
    .await;
    let db = site.node.app.db();
    for (fence, holds) in [(4, false), (6, false), (5, true)] {
        let renewed = transaction!(db, |tx| renew(tx, id, fence, 9_999_999_999).await);
        assert_eq!(renewed.expect("the database answers"), holds, "{fence}");
    }
    for (fence, holds) in [(4, false), (6, false), (5, true), (5, false)] {
        let ended = transaction!(db, |tx| end(tx, id, fence, &End::Done).await);
        assert_eq!(ended.expect("the database answers"), holds, "{fence}");
    }
    assert_eq!(probe_in(site, "done").await["attempts"], 2);
}

async fn jobs_are_for_admins(site: &Site) {
    let user = site.user("用户").await;
    user.get("/jobs").await.refused(403, "forbidden");
    user.post("/jobs/1/retry", json!({})).await.refused(403, "forbidden");
    user.post("/jobs/1/cancel", json!({})).await.refused(403, "forbidden");
    site.nobody().get("/jobs").await.refused(401, "login_required");
    site.admin.get("/jobs/999999").await.refused(404, "not_found");
}
