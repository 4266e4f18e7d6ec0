//! What Yingku's interfaces say: request and response types, stable refusal codes, and the
//! catalogue of texts for people. Times are RFC 3339 in UTC. No behaviour and no I/O
//! belong here.

pub mod classic;
mod code;
mod delivery;
mod identity;
mod library;
mod operation;
mod page;
mod playback;
mod problem;
mod shop;
mod text;

pub use code::Code;
pub use delivery::*;
pub use identity::*;
pub use library::*;
pub use operation::*;
pub use page::*;
pub use playback::*;
pub use problem::*;
pub use shop::*;
pub use text::{Lang, text};
