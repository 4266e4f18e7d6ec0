//! The HTTP interface: routes, and what every request passes on its way to a handler.

pub mod access;
mod body;
mod content_policy;
mod cookie;
mod document;
mod extract;
mod guard;
mod handler;
mod language;
pub mod listen;
pub mod metrics;
mod problem;
mod route;
pub mod send;
mod tus;
mod unread;

pub use guard::AsOperator;

use crate::app::{App, Delivery, Identity, Library, Operation, Playback, Shop};
use access::Who::Anyone;
use axum::extract::{FromRef, Path, Request};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use handler::page;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use ipnet::IpNet;
use listen::Pace;
use route::Routes;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;
use url::Url;
use utoipa::openapi::OpenApi;
use yingku_protocol::{Code, Refusal};

/// Most bytes of a JSON body.
pub(crate) const JSON_LIMIT: u64 = 256 * 1024;

/// Most bytes of a body of anybody but admins: no call of theirs needs more.
pub(crate) const SMALL_JSON_LIMIT: u64 = 8 * 1024;

/// A small body is complete within this time.
const SMALL_BODY: Pace = Pace::Within(Duration::from_secs(30));

/// A file that is uploaded may take long, but does not stand still.
const UPLOAD_BODY: Pace = Pace::Steady {
    idle: Duration::from_secs(30),
    bytes: 16 << 10,
    period: Duration::from_secs(60),
};

/// Whether the browser used TLS, as a proxy says.
pub(crate) const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// How the site is reached, as its operator says.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// The address that people use, where a proxy or TLS stands in front.
    pub public_url: Option<Url>,
    /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Where this node listens, while it serves.
    pub listen: Option<SocketAddr>,
}

impl Reach {
    /// The addresses to hand to people; none where only this machine reaches the site.
    pub(crate) fn addresses(&self) -> Vec<String> {
        if let Some(url) = &self.public_url {
            return vec![url.as_str().trim_end_matches('/').to_owned()];
        }
        let Some(listen) = self.listen else { return Vec::new() };
        let ip = match listen.ip() {
            ip if ip.is_unspecified() => own_address(),
            ip => Some(ip).filter(|ip| !ip.is_loopback()),
        };
        let address = ip.map(|ip| format!("http://{}", SocketAddr::new(ip, listen.port())));
        address.into_iter().collect()
    }
}

/// The address of this machine in its network: the one that it would send from. Nothing is sent.
fn own_address() -> Option<IpAddr> {
    /// Nobody's (RFC 5737): any address behind the router does.
    const ELSEWHERE: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 9);
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(ELSEWHERE).ok()?;
    let ip = socket.local_addr().ok()?.ip();
    Some(ip).filter(|ip| !ip.is_loopback() && !ip.is_unspecified())
}

/// What handlers and the guard share.
#[derive(Clone)]
pub struct HttpState {
    pub(crate) app: Arc<App>,
    reach: Arc<Reach>,
}

/// Handlers take the subject that they are about.
macro_rules! subjects {
    ($($subject:ident: $kind:ty),* $(,)?) => {$(
        impl FromRef<HttpState> for Arc<$kind> {
            fn from_ref(state: &HttpState) -> Self {
                Arc::clone(&state.app.$subject)
            }
        }
    )*};
}

subjects! {
    identity: Identity,
    library: Library,
    playback: Playback,
    delivery: Delivery,
    shop: Shop,
    operation: Operation,
}

impl HttpState {
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        crate::accept::is_in(&self.reach.trusted_proxies, address)
    }

    /// The addresses to hand to people.
    pub(crate) fn addresses(&self) -> Vec<String> {
        self.reach.addresses()
    }

    /// Whether the browser reaches the site over TLS. The guard lets no `X-Forwarded-Proto`
    /// through that did not come from a trusted proxy.
    pub(crate) fn is_secure(&self, headers: &HeaderMap) -> bool {
        let forwarded = headers.get(X_FORWARDED_PROTO).and_then(|value| value.to_str().ok());
        forwarded == Some("https")
            || self.reach.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// The whole address of a path of this site, as whoever asks reaches it: the public
    /// address, else the page's own, else the host that was asked.
    pub(crate) fn address(&self, headers: &HeaderMap, path: &str) -> String {
        let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let origin = text(header::ORIGIN).filter(|origin| self.is_own_origin(origin, headers));
        let base = match (&self.reach.public_url, origin, text(header::HOST)) {
            (Some(url), ..) => url.as_str().trim_end_matches('/').to_owned(),
            (None, Some(origin), _) => origin.to_owned(),
            (None, None, Some(host)) if self.is_secure(headers) => format!("https://{host}"),
            (None, None, Some(host)) => format!("http://{host}"),
            (None, None, None) => String::new(),
        };
        format!("{base}{path}")
    }

    /// Whether an `Origin` is this site's: the public address, or the host that was asked.
    pub(crate) fn is_own_origin(&self, origin: &str, headers: &HeaderMap) -> bool {
        let public = self.reach.public_url.as_ref();
        if public.is_some_and(|url| url.origin().ascii_serialization() == origin) {
            return true;
        }
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let asked = origin.split_once("://").map(|(_, host)| host);
        host.is_some() && host == asked
    }
}

/// The whole HTTP interface: all routes, and what each request passes before its handler.
pub fn router(app: Arc<App>, reach: Reach) -> Router {
    metrics::install();
    let state = HttpState { app, reach: Arc::new(reach) };
    let (routes, _) = routes().into_router(document::base());
    let routes = routes
        .merge(page::routes())
        .method_not_allowed_fallback(|| async { problem::refuse(Code::MethodNotAllowed.into()) })
        .fallback(page::not_found)
        .layer(from_fn_with_state(state.clone(), guard::guard))
        .layer(from_fn(metrics::measure))
        .layer(from_fn(unread::close))
        .layer(from_fn(not_stored))
        .layer(CatchPanicLayer::custom(|_| problem::refuse(Code::Internal.into())))
        .layer(from_fn(problem::render))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(content_policy::API),
        ))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        ))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .with_state(state);
    // Before anything is routed: tus may name the method in a header.
    Router::new().fallback_service(routes).layer(from_fn(tus::read_method))
}

/// The API document (OpenAPI 3.1).
pub fn api_document() -> OpenApi {
    let (_, mut document) = routes().into_router(document::base());
    document::finish(&mut document);
    document
}

/// What the API answers is for whoever asked, and is not kept by anything on the way.
async fn not_stored(request: Request, next: axum::middleware::Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/v1/");
    let mut response = next.run(request).await;
    if is_api {
        let headers = response.headers_mut();
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

/// The path as it was routed: an address may carry a ticket, which is a secret.
fn span(request: &Request) -> tracing::Span {
    let path = request.extensions().get::<axum::extract::MatchedPath>();
    let path = path.map_or("", axum::extract::MatchedPath::as_str);
    tracing::info_span!("request", method = %request.method(), path)
}

/// All that is routed here but the pages, which have an address for each.
fn routes() -> Routes {
    handler::routes()
        .allow_undescribed(Anyone, "/assets/{*rest}", get(page::asset))
        .allow_undescribed(Anyone, "/api/openapi.json", get(show_document))
        .allow_undescribed(Anyone, "/api/docs", get(|| browse("index.html".to_owned())))
        .allow_undescribed(
            Anyone,
            "/api/docs/{*rest}",
            get(|Path(rest): Path<String>| browse(rest)),
        )
}

/// The document itself.
async fn show_document() -> Json<&'static OpenApi> {
    static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(api_document);
    Json(&DOCUMENT)
}

/// A file of the page that browses the document.
async fn browse(file: String) -> Response {
    let config = Arc::new(utoipa_swagger_ui::Config::from("/api/openapi.json"));
    let Ok(Some(found)) = utoipa_swagger_ui::serve(&file, config) else {
        return problem::refuse(Refusal::not_found("page"));
    };
    // The index names its files beside itself, and it has no slash at its end.
    let bytes = match file.as_str() {
        "index.html" => String::from_utf8_lossy(&found.bytes).replace("./", "/api/docs/").into(),
        _ => found.bytes.into_owned(),
    };
    let mut response = Response::new(axum::body::Body::from(bytes));
    *response.status_mut() = StatusCode::OK;
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, &found.content_type);
    set(header::CONTENT_SECURITY_POLICY, content_policy::API_DOCS);
    response
}
