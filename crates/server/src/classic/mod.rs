//! The classic interface: framed JSON over TCP, as the brief describes it. Each connection is a
//! task; it reads a frame, calls one use-case, answers in order.

mod connection;
mod operation;
mod wire;

use crate::accept::{self, Acceptor};
use crate::app::App;
use connection::Connection;
use ipnet::IpNet;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wire::Wire;
use yingku_protocol::classic::Reply;
use yingku_protocol::{Lang, text};

/// Frames of more than 4 KiB that are read at the same time: 16 MiB of them.
const MAX_LARGE_FRAMES: usize = 256;

/// Limits of the classic interface.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Most connections at once; one more gets the answer that the server is busy.
    pub max_connections: usize,
    /// Most connections at once of one address (of a /64 in IPv6). One more takes the place of
    /// the one that has waited for its peer the longest without being logged in.
    pub max_per_address: usize,
    /// Proxies that announce whom they speak for, by the PROXY protocol.
    pub trusted_proxies: Vec<IpNet>,
    /// A frame that has begun ends within this.
    pub frame_timeout: Duration,
    /// A connection on which nobody says anything is closed after this, …
    pub idle_timeout: Duration,
    /// … and after this while nobody is logged in on it.
    pub stranger_timeout: Duration,
    /// Raw bytes that stall, either way, are given up after this.
    pub stall_timeout: Duration,
    /// How many frames of more than 4 KiB are read at the same time.
    pub large_frames: Arc<Semaphore>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_connections: 10_000,
            max_per_address: accept::MAX_PER_ADDRESS,
            trusted_proxies: Vec::new(),
            frame_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(60 * 60),
            stranger_timeout: Duration::from_secs(10 * 60),
            stall_timeout: Duration::from_secs(30),
            large_frames: Arc::new(Semaphore::new(MAX_LARGE_FRAMES)),
        }
    }
}

/// Serves until `stop` is cancelled: then idle connections are closed, what runs is given
/// `grace` to end, and what is left is cut.
pub async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    limits: Limits,
    stop: CancellationToken,
    grace: Duration,
) {
    let busy = text(Lang::Zh, "error.busy", &serde_json::Map::new());
    let acceptor = Acceptor::new(
        limits.max_connections,
        limits.max_per_address,
        &limits.trusted_proxies,
        limits.stranger_timeout,
        Reply::refused(busy).frame(""),
    );
    let (connections, cut) = (TaskTracker::new(), CancellationToken::new());
    connections.spawn(renew_sessions(Arc::clone(&app), stop.clone()));
    let shared = Shared { app, limits: Arc::new(limits), stop: stop.clone(), cut: cut.clone() };
    acceptor
        .accept_all(listener, &stop, &connections, move |stream, peer| {
            let Shared { app, limits, stop, cut } = shared.clone();
            async move {
                let gauge = metrics::gauge!("yingku_classic_connections");
                gauge.increment(1.0);
                let wire = Wire::new(stream, limits);
                Connection::new(app, wire, peer, stop).run(cut).await;
                gauge.decrement(1.0);
            }
        })
        .await;
    connections.close();
    if timeout(grace, connections.wait()).await.is_err() {
        cut.cancel();
        connections.wait().await;
    }
}

/// What all connections share.
#[derive(Clone)]
struct Shared {
    app: Arc<App>,
    limits: Arc<Limits>,
    /// Nothing new is begun.
    stop: CancellationToken,
    /// No more of anything.
    cut: CancellationToken,
}

/// Sessions made here live as long as their connection: they are renewed while it lives,
/// so that those of a node that died end by themselves.
async fn renew_sessions(app: Arc<App>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(30)) => {}
            () = stop.cancelled() => return,
        }
        if let Err(error) = app.identity.renew_connection_sessions().await {
            tracing::warn!(fault = ?error.fault(), "classic sessions could not be renewed");
        }
    }
}
