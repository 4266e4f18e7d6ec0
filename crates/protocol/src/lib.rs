//! What Yingku's doors say: request and response types, stable refusal codes, and the
//! catalogue of texts for people. Times are RFC 3339 in UTC. No behaviour and no I/O
//! belong here.

mod account;
mod announcement;
mod audit;
pub mod classic;
mod code;
mod dashboard;
mod doctor;
mod download;
mod invite;
mod job;
mod money;
mod page;
mod plan;
mod problem;
mod session;
mod setting;
mod site;
mod text;
mod timeline;
mod upload;
mod video;
mod wallet;
mod worker;

pub use account::*;
pub use announcement::*;
pub use audit::*;
pub use code::Code;
pub use dashboard::*;
pub use doctor::*;
pub use download::*;
pub use invite::*;
pub use job::*;
pub use money::Money;
pub use page::*;
pub use plan::*;
pub use problem::*;
pub use session::*;
pub use setting::*;
pub use site::*;
pub use text::{Lang, text};
pub use timeline::*;
pub use upload::*;
pub use video::*;
pub use wallet::*;
pub use worker::*;
