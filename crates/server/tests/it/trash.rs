//! The trash, what is purged, and whether content is kept exactly as long as it is needed.

use crate::site::{DAY, HOUR, PASSWORD, Person, Site, both};
use crate::videos::kept_files;
use serde_json::{Value, json};

both!(
    the_trash_takes_and_gives_back,
    buyers_keep_what_they_bought,
    time_empties_the_trash,
    content_goes_when_nothing_refers_to_it,
    the_doctor_finds_and_mends,
);

async fn the_trash_takes_and_gives_back(site: &Site) {
    let admin = &site.admin;
    let (one, two) = (site.video("一", true).await, site.video("二", false).await);
    let path = format!("/videos/{one}");
    let user = site.user("看").await;
    admin.post(&format!("{path}/restore"), json!({})).await.refused(409, "video_not_in_trash");
    admin.post(&format!("{path}/purge"), json!({})).await.refused(409, "video_not_in_trash");
    let trashed = admin.delete(&path).await.ok();
    assert_eq!((&trashed["withdrawn"], &trashed["buyers"]), (&json!(true), &json!(0)));
    admin.delete(&path).await.ok();
    site.clock.advance(HOUR);
    admin.delete(&format!("/videos/{two}")).await.ok();
    let trash = admin.all("/trash", 1).await;
    let ids: Vec<&Value> = trash.iter().map(|video| &video["id"]).collect();
    assert_eq!(ids, [&json!(two), &json!(one)]);
    assert_eq!(trash[1]["trashed_at"], "2026-01-31T04:00:00Z");
    assert!(user.all("/videos", 50).await.is_empty());
    assert!(user.all("/videos?search=一", 50).await.is_empty());
    user.get(&path).await.refused(404, "not_found");
    user.ask(one).await.refused(404, "not_found");
    site.credit(&user, 1_000).await;
    user.buy(two, 1_000).await.refused(409, "not_for_sale");
    // An edit in the trash does not put it back into the search.
    admin.patch(&path, json!({ "title": "一号" })).await.ok();
    assert!(user.all("/videos?search=一", 50).await.is_empty());
    let back = admin.post(&format!("{path}/restore"), json!({})).await.ok();
    assert_eq!((&back["withdrawn"], back.get("trashed_at")), (&json!(false), None));
    assert_eq!(user.all("/videos?search=号", 50).await.len(), 1);
    admin.delete(&path).await.ok();
    admin.post(&format!("{path}/purge"), json!({})).await.ok();
    admin.get(&path).await.refused(404, "not_found");
    admin.post(&format!("{path}/restore"), json!({})).await.refused(404, "not_found");
    admin.patch(&path, json!({ "title": "x" })).await.refused(404, "not_found");
    admin.ask(one).await.refused(404, "not_found");
}

async fn buyers_keep_what_they_bought(site: &Site) {
    let video = site.video("留", false).await;
    let (buyer, other) = (site.user("主").await, site.user("客").await);
    site.credit(&buyer, 1_000).await;
    buyer.buy(video, 1_000).await.ok();
    let path = format!("/videos/{video}");
    let trashed = site.admin.delete(&path).await.ok();
    assert_eq!(trashed["buyers"], 1);
    assert_eq!(site.admin.all("/trash", 50).await[0]["buyers"], 1);
    assert!(buyer.all("/videos", 50).await.is_empty(), "in no list");
    let shown = buyer.get(&path).await.ok();
    assert_eq!((&shown["withdrawn"], &shown["owned"]), (&json!(true), &json!(true)));
    assert_eq!(shown.get("trashed_at"), None);
    other.get(&path).await.refused(404, "not_found");
    let library = buyer.all("/library", 50).await;
    assert_eq!(
        (&library[0]["withdrawn"], &library[0]["downloadable"]),
        (&json!(true), &json!(true))
    );
    let ticket = buyer.ask(video).await.ok();
    site.clock.advance(30_000);
    assert_eq!(buyer.fetch(&ticket).await.status, 200);
    let purge = format!("{path}/purge");
    let refusal = site.admin.post(&purge, json!({})).await.refused(409, "video_has_buyers");
    assert_eq!(refusal["buyers"], 1);
    site.admin.post(&format!("{purge}?even_if_bought=true"), json!({})).await.ok();
    let library = buyer.all("/library", 50).await;
    assert_eq!((&library[0]["title"], &library[0]["downloadable"]), (&json!("留"), &json!(false)));
    buyer.ask(video).await.refused(404, "not_found");
}

async fn time_empties_the_trash(site: &Site) {
    site.set("session.idle_minutes", "129600").await;
    let (sold, unsold) = (site.video("卖了", false).await, site.video("没卖", false).await);
    let buyer = site.user("主").await;
    site.credit(&buyer, 1_000).await;
    let bought = buyer.buy(sold, 1_000).await.ok();
    for id in [sold, unsold] {
        site.admin.delete(&format!("/videos/{id}")).await.ok();
    }
    let left = async || {
        site.node.app.operation.tidy().await.expect("it can be tidied");
        let trash = site.admin.all("/trash", 50).await;
        trash.iter().map(|video| video["id"].as_i64().expect("a number")).collect::<Vec<_>>()
    };
    site.clock.advance(30 * DAY);
    assert_eq!(left().await.len(), 2, "not before its time");
    site.set("trash.days", "0").await;
    site.clock.advance(DAY);
    assert_eq!(left().await.len(), 2, "never by time where that is switched off");
    site.set("trash.days", "30").await;
    assert_eq!(left().await, [sold], "never what somebody owns");
    let path = format!("/entries/{}/reversals", bought["entry_id"]);
    site.admin.post(&path, json!({ "reason": "下架" })).key("refund").await.ok();
    assert_eq!(left().await, Vec::<i64>::new(), "once refunded it may go");
}

async fn content_goes_when_nothing_refers_to_it(site: &Site) {
    let bytes = site.content(3_000);
    let id = site.upload(&[], bytes.clone()).await.ok()["id"].clone();
    let tidy = async || site.node.app.operation.tidy().await.expect("it can be tidied");
    let purge = async |id: &Value| {
        site.admin.delete(&format!("/videos/{id}")).await.ok();
        site.admin.post(&format!("/videos/{id}/purge"), json!({})).await.ok();
    };
    purge(&id).await;
    tidy().await;
    assert_eq!(kept_files(site), 1, "a download that runs is not cut");
    // Wanted again before the delay is over: kept.
    site.clock.advance(HOUR / 2);
    let again = site.upload(&[], bytes.clone()).await.ok();
    site.clock.advance(HOUR);
    tidy().await;
    assert_eq!(kept_files(site), 1);
    let ticket = site.admin.ask(again["id"].as_i64().expect("a number")).await.ok();
    assert_eq!(site.admin.fetch(&ticket).await.body, bytes);
    purge(&again["id"]).await;
    site.clock.advance(HOUR + 1);
    tidy().await;
    assert_eq!(kept_files(site), 0);
    assert_eq!(site.number("SELECT COUNT(*) FROM `blob`").await, 0);
    let third = site.upload(&[], bytes).await.ok();
    assert_eq!(kept_files(site), 1);
    assert_ne!(third["id"], again["id"]);
}

async fn examine(person: &Person, query: &str) -> Value {
    person.post(&format!("/doctor?{query}"), json!({})).await.ok()
}

fn wrong(report: &Value) -> Vec<String> {
    let items = report["items"].as_array().expect("items").iter();
    items
        .filter(|item| item["state"] == "wrong" || item["state"] == "repaired")
        .map(|item| {
            format!("{} {}", item["check"].as_str().unwrap(), item["detail"].as_str().unwrap())
        })
        .collect()
}

async fn the_doctor_finds_and_mends(site: &Site) {
    let (one, two) = (site.video("一", true).await, site.video("二", true).await);
    let healthy = examine(&site.admin, "deep=true").await;
    assert_eq!(healthy["ok"], true, "{healthy}");
    assert!(wrong(&healthy).is_empty());

    // A wrong count, either way.
    for count in [0, 2, -1] {
        site.sql(&format!("UPDATE `blob` SET reference_count = {count}")).await;
        let report = examine(&site.admin, "").await;
        assert_eq!((&report["ok"], wrong(&report).len()), (&json!(false), 2), "{report}");
        let report = examine(&site.admin, "repair=true").await;
        assert_eq!((&report["ok"], wrong(&report).len()), (&json!(true), 2), "{report}");
        assert_eq!(examine(&site.admin, "").await["ok"], true);
        assert_eq!(site.number("SELECT SUM(reference_count) FROM `blob`").await, 2);
    }
    // A file that nothing refers to: not while it may be an upload, which the file's own
    // time tells.
    let key = site.sql("SELECT storage_key FROM `blob` ORDER BY id").await;
    let kept = find(site, key[0][0].as_deref().expect("a key"));
    let mut name = kept.file_name().expect("a name").to_string_lossy().into_owned();
    let last = if name.pop() == Some('0') { '1' } else { '0' };
    let orphan = kept.with_file_name(format!("{name}{last}"));
    std::fs::write(&orphan, "waste").expect("it can be written");
    assert_eq!(examine(&site.admin, "repair=true").await["ok"], true);
    assert!(orphan.exists());
    let file = std::fs::File::options().append(true).open(&orphan).expect("it opens");
    file.set_modified(std::time::UNIX_EPOCH).expect("its time can be set");
    let report = examine(&site.admin, "").await;
    assert_eq!(report["ok"], false, "{report}");
    let report = examine(&site.admin, "repair=true").await;
    assert_eq!(report["ok"], true, "{report}");
    assert!(!orphan.exists());
    assert_eq!(kept_files(site), 2);

    // Bytes that changed, by a deep look alone; and a file that is gone.
    let original = std::fs::read(&kept).expect("it can be read");
    let mut changed = original.clone();
    changed[500] ^= 1;
    overwrite(&kept, &changed);
    assert_eq!(examine(&site.admin, "").await["ok"], true);
    let report = examine(&site.admin, "deep=true&repair=true").await;
    assert_eq!((&report["ok"], wrong(&report).len()), (&json!(false), 1), "{report}");
    overwrite(&kept, &original[..999]);
    assert_eq!(examine(&site.admin, "").await["ok"], false);
    std::fs::remove_file(&kept).expect("it can be removed");
    let report = examine(&site.admin, "repair=true").await;
    assert_eq!(report["ok"], false);
    assert!(wrong(&report)[0].contains("missing"), "{report}");
    let ticket = site.admin.ask(one).await.ok();
    site.admin.fetch(&ticket).await.refused(503, "storage_failed");
    site.admin.get(&format!("/videos/{two}")).await.ok();
    // A changed ledger is the doctor's to tell as well.
    site.log_in(&site.admin.account, PASSWORD).await;
    site.sql("UPDATE wallet SET balance_minor = 1").await;
    let report = examine(&site.admin, "repair=true").await;
    assert!(wrong(&report).iter().any(|line| line.starts_with("ledger")), "{report}");
    site.sql("UPDATE wallet SET balance_minor = 0").await;
}

fn overwrite(path: &std::path::Path, bytes: &[u8]) {
    use std::os::unix::fs::PermissionsExt;
    let writable = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(path, writable).expect("it can be made writable");
    std::fs::write(path, bytes).expect("it can be written");
}

/// The file of a storage key, wherever the storage puts it.
fn find(site: &Site, key: &str) -> std::path::PathBuf {
    let mut folders = vec![site.config.storage_dir.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the folder can be read") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().replace('/', "").ends_with(&key.replace('/', "")) {
                return path;
            }
        }
    }
    panic!("{key} is nowhere")
}
