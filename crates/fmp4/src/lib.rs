//! An MP4 file as segments of fragmented MP4 (ISO/IEC 14496-12, RFC 8216), computed from the
//! file's own sample tables: nothing is encoded, and the bytes of the media are not copied.
//!
//! [`Movie::read`] reads the tables, [`Streamable::plan`] decides whether and where the film
//! can be cut, and a [`Track`] answers with its initialisation segment and its segments: a
//! few bytes of head, and ranges of the file. [`Encoded`] does the same for what an encoder
//! wrote of a stretch of a film. Nothing here knows where a file lies, who may
//! have it, or what a playlist looks like.
//!
//! Files come from strangers. Whatever a table claims is checked against the file before it
//! is believed; sizes are checked before memory is taken for them.

mod boxes;
mod codec;
mod encoded;
mod movie;
mod plan;
mod sample;
mod source;
mod write;

pub use codec::{Codec, VideoRange};
pub use encoded::{Cell, Cut, Encoded, Misfit, SoundPlan};
pub use movie::{Kind, Movie, MovieTrack};
pub use plan::{Obstacle, Segment, Streamable, Track};
pub use source::Source;
pub use write::SegmentBytes;

/// Why a file cannot be read as an MP4.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is no MP4, or one whose tables contradict each other or the file.
    #[error("not a readable MP4: {0}")]
    Malformed(&'static str),
    /// It claims more than any honest file has.
    #[error("more than is accepted of {0}")]
    TooMuch(&'static str),
    /// The file could not be read.
    #[error("the file could not be read: {0}")]
    Io(#[from] std::io::Error),
}

impl From<mp4_atom::Error> for Error {
    fn from(_: mp4_atom::Error) -> Self {
        Error::Malformed("a box cannot be read")
    }
}
