//! Yingku's rules: pure decisions over facts. The caller brings `now` and what it has
//! read; a function says what may happen or why not. No I/O, clock, randomness, async or SQL
//! ever belongs here. Enums that rows and messages have too derive their forms (`word`).

pub mod account;
pub mod announcement;
pub mod calendar;
pub mod character;
pub mod content;
pub mod discussion;
pub mod download;
pub mod field;
pub mod fold;
pub mod history;
pub mod id;
pub mod import;
pub mod job;
pub mod ladder;
pub mod ledger;
pub mod membership;
pub mod money;
pub mod picture;
pub mod pinyin;
pub mod plan;
pub mod playback;
pub mod price;
pub mod purchase;
pub mod saved;
pub mod setting;
pub mod subtitle;
pub mod text;
pub mod upload;
pub mod video;
mod word;

/// A moment: milliseconds since the Unix epoch, UTC.
pub type Millis = i64;
