//! Videos, uploads, announcements.

mod announcement;
mod stream;
mod upload;
mod video;

pub use announcement::*;
pub use stream::*;
pub use upload::*;
pub use video::*;
