//! The classic door: framed JSON over TCP, as the brief describes it. Each connection is a
//! task; it reads a frame, calls one use-case, answers in order.

mod connection;
mod operation;
mod wire;

use crate::app::App;
use connection::Connection;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wire::Wire;
use yingku_protocol::classic::Reply;
use yingku_protocol::{Lang, text};

/// Connections that are told "busy" at the same time; what is beyond is closed unheard.
const MAX_REFUSALS: usize = 256;
/// How long one that was told "busy" may take to hear it.
const REFUSAL_TIMEOUT: Duration = Duration::from_secs(2);

/// Limits of the classic door.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Most connections at once; one more is told that the server is busy.
    pub max_connections: usize,
    /// A frame that has begun ends within this.
    pub frame_timeout: Duration,
    /// A connection on which nobody says anything is closed after this.
    pub idle_timeout: Duration,
    /// Raw bytes that stall, either way, are given up after this.
    pub stall_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_connections: 10_000,
            frame_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(60 * 60),
            stall_timeout: Duration::from_secs(30),
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
    let limits = Arc::new(limits);
    let places = Arc::new(Semaphore::new(limits.max_connections));
    let refusals = Arc::new(Semaphore::new(MAX_REFUSALS));
    let (connections, cut) = (TaskTracker::new(), CancellationToken::new());
    connections.spawn(renew_sessions(Arc::clone(&app), stop.clone()));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of files, most likely: others must close before it gets better.
                tracing::warn!(%error, "a classic connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            if let Ok(place) = Arc::clone(&refusals).try_acquire_owned() {
                connections.spawn(shed(stream, place));
            }
            continue;
        };
        // A reply leaves at once: peers wait for it before they say more.
        if stream.set_nodelay(true).is_err() {
            continue;
        }
        let wire = Wire::new(stream, Arc::clone(&limits));
        let connection = Connection::new(Arc::clone(&app), wire, peer, stop.clone());
        let cut = cut.clone();
        connections.spawn(async move {
            let _place = place;
            let gauge = metrics::gauge!("yingku_classic_connections");
            gauge.increment(1.0);
            connection.run(cut).await;
            gauge.decrement(1.0);
        });
    }
    connections.close();
    if timeout(grace, connections.wait()).await.is_err() {
        cut.cancel();
        connections.wait().await;
    }
}

/// There is no place: says so, and waits a moment for the peer to have heard it. To close
/// with its request unread would take the answer back.
async fn shed(mut stream: TcpStream, place: OwnedSemaphorePermit) {
    let _place = place;
    let busy = text(Lang::Zh, "error.busy", &serde_json::Map::new());
    let heard = async {
        stream.write_all(&Reply::refused(busy).frame("")).await?;
        stream.shutdown().await?;
        let mut unread = [0; 1024];
        while stream.read(&mut unread).await? > 0 {}
        std::io::Result::Ok(())
    };
    let _ = timeout(REFUSAL_TIMEOUT, heard).await;
}

/// Sessions made here live as long as their connection: they are renewed while it lives,
/// so that those of a node that died end by themselves.
async fn renew_sessions(app: Arc<App>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(30)) => {}
            () = stop.cancelled() => return,
        }
        if let Err(error) = app.renew_connection_sessions().await {
            tracing::warn!(fault = ?error.fault(), "classic sessions could not be renewed");
        }
    }
}
