//! What broken and hostile clients get: the answers that the protocol promises, and nothing
//! that stays behind.

use super::client::{Classic, digest, fingerprint, framed, message};
use super::{id_of, open, with_classic, words};
use crate::site::{Database, PASSWORD, Site};
use crate::videos::incoming_empties;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use yingku_server::classic::{self, Limits};
use yingku_testkit::Random;

with_classic!(every_field_of_a_wrong_type_is_named, an_upload_cut_short_leaves_nothing,);

/// Another classic listener of the same site, with other limits.
struct Listener {
    address: SocketAddr,
    _serving: AbortOnDropHandle<()>,
}

impl Listener {
    async fn open(site: &Site, limits: Limits) -> Listener {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (app, stop) = (Arc::clone(&site.node.app), CancellationToken::new());
        let serving = classic::serve(listener, app, limits, stop, Duration::ZERO);
        Listener { address, _serving: AbortOnDropHandle::new(tokio::spawn(serving)) }
    }

    async fn connect(&self) -> Classic {
        Classic::at(self.address).await
    }
}

async fn site() -> Site {
    Site::start_with(Database::Sqlite, open).await
}

/// A request of exactly so many bytes.
fn long(bytes: usize) -> Vec<u8> {
    let start = r#"{"type":"飞","x":""#;
    let fill = "x".repeat(bytes - start.len() - 2);
    framed(format!("{start}{fill}\"}}").as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_length_that_cannot_be_is_answered_and_ends() {
    let site = site().await;
    let limit = 64 * 1024;
    for length in [0, -1, i32::MIN, i32::MAX, limit + 1, 0x4745_5420] {
        let mut classic = Classic::connect(&site).await;
        classic.send(&length.to_le_bytes()).await;
        let reply = classic.hear().await;
        assert_eq!(reply["flag"], false, "{length}: {reply}");
        classic.ended().await;
        // The same with something behind it.
        let mut classic = Classic::connect(&site).await;
        classic.try_send(&[&length.to_le_bytes()[..], &vec![b'{'; 100_000]].concat()).await;
        assert_eq!(classic.hear().await, reply);
        classic.ended().await;
    }
    let mut classic = Classic::connect(&site).await;
    for bytes in [64 * 1024 - 1, 64 * 1024] {
        classic.send(&long(bytes)).await;
        assert!(message(&classic.hear().await).contains('飞'), "{bytes}");
    }
    classic.send(&long(64 * 1024 + 1)).await;
    assert!(message(&classic.hear().await).contains("65536"));
    classic.ended().await;
    site.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_does_not_end_is_answered_and_ends() {
    let site = site().await;
    let frame_timeout = Duration::from_millis(400);
    let listener = Listener::open(&site, Limits { frame_timeout, ..Limits::default() }).await;
    let whole = framed(br#"{"type": "check_notice"}"#);
    for part in [1, 3, 4, 5, whole.len() - 1] {
        let mut classic = listener.connect().await;
        let before = Instant::now();
        classic.send(&whole[..part]).await;
        let reply = classic.hear().await;
        assert!(before.elapsed() >= frame_timeout, "{part}");
        assert!(message(&reply).contains("规定时间"), "{reply}");
        classic.ended().await;
        // Broken off in the middle, there is nobody to answer.
        let mut classic = listener.connect().await;
        classic.send(&whole[..part]).await;
        classic.shut().await;
        classic.ended().await;
    }
    // Byte by byte is no way around it, and slowness inside the time is none of our business.
    let mut classic = listener.connect().await;
    for byte in &whole {
        classic.send(&[*byte]).await;
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(message(&classic.hear().await), "请先登录");
    let before = Instant::now();
    for byte in &whole {
        classic.try_send(&[*byte]).await;
        tokio::time::sleep(Duration::from_millis(40)).await;
        if before.elapsed() > frame_timeout {
            break;
        }
    }
    assert!(message(&classic.hear().await).contains("规定时间"));
    classic.ended().await;
    site.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_nothing_for_long_is_let_go() {
    let site = site().await;
    let limits = Limits { idle_timeout: Duration::from_millis(200), ..Limits::default() };
    let listener = Listener::open(&site, limits).await;
    listener.connect().await.ended().await;
    let mut classic = listener.connect().await;
    assert_eq!(classic.refused(json!({ "type": "check_notice" })).await, "请先登录");
    classic.ended().await;
    site.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_object_is_refused_in_step() {
    let site = site().await;
    let deep = |open: &str, close: &str| open.repeat(10_000) + &close.repeat(10_000);
    let deep_object = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    let hidden = format!("{{\"type\": {}}}", deep("[", "]"));
    let cases: Vec<Vec<u8>> = vec![
        b"null".to_vec(),
        b"[]".to_vec(),
        b"\"text\"".to_vec(),
        b"1e999".to_vec(),
        b"{".to_vec(),
        b"{}{}".to_vec(),
        b"{'type': 'login'}".to_vec(),
        b"\xff\xfe".to_vec(),
        b"{\"type\": \"\xff\"}".to_vec(),
        b"{\"type\": \"\\ud800\"}".to_vec(),
        b"\0\0\0\0".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        deep("[", "]").into_bytes(),
        deep_object.into_bytes(),
        hidden.into_bytes(),
    ];
    let mut classic = Classic::connect(&site).await;
    for json in cases {
        classic.send(&framed(&json)).await;
        let reply = classic.hear().await;
        assert_eq!(reply["flag"], false, "{}", String::from_utf8_lossy(&json));
        assert!(message(&reply).contains("JSON"), "{reply}");
    }
    // The last of two wins, as in Python.
    classic.send(&framed(br#"{"type": "login", "type": "check_notice"}"#)).await;
    assert_eq!(message(&classic.hear().await), "请先登录");
    classic.ask(json!({})).await;
    site.finish().await;
}

async fn every_field_of_a_wrong_type_is_named(site: &Site) {
    let md5 = digest("x");
    let requests = [
        json!({ "type": "register", "name": "甲", "password": md5, "user_type": "user",
            "invite": "AAAA" }),
        json!({ "type": "login", "name": "甲", "password": md5, "user_type": "user" }),
        json!({ "type": "check_movie", "file_md5": md5 }),
        json!({ "type": "upload_movie", "file_name": "影.mp4", "file_size": 0, "file_md5": md5,
            "is_free": 1 }),
        json!({ "type": "get_movie_list", "movie_type": "all" }),
        json!({ "type": "delete_movie", "delete_movie_id": 1 }),
        json!({ "type": "release_notice", "title": "题", "content": "文" }),
        json!({ "type": "buy_member" }),
        json!({ "type": "download_movie", "movie_id": 1, "movie_type": "free" }),
        json!({ "type": "check_download_record" }),
        json!({ "type": "check_notice" }),
        json!({ "type": "logout" }),
    ];
    let wrong = |text: bool| {
        let mut wrong = vec![json!([]), json!({}), json!(1.5), json!(-7), json!([1, "2"])];
        wrong.extend([json!(u64::MAX), json!(1e300)]);
        wrong.push(if text { json!(true) } else { json!("1") });
        wrong
    };
    let mut admin = Classic::admin(site).await;
    let accounts = site.number("SELECT COUNT(*) FROM account").await;
    for request in requests {
        let mut fields: Vec<String> =
            request.as_object().expect("an object").keys().cloned().collect();
        fields.push("session".to_owned());
        for field in fields {
            let optional = ["invite", "session", "movie_type"].contains(&field.as_str());
            let mut cases = wrong(request[&field].is_string() || optional);
            if !optional && field != "file_size" {
                cases.push(Value::Null);
            }
            // The numbers of videos may be any whole number: there is just none.
            if field.ends_with("_id") {
                cases.retain(|value| value.as_i64().is_none());
            }
            for value in cases {
                let mut broken = request.clone();
                broken[&field] = value.clone();
                // A size that cannot be read ends the connection.
                if field == "file_size" {
                    let mut admin = Classic::admin(site).await;
                    let message = admin.refused(broken.clone()).await;
                    if value != json!(u64::MAX) {
                        assert!(message.contains(&field), "{broken}: {message}");
                    }
                    admin.ended().await;
                    continue;
                }
                let message = admin.refused(broken.clone()).await;
                assert!(message.contains(&field), "{broken}: {message}");
            }
        }
    }
    // Nothing was done, and the connection is as it was.
    assert_eq!(site.number("SELECT COUNT(*) FROM account").await, accounts);
    assert_eq!(site.number("SELECT COUNT(*) FROM video").await, 0);
    assert_eq!(admin.refused(json!({ "type": "check_notice" })).await, "暂无公告");
    // Null is as good as nothing, so that another name of the field is looked for.
    let token = admin.session.clone();
    let asked = json!({ "type": "check_notice", "session": null, "cookies": token });
    assert_eq!(admin.refused(asked).await, "暂无公告");
    // A type that is long, empty or hostile is given back in part.
    for name in ["", " ", "登录", "get_movie_list ", "\u{0}", &"长".repeat(10_000)] {
        let reply = admin.ask(json!({ "type": name })).await;
        assert!(reply["flag"] == false && message(&reply).len() < 1_000, "{reply}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pipelined_requests_are_answered_in_order() {
    let site = site().await;
    let mut admin = Classic::admin(&site).await;
    let content = site.content(300_000);
    let token = admin.session.clone();
    let mut all = Vec::new();
    let mut put = |request: Value, bytes: &[u8]| {
        all.extend_from_slice(&framed(request.to_string().as_bytes()));
        all.extend_from_slice(bytes);
    };
    for at in 0..50 {
        put(json!({ "type": format!("飞{at}") }), &[]);
    }
    for is_free in [json!("?"), json!(1), json!(0)] {
        let upload = json!({ "type": "upload_movie", "session": token, "file_name": "影.mp4",
            "file_size": content.len(), "file_md5": fingerprint(&content), "is_free": is_free });
        put(upload, &content);
    }
    put(json!({ "type": "download_movie", "session": token, "movie_id": 1 }), &[]);
    put(json!({ "type": "get_movie_list", "session": token, "movie_type": "all" }), &[]);
    let mut reader = Classic::connect(&site).await;
    let sent = reader.exchange(&all, 54).await;
    for (at, reply) in sent[..50].iter().enumerate() {
        assert!(message(reply).ends_with(&format!("飞{at}")), "{at}: {reply}");
    }
    assert!(message(&sent[50]).contains("is_free"));
    assert_eq!(id_of(&sent[51]), 1);
    assert_eq!(sent[52]["flag"], false);
    assert!(reader.file(&sent[53]).await == content);
    assert_eq!(reader.hear().await["movie_list"], json!([["影.mp4", "免费", 1]]));
    // A byte at a time.
    for byte in framed(br#"{"type": "logout"}"#) {
        admin.send(&[byte]).await;
    }
    assert_eq!(message(&admin.hear().await), "请先登录");
    site.finish().await;
}

async fn an_upload_cut_short_leaves_nothing(site: &Site) {
    let content = site.content(2_000_000);
    let upload = json!({ "type": "upload_movie", "file_name": "影.mp4", "is_free": 1,
        "file_size": content.len(), "file_md5": fingerprint(&content) });
    for sent in [0, 1, 1_500_000, content.len() - 1] {
        let mut admin = Classic::admin(site).await;
        admin.say(upload.clone()).await;
        admin.send(&content[..sent]).await;
        admin.shut().await;
        admin.rest().await;
        incoming_empties(site).await;
    }
    assert_eq!(site.number("SELECT COUNT(*) FROM video").await, 0);
    assert_eq!(site.number("SELECT COUNT(*) FROM content_fingerprint").await, 0);
    let mut admin = Classic::admin(site).await;
    assert_eq!(id_of(&admin.upload("影.mp4", 1, &content).await), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn raw_bytes_that_stall_are_given_up() {
    let site = site().await;
    let limits = Limits { stall_timeout: Duration::from_millis(300), ..Limits::default() };
    let listener = Listener::open(&site, limits).await;
    let content = site.content(48 << 20);
    let upload = |token: &Option<String>| {
        json!({ "type": "upload_movie", "session": token, "file_name": "影.mp4", "is_free": 1,
            "file_size": content.len(), "file_md5": fingerprint(&content) })
    };
    let admin = Classic::admin(&site).await;
    // One that is taken, and one that is drained.
    for (token, code) in
        [(admin.session.clone(), words("request_timeout")), (None, "请先登录".into())]
    {
        let mut classic = listener.connect().await;
        classic.say(upload(&token)).await;
        classic.send(&content[..1_000_000]).await;
        assert_eq!(message(&classic.hear().await), code);
        classic.ended().await;
        incoming_empties(&site).await;
    }
    // A reader that does not read.
    let mut admin = admin;
    let id = id_of(&admin.upload("影.mp4", 1, &content).await);
    let mut classic = listener.connect().await;
    classic.session = admin.session.clone();
    let reply = classic.download(id).await;
    let before = Instant::now();
    let begun = "SELECT COUNT(*) FROM ticket WHERE bytes_sent > 0";
    while site.number(begun).await == 0 || site.node.app.delivery.running_downloads() > 0 {
        assert!(before.elapsed() < Duration::from_secs(10), "not given up: {reply}");
    }
    assert!(classic.rest().await.len() < content.len());
    site.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_too_many_is_told_so() {
    let site = site().await;
    let listener = Listener::open(&site, Limits { max_connections: 2, ..Limits::default() }).await;
    let mut kept = Vec::new();
    for _ in 0..2 {
        let mut classic = listener.connect().await;
        classic.refused(json!({ "type": "check_notice" })).await;
        kept.push(classic);
    }
    for _ in 0..5 {
        let mut classic = listener.connect().await;
        assert_eq!(message(&classic.hear().await), words("busy"));
        classic.ended().await;
    }
    // Who speaks first hears it all the same.
    let mut classic = listener.connect().await;
    classic.try_send(&framed(br#"{"type": "check_notice"}"#)).await;
    assert_eq!(message(&classic.hear().await), words("busy"));
    classic.ended().await;
    // Those who have a place are not disturbed, and a place that is left is given again.
    for classic in &mut kept {
        assert_eq!(classic.refused(json!({ "type": "check_notice" })).await, "请先登录");
    }
    let mut left = kept.pop().expect("two");
    left.shut().await;
    left.ended().await;
    let before = Instant::now();
    loop {
        let mut classic = listener.connect().await;
        classic.try_send(&framed(br#"{"type": "check_notice"}"#)).await;
        if message(&classic.hear().await) == "请先登录" {
            break;
        }
        assert!(before.elapsed() < Duration::from_secs(10), "the place is not given again");
    }
    site.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn noise_harms_nobody() {
    let site = site().await;
    site.user("小明").await;
    let mut classic = Classic::user(&site, "小明").await;
    let mut random = Random::seeded("noise_harms_nobody");
    for _ in 0..200 {
        let size = usize::try_from(random.between(1, 5_000)).expect("small");
        let mut noise = random.bytes(size);
        // Half of it begins like a frame.
        if random.number().is_multiple_of(2) {
            noise = framed(&noise);
        }
        let mut noisy = Classic::connect(&site).await;
        noisy.try_send(&noise).await;
        if random.number().is_multiple_of(2) {
            noisy.hang_up().await;
        }
    }
    assert_eq!(classic.refused(json!({ "type": "check_notice" })).await, "暂无公告");
    assert_eq!(classic.log_in("小明", PASSWORD, "user").await["flag"], true);
    site.finish().await;
}
