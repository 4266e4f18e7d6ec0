//! A connection's bytes, read as the classic door reads them: lengths, JSON, requests, the
//! bytes that follow, and the reply that each would get.

#![no_main]

use libfuzzer_sys::fuzz_target;
use yingku_protocol::classic::{
    MAX_FRAME_BYTES, Reply, Request, bytes_that_follow, frame_length, parse_object,
};

fuzz_target!(|bytes: &[u8]| {
    let mut rest = bytes;
    while let Some((header, after)) = rest.split_first_chunk::<4>() {
        let Ok(length) = frame_length(*header) else { return };
        assert!((1..=MAX_FRAME_BYTES).contains(&length));
        let Some((json, after)) = after.split_at_checked(length) else { return };
        rest = after;
        let object = match parse_object(json) {
            Ok(object) => object,
            Err(error) => {
                assert!(error.is_in_step());
                continue;
            }
        };
        let message = match Request::read(&object) {
            Ok(request) => request.operation.name().to_owned(),
            Err(fault) => format!("{fault:?}"),
        };
        let operation = object.get("type").and_then(|name| name.as_str()).unwrap_or_default();
        let mut reply = Reply::refused(message);
        reply.fields = object.clone();
        let frame = reply.frame(operation);
        let (header, json) = frame.split_first_chunk::<4>().expect("a header");
        assert_eq!(i32::from_le_bytes(*header), i32::try_from(json.len()).expect("short"));
        parse_object(json).expect("a reply is an object");
        let Some(follow) = bytes_that_follow(&object) else { return };
        rest = rest.get(usize::try_from(follow).unwrap_or(usize::MAX)..).unwrap_or_default();
    }
});
