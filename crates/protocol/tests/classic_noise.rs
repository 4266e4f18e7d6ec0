//! Whatever bytes come, the classic codec answers and never panics; whatever it writes, it
//! reads.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use yingku_protocol::classic::{
    FrameError, MAX_FRAME_BYTES, Reply, Request, bytes_that_follow, dialect, encode, frame_length,
    parse_object,
};

/// Anything that JSON can say, not too deep.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i32>().prop_map(|half| Value::from(f64::from(half) / 2.0)),
        ".*".prop_map(Value::from),
        "[0-9a-fA-F]{32}".prop_map(Value::from),
        prop::sample::select(vec!["admin", "user", "all", "free", "charge", "收费"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(".*", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

const FIELDS: &[&str] = &[
    "session",
    "name",
    "password",
    "user_type",
    "invite",
    "file_md5",
    "file_name",
    "file_size",
    "is_free",
    "movie_type",
    "delete_movie_id",
    "movie_id",
    "title",
    "content",
];

/// An object that looks like a request: known operations and fields, under any of their
/// names, with anything in them.
fn request() -> impl Strategy<Value = Map<String, Value>> {
    let operations = [
        "register",
        "login",
        "logout",
        "check_movie",
        "upload_movie",
        "get_movie_list",
        "delete_movie",
        "release_notice",
        "buy_member",
        "download_movie",
        "check_download_record",
        "check_notice",
    ];
    let operations =
        operations.into_iter().chain(dialect::OPERATIONS.iter().map(|(other, _)| *other));
    let operation = prop::sample::select(operations.collect::<Vec<_>>());
    let others = dialect::FIELDS.iter().map(|(other, _)| *other);
    let names = FIELDS.iter().copied().chain(others).collect::<Vec<_>>();
    let fields = prop::collection::vec((prop::sample::select(names), value()), 0..12);
    (operation, fields).prop_map(|(operation, fields)| {
        let mut object: Map<String, Value> =
            fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        object.insert("type".to_owned(), operation.into());
        object
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_length_is_judged(length: i32) {
        match frame_length(length.to_le_bytes()) {
            Ok(bytes) => prop_assert!((1..=MAX_FRAME_BYTES).contains(&bytes)),
            Err(error) => {
                prop_assert!(!error.is_in_step());
                prop_assert_eq!(error == FrameError::Length, length <= 0);
            }
        }
    }

    #[test]
    fn any_bytes_are_judged(bytes: Vec<u8>) {
        if let Ok(object) = parse_object(&bytes) {
            let _ = Request::read(&object);
            let _ = bytes_that_follow(&object);
        }
    }

    #[test]
    fn any_request_is_judged(object in request()) {
        let read = Request::read(&object);
        // What follows an upload is known wherever the upload is understood.
        if let Ok(request) = read {
            let follow = bytes_that_follow(&object);
            match request.operation {
                yingku_protocol::classic::Operation::UploadMovie { file_size, .. } => {
                    prop_assert_eq!(follow, Some(file_size));
                }
                _ => prop_assert_eq!(follow, Some(0)),
            }
        }
    }

    #[test]
    fn what_is_written_is_read(object in request()) {
        let frame = encode(&object);
        let (header, rest) = frame.split_first_chunk::<4>().expect("a header");
        prop_assert_eq!(i32::from_le_bytes(*header), i32::try_from(rest.len()).expect("short"));
        if rest.len() <= MAX_FRAME_BYTES {
            prop_assert_eq!(frame_length(*header), Ok(rest.len()));
        }
        prop_assert_eq!(parse_object(rest), Ok(object));
    }

    #[test]
    fn any_reply_is_a_frame(flag: bool, msg in ".*", operation in ".*", field in value()) {
        let mut reply = if flag { Reply::done(msg.clone()) } else { Reply::refused(msg.clone()) };
        for (at, here, _) in dialect::REPEATED {
            reply = reply.with(here, field.clone());
            let object = parse_object(&reply.frame(at)[4..]).expect("an object");
            prop_assert_eq!(&object["flag"], &json!(flag));
            prop_assert_eq!(&object["msg"], &json!(msg));
            for (_, here, others) in dialect::REPEATED.iter().filter(|(of, ..)| of == at) {
                for other in *others {
                    prop_assert_eq!(object.get(*here), object.get(*other));
                }
            }
        }
        prop_assert!(parse_object(&reply.frame(&operation)[4..]).is_ok());
    }
}

#[test]
fn depth_is_limited() {
    for depth in [127, 10_000, 1_000_000] {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(parse_object(deep.as_bytes()).is_ok(), depth < 127, "{depth}");
    }
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(126), "]".repeat(126));
    assert!(parse_object(deep.as_bytes()).is_ok());
}
