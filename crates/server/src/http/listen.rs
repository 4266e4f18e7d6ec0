//! Connections: who gets one, how long a peer may take for what, and how they end. It
//! drives hyper itself, since `axum::serve` sets no timer. Nothing here knows a route.

mod patience;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use patience::{Patient, Turn, Turns};
use std::convert::Infallible;
use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Sleep, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;
use yingku_protocol::{Code, Lang, Problem, Refusal};

/// Connections that are told "busy" at the same time; what is beyond is closed unheard.
const MAX_REFUSALS: usize = 256;
/// How long one that was told "busy" may take to hear it.
const REFUSAL_TIMEOUT: Duration = Duration::from_secs(2);
/// When one that was told "busy" should come again.
const RETRY_AFTER_SECONDS: u32 = 5;
/// The pause after the system had nothing left to accept a connection with.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What a peer may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at a time; one more is answered 503 and closed.
    pub max_connections: usize,
    /// From a connection, or from the first byte of a later request, to the end of the
    /// request's head.
    pub header_timeout: Duration,
    /// Between two requests of one connection.
    pub keep_alive_timeout: Duration,
    /// How long a peer may take not one byte of an answer.
    pub write_timeout: Duration,
    /// Bytes of a request's head, request line included; more are answered 431.
    pub max_head_bytes: usize,
    /// Fields in a request's head; more are answered 431.
    pub max_headers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_connections: 10_000,
            header_timeout: Duration::from_secs(10),
            keep_alive_timeout: Duration::from_secs(75),
            write_timeout: Duration::from_secs(60),
            max_head_bytes: 32 << 10,
            max_headers: 100,
        }
    }
}

/// An extension of a response: as soon as the token is cancelled, the connection is reset,
/// with whatever of the answer still waits to be sent.
#[derive(Clone, Debug)]
pub struct Cut(pub CancellationToken);

/// Raises the number of files this process may have open to what the system allows, and
/// says how many those are. For the start: every connection is one.
pub fn raise_open_files() -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let limit = if setrlimit(Resource::Nofile, raised).is_ok() { raised } else { limit };
    limit.current.unwrap_or(u64::MAX)
}

/// Serves until `stop` is cancelled. Then no connection is accepted, idle ones are closed,
/// requests that run are given `grace` to end, and what is left is cut. It ends when the
/// last connection has.
///
/// Each request carries its peer as `ConnectInfo<SocketAddr>`; a response that carries a
/// [`Cut`] can be cut.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: CancellationToken,
    grace: Duration,
) {
    let door = Arc::new(Door {
        builder: builder(&limits),
        router,
        limits,
        stop,
        cut: CancellationToken::new(),
    });
    let connections = TaskTracker::new();
    accept_all(listener, &door, &connections).await;
    connections.close();
    if timeout(grace, connections.wait()).await.is_err() {
        door.cut.cancel();
        connections.wait().await;
    }
}

/// What all connections share.
struct Door {
    builder: http1::Builder,
    router: Router,
    limits: Limits,
    /// No new requests.
    stop: CancellationToken,
    /// No more of anything.
    cut: CancellationToken,
}

fn builder(limits: &Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        // The limits proper are kept by `Patient`, which tells a wait between requests from
        // a head that does not end. This one stands behind them.
        .header_read_timeout(limits.keep_alive_timeout + limits.header_timeout)
        .max_header_size(limits.max_head_bytes)
        .max_headers(limits.max_headers)
        .half_close(false)
        .writev(true);
    builder
}

async fn accept_all(listener: TcpListener, door: &Arc<Door>, connections: &TaskTracker) {
    let places = Arc::new(Semaphore::new(door.limits.max_connections));
    let refusals = Arc::new(Semaphore::new(MAX_REFUSALS));
    while let Some(accepted) = door.stop.run_until_cancelled(listener.accept()).await {
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                pause_after(&error).await;
                continue;
            }
        };
        if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
            connections.spawn(drive(stream, peer, Arc::clone(door), place));
        } else if let Ok(place) = Arc::clone(&refusals).try_acquire_owned() {
            connections.spawn(refuse(stream, place));
        }
    }
}

/// A connection that broke before it was accepted costs nothing. Anything else is the
/// system's want (of files, of memory), which asking again at once does not mend.
async fn pause_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::warn!(%error, "no connection can be accepted just now");
        sleep(ACCEPT_PAUSE).await;
    }
}

async fn drive(stream: TcpStream, peer: SocketAddr, door: Arc<Door>, place: OwnedSemaphorePermit) {
    let _place = place;
    let _ = stream.set_nodelay(true);
    let turns = Turns::new();
    let patient = Patient::new(stream, &door.limits, Arc::clone(&turns), door.stop.clone());
    let io = TokioIo::new(Box::pin(patient));
    let service = service_fn(|request| answer(&door.router, peer, &turns, request));
    let mut connection = pin!(door.builder.serve_connection(io, service));
    let ended = tokio::select! {
        biased;
        ended = connection.as_mut() => Some(ended),
        () = door.stop.cancelled() => None,
    };
    let ended = match ended {
        Some(ended) => Some(ended),
        None => {
            connection.as_mut().graceful_shutdown();
            door.cut.run_until_cancelled(connection).await
        }
    };
    match ended {
        Some(Ok(())) => {}
        Some(Err(error)) => tracing::debug!(%peer, %error, "a connection broke"),
        None => tracing::debug!(%peer, "a connection was cut at the stop"),
    }
}

async fn answer(
    router: &Router,
    peer: SocketAddr,
    turns: &Arc<Turns>,
    mut request: Request<Incoming>,
) -> Result<Response<Answering>, Infallible> {
    let turn = turns.begin();
    request.extensions_mut().insert(ConnectInfo(peer));
    let mut response = router.clone().oneshot(request.map(Body::new)).await?;
    if let Some(Cut(cut)) = response.extensions_mut().remove() {
        turns.cut_by(cut);
    }
    Ok(response.map(|body| Answering { body, _turn: turn }))
}

/// An answer's body; once it is gone, the connection waits for the next request.
struct Answering {
    body: Body,
    _turn: Turn,
}

impl http_body::Body for Answering {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Says "busy", and waits a moment for the peer to have heard it: to close with its
/// request unread would take the answer back.
async fn refuse(mut stream: TcpStream, place: OwnedSemaphorePermit) {
    let _place = place;
    let heard = async {
        stream.write_all(&busy_answer()).await?;
        stream.shutdown().await?;
        let mut unread = [0u8; 1024];
        while stream.read(&mut unread).await? > 0 {}
        io::Result::Ok(())
    };
    let _ = timeout(REFUSAL_TIMEOUT, heard).await;
}

fn busy_answer() -> Vec<u8> {
    let status = StatusCode::SERVICE_UNAVAILABLE;
    let refusal = Refusal::from(Code::Busy).with("retry_after_seconds", RETRY_AFTER_SECONDS);
    let problem = Problem::new(&refusal, status.as_u16(), Lang::En);
    let body = serde_json::to_string(&problem).unwrap_or_default();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/problem+json\r\nContent-Length: {}\r\n\
         Retry-After: {RETRY_AFTER_SECONDS}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// No byte of a request's body came for too long.
#[derive(Debug, thiserror::Error)]
#[error("the body stalled")]
pub struct BodyStalled;

impl BodyStalled {
    /// Whether an error is, or was caused by, a body that stalled.
    pub fn caused(error: &(dyn Error + 'static)) -> bool {
        let mut next = Some(error);
        while let Some(error) = next {
            if error.is::<BodyStalled>() {
                return true;
            }
            next = error.source();
        }
        false
    }
}

/// The same body, except that it fails with [`BodyStalled`] when somebody waits for its
/// next bytes longer than `patience`. Time in which nobody asks for them does not count.
pub fn idle_body(body: Body, patience: Duration) -> Body {
    Body::new(IdleBody { body, patience, timer: None })
}

/// A layer function: `axum::middleware::map_request_with_state(patience, idle_request)`.
pub async fn idle_request(
    axum::extract::State(patience): axum::extract::State<Duration>,
    request: Request<Body>,
) -> Request<Body> {
    request.map(|body| idle_body(body, patience))
}

struct IdleBody {
    body: Body,
    patience: Duration,
    /// Runs while somebody waits.
    timer: Option<Pin<Box<Sleep>>>,
}

impl http_body::Body for IdleBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            self.timer = None;
            return Poll::Ready(frame);
        }
        let patience = self.patience;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(patience)));
        timer.as_mut().poll(cx).map(|()| Some(Err(axum::Error::new(BodyStalled))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests;
