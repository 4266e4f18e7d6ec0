//! Frames: a 4-byte little-endian signed length, then so many bytes of one JSON object.

use serde_json::{Map, Value};

/// Most bytes of a request's JSON, before login and after.
pub const MAX_FRAME_BYTES: usize = 64 * 1024;

/// Why bytes are no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The length is zero or negative. Nothing after it can be trusted.
    #[error("the length of a frame must be above zero")]
    Length,
    /// The length is over the limit. Nothing was allocated.
    #[error("a frame may have at most {MAX_FRAME_BYTES} bytes")]
    TooLong,
    /// The bytes are no JSON object in UTF-8. The next frame begins where it should.
    #[error("a frame must hold one JSON object in UTF-8")]
    NotAnObject,
}

impl FrameError {
    /// Whether the connection can go on after it.
    pub fn is_in_step(self) -> bool {
        self == FrameError::NotAnObject
    }
}

/// How many bytes of JSON follow this header.
pub fn frame_length(header: [u8; 4]) -> Result<usize, FrameError> {
    match usize::try_from(i32::from_le_bytes(header)) {
        Err(_) | Ok(0) => Err(FrameError::Length),
        Ok(length) if length > MAX_FRAME_BYTES => Err(FrameError::TooLong),
        Ok(length) => Ok(length),
    }
}

/// Reads the JSON of a frame. serde_json goes at most 128 levels deep.
pub fn parse_object(json: &[u8]) -> Result<Map<String, Value>, FrameError> {
    serde_json::from_slice(json).map_err(|_| FrameError::NotAnObject)
}

/// A whole frame, length and JSON in one piece: peers read it with one `recv`.
pub fn encode(object: &Map<String, Value>) -> Vec<u8> {
    let json = serde_json::to_vec(object).unwrap_or_default();
    let length = i32::try_from(json.len()).unwrap_or(i32::MAX);
    let mut frame = Vec::with_capacity(4 + json.len());
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(&json);
    frame
}
