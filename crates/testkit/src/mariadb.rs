//! One real MariaDB for a test process, a database of its own for each test.

use crate::process::{guarded, lasting_dir, program, spawn};
use crate::wait::poll;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

const PACKAGE: &str = "mariadb-server";
const START: Duration = Duration::from_secs(60);

/// A running MariaDB on a port of its own, as durable as it is by default.
#[derive(Debug)]
pub struct MariaDb {
    port: u16,
    folder: PathBuf,
    databases: AtomicU32,
}

impl MariaDb {
    /// The one of this process, started when first asked for.
    pub fn shared() -> &'static MariaDb {
        static SHARED: OnceLock<MariaDb> = OnceLock::new();
        SHARED.get_or_init(MariaDb::start)
    }

    /// Makes an empty database and gives its address: `mysql://root@127.0.0.1:PORT/NAME`.
    pub fn fresh_database(&self) -> String {
        let number = self.databases.fetch_add(1, Ordering::Relaxed) + 1;
        let name = format!("yingku_{number}");
        self.run_sql("", &format!("CREATE DATABASE {name} CHARACTER SET utf8mb4"));
        format!("mysql://root@127.0.0.1:{}/{name}", self.port)
    }

    /// Runs SQL in the database with that address and gives its rows, columns parted by tabs.
    pub fn sql(&self, database_url: &str, sql: &str) -> String {
        let name = database_url.rsplit('/').next().expect("an address has a last part");
        self.run_sql(name, sql)
    }

    fn run_sql(&self, database: &str, sql: &str) -> String {
        let output = self.client(database, sql);
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("MariaDB speaks UTF-8")
    }

    /// Begins a transaction in the database with that address and runs SQL in it. The client
    /// that is given waits for what to do next, for example `COMMIT;`, on its standard input.
    pub fn open_transaction(&self, database_url: &str, sql: &str) -> Child {
        let name = database_url.rsplit('/').next().expect("an address has a last part");
        let mut command = self.command(name);
        command.args(["--unbuffered", "--quick"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut client = command.spawn().expect("the mariadb client starts");
        let input = client.stdin.as_mut().expect("it is piped");
        let begin = format!("START TRANSACTION;\n{sql};\nSELECT 'open';\n");
        input.write_all(begin.as_bytes()).expect("the client listens");
        let mut answer = [0; 5];
        let output = client.stdout.as_mut().expect("it is piped");
        output.read_exact(&mut answer).expect("the client answers");
        assert_eq!(&answer, b"open\n", "{sql}");
        client
    }

    /// What writes the database with that address as SQL: to be run by the caller.
    pub fn dump_command(&self, database_url: &str) -> Command {
        let name = database_url.rsplit('/').next().expect("an address has a last part");
        let mut command = Command::new(program("mariadb-dump", "mariadb-client"));
        command
            .arg("--no-defaults")
            .arg("--default-character-set=utf8mb4")
            .arg(format!("--socket={}", self.folder.join("sock").display()))
            .args(["--user=root", "--compact", "--order-by-primary", name]);
        command
    }

    fn client(&self, database: &str, sql: &str) -> Output {
        self.command(database)
            .arg(format!("--execute={sql}"))
            .stdin(Stdio::null())
            .output()
            .expect("the mariadb client starts")
    }

    fn command(&self, database: &str) -> Command {
        let mut command = Command::new(program("mariadb", "mariadb-client"));
        command
            .arg("--no-defaults")
            .arg("--default-character-set=utf8mb4")
            .arg(format!("--socket={}", self.folder.join("sock").display()))
            .args(["--user=root", "--batch", "--skip-column-names"])
            .arg(format!("--database={database}"));
        command
    }

    fn start() -> MariaDb {
        let folder = lasting_dir();
        install(&folder);
        // Another program may take the port between our look and the server's bind.
        for _ in 0..5 {
            let port = free_port();
            let server = MariaDb { port, folder: folder.clone(), databases: AtomicU32::new(0) };
            let mut child = server.spawn();
            let up = poll(START, || match child.try_wait().expect("a child can be asked") {
                Some(_) => Some(false),
                None => server.client("", "SELECT 1").status.success().then_some(true),
            });
            match up {
                Some(true) => return server,
                Some(false) if server.log().contains("Address already in use") => {}
                _ => panic!("mariadbd did not start:\n{}", server.log()),
            }
        }
        panic!("mariadbd found no free port")
    }

    fn spawn(&self) -> Child {
        let folder = self.folder.display();
        let mut command = guarded(program("mariadbd", PACKAGE));
        command.arg("--no-defaults").args(as_root());
        command.arg(format!("--datadir={folder}/data"));
        command.arg(format!("--socket={folder}/sock"));
        command.arg(format!("--pid-file={folder}/pid"));
        command.arg(format!("--log-error={folder}/err.log"));
        command.arg(format!("--port={}", self.port));
        command.args([
            "--bind-address=127.0.0.1",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_unicode_ci",
            "--skip-name-resolve",
            "--innodb-buffer-pool-size=64M",
            "--max-connections=1000",
        ]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        spawn(command).expect("mariadbd starts")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("err.log")).unwrap_or_default()
    }
}

fn install(folder: &std::path::Path) {
    let output = Command::new(program("mariadb-install-db", PACKAGE))
        .arg("--no-defaults")
        .args(as_root())
        .arg(format!("--datadir={}", folder.join("data").display()))
        .args(["--auth-root-authentication-method=normal", "--skip-test-db"])
        .stdin(Stdio::null())
        .output()
        .expect("mariadb-install-db starts");
    assert!(
        output.status.success(),
        "mariadb-install-db: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// MariaDB refuses to run as root without this.
fn as_root() -> Option<&'static str> {
    rustix::process::geteuid().is_root().then_some("--user=root")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("a listener has an address").port()
}
