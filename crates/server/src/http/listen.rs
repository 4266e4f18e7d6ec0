//! Connections: who gets one, how long a peer may take for what, and how they end. It
//! drives hyper itself, since `axum::serve` sets no timer. Nothing here knows a route.

mod patience;

use crate::accept::{self, Acceptor, Peer, Slot, Slots};
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
use ipnet::IpNet;
use patience::{InProgress, Patient, Phases};
use std::convert::Infallible;
use std::error::Error;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Sleep, sleep, timeout};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tokio_util::task::TaskTracker;
use tower::ServiceExt;
use yingku_protocol::{Code, Lang, Problem, Refusal};

/// When a client that was refused as busy should come again.
const RETRY_AFTER_SECONDS: u32 = 5;
/// What a peer may take.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at a time; one more is answered 503 and closed.
    pub max_connections: usize,
    /// Connections at a time of one address (of a /64 in IPv6). One more takes the place of the
    /// one that has waited for its peer the longest; it is answered 503 where none waits.
    /// Requests through a trusted proxy count for the address that it forwards.
    pub max_per_address: usize,
    /// Small bodies that are waited for at a time, of all requests: what a waiting request
    /// holds must not grow with the number of connections. One more, and the one that has been
    /// waited for the longest is given up.
    pub max_waiting_bodies: usize,
    /// Proxies that announce whom they speak for, by the PROXY protocol.
    pub trusted_proxies: Vec<IpNet>,
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
            max_per_address: accept::MAX_PER_ADDRESS,
            max_waiting_bodies: 1_000,
            trusted_proxies: Vec::new(),
            header_timeout: Duration::from_secs(10),
            keep_alive_timeout: Duration::from_secs(75),
            write_timeout: Duration::from_secs(60),
            max_head_bytes: 16 << 10,
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
    let acceptor = Acceptor::new(
        limits.max_connections,
        limits.max_per_address,
        &limits.trusted_proxies,
        limits.header_timeout,
        busy_answer(),
    );
    let shared = Arc::new(Shared {
        builder: builder(&limits),
        router,
        slots: Arc::clone(acceptor.slots()),
        bodies: Slots::new(limits.max_waiting_bodies),
        limits,
        stop: stop.clone(),
        cut: CancellationToken::new(),
    });
    let connections = TaskTracker::new();
    let serving = Arc::clone(&shared);
    let serve = move |stream, peer| drive(stream, peer, Arc::clone(&serving));
    acceptor.accept_all(listener, &stop, &connections, serve).await;
    connections.close();
    if timeout(grace, connections.wait()).await.is_err() {
        shared.cut.cancel();
        connections.wait().await;
    }
}

/// What all connections share.
struct Shared {
    builder: http1::Builder,
    router: Router,
    limits: Limits,
    /// For requests that come through a trusted proxy.
    slots: Arc<Slots>,
    /// For small bodies that are waited for.
    bodies: Arc<Slots>,
    /// No new requests.
    stop: CancellationToken,
    /// No more of anything.
    cut: CancellationToken,
}

fn builder(limits: &Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        // The limits proper are kept by `Patient`, which distinguishes a wait between requests from
        // a head that does not end. This one stands behind them.
        .header_read_timeout(limits.keep_alive_timeout + limits.header_timeout)
        .max_header_size(limits.max_head_bytes)
        .max_headers(limits.max_headers)
        .half_close(false)
        .writev(true);
    builder
}

async fn drive(stream: TcpStream, peer: Peer, shared: Arc<Shared>) {
    let evicted = peer.slot.as_ref().map(|slot| slot.evicted()).unwrap_or_default();
    let phases = Phases::new(peer.slot.clone());
    let patient = Patient::new(stream, &shared.limits, Arc::clone(&phases), shared.stop.clone());
    let io = TokioIo::new(Box::pin(patient));
    let service = service_fn(|request| answer(&shared, &peer, &phases, request));
    let mut connection = pin!(shared.builder.serve_connection(io, service));
    let ended = tokio::select! {
        biased;
        ended = connection.as_mut() => Some(ended),
        () = evicted.cancelled() => return,
        () = shared.stop.cancelled() => None,
    };
    let ended = match ended {
        Some(ended) => Some(ended),
        None => {
            connection.as_mut().graceful_shutdown();
            shared.cut.run_until_cancelled(connection).await
        }
    };
    let peer = peer.address;
    match ended {
        Some(Ok(())) => {}
        Some(Err(error)) => tracing::debug!(%peer, %error, "a connection broke"),
        None => tracing::debug!(%peer, "a connection was cut at the stop"),
    }
}

async fn answer(
    shared: &Shared,
    peer: &Peer,
    phases: &Arc<Phases>,
    mut request: Request<Incoming>,
) -> Result<Response<Answering>, Infallible> {
    let in_progress = phases.begin();
    let extensions = request.extensions_mut();
    extensions.insert(ConnectInfo(peer.address));
    extensions.insert(Place {
        connection: peer.slot.clone(),
        addresses: Arc::clone(&shared.slots),
        bodies: Arc::clone(&shared.bodies),
    });
    let mut response = shared.router.clone().oneshot(request.map(Body::new)).await?;
    if let Some(Cut(cut)) = response.extensions_mut().remove() {
        phases.cut_by(cut);
    }
    let held = response.extensions_mut().remove::<Held>();
    Ok(response.map(|body| Answering { body, _in_progress: in_progress, _held: held }))
}

/// An extension of a request: its part in what all requests share.
#[derive(Clone)]
pub struct Place {
    /// Its connection's place among those of an address. A request that comes through a trusted
    /// proxy has none; it takes one of the address that is forwarded …
    pub connection: Option<Arc<Slot>>,
    /// … from these.
    pub addresses: Arc<Slots>,
    /// The small bodies that are waited for, all in one group.
    pub bodies: Arc<Slots>,
}

/// An extension of a response: a place that is kept until the response has been sent.
#[derive(Clone)]
pub struct Held(pub Arc<Slot>);

/// An answer's body; once it is gone, the connection waits for the next request.
struct Answering {
    body: Body,
    _in_progress: InProgress,
    _held: Option<Held>,
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

/// A request's body came too slowly, or was given up for newer ones.
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

/// How long a body may take.
#[derive(Clone, Copy, Debug)]
pub enum Pace {
    /// All of it within this time, whoever waits for what.
    Within(Duration),
    /// However long, but never `idle` without a byte while somebody waits for one, and never
    /// fewer than `bytes` in `period`.
    Steady {
        /// The longest rest.
        idle: Duration,
        /// The least …
        bytes: u64,
        /// … in this time.
        period: Duration,
    },
}

/// The same body, except that it fails with [`BodyStalled`] when it is slower than its pace,
/// or when it is small and waited for, and newer ones take its place.
pub fn paced(body: Body, pace: Pace, place: Option<Place>) -> Body {
    let wait = match (pace, place) {
        (Pace::Within(_), Some(place)) => Some(Wait { place, slot: None }),
        _ => None,
    };
    let timer = match pace {
        Pace::Within(limit) => sleep(limit),
        Pace::Steady { period, .. } => sleep(period),
    };
    Body::new(PacedBody { body, pace, timer: Box::pin(timer), idle: None, received: 0, wait })
}

struct PacedBody {
    body: Body,
    pace: Pace,
    /// The end of the time, or of the present period.
    timer: Pin<Box<Sleep>>,
    /// Runs while somebody waits.
    idle: Option<Pin<Box<Sleep>>>,
    /// Bytes in the present period.
    received: u64,
    wait: Option<Wait>,
}

/// The places that a small body may lose while it is waited for: its connection's, and its
/// own among all that are.
struct Wait {
    place: Place,
    /// From the first time that it was not there, to its end.
    slot: Option<(Slot, Pin<Box<WaitForCancellationFutureOwned>>)>,
}

impl Wait {
    /// Whether newer bodies have taken its place; nothing has come just now.
    fn poll_evicted(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.slot.is_none() {
            let Some(slot) = self.place.bodies.take(String::new()) else { return Poll::Ready(()) };
            slot.waits();
            let evicted = Box::pin(slot.evicted().cancelled_owned());
            self.slot = Some((slot, evicted));
            if let Some(connection) = &self.place.connection {
                connection.waits();
            }
        }
        match &mut self.slot {
            Some((_, evicted)) => evicted.as_mut().poll(cx),
            None => Poll::Pending,
        }
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if let Some(connection) = &self.place.connection {
            connection.works();
        }
    }
}

impl PacedBody {
    /// Whether it is too slow by now; nothing has come just now.
    fn poll_too_slow(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Pace::Steady { idle, .. } = self.pace {
            let resting = self.idle.get_or_insert_with(|| Box::pin(sleep(idle)));
            if resting.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
        }
        self.poll_behind(cx)
    }

    /// Whether its time is over, or too little came in a period.
    fn poll_behind(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while self.timer.as_mut().poll(cx).is_ready() {
            match self.pace {
                Pace::Within(_) => return Poll::Ready(()),
                Pace::Steady { bytes, .. } if self.received < bytes => return Poll::Ready(()),
                Pace::Steady { period, .. } => {
                    self.received = 0;
                    self.timer = Box::pin(sleep(period));
                }
            }
        }
        Poll::Pending
    }
}

impl http_body::Body for PacedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            self.idle = None;
            match &frame {
                Some(Ok(frame)) => self.received += frame.data_ref().map_or(0, Bytes::len) as u64,
                Some(Err(_)) | None => self.wait = None,
            }
            return Poll::Ready(frame);
        }
        let evicted = self.wait.as_mut().map(|wait| wait.poll_evicted(cx));
        if evicted.is_some_and(|evicted| evicted.is_ready()) || self.poll_too_slow(cx).is_ready() {
            self.wait = None;
            return Poll::Ready(Some(Err(axum::Error::new(BodyStalled))));
        }
        Poll::Pending
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
