//! Attacks that were tried on a release, each named after what it tried.

mod codes;
mod cost;
mod half;
mod labels;
mod late;
mod length;
mod migration;
mod race;
mod signup;
mod slow;
