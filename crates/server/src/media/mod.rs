//! Strangers' media files: what they are, by their bytes. The only place that runs ffmpeg's
//! programs, and it runs them in a sandbox; which files are welcome is decided elsewhere.

mod charset;
mod convert;
mod encode;
mod kind;
mod picture;
mod probe;
mod sandbox;
#[cfg(test)]
mod strangers;
mod stream;
mod subtitle;
mod timeline;
mod unit;

pub use charset::decode;
pub use convert::{Conversion, ConvertError};
pub(crate) use encode::RECIPE;
pub use encode::Stretch;
pub use kind::type_of;
pub use picture::{Coding, CoverFormat, FRAME_FILES};
pub use probe::{Probe, ProbeError, Prober};
pub use stream::Pictures;
pub use subtitle::is_text;
pub use timeline::Timeline;
pub use unit::{EncodedRun, EncodedSize, UnitEncoder, UnitError, cut_unit};
