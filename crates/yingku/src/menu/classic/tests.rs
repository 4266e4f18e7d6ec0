//! The classic backend against servers that are not ours.

use super::*;
use serde_json::Map;
use std::fs;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use yingku_protocol::classic::encode;

/// What a server answers: the frame's bytes and whatever follows them.
type Script = Vec<(Vec<u8>, Duration, Vec<u8>)>;

fn frame(value: Value) -> Vec<u8> {
    encode(value.as_object().unwrap())
}

fn says(value: Value) -> (Vec<u8>, Duration, Vec<u8>) {
    (frame(value), Duration::ZERO, Vec::new())
}

fn context(lang: Lang) -> Context {
    Context { lang, json: false, database: Default::default(), database_by_flag: false }
}

/// A server for one connection: reads a request and an upload's bytes, answers by the script,
/// and at its end closes. It hands back what it was asked.
async fn serve(script: Script) -> (String, JoinHandle<Vec<(Value, Vec<u8>)>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let asked = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = Vec::new();
        for (frame, pause, bytes) in script {
            let length = stream.read_i32_le().await.unwrap();
            let mut json = vec![0; usize::try_from(length).unwrap()];
            stream.read_exact(&mut json).await.unwrap();
            let request: Value = serde_json::from_slice(&json).unwrap();
            let size = request["file_size"].as_u64().unwrap_or_default();
            let mut raw = vec![0; usize::try_from(size).unwrap()];
            stream.read_exact(&mut raw).await.unwrap();
            asked.push((request, raw));
            stream.write_all(&frame).await.unwrap();
            sleep(pause).await;
            stream.write_all(&bytes).await.unwrap();
        }
        asked
    });
    (address, asked)
}

fn no_limit_login() -> Value {
    // The least that a server of the brief says.
    json!({ "flag": true, "msg": "ok", "session": "abc", "is_vip": 0, "last_notice": null })
}

#[tokio::test]
async fn replies_under_other_names_are_understood() {
    let big: String = "长".repeat(100_000);
    let script = vec![
        says(json!({ "flag": 1, "msg": "ok", "cookies": 77, "is_vip": "1" })),
        says(json!({ "flag": true, "msg": "", "back_list": [["旧", "内容"], ["新", "内容"]] })),
        says(json!({ "flag": true, "back_movie_list": [
            ["甲.mp4", "免费", "uuid-1"], ["乙.mp4", "收费", 2], ["丙.mp4", [3]],
            { "movie_name": "丁.mp4", "is_free": 1, "movie_id": 4.5 }, 5, [big, "pay", 6],
        ] })),
        says(json!({ "flag": "True", "back_list": ["甲", ["乙", "2020"]] })),
        says(json!({ "flag": true, "msg": "deleted" })),
        says(json!({ "flag": false, "msg": "type类型不存在" })),
        says(json!({ "flag": true, "msg": "bought" })),
    ];
    let (address, asked) = serve(script).await;
    let context = context(Lang::En);
    let mut backend = ClassicBackend::open(&context, &address).await.unwrap();
    let guest = backend.log_in(Role::User, "甲", "密码").await.unwrap();
    assert_eq!(guest.newest.unwrap().title, "新");
    assert_eq!(guest.membership, "member");
    let shelf = backend.titles(None, None).await.unwrap();
    let found: Vec<_> = shelf.titles.iter().map(|t| (t.id.clone(), t.is_free)).collect();
    assert_eq!(
        found,
        [
            (json!(6), Some(false)),
            (json!(4.5), Some(true)),
            (json!([3]), None),
            (json!(2), Some(false)),
            (json!("uuid-1"), Some(true)),
        ]
    );
    let records = backend.records().await.unwrap();
    assert_eq!(records.iter().map(|r| r.title.as_str()).collect::<Vec<_>>(), ["乙  2020", "甲"]);
    backend.delete(&json!("uuid-1")).await.unwrap();
    // Members are not asked for money again.
    let member = backend.offers().await.err().unwrap();
    assert_eq!(member.code(), Some(Code::AlreadyMember));
    backend.login.as_mut().unwrap().is_member = false;
    let offers = backend.offers().await.unwrap();
    assert_eq!(backend.buy_membership(&offers[0]).await.unwrap(), "member");

    let asked = asked.await.unwrap();
    assert_eq!(asked[0].0["password"], digest("密码"));
    assert_eq!(digest("123"), "202cb962ac59075b964b07152d234b70");
    assert_eq!(asked[4].0["delete_movie_id"], "uuid-1");
    assert_eq!(asked[4].0["session"], 77);
    assert_eq!(asked[6].0["type"], "buy_vip");
}

#[tokio::test]
async fn an_upload_is_sent_after_its_frame() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("影.mp4");
    let film: Vec<u8> = (0..2_500_000_u32).map(|n| n as u8).collect();
    fs::write(&path, &film).unwrap();
    let script = vec![
        says(no_limit_login()),
        says(json!({ "flag": true, "msg": "upload it" })),
        says(json!({ "flag": true, "msg": "done" })),
        says(json!({ "flag": false, "msg": "该视频已在库中" })),
    ];
    let (address, asked) = serve(script).await;
    let context = context(Lang::En);
    let mut backend = ClassicBackend::open(&context, &address).await.unwrap();
    backend.log_in(Role::Admin, "a", "b").await.unwrap();
    let mut file = LocalFile::open(&path).unwrap();
    assert!(matches!(backend.look_up(&mut file).await, Ok(Found::No)));
    let sent = backend.upload(file, true).await.unwrap();
    assert_eq!((sent.id, sent.title.as_str()), (None, "影.mp4"));
    let mut file = LocalFile::open(&path).unwrap();
    let Ok(Found::Here(message)) = backend.look_up(&mut file).await else { panic!("not found") };
    assert_eq!(message, "Already in the library");
    let asked = asked.await.unwrap();
    assert_eq!(asked[2].0["is_free"], 1);
    assert_eq!(asked[2].0["file_md5"], asked[1].0["file_md5"]);
    assert!(asked[2].1 == film);
}

#[tokio::test]
async fn a_download_waits_for_its_bytes_and_replaces_nothing() {
    let name = format!("yingku-classic-{}.mp4", std::process::id());
    let film = vec![7; 700_000];
    let reply = |size: Value| {
        frame(json!({ "flag": true, "msg": "", "filename": format!("../{name}"),
            "movie_size": size, "wait_time": "1" }))
    };
    let script = vec![
        says(no_limit_login()),
        (reply(json!(700_000)), Duration::from_millis(300), film.clone()),
        (reply(json!("3")), Duration::ZERO, b"abc".to_vec()),
        (reply(json!(3)), Duration::ZERO, b"ab".to_vec()),
    ];
    let (address, asked) = serve(script).await;
    let context = context(Lang::En);
    let mut backend = ClassicBackend::open(&context, &address).await.unwrap();
    backend.log_in(Role::User, "a", "b").await.unwrap();
    let title = |is_free| Title {
        id: json!("x"),
        name: "n".into(),
        price: String::new(),
        is_free: Some(is_free),
    };
    let refused = backend.download(&title(false), &mut |_| Ok(false)).await;
    assert!(matches!(refused, Err(Failure::Reported(1))));
    let first = backend.download(&title(false), &mut |_| Ok(true)).await.unwrap();
    assert_eq!(first, Path::new(&name));
    assert!(fs::read(&first).unwrap() == film);
    let mut never = |_: String| panic!("free is not bought");
    let second = backend.download(&title(true), &mut never).await.unwrap();
    assert_ne!(first, second);
    assert_eq!(fs::read(&second).unwrap(), b"abc");
    // Cut short: nothing gets the name, and the login has ended with the connection.
    let broken = backend.download(&title(true), &mut never).await.unwrap_err();
    assert_eq!(broken.exit_code(), 3);
    let part = name.replace(".mp4", " (2).mp4.part");
    assert_eq!(fs::read(&part).unwrap(), b"ab");
    let asked = asked.await.unwrap();
    assert_eq!(asked.len(), 4);
    assert_eq!(asked[1].0["movie_type"], "charge");
    for path in [first, second, part.into()] {
        fs::remove_file(path).unwrap();
    }
}

#[tokio::test]
async fn what_is_no_reply_is_no_panic() {
    let header = |length: i32| length.to_le_bytes().to_vec();
    let cases = [
        header(0),
        header(-1),
        header(i32::MAX),
        header(16 * 1024 * 1024 + 1),
        [header(2), b"[]".to_vec()].concat(),
        [header(5), b"{".to_vec()].concat(),
        b"HT".to_vec(),
        Vec::new(),
    ];
    for case in cases {
        let (address, _asked) = serve(vec![(case.clone(), Duration::ZERO, Vec::new())]).await;
        let context = context(Lang::Zh);
        let mut backend = ClassicBackend::open(&context, &address).await.unwrap();
        let failure = backend.log_in(Role::User, "a", "b").await.err().unwrap();
        assert_eq!(failure.exit_code(), 3, "{case:?}");
        assert!(backend.connection.is_none());
    }
}

#[tokio::test]
async fn a_login_ends_with_its_connection() {
    let (address, asked) = serve(vec![says(no_limit_login())]).await;
    let context = context(Lang::En);
    let mut backend = ClassicBackend::open(&context, &address).await.unwrap();
    backend.log_in(Role::User, "a", "b").await.unwrap();
    asked.await.unwrap();
    sleep(Duration::from_millis(50)).await;
    // Nobody listens there any more.
    assert_eq!(backend.notices().await.err().unwrap().exit_code(), 3);
    assert!(backend.login.is_none());
}

#[test]
fn refusals_in_the_readers_language() {
    let message = |msg: &str, lang| refusal(lang, msg).problem(lang).unwrap().detail;
    assert_eq!(refusal(Lang::En, "请先登录").code(), Some(Code::LoginRequired));
    let invite = text(Lang::Zh, "error.invite_required", &Map::new());
    assert_eq!(refusal(Lang::En, &invite).code(), Some(Code::InviteRequired));
    assert_eq!(message("暂无公告", Lang::En), "There are no announcements");
    assert_eq!(message("用户不存在", Lang::En), "用户不存在");
    assert!(!message("", Lang::Zh).is_empty());
    assert_eq!(refusal(Lang::En, "x").exit_code(), 1);
}

#[test]
fn notices_of_any_form() {
    let read = |value: Value| notice(&value).map(|notice| (notice.title, notice.content));
    let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
    assert_eq!(read(json!({ "title": "a", "content": "b\nc\u{1b}" })), pair("a", "b\nc "));
    assert_eq!(read(json!({ "notice_name": "a", "notice_content": null })), pair("a", ""));
    assert_eq!(read(json!(["a", "b"])), pair("a", "b"));
    assert_eq!(read(json!("a")), pair("a", ""));
    for none in [json!(null), json!({}), json!([])] {
        assert_eq!(read(none), None);
    }
}
