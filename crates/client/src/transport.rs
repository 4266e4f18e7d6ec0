//! How requests travel: over the network ([`crate::Remote`]), or straight into a router in
//! this process. No knowledge of routes belongs here.

use bytes::Bytes;
use futures_util::Stream;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use std::io;
use std::pin::Pin;

/// Bytes as they come or go. An error means that the connection broke.
pub type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// A request on its way.
pub type Sending<'a> = BoxFuture<'a, Result<Response<ByteStream>, Broken>>;

/// The connection could not be made, or broke before an answer came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Broken(pub String);

/// The body of a request.
pub enum Body {
    /// None.
    Empty,
    /// All of it.
    Bytes(Bytes),
    /// As it comes; `size_bytes` is announced to the server.
    Stream {
        /// The bytes.
        bytes: ByteStream,
        /// Exactly how many there are.
        size_bytes: u64,
    },
}

/// Sends requests. Their URI is a path with its query, relative to the server's address.
/// The transport adds what says who is asking, and `Content-Length`.
pub trait Transport: Send + Sync {
    /// Sends a request and hands back the answer, whatever its status.
    fn send(&self, request: Request<Body>) -> Sending<'_>;
}
