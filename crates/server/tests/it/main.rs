//! The server as its callers see it: real HTTP on a port of its own, a real database, a
//! clock that the test sets. Each story runs on SQLite and on MariaDB.

#![allow(clippy::unwrap_used)]

mod site;

mod access;
mod accounts;
mod announcements;
mod attack;
mod audit;
mod bulk;
mod cancel;
mod classic;
mod dashboard;
mod discussion;
mod downloads;
mod embed;
mod front;
mod history;
mod jobs;
mod labels;
mod ledger;
mod money;
mod openapi;
mod parity;
mod pictures;
mod playback;
mod problems;
mod publication;
mod saved;
mod search;
mod settings;
mod subtitles;
mod throttle;
mod timeline;
mod trash;
mod tus;
mod upgrade;
mod videos;
mod workers;
