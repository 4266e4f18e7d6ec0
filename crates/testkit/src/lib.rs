//! Real things for tests: a MariaDB of the tests' own, films made by ffmpeg, the built
//! binary as a server and as a command line, and a plain HTTP client that can break off
//! anywhere. Everything it starts dies with the test process, however that ends, and what
//! it wrote is removed. Linux only. For tests alone: no shipped crate depends on it.
//!
//! What is missing on the machine is a panic that names the Debian package.

mod cli;
mod film;
mod http;
mod mariadb;
mod process;
mod proxy;
mod random;
mod server;
mod wait;

pub use cli::{Cli, Outcome, Running};
pub use film::{film, hash_of, hash_of_file, unique_film};
pub use http::{Answer, Body, Http, Request};
pub use mariadb::MariaDb;
pub use process::{TempDir, connect_from, guarded, program, raise_open_files, spawn, temp_dir};
pub use proxy::{Proxy, Relay};
pub use random::Random;
pub use server::{Database, Server, Site};
pub use wait::{poll, wait_for};
