//! Videos, uploads, announcements.

mod announcement;
mod history;
mod picture;
mod stream;
mod subtitle;
mod upload;
mod video;

pub use announcement::*;
pub use history::*;
pub use picture::*;
pub use stream::*;
pub use subtitle::*;
pub use upload::*;
pub use video::*;
