//! The guard: who is calling, and may they? Asked once for every request, before any
//! handler, by the table in `access`.

use super::access::{self, Who};
use super::extract::{BodyLimit, content_length, too_large};
use super::language::lang_of;
use super::listen::{self, Held, Place};
use super::problem::{Failure, refuse};
use super::{
    HttpState, JSON_LIMIT, SMALL_BODY, SMALL_JSON_LIMIT, UPLOAD_BODY, X_FORWARDED_PROTO, cookie,
};
use crate::app::{self, Caller, CallerKind};
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, header};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use yingku_protocol::Code;

/// Marks a request as the operator's: put there by programs that hold the database in
/// their hands, never by anything that came over a network.
#[derive(Clone, Copy, Debug)]
pub struct AsOperator;

/// Marks a request whose token is dead.
#[derive(Clone, Copy, Debug)]
pub struct EndedSession;

/// Lets a request through to its handler, or refuses it.
pub async fn guard(State(state): State<HttpState>, mut request: Request, next: Next) -> Response {
    let Some(path) = request.extensions().get::<MatchedPath>().cloned() else {
        return next.run(request).await;
    };
    let Some(who) = access::who(request.method().as_str(), path.as_str()) else {
        // A method that the path does not take is axum's to refuse.
        return match access::is_known(path.as_str()) {
            true => next.run(request).await,
            false => refuse(Code::Forbidden.into()),
        };
    };
    let peer = peer_of(&request);
    if !peer.is_some_and(|peer| state.trusts(peer)) {
        request.headers_mut().remove(X_FORWARDED_PROTO);
    }
    let held = match take_place(&state, &request) {
        Ok(held) => held,
        Err(failure) => return failure.into_response(),
    };
    let caller = match admit(&state, who, &mut request).await {
        Ok(caller) => caller,
        Err(failure) => return failure.into_response(),
    };
    let request = match bounded(request, path.as_str(), &caller) {
        Ok(request) => request,
        Err(failure) => return failure.into_response(),
    };
    let mut response = next.run(request).await;
    if let Some(held) = held {
        response.extensions_mut().insert(held);
    }
    response
}

/// A request that a trusted proxy forwards takes a place of the address that it forwards,
/// as a connection does of its own.
fn take_place(state: &HttpState, request: &Request) -> Result<Option<Held>, Failure> {
    let (Some(place), Some(address)) =
        (request.extensions().get::<Place>(), client_address(state, request))
    else {
        return Ok(None);
    };
    if place.connection.is_some() || state.trusts(address) {
        return Ok(None);
    }
    let slot = place.addresses.take_for(address).ok_or(Code::Busy)?;
    Ok(Some(Held(Arc::new(slot))))
}

/// The request with limits on its body: how long it may be, and how long it may take.
fn bounded(mut request: Request, path: &str, caller: &Caller) -> Result<Request, Failure> {
    let place = request.extensions_mut().remove::<Place>();
    if access::takes_files(request.method().as_str(), path) {
        return Ok(request.map(|body| listen::paced(body, UPLOAD_BODY, place)));
    }
    let limit_bytes = if caller.is_admin() { JSON_LIMIT } else { SMALL_JSON_LIMIT };
    let announced = content_length(request.headers());
    if announced.is_some_and(|size_bytes| size_bytes > limit_bytes) {
        // None of it is waited for.
        return Err(too_large(limit_bytes).into());
    }
    request.extensions_mut().insert(BodyLimit(limit_bytes));
    Ok(request.map(|body| listen::paced(body, SMALL_BODY, place)))
}

async fn admit(state: &HttpState, who: Who, request: &mut Request) -> Result<Caller, Failure> {
    let address = client_address(state, request);
    let caller = identify(state, who, request, address).await?;
    let ended = request.extensions().get::<EndedSession>().is_some();
    let allowed = match who {
        Who::Anyone => true,
        Who::Visitor => is_somebody(&caller) || (!ended && state.app.operation.is_public().await?),
        Who::Account => is_somebody(&caller),
        Who::Admin => caller.is_admin(),
        Who::Monitor => caller.is_admin() || state.is_local(request),
        Who::Worker => matches!(caller.kind, CallerKind::Worker(_)),
    };
    if !allowed {
        return Err(refusal(&caller, ended).into());
    }
    request.extensions_mut().insert(caller.clone());
    Ok(caller)
}

fn refusal(caller: &Caller, ended: bool) -> Code {
    match (is_somebody(caller), ended) {
        (true, _) => Code::Forbidden,
        (false, true) => Code::SessionEnded,
        (false, false) => Code::LoginRequired,
    }
}

fn is_somebody(caller: &Caller) -> bool {
    !matches!(caller.kind, CallerKind::Nobody)
}

async fn identify(
    state: &HttpState,
    who: Who,
    request: &mut Request,
    address: Option<IpAddr>,
) -> Result<Caller, Failure> {
    let headers = request.headers();
    let mut caller = Caller {
        kind: CallerKind::Nobody,
        address: address.map(Caller::address_of).unwrap_or_default(),
        client: text_header(headers, header::USER_AGENT),
        lang: lang_of(headers),
    };
    if request.extensions().get::<AsOperator>().is_some() {
        caller.kind = CallerKind::Operator;
        return Ok(caller);
    }
    if who == Who::Worker {
        let Some(token) = bearer(headers) else { return Ok(caller) };
        let (address, client) = (&caller.address, &caller.client);
        let known =
            state.app.playback.authenticate_worker(&token, address, client, caller.lang).await?;
        if known.is_none() {
            request.extensions_mut().insert(EndedSession);
        }
        return Ok(known.unwrap_or(caller));
    }
    let (token, from_cookie) = match bearer(headers) {
        Some(token) => (Some(token), false),
        None => (cookie::token(headers), true),
    };
    let Some(token) = token else { return Ok(caller) };
    if from_cookie && changes(request.method()) && who != Who::Anyone {
        check_origin(state, headers)?;
    }
    let known = state
        .app
        .identity
        .authenticate(&token, &caller.address, &caller.client, caller.lang)
        .await?;
    match known {
        Some(known) => Ok(known),
        None => {
            request.extensions_mut().insert(EndedSession);
            Ok(caller)
        }
    }
}

/// Refuses a change that a page of another site made the browser send.
pub fn check_origin(state: &HttpState, headers: &HeaderMap) -> Result<(), app::Error> {
    let site = text_header(headers, header::HeaderName::from_static("sec-fetch-site"));
    let origin = text_header(headers, header::ORIGIN);
    let ours = match (site.as_str(), origin.as_str()) {
        ("same-origin" | "none", _) => true,
        ("", "") => true,
        ("", origin) => state.is_own_origin(origin, headers),
        _ => false,
    };
    if ours { Ok(()) } else { Err(Code::OriginMismatch.into()) }
}

fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

fn text_header(headers: &HeaderMap, name: header::HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// The other end of the connection.
fn peer_of(request: &Request) -> Option<IpAddr> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
    Some(peer.0.ip().to_canonical())
}

/// The address of whoever calls: the peer's, or what a trusted proxy says, read from the
/// right up to the first that is not trusted.
fn client_address(state: &HttpState, request: &Request) -> Option<IpAddr> {
    let peer = peer_of(request)?;
    if !state.trusts(peer) {
        return Some(peer);
    }
    let forwarded = request.headers().get_all("x-forwarded-for");
    let chain: Vec<&str> = forwarded
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|v| v.split(','))
        .collect();
    let mut client = peer;
    for hop in chain.iter().rev() {
        let Ok(hop) = hop.trim().parse::<IpAddr>() else { break };
        client = hop.to_canonical();
        if !state.trusts(client) {
            break;
        }
    }
    Some(client)
}

/// What proxies add to the requests that they forward.
const FORWARDED: [&str; 7] = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-server",
    "x-real-ip",
];

impl HttpState {
    /// Whether a program on this machine asks, for itself. Where anything says that a proxy
    /// stands in front (the configuration, or the request), nobody is taken for one: a proxy
    /// on this machine is a program on this machine.
    fn is_local(&self, request: &Request) -> bool {
        let has_proxy = !self.reach.trusted_proxies.is_empty() || self.reach.public_url.is_some();
        let headers = request.headers();
        let is_forwarded = FORWARDED.iter().any(|name| headers.contains_key(*name));
        let host = text_header(headers, header::HOST);
        let host = host.rsplit_once(':').map_or(host.as_str(), |(host, _)| host);
        let is_loopback = |host: &str| {
            let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
            host == "localhost" || address.is_ok_and(|address| address.is_loopback())
        };
        !has_proxy
            && !is_forwarded
            && is_loopback(host)
            && peer_of(request).is_some_and(|peer| peer.is_loopback())
    }
}
