//! The golden bytes of the classic protocol.

use serde_json::Value;
use yingku_protocol::classic::{FrameError, encode, frame_length, parse_object};

fn vectors() -> Value {
    serde_json::from_str(include_str!("classic-vectors.json")).expect("the vectors are JSON")
}

fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().expect("hexadecimal digits");
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("a byte"))
        .collect()
}

/// The object of a whole frame.
fn decode(frame: &[u8]) -> Result<Value, FrameError> {
    let (header, rest) = frame.split_first_chunk::<4>().expect("a header");
    let length = frame_length(*header)?;
    assert_eq!(rest.len(), length, "the frame is whole");
    parse_object(rest).map(Value::Object)
}

#[test]
fn what_python_sends_is_understood() {
    for frame in vectors()["frames"].as_array().expect("frames") {
        assert_eq!(decode(&bytes(&frame["hex"])).as_ref(), Ok(&frame["object"]));
        let Value::Object(object) = &frame["object"] else { panic!("an object") };
        assert_eq!(decode(&encode(object)).as_ref(), Ok(&frame["object"]));
    }
}

#[test]
fn what_must_be_refused_is() {
    for refused in vectors()["refused"].as_array().expect("refused") {
        let error = decode(&bytes(&refused["hex"])).expect_err("it is refused");
        let in_step = matches!(refused["why"].as_str(), Some("not an object" | "not UTF-8"));
        assert_eq!(error.is_in_step(), in_step, "{}", refused["why"]);
    }
}
