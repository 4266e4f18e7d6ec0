//! Attacks that were tried on a release, each named after what it tried.

mod half;
mod labels;
mod late;
mod slow;
