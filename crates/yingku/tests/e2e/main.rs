//! The real binary, driven from outside as its users, its operator and its enemies would.
//! Nothing here looks inside: what these tests rely on is what the contract promises.
//!
//! Larger runs: `YINGKU_FILM_MB=600` (size of the tour's film), `YINGKU_KILL_ROUNDS=1000`,
//! `YINGKU_KILL_POINTS=24`, `YINGKU_POWER_CUTS=200`, `YINGKU_MONEY_ROUNDS=20`,
//! `YINGKU_BUYERS=200`, `YINGKU_DUPLICATES=50`. `make crash` runs those that break things.

mod attack;
mod bad_clients;
mod classic;
mod clients;
mod contract;
mod crash;
mod disk;
mod encoding;
mod films;
mod importing;
mod jobs;
mod menu;
mod money;
mod sending;
mod stage;
mod tour;
mod uploads;
mod worker;
