//! The classic protocol: framed JSON over TCP, as the brief describes it. Frames, the one
//! table of dialects, requests and replies; no I/O. (Source: the brief, and
//! `classic-protocol` in the project's documents.)

pub mod dialect;
mod frame;
mod reply;
mod request;

pub use frame::{FrameError, MAX_FRAME_BYTES, encode, frame_length, parse_object};
pub use reply::Reply;
pub use request::{Fault, MovieType, Operation, Request, UserType, bytes_that_follow, session_of};
