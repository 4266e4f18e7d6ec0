//! The pages: one document for every address that a person may type, and its hashed files.

use crate::app::{Caller, CallerKind};
use crate::http::handler::library::embed;
use crate::http::problem::{Failure, refuse};
use crate::http::{HttpState, access, content_policy};
use crate::web::{self, WebFile};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use yingku_core::id::VideoId;
use yingku_protocol::{Lang, Refusal};

/// The document of the pages, at the address of each.
pub fn routes() -> Router<HttpState> {
    access::PAGES.iter().fold(Router::new(), |router, path| match *path {
        "/videos/{id}" => router.route(path, get(video_page)),
        "/embed/{id}" => router.route(path, get(embedded_page)),
        _ => router.route(path, get(page)),
    })
}

/// The page at the root: the site itself, or what runs here where it was built without pages.
#[utoipa::path(get, path = "/", tag = "site",
    responses((status = 200, body = String, content_type = "text/html")))]
pub async fn root(
    State(state): State<HttpState>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    match document(&headers) {
        Some(page) => Ok(page),
        None => plain(&state, caller.lang).await,
    }
}

/// What runs here, and where its API is described.
async fn plain(state: &HttpState, lang: Lang) -> Result<Response, Failure> {
    let message = |key| yingku_protocol::text(lang, key, &serde_json::Map::new());
    let site = state.app.operation.site().await?;
    let page = include_str!("../root.html")
        .replace("{lang}", lang.tag())
        .replace("{name}", &ammonia::clean_text(&site.name))
        .replace("{version}", &site.version)
        .replace("{what}", &message("root.what"))
        .replace("{api}", &message("root.api"))
        .replace("{document}", &message("root.document"));
    Ok(Html(page).into_response())
}

async fn page(headers: HeaderMap) -> Response {
    document(&headers).unwrap_or_else(|| refuse(Refusal::not_found("page")))
}

/// The page of a video, whose head says to other programs what it is, where the site is public.
async fn video_page(
    State(state): State<HttpState>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let nobody = Caller { kind: CallerKind::Nobody, ..caller };
    let head = match id.parse() {
        Ok(id) => embed::head(&state, &nobody, &headers, VideoId(id)).await,
        Err(_) => Ok(None),
    };
    let plain = web::find("index.html", "").filter(|_| matches!(head, Ok(Some(_))));
    let (Ok(Some(head)), Some(file)) = (head, plain) else { return page(headers).await };
    let text = String::from_utf8_lossy(&file.bytes).replacen("</head>", &(head + "</head>"), 1);
    let etag = format!("\"{}\"", &blake3::hash(text.as_bytes()).to_hex()[..32]);
    let file = WebFile { bytes: text.into_bytes().into(), etag, ..file };
    as_document(answer(file, &headers, "no-cache"), content_policy::PAGES)
}

/// The page of a video in a frame.
async fn embedded_page(
    State(state): State<HttpState>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let hosts = state.app.operation.embed_hosts().await?;
    let file = web::find("index.html", text(&headers, header::ACCEPT_ENCODING));
    let file = file.ok_or_else(|| Failure::from(Refusal::not_found("page")))?;
    let page = answer(file, &headers, "no-cache");
    Ok(as_document(page, &content_policy::embedded(&hosts)))
}

/// What no route has: people get the pages' own words, programs a problem document.
pub async fn not_found(request: Request) -> Response {
    let path = request.uri().path();
    let is_page = ["/api/", "/d/", "/assets/"].iter().all(|other| !path.starts_with(other));
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let wants_html = text(request.headers(), header::ACCEPT).contains("text/html");
    let found = (is_page && reads && wants_html).then(|| document(request.headers())).flatten();
    match found {
        Some(mut page) => {
            if page.status() == StatusCode::OK {
                *page.status_mut() = StatusCode::NOT_FOUND;
            }
            page
        }
        None => refuse(Refusal::not_found("page")),
    }
}

/// A file whose name changes with its content: kept for good.
/// A file that the pages load.
pub async fn asset(Path(rest): Path<String>, headers: HeaderMap) -> Response {
    match web::find(&format!("assets/{rest}"), text(&headers, header::ACCEPT_ENCODING)) {
        Some(file) => answer(file, &headers, "public, max-age=31536000, immutable"),
        None => refuse(Refusal::not_found("page")),
    }
}

fn document(headers: &HeaderMap) -> Option<Response> {
    let file = web::find("index.html", text(headers, header::ACCEPT_ENCODING))?;
    Some(as_document(answer(file, headers, "no-cache"), content_policy::PAGES))
}

fn as_document(mut response: Response, policy: &str) -> Response {
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::CONTENT_SECURITY_POLICY, policy);
    // Under `no-referrer` some browsers send `Origin: null`, which the guard refuses.
    set(header::REFERRER_POLICY, "same-origin");
    set(header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    response
}

fn answer(file: WebFile, headers: &HeaderMap, cache: &'static str) -> Response {
    let known = text(headers, header::IF_NONE_MATCH).split(',').any(|tag| tag.trim() == file.etag);
    let mut response = match known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => Response::new(Body::from(file.bytes)),
    };
    let headers = response.headers_mut();
    if !known {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.media_type));
        if let Some(encoding) = file.encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::from_str(&file.etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
