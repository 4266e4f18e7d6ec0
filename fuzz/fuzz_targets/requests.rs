//! The JSON of one frame, without the length in front of it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use yingku_protocol::classic::{Operation, Request, bytes_that_follow, encode, parse_object};

fuzz_target!(|json: &[u8]| {
    let Ok(object) = parse_object(json) else { return };
    let read = Request::read(&object);
    let follow = bytes_that_follow(&object);
    if let Ok(request) = &read {
        match &request.operation {
            Operation::UploadMovie { file_size, file_md5, .. } => {
                assert_eq!(follow, Some(*file_size));
                assert!(file_md5.len() == 32);
            }
            _ => assert_eq!(follow, Some(0)),
        }
    }
    // What is written again means the same.
    let again = parse_object(&encode(&object)[4..]).expect("an object");
    assert_eq!(Request::read(&again), read);
});
