//! Machines that encode.

pub mod worker;
