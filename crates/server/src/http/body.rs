//! The bytes of a request as a use-case takes them: piece by piece, until they end or break off.

use crate::app;
use crate::http::extract::too_large;
use crate::http::listen::BodyStalled;
use axum::body::Body;
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use yingku_protocol::{Code, Refusal};

/// A body that broke off.
#[derive(Debug)]
pub struct BrokenOff {
    stalled: bool,
    received_bytes: u64,
}

impl std::fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the body broke off after {} bytes", self.received_bytes)
    }
}

impl From<BrokenOff> for app::Error {
    fn from(broken: BrokenOff) -> Self {
        match broken.stalled {
            true => Code::RequestTimeout.into(),
            false => Refusal::from(Code::UploadIncomplete)
                .with("received_bytes", broken.received_bytes)
                .into(),
        }
    }
}

/// All bytes of a small file.
///
/// # Errors
/// [`Code::PayloadTooLarge`] where there are more than so many; what [`arriving`] says.
pub async fn whole(body: Body, limit_bytes: u64) -> app::Result<Bytes> {
    let mut arriving = std::pin::pin!(arriving(body));
    let mut all = BytesMut::new();
    while let Some(piece) = arriving.next().await {
        let piece = piece?;
        if (all.len() + piece.len()) as u64 > limit_bytes {
            return Err(too_large(limit_bytes).into());
        }
        all.extend_from_slice(&piece);
    }
    Ok(all.freeze())
}

/// The bytes of a body, and that it broke off where it did.
pub fn arriving(body: Body) -> impl Stream<Item = Result<Bytes, BrokenOff>> + Send {
    let mut received_bytes = 0;
    body.into_data_stream().map(move |piece| match piece {
        Ok(bytes) => {
            received_bytes += bytes.len() as u64;
            Ok(bytes)
        }
        Err(error) => Err(BrokenOff { stalled: BodyStalled::caused(&error), received_bytes }),
    })
}
