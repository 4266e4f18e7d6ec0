//! Jobs on two nodes that share a database: whoever holds one and is not heard of loses it, and
//! has no effect when it comes back.

use crate::stage::{ADMIN, BIN, Person, create_admin, log_in, upload};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use yingku_testkit::{Cli, Database, Server, Site, TempDir, temp_dir, unique_film, wait_for};

/// Longer than a lease.
const TAKEN_OVER: Duration = Duration::from_secs(60);

/// Two nodes, of which the first looks into a film with an ffprobe that waits, and then lies.
struct Two {
    site: Site,
    first: Server,
    second: Server,
    admin: Person,
    tools: TempDir,
}

impl Two {
    fn start(seed: u64) -> Two {
        let site = Site::new(BIN, Database::MariaDb);
        create_admin(&site);
        let tools = temp_dir();
        script(&tools.path().join("bwrap"), "exit 1");
        let (begun, go) = (tools.path().join("begun"), tools.path().join("go"));
        let waits = format!(
            "case \"$*\" in *-version*) exit 0;; esac\n\
             : >{}\nwhile [ ! -e {} ]; do sleep 0.05; done\n\
             echo '{{\"streams\":[{{\"codec_type\":\"video\",\"width\":111,\"height\":11}}],\
             \"format\":{{\"format_name\":\"mp4\"}}}}'",
            begun.display(),
            go.display()
        );
        script(&tools.path().join("ffprobe"), &waits);
        let path = std::env::var("PATH").expect("there is a PATH");
        let mut command = serve(&site);
        command.env("PATH", format!("{}:{path}", tools.path().display()));
        let first = site.start_command(command);
        let admin = log_in(&first.http(), ADMIN);
        upload(&admin.http, "影片.mp4", true, unique_film(seed, 200_000)).send().ok();
        wait_for("the first node to look into it", TAKEN_OVER, || begun.exists().then_some(()));
        let second = site.start_command(serve(&site));
        let admin = admin.at(&second);
        Two { site, first, second, admin, tools }
    }

    fn job(&self) -> Value {
        let jobs = self.admin.http.get("/api/v1/jobs?kind=probe").send().ok();
        jobs["items"][0].clone()
    }

    /// Waits until the second node has done it.
    fn taken_over(&self) {
        let job = wait_for("the other node to do it", TAKEN_OVER, || {
            Some(self.job()).filter(|job| job["state"] == "done")
        });
        assert_eq!(job["attempts"], 2, "{job}");
        assert_eq!(self.width(), 64);
    }

    fn width(&self) -> Value {
        self.admin.http.get("/api/v1/videos/1").send().ok()["width"].clone()
    }
}

fn serve(site: &Site) -> Command {
    let mut command = site.command();
    command.args(["--listen", "127.0.0.1:0", "--classic-listen", "off"]);
    command
}

fn script(path: &Path, text: &str) {
    fs::write(path, format!("#!/bin/sh\n{text}\n")).expect("a script");
    fs::set_permissions(path, PermissionsExt::from_mode(0o755)).expect("a mode");
}

#[test]
fn a_job_of_a_killed_node_is_taken_over() {
    let two = Two::start(7_001);
    assert_eq!(two.job()["state"], "running");
    let Two { first, .. } = two;
    first.kill9();
    let two = Two { first: two.site.start_command(serve(&two.site)), ..two };
    two.taken_over();
    two.first.terminate();
    two.second.terminate();
}

/// It stands still for longer than its lease, and then goes on with what it was about.
#[test]
fn a_node_that_lost_its_job_has_no_effect() {
    let two = Two::start(7_002);
    two.first.freeze();
    two.taken_over();
    fs::write(two.tools.path().join("go"), "").expect("a file");
    two.first.thaw();
    wait_for("the first node to find out", TAKEN_OVER, || {
        let log = two.first.stderr();
        (log.contains("was lost to another node") || log.contains("had ended before")).then_some(())
    });
    assert_eq!(two.width(), 64, "what the first node found was thrown away");
    assert_eq!(two.job()["attempts"], 2);
    two.first.terminate();
    two.second.terminate();
}

/// Admins list, show, cancel and run jobs on the command line, with no server up as well.
#[test]
fn jobs_on_the_command_line() {
    let site = Site::new(BIN, Database::Sqlite);
    create_admin(&site);
    site.start().terminate();
    let run = |args: &[&str]| {
        let mut args: Vec<_> = args.iter().map(Into::into).collect();
        args.extend(site.local_args());
        args.push("--json".into());
        Cli::new(BIN).run(args)
    };
    let list = run(&["job", "list", "--kind", "empty_trash"]).ok_json();
    let job = &list["items"][0];
    assert_eq!(job["kind"], "empty_trash", "{list}");
    let id = job["id"].to_string();
    assert_eq!(run(&["job", "show", &id]).ok_json()["title"], job["title"]);
    assert_eq!(run(&["job", "cancel", &id]).ok_json()["state"], "cancelled");
    assert_eq!(run(&["job", "cancel", &id]).status, 1);
    assert_eq!(run(&["job", "retry", &id]).ok_json()["state"], "queued");
    assert_eq!(run(&["job", "show", "99999"]).status, 1);
    assert_eq!(run(&["job", "list", "--state", "nothing"]).status, 2);
}
