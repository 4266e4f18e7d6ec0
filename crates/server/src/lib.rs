//! Yingku's server: use-cases, interfaces, storage.

mod accept;
pub mod app;
pub mod blob;
pub mod classic;
pub mod clock;
pub mod config;
pub mod http;
pub mod media;
pub mod serve;
mod web;
