//! nginx in front of a folder, as its operators set it up for large files.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use yingku_testkit::{TempDir, program, temp_dir, wait_for};

/// A running nginx. Stopped when dropped.
pub struct Nginx {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
    _folder: TempDir,
}

impl Nginx {
    /// Serves a folder: sendfile off, `output_buffers 2 256k`, a worker for each core.
    pub fn serve(root: &Path) -> Nginx {
        let folder = temp_dir();
        let here = folder.path().display();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        drop(listener);
        let root = root.display();
        let user = if rustix::process::geteuid().is_root() { "user root;" } else { "" };
        let configuration = format!(
            "{user} daemon off; worker_processes auto; pid {here}/pid; error_log {here}/log;
             events {{ worker_connections 1024; }}
             http {{
               access_log off; sendfile off; output_buffers 2 256k; tcp_nodelay on;
               keepalive_requests 1000000; default_type application/octet-stream;
               client_body_temp_path {here}; proxy_temp_path {here}; fastcgi_temp_path {here};
               uwsgi_temp_path {here}; scgi_temp_path {here};
               server {{ listen {address}; root {root}; }}
             }}"
        );
        let file = folder.path().join("nginx.conf");
        fs::write(&file, configuration).expect("the configuration can be written");
        // Told to end, and not killed, the master ends its workers as well.
        let child = Command::new(program("setpriv", "util-linux"))
            .args(["--pdeathsig", "TERM", "--"])
            .arg(program("nginx", "nginx"))
            .arg("-c")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx starts");
        wait_for("nginx", Duration::from_secs(10), || TcpStream::connect(address).ok());
        Nginx { address, child, _folder: folder }
    }

    /// Number of the master process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        drop(self.child.wait());
    }
}
