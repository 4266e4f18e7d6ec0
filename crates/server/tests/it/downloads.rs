//! Tickets, waits, and the bytes themselves: the server alone decides when the first goes.

use crate::site::{Answer, DAY, MINUTE, PASSWORD, Person, SECOND, START, Site, both};
use chrono::DateTime;
use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use yingku_testkit::Random;

both!(
    no_byte_before_its_time,
    a_ticket_is_the_same_until_it_is_used,
    a_ticket_lives_for_a_day,
    whoever_owns_a_video_waits_for_it_once,
    waits_run_side_by_side,
    a_member_does_not_wait,
    an_admin_downloads_anything_at_once,
    ranges_and_conditions_are_answered,
    a_used_ticket_resumes_and_no_more,
    a_completed_ticket_serves_the_end_of_its_file,
    a_ticket_has_so_many_connections,
    three_hundred_tries_at_the_wait,
    a_withdrawn_video_is_not_fetched,
    a_raised_epoch_ends_links,
    a_raised_epoch_cuts_what_runs,
    names_in_any_script,
    records_tell_what_was_sent,
    whoever_has_every_byte_finds_it_completed,
    simultaneous_asks_are_one_ticket,
);

const SIZE: usize = 1_000;

/// A free video of known bytes.
async fn free(site: &Site, title: &str) -> (i64, Vec<u8>) {
    let bytes = site.content(SIZE);
    let query = [("title", title), ("is_free", "true")];
    let video = site.upload(&query, bytes.clone()).await.ok();
    (video["id"].as_i64().expect("a number"), bytes)
}

fn moment(value: &Value) -> i64 {
    let text = value.as_str().expect("a moment");
    DateTime::parse_from_rfc3339(text).expect("RFC 3339").timestamp_millis()
}

async fn head(person: &Person, ticket: &Value) -> Answer {
    let url = ticket["url"].as_str().expect("an address");
    person.logged_out().call(Method::HEAD, &format!("/{url}")).await
}

async fn no_byte_before_its_time(site: &Site) {
    let user = site.user("等").await;
    let (video, bytes) = free(site, "等待").await;
    let answer = user.ask(video).await;
    assert_eq!(answer.status, 201);
    let ticket = answer.ok();
    assert_eq!(moment(&ticket["available_at"]), START + 30 * SECOND);
    assert_eq!(moment(&ticket["expires_at"]), START + DAY);
    assert_eq!((&ticket["state"], &ticket["wait_ms"]), (&json!("waiting"), &json!(30_000)));
    assert_eq!(ticket["size_bytes"], SIZE);
    for left_ms in [30_000, 29_999, 1_001, 1_000, 1] {
        site.clock.set(START + 30_000 - left_ms);
        let early = user.fetch(&ticket).await;
        let refusal = early.refused(403, "download_waiting");
        let seconds = (left_ms + 999) / 1_000;
        assert_eq!(early.header("retry-after"), seconds.to_string());
        assert_eq!(refusal["retry_after_seconds"], seconds);
        assert_eq!(moment(&refusal["available_at"]), START + 30_000);
        for range in ["bytes=0-0", "bytes=1-", "bytes=-1", "bytes=5000-", "bytes=0-1,3-4"] {
            let call = user.fetch(&ticket).header("range", range);
            call.await.refused(403, "download_waiting");
        }
        let etag = format!("\"{}\"", ticket["content_hash"].as_str().expect("a hash"));
        let call = user.fetch(&ticket).header("if-none-match", &etag);
        call.await.refused(403, "download_waiting");
        assert_eq!(head(&user, &ticket).await.status, 403);
    }
    site.clock.set(START + 30_000);
    assert_eq!(head(&user, &ticket).await.header("content-length"), SIZE.to_string());
    let ready = user.ask(video).await;
    assert_eq!((ready.status, &ready.ok()["state"]), (200, &json!("ready")));
    let fetched = user.fetch(&ticket).await;
    assert_eq!((fetched.status, &fetched.body[..]), (200, &bytes[..]));
}

async fn a_ticket_is_the_same_until_it_is_used(site: &Site) {
    let user = site.user("问").await;
    let again = site.log_in(&user.account, PASSWORD).await;
    let (video, _) = free(site, "再问").await;
    let first = user.ask(video).await.ok();
    for seconds in [1, 10, 28] {
        site.clock.set(START + seconds * SECOND);
        for person in [&user, &again] {
            let ticket = person.ask(video).await;
            assert_eq!(ticket.status, 200);
            let ticket = ticket.ok();
            for same in ["id", "available_at", "expires_at", "url"] {
                assert_eq!(ticket[same], first[same]);
            }
            assert_eq!(ticket["wait_ms"], 30_000 - seconds * SECOND);
        }
    }
    // A shorter or longer wait is for tickets to come.
    site.set("download.wait_free_seconds", "0").await;
    assert_eq!(user.ask(video).await.ok()["available_at"], first["available_at"]);
    user.fetch(&first).await.refused(403, "download_waiting");
    site.set("download.wait_free_seconds", "60").await;
    site.clock.set(START + 30 * SECOND);
    assert_eq!(user.fetch(&first).await.status, 200);
    // Completed: the next is new, with a wait of its own, and the old one has ended.
    let second = user.ask(video).await;
    assert_eq!(second.status, 201);
    let second = second.ok();
    assert_ne!(second["id"], first["id"]);
    assert_eq!(second["wait_ms"], 60_000);
    user.fetch(&first).header("range", "bytes=500-").await.refused(410, "ticket_ended");
    user.fetch(&second).await.refused(403, "download_waiting");
    assert_eq!(user.all("/downloads", 1).await.len(), 2);
}

/// And no earlier than its end.
async fn whoever_owns_a_video_waits_for_it_once(site: &Site) {
    let user = site.user("主").await;
    site.credit(&user, 2_000).await;
    let video = site.video("付费", false).await;
    let first = user.buy(video, 1_000).await.ok()["ticket"].clone();
    assert_eq!(first["wait_ms"], 30_000);
    site.clock.advance(29 * SECOND);
    user.fetch(&first).await.refused(403, "download_waiting");
    assert_eq!(user.ask(video).await.ok()["id"], first["id"]);
    site.clock.advance(SECOND);
    assert_eq!(user.fetch(&first).await.status, 200);
    let second = user.ask(video).await.ok();
    assert_ne!(second["id"], first["id"]);
    assert_eq!(second["wait_ms"], 0, "owned, and waited for");
    assert_eq!(user.fetch(&second).await.status, 200);
    // Another title has a wait of its own.
    let other = site.video("另一部", false).await;
    assert_eq!(user.buy(other, 1_000).await.ok()["ticket"]["wait_ms"], 30_000);
}

async fn a_ticket_lives_for_a_day(site: &Site) {
    let user = site.user("久").await;
    let (video, _) = free(site, "一天").await;
    let ticket = user.ask(video).await.ok();
    site.clock.set(START + DAY - 1);
    assert_eq!(user.fetch(&ticket).header("range", "bytes=0-9").await.status, 206);
    assert_eq!(user.ask(video).await.status, 200);
    site.clock.set(START + DAY);
    user.fetch(&ticket).await.refused(410, "ticket_ended");
    user.fetch(&ticket).header("range", "bytes=10-").await.refused(410, "ticket_ended");
    let fresh = user.ask(video).await;
    assert_eq!((fresh.status, &fresh.ok()["wait_ms"]), (201, &json!(30_000)));
    // What no ticket ever was.
    let nobody = site.nobody();
    for link in ["", "1", "1-", "x-y", "1-AAAAAAAAAAAAAAAAAAAAAA", "99999-AAAA", "-1-AAAA"] {
        let answer = nobody.get(&format!("//d/{link}/film.mp4")).await;
        assert!([404, 410].contains(&answer.status), "{link}: {}", answer.status);
    }
    // The proof of one ticket is none of another; the name is for people.
    let url = fresh.ok()["url"].as_str().expect("an address").to_owned();
    let (id, proof) = url["/d/".len()..].split_once('-').expect("a number and a proof");
    let other = id.parse::<i64>().expect("a number") - 1;
    nobody.get(&format!("//d/{other}-{proof}")).await.refused(410, "ticket_ended");
    site.clock.advance(30 * SECOND);
    let proof = proof.split('/').next().expect("a proof");
    assert_eq!(nobody.get(&format!("//d/{id}-{proof}/another.name")).await.status, 200);
}

async fn waits_run_side_by_side(site: &Site) {
    let user = site.user("同").await;
    let (one, _) = free(site, "甲").await;
    let (two, _) = free(site, "乙").await;
    let first = user.ask(one).await.ok();
    site.clock.advance(10 * SECOND);
    let second = user.ask(two).await.ok();
    assert_eq!(moment(&second["available_at"]) - moment(&first["available_at"]), 10_000);
    site.clock.advance(20 * SECOND);
    assert_eq!(user.fetch(&first).await.status, 200);
    user.fetch(&second).await.refused(403, "download_waiting");
    site.clock.advance(10 * SECOND);
    assert_eq!(user.fetch(&second).await.status, 200);
    // Another's wait is another wait.
    let other = site.user("旁").await;
    assert_eq!(other.ask(one).await.ok()["wait_ms"], 30_000);
}

async fn a_member_does_not_wait(site: &Site) {
    let member = site.member("会员").await;
    let (video, bytes) = free(site, "免等").await;
    let ticket = member.ask(video).await.ok();
    assert_eq!((&ticket["wait_ms"], &ticket["state"]), (&json!(0), &json!("ready")));
    assert_eq!(member.fetch(&ticket).await.body, bytes);

    // Becoming one releases what waits, free and paid, and nothing of anybody else.
    let (user, other) = (site.user("将来").await, site.user("旁人").await);
    let paid = site.video("付费", false).await;
    site.credit(&user, 2_500).await;
    let bought = user.buy(paid, 1_000).await.ok();
    let waiting = user.ask(video).await.ok();
    let others = other.ask(video).await.ok();
    user.fetch(&waiting).await.refused(403, "download_waiting");
    user.buy_plan("month", 1_500).await.ok();
    assert_eq!(user.fetch(&waiting).await.status, 200);
    assert_eq!(user.fetch(&bought["ticket"]).await.status, 200);
    other.fetch(&others).await.refused(403, "download_waiting");
    // Lapsed: the next one waits again, but for what is owned.
    site.clock.advance(40 * DAY);
    let lapsed = site.log_in(&user.account, PASSWORD).await;
    assert_eq!(lapsed.ask(video).await.ok()["wait_ms"], 30_000);
    assert_eq!(lapsed.ask(paid).await.ok()["wait_ms"], 0);
}

async fn an_admin_downloads_anything_at_once(site: &Site) {
    let paid = site.video("付费", false).await;
    let ticket = site.admin.ask(paid).await.ok();
    assert_eq!((&ticket["wait_ms"], &ticket["price_paid_minor"]), (&json!(0), &json!(0)));
    assert_eq!(site.admin.fetch(&ticket).await.status, 200);
    site.admin.delete(&format!("/videos/{paid}")).await.ok();
    let ticket = site.admin.ask(paid).await.ok();
    assert_eq!(site.admin.fetch(&ticket).await.status, 200);
    let records = site.admin.all("/records", 1).await;
    assert_eq!(records.len(), 2);
    assert!(records.iter().all(|record| record["account"] == "馆长"));
}

async fn ranges_and_conditions_are_answered(site: &Site) {
    let member = site.member("会员").await;
    let (video, bytes) = free(site, "范围").await;
    let ticket = member.ask(video).await.ok();
    let get = |range: &str| member.fetch(&ticket).header("range", range);
    for (range, part) in [
        ("bytes=100-199", 100..200),
        ("bytes=990-5000", 990..1_000),
        ("bytes=-10", 990..1_000),
        ("bytes=999-", 999..1_000),
    ] {
        let answer = get(range).await;
        assert_eq!((answer.status, &answer.body[..]), (206, &bytes[part.clone()]), "{range}");
        let expected = format!("bytes {}-{}/1000", part.start, part.end - 1);
        assert_eq!(answer.header("content-range"), expected);
    }
    let answer = get("bytes=1000-").await;
    assert_eq!(answer.refused(416, "range_not_satisfiable")["size_bytes"], 1_000);
    assert_eq!(answer.header("content-range"), "bytes */1000");
    let etag = format!("\"{}\"", ticket["content_hash"].as_str().expect("a hash"));
    let same = member.fetch(&ticket).header("if-none-match", &etag).await;
    assert_eq!((same.status, same.body.len()), (304, 0));
    let other = member.fetch(&ticket).header("if-match", "\"other\"").await;
    assert_eq!(other.status, 412);
    let resumed = get("bytes=500-").header("if-range", &etag).await;
    assert_eq!((resumed.status, &resumed.body[..]), (206, &bytes[500..]));
    let head = head(&member, &ticket).await;
    assert_eq!((head.status, head.header("accept-ranges")), (200, "bytes"));
    assert_eq!(head.header("etag"), etag);
    let many = get("bytes=0-9,900-909").await;
    assert!(many.header("content-type").starts_with("multipart/byteranges"), "{many:?}");
    for header in ["content-security-policy", "x-content-type-options", "content-disposition"] {
        assert_ne!(head.header(header), "", "{header}");
    }
}

async fn a_used_ticket_resumes_and_no_more(site: &Site) {
    let member = site.member("会员").await;
    let (video, bytes) = free(site, "续传").await;
    let ticket = member.ask(video).await.ok();
    let record = async || member.get(&format!("/downloads/{}", ticket["id"])).await.ok();
    let get = |range: &str| member.fetch(&ticket).header("range", range);
    assert_eq!(get("bytes=0-499").await.status, 206);
    let first = record().await;
    assert_eq!((&first["state"], &first["bytes_sent"]), (&json!("started"), &json!(500)));
    assert_eq!(member.ask(video).await.ok()["id"], ticket["id"], "still the one");
    assert_eq!(get("bytes=500-").await.body, bytes[500..]);
    let done = record().await;
    assert_eq!((&done["state"], &done["bytes_sent"]), (&json!("completed"), &json!(1_000)));
    assert_ne!(done["completed_at"], Value::Null);
    // The connection may have broken with all of a small file still on its way: for ten
    // minutes it is sent again, and counted.
    assert_eq!(get("bytes=900-").await.body, bytes[900..]);
    assert_eq!(member.fetch(&ticket).await.body, bytes);
    assert_eq!(record().await["bytes_sent"], 2_100);
    site.clock.advance(10 * MINUTE - 1);
    assert_eq!(get("bytes=900-").await.body, bytes[900..]);
    site.clock.advance(1);
    member.fetch(&ticket).await.refused(410, "ticket_ended");
    for range in ["bytes=0-", "bytes=900-", "bytes=5-9,0-1"] {
        get(range).await.refused(410, "ticket_ended");
    }
    let fresh = member.ask(video).await;
    assert_eq!(fresh.status, 201);
    get("bytes=900-").await.refused(410, "ticket_ended");
    assert_eq!(member.fetch(&fresh.ok()).await.body, bytes);
}

/// Of a large file, only what connections buffer is sent again.
async fn a_completed_ticket_serves_the_end_of_its_file(site: &Site) {
    const TAIL: usize = 16 << 20;
    let member = site.member("会员").await;
    let bytes = site.content(TAIL + 1_000);
    let video = site.upload(&[("title", "长片"), ("is_free", "true")], bytes.clone()).await.ok();
    let video = video["id"].as_i64().expect("a number");
    let ticket = member.ask(video).await.ok();
    let get = |range: &str| member.fetch(&ticket).header("range", range);
    assert_eq!(member.fetch(&ticket).await.body.len(), bytes.len());
    for range in ["bytes=0-", "bytes=1-", "bytes=999-", "bytes=2000-2001,500-501"] {
        get(range).await.refused(410, "ticket_ended");
    }
    member.fetch(&ticket).await.refused(410, "ticket_ended");
    assert_eq!(get("bytes=1000-").await.body, bytes[1000..]);
    assert_eq!(get("bytes=-9").await.body, bytes[bytes.len() - 9..]);
    let record = member.get(&format!("/downloads/{}", ticket["id"])).await.ok();
    assert_eq!(record["bytes_sent"], json!(bytes.len() + TAIL + 9));
}

async fn a_ticket_has_so_many_connections(site: &Site) {
    let member = site.member("会员").await;
    let bytes = site.content(40 << 20);
    let video = site.upload(&[("title", "长片"), ("is_free", "true")], bytes).await.ok();
    let ticket = member.ask(video["id"].as_i64().expect("a number")).await.ok();
    let mut open = Vec::new();
    for _ in 0..32 {
        let response = member.fetch(&ticket).open().await;
        assert_eq!(response.status(), 200);
        open.push(response);
    }
    let refused = member.fetch(&ticket).await.refused(429, "too_many_connections");
    assert_eq!(refused["limit"], 32);
    drop(open);
    // As soon as the server has seen that they are gone.
    let tried = std::time::Instant::now();
    while member.fetch(&ticket).header("range", "bytes=0-9").await.status == 429 {
        assert!(tried.elapsed() < Duration::from_secs(20), "the places are not given again");
    }
}

async fn three_hundred_tries_at_the_wait(site: &Site) {
    let mut random = Random::seeded("tries at the wait");
    let user = site.user("急").await;
    let other = site.log_in(&user.account, PASSWORD).await;
    let (video, bytes) = free(site, "急").await;
    let paid = site.video("急付", false).await;
    site.credit(&user, 1_000).await;
    let bought = user.buy(paid, 1_000).await.ok()["ticket"].clone();
    let ticket = user.ask(video).await.ok();
    let tickets = [(video, ticket), (paid, bought)];
    let early = Early::default();
    for _ in 0..300 {
        site.clock.set(START + random.between(0, 30_000) as i64);
        let (video, ticket) = &tickets[random.between(0, 2) as usize];
        let person = if random.between(0, 2) == 0 { &user } else { &other };
        let from = random.between(0, 1_200);
        let range = match random.between(0, 4) {
            0 => format!("bytes={from}-"),
            1 => format!("bytes=-{from}"),
            2 => format!("bytes={from}-{}", from + random.between(0, 50)),
            _ => format!("bytes=0-0,{from}-"),
        };
        match random.between(0, 6) {
            0 => early.count(&person.fetch(ticket).await),
            1 | 2 => early.count(&person.fetch(ticket).header("range", &range).await),
            3 => early.count(&head(person, ticket).await),
            4 => {
                let asked = person.ask(*video).await.ok();
                assert_eq!(asked["available_at"], ticket["available_at"]);
                early.count(&person.fetch(&asked).await);
            }
            _ => {
                // Many at once.
                let four =
                    (0..4).map(|_| person.fetch(ticket).header("range", &range).into_future());
                futures_util::future::join_all(four).await.iter().for_each(|it| early.count(it));
                let asks = (0..3).map(|_| person.ask(*video).into_future());
                for asked in futures_util::future::join_all(asks).await {
                    assert_eq!(asked.ok()["id"], ticket["id"]);
                }
            }
        }
    }
    assert_eq!(early.0.get(), 0);
    site.clock.set(START + 30_000);
    assert_eq!(user.fetch(&tickets[0].1).await.body, bytes);
}

/// Answers that had a byte, or announced one.
#[derive(Default)]
struct Early(std::cell::Cell<u32>);

impl Early {
    fn count(&self, answer: &Answer) {
        let problem = answer.header("content-type") == "application/problem+json";
        let early = answer.status != 403 || !problem;
        self.0.set(self.0.get() + u32::from(early));
    }
}

async fn a_withdrawn_video_is_not_fetched(site: &Site) {
    let user = site.user("撤").await;
    let (video, _) = free(site, "撤下").await;
    let ticket = user.ask(video).await.ok();
    site.clock.advance(30 * SECOND);
    let path = format!("/videos/{video}");
    site.admin.delete(&path).await.ok();
    user.fetch(&ticket).await.refused(410, "video_withdrawn");
    user.ask(video).await.refused(404, "not_found");
    site.admin.post(&format!("{path}/restore"), json!({})).await.ok();
    assert_eq!(user.fetch(&ticket).header("range", "bytes=0-9").await.status, 206);
    site.admin.delete(&path).await.ok();
    site.admin.post(&format!("{path}/purge"), json!({})).await.ok();
    user.fetch(&ticket).await.refused(410, "video_withdrawn");
    // The record stays.
    assert_eq!(user.all("/downloads", 50).await[0]["title"], "撤下");
}

const NEW_PASSWORD: &str = "another secret";

/// Every way to raise the epoch of an account.
const RAISED: [&str; 6] =
    ["lock", "log out everywhere", "end sessions", "role", "password", "reset"];

async fn raise(site: &Site, how: &str, user: &Person) {
    let path = format!("/accounts/{}", user.id());
    match how {
        "lock" => drop(site.admin.post(&format!("{path}/lock"), json!({})).await.ok()),
        "log out everywhere" => drop(user.delete("/sessions").await.ok()),
        "end sessions" => drop(site.admin.delete(&format!("{path}/sessions")).await.ok()),
        "role" => drop(site.admin.patch(&path, json!({ "role": "admin" })).await.ok()),
        "password" => {
            let body = json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD });
            user.post("/me/password", body).await.ok();
        }
        _ => {
            let code = site.admin.post(&format!("{path}/reset-code"), json!({})).await.ok();
            let name = &user.account["name"];
            let body = json!({ "name": name, "code": code["code"], "new_password": NEW_PASSWORD });
            site.nobody().post("/password-reset", body).await.ok();
        }
    }
}

async fn a_raised_epoch_ends_links(site: &Site) {
    let (video, _) = free(site, "链接").await;
    for how in RAISED {
        let user = site.user(how).await;
        let ticket = user.ask(video).await.ok();
        site.clock.advance(30 * SECOND);
        assert_eq!(user.fetch(&ticket).header("range", "bytes=0-9").await.status, 206, "{how}");
        raise(site, how, &user).await;
        user.fetch(&ticket).await.refused(410, "ticket_ended");
        if how == "password" {
            // Whoever changed it goes on: the same ticket, under another address.
            let again = user.ask(video).await.ok();
            assert_eq!(again["id"], ticket["id"]);
            assert_ne!(again["url"], ticket["url"]);
            assert_eq!(user.fetch(&again).await.status, 200);
        }
    }
}

async fn a_raised_epoch_cuts_what_runs(site: &Site) {
    const LARGE: usize = 64 << 20;
    site.set("download.wait_free_seconds", "0").await;
    let query = [("title", "大"), ("is_free", "true")];
    let video =
        site.upload(&query, site.content(LARGE)).await.ok()["id"].as_i64().expect("a number");
    for how in RAISED {
        let user = site.user(how).await;
        let ticket = user.ask(video).await.ok();
        let mut body = user.fetch(&ticket).open().await.bytes_stream();
        let mut received = body.next().await.expect("a first piece").expect("it arrives").len();
        raise(site, how, &user).await;
        // A reader so slow that it has taken nothing since; what it would still get after
        // the second that is allowed is what lies in the sockets between.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let cut = loop {
            match body.next().await {
                Some(Ok(piece)) => received += piece.len(),
                Some(Err(_)) => break true,
                None => break false,
            }
        };
        assert!(cut && received < LARGE, "{how}: {received} bytes");
    }
}

async fn names_in_any_script(site: &Site) {
    for (name, plain, encoded) in [
        ("我的 电影.mp4", "__ __.mp4", "%E6%88%91%E7%9A%84%20%E7%94%B5%E5%BD%B1.mp4"),
        ("100% \"real\".mp4", "100_ _real_.mp4", "100%25%20_real_.mp4"),
        ("é🎬.mkv", "__.mkv", "%C3%A9%F0%9F%8E%AC.mkv"),
    ] {
        let query = [("file_name", name), ("is_free", "true")];
        let video = site.upload(&query, site.content(20)).await.ok();
        let ticket = site.admin.ask(video["id"].as_i64().expect("a number")).await.ok();
        assert_eq!(ticket["file_name"], video["file_name"]);
        let answer = site.admin.fetch(&ticket).await;
        let wanted = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
        assert_eq!(answer.header("content-disposition"), wanted);
        // Its address ends with the name, for whoever goes by that.
        let last = ticket["url"].as_str().and_then(|url| url.rsplit('/').next()).expect("a name");
        let decoded = percent_encoding::percent_decode_str(last).decode_utf8_lossy();
        assert_eq!(Some(decoded.as_ref()), video["file_name"].as_str());
    }
}

async fn records_tell_what_was_sent(site: &Site) {
    let (buyer, other) = (site.user("买").await, site.user("旁").await);
    let paid = site.video("付费", false).await;
    let (video, _) = free(site, "免费").await;
    site.credit(&buyer, 1_000).await;
    let ticket = buyer.buy(paid, 1_000).await.ok()["ticket"].clone();
    other.ask(video).await.ok();
    let mine = buyer.all("/downloads", 50).await;
    assert_eq!(mine.len(), 1);
    for (field, wanted) in [
        ("id", ticket["id"].clone()),
        ("account", json!("买")),
        ("video_id", json!(paid)),
        ("title", json!("付费")),
        ("price_paid_minor", json!(1_000)),
        ("state", json!("waiting")),
        ("bytes_sent", json!(0)),
        ("completed_at", Value::Null),
    ] {
        assert_eq!(mine[0][field], wanted, "{field}");
    }
    site.clock.advance(30 * SECOND);
    assert_eq!(buyer.all("/downloads", 50).await[0]["state"], "ready");
    head(&buyer, &ticket).await;
    assert_eq!(buyer.all("/downloads", 50).await[0]["state"], "ready", "asking is not fetching");
    buyer.fetch(&ticket).await;
    let done = &buyer.all("/downloads", 50).await[0];
    assert_eq!((&done["state"], &done["bytes_sent"]), (&json!("completed"), &json!(1_000)));
    // What was paid stands with the first ticket alone.
    assert_eq!(buyer.ask(paid).await.ok()["price_paid_minor"], 0);
    let all = site.admin.all("/records", 1).await;
    assert_eq!(all.len(), 3);
    let of = |query: String| site.admin.get(&format!("/records?{query}"));
    let count = |page: Value| page["items"].as_array().map_or(0, Vec::len);
    assert_eq!(count(of(format!("account_id={}", buyer.id())).await.ok()), 2);
    assert_eq!(count(of(format!("video_id={video}")).await.ok()), 1);
    assert_eq!(count(of(format!("video_id={video}&account_id={}", buyer.id())).await.ok()), 0);
}

/// Several answers of one ticket end at once: none ends before the record says so.
async fn whoever_has_every_byte_finds_it_completed(site: &Site) {
    let member = site.member("众").await;
    for round in 0..10 {
        let (video, _) = free(site, &format!("众取{round}")).await;
        let ticket = member.ask(video).await.ok();
        let fetches = (0..8).map(|_| async {
            if member.fetch(&ticket).await.status == 200 {
                let newest = &member.get("/downloads?limit=1").await.ok()["items"][0];
                assert_eq!(newest["state"], "completed", "{newest}");
            }
        });
        futures_util::future::join_all(fetches).await;
    }
}

async fn simultaneous_asks_are_one_ticket(site: &Site) {
    let user = site.user("众").await;
    let (video, _) = free(site, "众问").await;
    let asks = (0..20).map(|_| user.ask(video).into_future());
    let answers = futures_util::future::join_all(asks).await;
    let fresh = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(fresh, 1);
    assert!(answers.iter().all(|answer| answer.ok()["url"] == answers[0].ok()["url"]));
    assert_eq!(site.number("SELECT COUNT(*) FROM ticket").await, 1);
}

/// Neither a restart shortens a wait, nor does it end a link.
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_changes_no_wait() {
    let site = Site::start(crate::site::Database::Sqlite).await;
    let user = site.user("重启").await;
    let (video, bytes) = free(&site, "重启").await;
    let ticket = user.ask(video).await.ok();
    site.clock.advance(29 * SECOND);
    let token = user.token.clone().expect("a token");
    let site = site.restart().await;
    let user = site.bearer(&token);
    assert_eq!(user.ask(video).await.ok()["available_at"], ticket["available_at"]);
    user.fetch(&ticket).await.refused(403, "download_waiting");
    site.clock.advance(SECOND);
    assert_eq!(user.fetch(&ticket).await.body, bytes);
    site.finish().await;
}
