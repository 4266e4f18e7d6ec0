//! Videos, uploads, announcements.

mod announcement;
mod discussion;
mod embed;
mod front;
mod history;
mod picture;
mod saved;
mod stream;
mod subtitle;
mod upload;
mod video;

pub use announcement::*;
pub use discussion::*;
pub use embed::*;
pub use front::*;
pub use history::*;
pub use picture::*;
pub use saved::*;
pub use stream::*;
pub use subtitle::*;
pub use upload::*;
pub use video::*;
