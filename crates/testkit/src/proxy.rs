//! Wires between a client and the server: one that stops in the middle of an answer, and a
//! slow one whose other end may change.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Passes bytes on to a server, counts what comes back, and after so many of those holds
/// everything back without closing.
#[derive(Debug)]
pub struct Proxy {
    /// Where to connect to: `http://HOST:PORT`.
    pub url: String,
    counter: Arc<AtomicU64>,
}

impl Proxy {
    /// A wire to `http://HOST:PORT` that lets `limit` bytes of answers through, in all.
    pub fn new(url: &str, limit: u64) -> Self {
        let target = url.strip_prefix("http://").unwrap_or(url).trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let counter = Arc::new(AtomicU64::new(0));
        let shared = counter.clone();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(&target) else { continue };
                let shared = shared.clone();
                thread::spawn(move || join(&client, &server, limit, &shared));
            }
        });
        Proxy { url: format!("http://{address}"), counter }
    }

    /// How many bytes of answers have passed.
    pub fn passed(&self) -> u64 {
        self.counter.load(Ordering::SeqCst)
    }
}

fn join(client: &TcpStream, server: &TcpStream, limit: u64, counter: &AtomicU64) {
    thread::scope(|scope| {
        scope.spawn(|| {
            // Ends when either side closes, which is no failure here.
            drop(io::copy(&mut &*client, &mut &*server));
            drop(server.shutdown(Shutdown::Both));
        });
        let held = answer(client, server, limit, counter).is_ok_and(|held| held);
        if !held {
            drop(client.shutdown(Shutdown::Write));
        }
    });
}

/// Passes the answer on; true where it stopped at the limit.
fn answer(
    mut client: &TcpStream,
    mut server: &TcpStream,
    limit: u64,
    counter: &AtomicU64,
) -> io::Result<bool> {
    let mut buffer = vec![0; 16 * 1024];
    while counter.load(Ordering::SeqCst) < limit {
        let read = server.read(&mut buffer)?;
        if read == 0 {
            return Ok(false);
        }
        client.write_all(&buffer[..read])?;
        counter.fetch_add(read as u64, Ordering::SeqCst);
    }
    Ok(true)
}

/// A slow wire: its address stays while the server behind it comes and goes.
#[derive(Debug)]
pub struct Relay {
    /// Where to connect to: `http://HOST:PORT`.
    pub url: String,
    target: Arc<Mutex<String>>,
    joined: Arc<Mutex<Vec<TcpStream>>>,
}

impl Relay {
    /// A wire to `http://HOST:PORT` that carries so many bytes a second each way on each
    /// connection.
    pub fn new(url: &str, bytes_per_second: u32) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let url_here = format!("http://{address}");
        let relay = Relay { url: url_here, target: Arc::default(), joined: Arc::default() };
        relay.lead_to(url);
        let (target, joined) = (relay.target.clone(), relay.joined.clone());
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let target = target.lock().expect("the target is whole").clone();
                // Nobody there: the client's connection ends as well.
                let Ok(server) = TcpStream::connect(&target) else { continue };
                let copy = client.try_clone().expect("a connection can be held twice");
                joined.lock().expect("the list is whole").push(copy);
                thread::spawn(move || carry_both(&client, &server, bytes_per_second));
            }
        });
        relay
    }

    /// Breaks every connection.
    pub fn cut(&self) {
        for client in self.joined.lock().expect("the list is whole").drain(..) {
            // One that has ended by itself is no failure.
            drop(client.shutdown(Shutdown::Both));
        }
    }

    /// New connections go there.
    pub fn lead_to(&self, url: &str) {
        let target = url.strip_prefix("http://").unwrap_or(url).trim_end_matches('/');
        *self.target.lock().expect("the target is whole") = target.to_owned();
    }
}

fn carry_both(client: &TcpStream, server: &TcpStream, bytes_per_second: u32) {
    thread::scope(|scope| {
        scope.spawn(|| carry(client, server, bytes_per_second));
        carry(server, client, bytes_per_second);
    });
}

fn carry(mut from: &TcpStream, mut to: &TcpStream, bytes_per_second: u32) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
        let length = u32::try_from(count).expect("a buffer is small");
        thread::sleep(Duration::from_secs(1) * length / bytes_per_second);
    }
    // Either side's end is the other's.
    drop(to.shutdown(Shutdown::Both));
    drop(from.shutdown(Shutdown::Both));
}
