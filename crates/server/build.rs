//! The pages are embedded in release builds: cargo has to see when they were built anew.

use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        let dist = Path::new("../../web/dist");
        // A path that is not there would make every build run anew.
        let _ = std::fs::create_dir_all(dist);
        println!("cargo:rerun-if-changed={}", dist.display());
    }
}
