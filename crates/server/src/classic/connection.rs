//! One classic connection: frames in order, a login at most, raw bytes in and out.

use super::operation::{self, Answer, BrokenOff, Login};
use super::wire::{Incoming, Wire};
use crate::accept::Peer;
use crate::app::{self, App, Caller, CallerKind, Fetch};
use bytes::Bytes;
use futures_util::stream;
use serde_json::{Map, Value};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use yingku_protocol::classic::{
    Fault, FrameError, Operation, Reply, Request, bytes_that_follow, parse_object, session_of,
};
use yingku_protocol::{Code, Lang, Refusal, text};

/// While a download waits, the reasons to go on or to stop are looked at this often.
const LOOK: Duration = Duration::from_secs(1);

/// Bytes that are kept are read in pieces of this many, …
const PIECE_BYTES: usize = 256 << 10;
/// … bytes that nobody wants in smaller ones.
const DRAIN_BYTES: usize = 16 << 10;

/// Raw bytes that come more slowly than this are given up: so many …
const FLOOR_BYTES: u64 = 16 << 10;
/// … in this time.
const FLOOR_TIME: Duration = Duration::from_secs(60);

/// One connection.
pub(crate) struct Connection {
    app: Arc<App>,
    wire: Wire,
    address: String,
    peer: Peer,
    /// The session that was made here: account and session.
    login: Option<Login>,
    /// The word to stop: nothing new is begun.
    stop: CancellationToken,
}

/// The connection is over.
enum Over {
    /// What was sent still arrives.
    Ended,
    /// What waits to be sent is taken back.
    Cut,
}

impl From<io::Error> for Over {
    fn from(_: io::Error) -> Self {
        Over::Ended
    }
}

type Step = Result<(), Over>;

impl Connection {
    pub(crate) fn new(
        app: Arc<App>,
        wire: Wire,
        peer: Peer,
        stop: CancellationToken,
    ) -> Connection {
        let address = Caller::address_of(peer.address.ip());
        Connection { app, wire, address, peer, login: None, stop }
    }

    /// Talks until either side has had enough, or until `cut`.
    pub(crate) async fn run(mut self, cut: CancellationToken) {
        let evicted = self.peer.slot.as_ref().map(|slot| slot.evicted()).unwrap_or_default();
        let over = tokio::select! {
            over = self.talk() => over,
            () = cut.cancelled() => Over::Cut,
            () = evicted.cancelled() => Over::Cut,
        };
        self.end_login().await;
        match over {
            Over::Ended => self.wire.close().await,
            Over::Cut => self.wire.reset(),
        }
    }

    async fn talk(&mut self) -> Over {
        loop {
            let is_stranger = self.login.is_none();
            self.waits(is_stranger);
            let begun = tokio::select! {
                begun = self.wire.begun(is_stranger) => begun,
                () = self.stop.cancelled() => false,
            };
            if !begun {
                return Over::Ended;
            }
            if let Err(over) = self.step().await {
                return over;
            }
        }
    }

    /// Whether the connection waits for a stranger, and may lose its place.
    fn waits(&self, for_a_stranger: bool) {
        match &self.peer.slot {
            Some(slot) if for_a_stranger => slot.waits(),
            Some(slot) => slot.works(),
            None => {}
        }
    }

    async fn step(&mut self) -> Step {
        let incoming = self.wire.frame().await;
        self.waits(false);
        let object = match incoming {
            Incoming::Gone => return Err(Over::Ended),
            Incoming::Late => {
                self.say("", &Reply::refused(message("classic.frame_late"))).await?;
                return Err(Over::Ended);
            }
            Incoming::Frame(json) => parse_object(&json),
            Incoming::Bad(error) => Err(error),
        };
        match object {
            Ok(object) => self.answer(&object).await,
            Err(error) => {
                self.say("", &Reply::refused(said_of_frame(error))).await?;
                if error.is_in_step() { Ok(()) } else { Err(Over::Ended) }
            }
        }
    }

    async fn answer(&mut self, object: &Map<String, Value>) -> Step {
        let request = match Request::read(object) {
            Ok(request) => request,
            Err(fault) => {
                let reply = Reply::refused(said_of_fault(&fault));
                return self.refuse(object, "", &reply).await;
            }
        };
        let name = request.operation.name();
        let outcome = self.perform(&request, object).await?;
        let flag =
            if matches!(outcome, Answer::Reply(Reply { flag: false, .. })) { "no" } else { "yes" };
        metrics::counter!("yingku_classic_requests_total", "type" => name, "flag" => flag)
            .increment(1);
        match outcome {
            Answer::Reply(reply) => self.say(name, &reply).await,
            Answer::File { reply, fetch } => {
                self.say(name, &reply).await?;
                self.send_file(*fetch).await
            }
        }
    }

    /// Performs an operation. An upload's bytes are read here, taken or not.
    async fn perform(
        &mut self,
        request: &Request,
        object: &Map<String, Value>,
    ) -> Result<Answer, Over> {
        let caller = match self.caller(request).await {
            Ok(caller) => caller,
            Err(error) => return self.refused(object, error).await,
        };
        if let Operation::UploadMovie { file_size, .. } = &request.operation {
            return self.upload(&caller, &request.operation, *file_size).await;
        }
        let done =
            operation::perform(&self.app, &caller, &request.operation, &mut self.login).await;
        Ok(done.unwrap_or_else(|error| Answer::Reply(refusal(&error))))
    }

    /// Who asks: by the token in the request, whichever connection it was made on.
    async fn caller(&self, request: &Request) -> Result<Caller, app::Error> {
        let nobody = Caller {
            kind: CallerKind::Nobody,
            address: self.address.clone(),
            client: "classic".to_owned(),
            lang: Lang::Zh,
        };
        if matches!(request.operation, Operation::Register { .. } | Operation::Login { .. }) {
            return Ok(nobody);
        }
        let Some(token) = &request.session else { return Err(Code::LoginRequired.into()) };
        self.authenticate(token).await?.ok_or_else(|| Code::LoginRequired.into())
    }

    async fn authenticate(&self, token: &str) -> Result<Option<Caller>, app::Error> {
        self.app.identity.authenticate(token, &self.address, "classic", Lang::Zh).await
    }

    async fn upload(
        &mut self,
        caller: &Caller,
        operation: &Operation,
        file_size: u64,
    ) -> Result<Answer, Over> {
        let too_large = match self.app.library.upload_limit().await {
            Ok(limit) if file_size <= limit => None,
            Ok(limit) => {
                Some(Refusal::from(Code::UploadTooLarge).with("limit_bytes", limit).into())
            }
            Err(error) => Some(error),
        };
        if let Some(error) = too_large {
            return self.say_last(&refusal(&error)).await;
        }
        let mut body = Body::new(&mut self.wire, file_size, PIECE_BYTES);
        let pieces = stream::unfold(&mut body, |body| async move {
            let piece = body.next().await?;
            Some((piece, body))
        });
        let taken = operation::upload(&self.app, caller, operation, Box::pin(pieces)).await;
        let (left, broken) = (body.left, body.broken);
        let has_ended =
            taken.as_ref().is_err_and(|error| error.refusal().code == Code::SessionEnded);
        let reply = taken.unwrap_or_else(|error| refusal(&error));
        if broken || has_ended {
            return self.say_last(&reply).await;
        }
        self.drain(left, &reply).await?;
        Ok(Answer::Reply(reply))
    }

    /// Refuses a request without a live login. Bytes that may be on their way are not read:
    /// a stranger could send them for ever.
    async fn refused(
        &mut self,
        object: &Map<String, Value>,
        error: app::Error,
    ) -> Result<Answer, Over> {
        let reply = refusal(&error);
        match bytes_that_follow(object) {
            Some(0) => Ok(Answer::Reply(reply)),
            _ => self.say_last(&reply).await,
        }
    }

    /// Refuses a request that cannot be read. It may be an upload, whose bytes are on their
    /// way already; they are read past for whoever is logged in.
    async fn refuse(&mut self, object: &Map<String, Value>, name: &str, reply: &Reply) -> Step {
        let token = session_of(object);
        let is_known = match (bytes_that_follow(object), &token) {
            (Some(0), _) => return self.say(name, reply).await,
            (_, Some(token)) => self.authenticate(token).await.is_ok_and(|caller| caller.is_some()),
            (_, None) => false,
        };
        if !is_known {
            return self.say_last(reply).await;
        }
        self.drain_after(object, reply).await?;
        self.say(name, reply).await
    }

    /// Reads past the bytes that follow a frame; where they are too many, or nobody can
    /// tell how many, it answers and ends the connection.
    async fn drain_after(&mut self, object: &Map<String, Value>, reply: &Reply) -> Step {
        match bytes_that_follow(object) {
            Some(0) => Ok(()),
            Some(follow) if follow <= self.app.library.upload_limit().await.unwrap_or_default() => {
                self.drain(follow, reply).await
            }
            _ => self.say_last(reply).await,
        }
    }

    /// Reads past raw bytes that nobody wants. Where they stop coming, `reply` is the last
    /// thing said.
    async fn drain(&mut self, left: u64, reply: &Reply) -> Step {
        let mut body = Body::new(&mut self.wire, left, DRAIN_BYTES);
        while body.next().await.is_some_and(|piece| piece.is_ok()) {}
        if body.broken { self.say_last(reply).await } else { Ok(()) }
    }

    /// Says it, and ends the connection: it is no longer in step.
    async fn say_last<T>(&mut self, reply: &Reply) -> Result<T, Over> {
        self.say("", reply).await?;
        Err(Over::Ended)
    }

    /// Holds a file back through its wait, then sends it. Cut when the account's epoch
    /// rises or the right to it ends.
    async fn send_file(&mut self, fetch: Fetch) -> Step {
        let Some(fetch) = self.wait_for(fetch).await? else { return Err(Over::Ended) };
        let (blob, mut delivery) = self.app.delivery.open_fetch(&fetch).await.map_err(|error| {
            tracing::error!(fault = ?error.fault(), "a classic download could not be opened");
            Over::Ended
        })?;
        let (cut, size) = (delivery.cut(), blob.size_bytes());
        let mut windows = blob.windows(0..size);
        let mut at = 0;
        while let Some(piece) = windows.next().await {
            let piece: Bytes = piece?;
            let end = at + piece.len() as u64;
            delivery.sent(at..end);
            if end == size {
                delivery.finish().await;
            }
            tokio::select! {
                biased;
                () = cut.cancelled() => return Err(Over::Cut),
                sent = self.wire.send(&piece) => sent?,
            }
            at = end;
        }
        if size == 0 {
            delivery.sent(0..0);
            delivery.finish().await;
        }
        Ok(())
    }

    /// Waits until the ticket may be fetched; `None` where it no longer may, or the server
    /// stops: the ticket is kept, its wait goes on.
    async fn wait_for(&mut self, mut fetch: Fetch) -> Result<Option<Fetch>, Over> {
        loop {
            match fetch.wait_ms(&self.app.delivery) {
                Some(0) => return Ok(Some(fetch)),
                None => return Ok(None),
                Some(left) => tokio::select! {
                    paused = self.wire.pause(LOOK.min(Duration::from_millis(left))) => paused?,
                    () = self.stop.cancelled() => return Ok(None),
                },
            }
            // A membership that was bought meanwhile ends the wait; a lock ends the download.
            match self.app.delivery.find_fetch(fetch.link()).await {
                Ok(newer) => fetch = newer,
                Err(_) => return Ok(None),
            }
        }
    }

    async fn say(&mut self, operation: &str, reply: &Reply) -> Step {
        Ok(self.wire.send(&reply.frame(operation)).await?)
    }

    async fn end_login(&mut self) {
        if let Some(Login { account_id, session_id }) = self.login.take() {
            self.app.identity.end_connection_session(account_id, session_id).await;
        }
    }
}

/// The raw bytes that follow a frame.
struct Body<'a> {
    wire: &'a mut Wire,
    left: u64,
    piece_bytes: usize,
    /// They stopped coming, or came too slowly.
    broken: bool,
    /// When the present period began, and how many have come in it.
    period: (Instant, u64),
}

impl<'a> Body<'a> {
    fn new(wire: &'a mut Wire, left: u64, piece_bytes: usize) -> Body<'a> {
        Body { wire, left, piece_bytes, broken: false, period: (Instant::now(), 0) }
    }

    /// Whether too few came in the last whole period.
    fn is_too_slow(&mut self, bytes: usize) -> bool {
        let (began, received) = &mut self.period;
        *received += bytes as u64;
        if began.elapsed() < FLOOR_TIME {
            return false;
        }
        let is_too_slow = *received < FLOOR_BYTES;
        self.period = (Instant::now(), 0);
        is_too_slow
    }

    /// The next piece; `None` after the last, and after they stopped coming.
    async fn next(&mut self) -> Option<Result<Bytes, BrokenOff>> {
        if self.left == 0 || self.broken {
            return None;
        }
        let mut piece = self.wire.raw(self.left, self.piece_bytes).await;
        if piece.as_ref().is_ok_and(|piece| self.is_too_slow(piece.len())) {
            piece = Err(io::ErrorKind::TimedOut.into());
        }
        match &piece {
            Ok(piece) => self.left -= piece.len() as u64,
            Err(_) => self.broken = true,
        }
        Some(piece.map_err(BrokenOff))
    }
}

/// A refusal in the words of this protocol.
fn refusal(error: &app::Error) -> Reply {
    if let Some(fault) = error.fault() {
        tracing::error!(fault, "a classic request failed");
    }
    let refusal = error.refusal();
    Reply::refused(match refusal.code {
        // The words that clients of the brief compare with.
        Code::LoginRequired | Code::SessionEnded => message("classic.login_required"),
        _ => refusal.detail(Lang::Zh),
    })
}

fn said_of_frame(error: FrameError) -> String {
    message(match error {
        FrameError::Length => "classic.frame_length",
        FrameError::TooLong => "classic.frame_too_long",
        FrameError::NotAnObject => "classic.frame_not_an_object",
    })
}

fn said_of_fault(fault: &Fault) -> String {
    let (key, facts): (&str, &[(&str, &str)]) = match fault {
        Fault::UnknownType(name) => ("classic.unknown_type", &[("type", name)]),
        Fault::Missing(field) => ("classic.missing", &[("field", field)]),
        Fault::IllTyped(field, wanted) => {
            ("classic.ill_typed", &[("field", field), ("wanted", wanted)])
        }
    };
    let facts = facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    text(Lang::Zh, key, &facts)
}

fn message(key: &str) -> String {
    text(Lang::Zh, key, &Map::new())
}
