//! Measures the built binary beside what one would use instead, on the same machine, in
//! the same minutes. `bench/run` runs it; bench/README.md says what each number means.

mod cpu;
mod download;
mod idle;
mod lists;
mod nginx;
mod query;
mod rows;
mod stage;
mod table;
mod tus;
mod upload;
mod watch;
mod wire;

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage: yingku-bench download|upload|tus|idle|lists|watch PATH-TO-YINGKU
       yingku-bench rows NUMBER-OF-MY-ACCOUNT    (the large library as SQL, to look at plans)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, bin] = arguments.as_slice() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    if let ("rows", Ok(me)) = (what.as_str(), bin.parse()) {
        lists::print_rows(me);
        return ExitCode::SUCCESS;
    }
    let bin = Path::new(bin);
    match what.as_str() {
        "download" => download::run(bin),
        "upload" => upload::run(bin),
        "tus" => tus::run(bin),
        "idle" => idle::run(bin),
        "lists" => lists::run(bin),
        "watch" => watch::run(bin),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
