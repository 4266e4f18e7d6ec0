//! The transport over the network.

use crate::transport::{Body, Broken, ByteStream, Sending, Transport};
use crate::{ClientError, Result, USER_AGENT};
use futures_util::TryStreamExt;
use http::header::{AUTHORIZATION, CONTENT_LENGTH};
use http::{HeaderValue, Request, Response};
use std::error::Error;
use std::io;
use std::time::Duration;
use url::{Host, Url};

/// How long making a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A silent connection is probed after this long, this often, …
const KEEPALIVE: Duration = Duration::from_secs(15);
/// … and given up after so many probes without an answer.
const KEEPALIVE_RETRIES: u32 = 4;

/// HTTP over the network, to one server, with one login or none.
pub struct Remote {
    http: reqwest::Client,
    base: String,
    token: Option<HeaderValue>,
}

impl Remote {
    /// A transport to the server at `address`, which may have a path of its own behind a proxy.
    ///
    /// # Errors
    /// `Protocol` where the address or the token cannot be one.
    pub fn new(address: &str, token: Option<&str>) -> Result<Self> {
        let url = Url::parse(address)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| {
                ClientError::Protocol(format!("{address}: not an http:// or https:// address"))
            })?;
        let token = token.map(bearer).transpose()?;
        let base = format!("{}{}", url.origin().ascii_serialization(), url.path())
            .trim_end_matches('/')
            .to_owned();
        Ok(Remote { http: http_client(&url)?, base, token })
    }

    async fn send_now(
        &self,
        request: Request<Body>,
    ) -> std::result::Result<Response<ByteStream>, Broken> {
        let (head, body) = request.into_parts();
        let address = format!("{}{}", self.base, head.uri);
        let mut sent = self.http.request(head.method, address).headers(head.headers);
        if let Some(token) = &self.token {
            sent = sent.header(AUTHORIZATION, token.clone());
        }
        sent = match body {
            Body::Empty => sent,
            Body::Bytes(bytes) => sent.body(bytes),
            Body::Stream { bytes, size_bytes } => {
                sent.header(CONTENT_LENGTH, size_bytes).body(reqwest::Body::wrap_stream(bytes))
            }
        };
        let answer: Response<reqwest::Body> = sent.send().await.map_err(broken)?.into();
        let (head, body) = answer.into_parts();
        let bytes = http_body_util::BodyDataStream::new(body)
            .map_err(|error| io::Error::new(io::ErrorKind::ConnectionReset, causes(&error)));
        Ok(Response::from_parts(head, Box::pin(bytes) as ByteStream))
    }
}

impl Transport for Remote {
    fn send(&self, request: Request<Body>) -> Sending<'_> {
        Box::pin(self.send_now(request))
    }
}

fn bearer(token: &str) -> Result<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("Bearer {token}"))
        .map_err(|_| ClientError::Protocol("the token has characters that none has".into()))?;
    value.set_sensitive(true);
    Ok(value)
}

fn http_client(url: &Url) -> Result<reqwest::Client> {
    // Whoever came first installed a provider; the same one is good for us.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(CONNECT_TIMEOUT)
        .tcp_keepalive(KEEPALIVE)
        .tcp_keepalive_interval(KEEPALIVE)
        .tcp_keepalive_retries(KEEPALIVE_RETRIES)
        // A redirect would turn a POST into a GET; the caller gets the right address instead.
        .redirect(reqwest::redirect::Policy::none());
    if url.scheme() == "http" {
        // A machine without any CA certificate can still talk plain HTTP.
        builder = builder.tls_certs_only([]);
    }
    if is_loopback(url) {
        builder = builder.no_proxy();
    }
    builder.build().map_err(|error| ClientError::Protocol(causes(&error)))
}

/// Whether nobody between here and that address can read what is sent: HTTPS, or this machine.
pub fn is_private(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(&url),
        _ => false,
    })
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn broken(error: reqwest::Error) -> Broken {
    // The address may hold a ticket, which is a secret.
    Broken(causes(&error.without_url()))
}

/// An error with what caused it, innermost last.
fn causes(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        message = format!("{message}: {error}");
        cause = error.source();
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_private() {
        for address in
            ["https://example.org", "http://127.0.0.1:8080", "http://[::1]", "http://localhost"]
        {
            assert!(is_private(address), "{address}");
        }
        for address in ["http://example.org", "http://10.0.0.1", "example.org", "ftp://localhost"] {
            assert!(!is_private(address), "{address}");
        }
    }

    #[test]
    fn addresses() {
        let base = |address| Remote::new(address, None).map(|remote| remote.base);
        assert_eq!(base("http://127.0.0.1:8080").unwrap(), "http://127.0.0.1:8080");
        assert_eq!(base("http://127.0.0.1:8080/").unwrap(), "http://127.0.0.1:8080");
        assert_eq!(base("http://EXAMPLE.org/films/").unwrap(), "http://example.org/films");
        for wrong in ["", "127.0.0.1:8080", "ftp://example.org", "http://", "影库"] {
            assert!(matches!(base(wrong), Err(ClientError::Protocol(_))), "{wrong}");
        }
        assert!(Remote::new("http://localhost", Some("a\nb")).is_err());
    }
}
