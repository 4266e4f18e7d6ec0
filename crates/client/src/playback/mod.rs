//! Machines that encode.

mod worker;
