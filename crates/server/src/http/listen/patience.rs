//! How long a connection waits for its peer, by what it waits for: a head that has begun,
//! the next request, or room for the answer. hyper alone has one limit for the first two.

use super::Limits;
use crate::accept::Slot;
use parking_lot::{Mutex, MutexGuard};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};
use tokio_io_timeout::TimeoutWriter;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// How long an ended connection still listens, so that a peer which was refused in the
/// middle of its sending can hear why: to close on unread bytes takes the answer back.
const LINGER: Duration = Duration::from_secs(3);
/// What is thrown away at once meanwhile.
const LINGER_BYTES: usize = 16 << 10;

/// What a connection waits for; shared by its socket and its requests.
pub(super) struct Phases {
    state: Mutex<State>,
    /// The connection's place among those of its address.
    slot: Option<Arc<Slot>>,
}

struct State {
    waits_for: WaitsFor,
    /// Grows with each change, so that a timer of an earlier wait is known as such.
    count: u64,
    cut: Option<CancellationToken>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WaitsFor {
    /// A head has begun, or a connection that has not sent anything yet.
    Head,
    /// The next request.
    Request,
    /// The answer: the peer is not waited for here.
    Answer,
}

impl Phases {
    pub(super) fn new(slot: Option<Arc<Slot>>) -> Arc<Phases> {
        let state = Mutex::new(State { waits_for: WaitsFor::Head, count: 0, cut: None });
        let phases = Phases { state, slot };
        phases.note(WaitsFor::Head);
        Arc::new(phases)
    }

    /// A connection that waits for its peer may lose its place.
    fn note(&self, waits_for: WaitsFor) {
        match (&self.slot, waits_for) {
            (Some(slot), WaitsFor::Answer) => slot.works(),
            (Some(slot), WaitsFor::Head | WaitsFor::Request) => slot.waits(),
            (None, _) => {}
        }
    }

    /// A request has come; it is in progress until what is given back is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> InProgress {
        let mut state = self.state();
        state.change(WaitsFor::Answer);
        self.note(WaitsFor::Answer);
        state.cut = None;
        InProgress { phases: Arc::clone(self), count: state.count }
    }

    /// From now to the next request, this token cuts the connection.
    pub(super) fn cut_by(&self, cut: CancellationToken) {
        self.state().cut = Some(cut);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}

impl State {
    fn change(&mut self, to: WaitsFor) {
        self.waits_for = to;
        self.count += 1;
    }
}

/// A request in progress.
pub(super) struct InProgress {
    phases: Arc<Phases>,
    count: u64,
}

impl Drop for InProgress {
    fn drop(&mut self) {
        let mut state = self.phases.state();
        if state.count == self.count {
            state.change(WaitsFor::Request);
            self.phases.note(WaitsFor::Request);
        }
    }
}

/// A socket that loses patience.
pub(super) struct Patient {
    io: Pin<Box<TimeoutWriter<TcpStream>>>,
    phases: Arc<Phases>,
    header_timeout: Duration,
    keep_alive_timeout: Duration,
    /// The present wait's timer, and the count it belongs to.
    timer: Option<(u64, Pin<Box<Sleep>>)>,
    /// The present answer's cut, and the count it belongs to.
    cut: Option<(u64, Pin<Box<WaitForCancellationFutureOwned>>)>,
    /// Runs once nothing more is sent.
    linger: Option<Pin<Box<Sleep>>>,
    /// No lingering once the server stops.
    stop: CancellationToken,
}

impl Patient {
    pub(super) fn new(
        stream: TcpStream,
        limits: &Limits,
        phases: Arc<Phases>,
        stop: CancellationToken,
    ) -> Patient {
        let mut io = TimeoutWriter::new(stream);
        io.set_timeout(Some(limits.write_timeout));
        Patient {
            io: Box::pin(io),
            phases,
            header_timeout: limits.header_timeout,
            keep_alive_timeout: limits.keep_alive_timeout,
            timer: None,
            cut: None,
            linger: None,
            stop,
        }
    }

    /// The first bytes after a rest begin a head.
    fn heard(&mut self) {
        let mut state = self.phases.state();
        if state.waits_for == WaitsFor::Request {
            state.change(WaitsFor::Head);
        }
    }

    /// An error once the present wait has lasted too long.
    fn check_wait(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        let (count, patience) = {
            let state = self.phases.state();
            let patience = match state.waits_for {
                WaitsFor::Head => self.header_timeout,
                WaitsFor::Request => self.keep_alive_timeout,
                WaitsFor::Answer => return Ok(()),
            };
            (state.count, patience)
        };
        if self.timer.as_ref().is_none_or(|(of, _)| *of != count) {
            self.timer = Some((count, Box::pin(sleep(patience))));
        }
        match self.timer.as_mut().map(|(_, timer)| timer.as_mut().poll(cx)) {
            Some(Poll::Ready(())) => Err(io::ErrorKind::TimedOut.into()),
            _ => Ok(()),
        }
    }

    /// An error once the present answer is cut; what waits in the socket is thrown away.
    fn check_cut(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        {
            let state = self.phases.state();
            match &state.cut {
                None => self.cut = None,
                Some(_) if self.cut.as_ref().is_some_and(|(of, _)| *of == state.count) => {}
                Some(cut) => {
                    let cancelled = Box::pin(cut.clone().cancelled_owned());
                    self.cut = Some((state.count, cancelled));
                }
            }
        }
        match self.cut.as_mut().map(|(_, cut)| cut.as_mut().poll(cx)) {
            Some(Poll::Ready(())) => {
                let _ = self.io.get_ref().set_zero_linger();
                Err(io::ErrorKind::ConnectionAborted.into())
            }
            _ => Ok(()),
        }
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = self.io.as_mut().poll_read(cx, buf);
        match &read {
            Poll::Pending => {
                self.check_cut(cx)?;
                self.check_wait(cx)?;
            }
            Poll::Ready(Ok(())) if buf.filled().len() > before => self.heard(),
            Poll::Ready(_) => {}
        }
        read
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check_cut(cx)?;
        self.io.as_mut().poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check_cut(cx)?;
        self.io.as_mut().poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io.as_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.linger.is_none() {
            ready!(self.io.as_mut().poll_shutdown(cx))?;
        }
        let linger = self.linger.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        let is_over = linger.as_mut().poll(cx).is_ready();
        if is_over || self.stop.is_cancelled() {
            return Poll::Ready(Ok(()));
        }
        loop {
            let mut unread = [0; LINGER_BYTES];
            let mut unread = ReadBuf::new(&mut unread);
            ready!(self.io.as_mut().poll_read(cx, &mut unread))?;
            if unread.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}
