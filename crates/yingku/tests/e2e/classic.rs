//! The classic interface of the real binary, from a client that was written from the brief and
//! shares no code with the server: `tests/classic/client.py`.

use crate::stage::{ADMIN, BIN, PASSWORD, Stage, create_admin, log_in};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use yingku_testkit::{Database, Random, Site, TempDir, guarded, program, spawn, temp_dir};

/// The whole brief: as an admin and as a user, with the names of the brief and with those
/// of field clients.
fn the_brief_from_python(database: Database) {
    let stage = open(database);
    stage.set("signup.admin", "open");
    stage.set("download.wait_free_seconds", "2");
    stage.set("download.wait_paid_seconds", "2");
    let files = temp_dir();
    for dialect in ["brief", "field"] {
        let free = file(&files, &format!("免费 {dialect}.mp4"), 300_000);
        let paid = file(&files, &format!("收费 {dialect}.mkv"), 3_000_000);
        let run = |what: &str, name: &str| {
            let name = format!("{name} {dialect}");
            let mut args = vec![stage.server.classic.clone(), dialect.into(), what.into(), name];
            args.push(PASSWORD.into());
            args.extend([&free, &paid].map(|path| path.display().to_string()));
            done(python(&root("tests/classic/client.py"), &args, files.path(), ""));
        };
        run("admin", "站长");
        run("newcomer", "小明");
        // Both interfaces know them: HTTP with the password that the client never sent.
        let person = log_in(&stage.http(), &format!("小明 {dialect}"));
        stage.credit(&person, 3_000);
        run("user", "小明");
        assert_eq!(person.balance(), 500);
        assert_eq!(person.library().len(), 1);
        run("deleter", "站长");
    }
    stage.assert_ledger();
    stage.close();
}

#[test]
fn the_brief_from_python_sqlite() {
    the_brief_from_python(Database::Sqlite);
}

#[test]
fn the_brief_from_python_mariadb() {
    the_brief_from_python(Database::MariaDb);
}

/// The example of the documents does what they say, and is what they show.
#[test]
fn the_example_of_the_documents_runs() {
    let example = root("../../docs/classic_example.py");
    let text = std::fs::read_to_string(&example).expect("the example is there");
    let page = root("../../docs/classic-protocol.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    assert!(page.contains(&format!("```python\n{text}```\n")), "the page shows the example");
    assert!(text.lines().count() <= 42, "{}", text.lines().count());
    let stage = open(Database::Sqlite);
    stage.set("download.wait_free_seconds", "1");
    let content = Random::from_seed(7).bytes(500_000);
    stage.upload("示例 影片.mp4", true, content.clone()).ok();
    let home = temp_dir();
    let args = [stage.server.classic.clone(), "小明".to_owned()];
    let password = format!("{PASSWORD}\n");
    for _ in 0..2 {
        let message = done(python(&example, &args, home.path(), &password));
        assert!(message.contains("示例 影片.mp4: 500000 bytes in 1 s"), "{message}");
        let saved = home.path().join("示例 影片.mp4");
        assert!(std::fs::read(&saved).expect("it was saved") == content);
        std::fs::remove_file(saved).expect("a file");
    }
    stage.close();
}

/// A site whose classic interface is on.
fn open(database: Database) -> Stage {
    let site = Site::new(BIN, database);
    create_admin(&site);
    let mut command = site.command();
    command.args(["--listen", "127.0.0.1:0", "--classic-listen", "127.0.0.1:0"]);
    let server = site.start_command(command);
    let admin = log_in(&server.http(), ADMIN);
    Stage { site, server, admin }
}

/// A file of this package.
fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn file(folder: &TempDir, name: &str, size: usize) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, Random::seeded(name).bytes(size)).expect("a file");
    path
}

fn python(script: &Path, args: &[String], folder: &Path, input: &str) -> Output {
    let mut command = guarded(program("python3", "python3"));
    command.arg(script).args(args).current_dir(folder).env("PYTHONUTF8", "1");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = spawn(command).expect("python3 starts");
    let mut stdin = child.stdin.take().expect("standard input is piped");
    stdin.write_all(input.as_bytes()).expect("it listens");
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

/// Its output; it must have ended well.
fn done(output: Output) -> String {
    let message = String::from_utf8_lossy(&output.stdout).into_owned();
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{message}\n{wrong}", output.status);
    message
}
