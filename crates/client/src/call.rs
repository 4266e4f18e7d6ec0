//! Making a call: path and query, headers, the answer's status and body. No route belongs here.

use crate::transport::{Body, ByteStream};
use crate::{Client, ClientError, Result, USER_AGENT};
use bytes::Bytes;
use futures_util::StreamExt;
use http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, LOCATION, USER_AGENT as AGENT};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;
use yingku_protocol::Problem;

/// What stands for itself in a path or a query (RFC 3986's unreserved characters).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// How long an ordinary call may take to answer: a login queues behind others' hashing.
const ANSWER_WITHIN: Duration = Duration::from_secs(120);
/// How long the next piece of an answer may take.
const PIECE_WITHIN: Duration = Duration::from_secs(60);
/// No document of the server is larger.
const DOCUMENT_BYTES: usize = 32 * 1024 * 1024;

/// No query.
pub(crate) const NO_QUERY: &() = &();

/// How long a call may take.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// It should answer soon.
    Ordinary,
    /// It takes as long as the work takes.
    Endless,
}

impl Client {
    /// Asks for a document.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &impl Serialize,
    ) -> Result<T> {
        let request = self.request(Method::GET, path, query)?.body(Body::Empty);
        self.document(request.map_err(unbuildable)?, Patience::Ordinary).await
    }

    /// Sends a document and is answered with one.
    pub(crate) async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T> {
        self.document(self.with_document(method, path, body, None)?, Patience::Ordinary).await
    }

    /// Sends a document and is answered with one, or with nothing (204).
    pub(crate) async fn send_for_some<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Option<T>> {
        let what = format!("{method} {path}");
        let request = self.with_document(method, path, body, None)?;
        let answer = self.answer(request, Patience::Ordinary).await?;
        if answer.status() == StatusCode::NO_CONTENT {
            return Ok(None);
        }
        read_document(&what, answer).await.map(Some)
    }

    /// Does something that needs no document and is answered with one.
    pub(crate) async fn act<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        query: &impl Serialize,
        patience: Patience,
    ) -> Result<T> {
        let request = self.request(method, path, query)?.body(Body::Empty);
        self.document(request.map_err(unbuildable)?, patience).await
    }

    /// Sends a small file and is answered with a document.
    pub(crate) async fn send_file<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &impl Serialize,
        content: Vec<u8>,
    ) -> Result<T> {
        let request = self.request(Method::POST, path, query)?;
        let request = request.header(CONTENT_TYPE, "application/octet-stream");
        let request = request.body(Body::Bytes(content.into())).map_err(unbuildable)?;
        self.document(request, Patience::Ordinary).await
    }

    /// Does something whose answer says no more than that it is done.
    pub(crate) async fn done(
        &self,
        method: Method,
        path: &str,
        query: &impl Serialize,
    ) -> Result<()> {
        let request = self.request(method, path, query)?.body(Body::Empty);
        self.answer(request.map_err(unbuildable)?, Patience::Ordinary).await.map(drop)
    }

    /// The same, with a document.
    pub(crate) async fn done_with(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<()> {
        let request = self.with_document(method, path, body, None)?;
        self.answer(request, Patience::Ordinary).await.map(drop)
    }

    /// Moves money. The key makes it safe to ask once more when the connection broke and
    /// it is not known whether the server had done it.
    pub(crate) async fn pay<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T> {
        let key = match &self.idempotency_key {
            Some(key) => key.clone(),
            None => random_key()?,
        };
        let request = || self.with_document(Method::POST, path, body, Some(&key));
        match self.document(request()?, Patience::Ordinary).await {
            Err(ClientError::Unreachable(_)) => self.document(request()?, Patience::Ordinary).await,
            answer => answer,
        }
    }

    /// The start of a request: its address, and who asks in which language.
    pub(crate) fn request(
        &self,
        method: Method,
        path: &str,
        query: &impl Serialize,
    ) -> Result<http::request::Builder> {
        let query = query_text(query)?;
        let address = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        Ok(Request::builder()
            .method(method)
            .uri(address)
            .header(AGENT, USER_AGENT)
            .header(ACCEPT, "application/json, application/problem+json, */*;q=0.1")
            .header(ACCEPT_LANGUAGE, self.lang.tag()))
    }

    fn with_document(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
        key: Option<&str>,
    ) -> Result<Request<Body>> {
        let body = serde_json::to_vec(body).map_err(unbuildable)?;
        let mut request =
            self.request(method, path, NO_QUERY)?.header(CONTENT_TYPE, "application/json");
        if let Some(key) = key {
            request =
                request.header("idempotency-key", HeaderValue::from_str(key).map_err(unbuildable)?);
        }
        request.body(Body::Bytes(body.into())).map_err(unbuildable)
    }

    /// Sends a request whose answer is a document.
    pub(crate) async fn document<T: DeserializeOwned>(
        &self,
        request: Request<Body>,
        patience: Patience,
    ) -> Result<T> {
        let what = format!("{} {}", request.method(), request.uri().path());
        read_document(&what, self.answer(request, patience).await?).await
    }

    /// Sends a request; an error status becomes an error.
    pub(crate) async fn answer(
        &self,
        request: Request<Body>,
        patience: Patience,
    ) -> Result<Response<ByteStream>> {
        let what = format!("{} {}", request.method(), request.uri().path());
        let answer = self.answer_as_it_is(request, patience).await?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        Err(refusal(&what, answer).await)
    }

    /// The same, whatever its status.
    pub(crate) async fn answer_as_it_is(
        &self,
        request: Request<Body>,
        patience: Patience,
    ) -> Result<Response<ByteStream>> {
        let sending = self.transport.send(request);
        let answer = match patience {
            Patience::Endless => sending.await,
            Patience::Ordinary => timeout(ANSWER_WITHIN, sending).await.map_err(|_| {
                let seconds = ANSWER_WITHIN.as_secs();
                ClientError::Unreachable(format!("no answer within {seconds} seconds"))
            })?,
        };
        answer.map_err(|broken| ClientError::Unreachable(broken.0))
    }
}

async fn read_document<T: DeserializeOwned>(what: &str, answer: Response<ByteStream>) -> Result<T> {
    let body = whole(answer.into_body()).await?;
    serde_json::from_slice(&body).map_err(|error| {
        ClientError::Protocol(format!("{what}: the answer is not as expected: {error}"))
    })
}

/// An error status: a problem document is a refusal, anything else is not from our server.
async fn refusal(what: &str, answer: Response<ByteStream>) -> ClientError {
    let status = answer.status();
    if status.is_redirection() {
        let to = answer.headers().get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or("?");
        return ClientError::Protocol(format!("{what}: the server moved to {to}"));
    }
    let body = match whole(answer.into_body()).await {
        Ok(body) => body,
        Err(error) => return error,
    };
    match serde_json::from_slice::<Problem>(&body) {
        Ok(problem) => ClientError::Refused(Box::new(problem)),
        Err(_) => ClientError::Protocol(format!("{what}: the server answered {status}")),
    }
}

/// The whole of a body that is small.
async fn whole(mut body: ByteStream) -> Result<Bytes> {
    let mut all = Vec::new();
    while let Some(piece) = next_piece(&mut body).await? {
        if all.len() + piece.len() > DOCUMENT_BYTES {
            return Err(ClientError::Protocol("the answer is too long".into()));
        }
        all.extend_from_slice(&piece);
    }
    Ok(all.into())
}

/// The next piece of a body; silence for too long counts as a broken connection.
pub(crate) async fn next_piece(body: &mut ByteStream) -> Result<Option<Bytes>> {
    match timeout(PIECE_WITHIN, body.next()).await {
        Ok(None) => Ok(None),
        Ok(Some(Ok(piece))) => Ok(Some(piece)),
        Ok(Some(Err(error))) => Err(ClientError::Unreachable(error.to_string())),
        Err(_) => Err(ClientError::Unreachable("the server fell silent".into())),
    }
}

/// A flat structure as a query; what is null is left out.
fn query_text(query: &impl Serialize) -> Result<String> {
    let Value::Object(fields) = serde_json::to_value(query).map_err(unbuildable)? else {
        return Ok(String::new());
    };
    let pairs = fields.iter().filter_map(|(name, value)| {
        let value = match value {
            Value::Null => return None,
            Value::String(value) => value.clone(),
            other => other.to_string(),
        };
        Some(format!("{}={}", escape(name), escape(&value)))
    });
    Ok(pairs.collect::<Vec<_>>().join("&"))
}

/// A text as one segment of a path, or as a part of a query.
pub(crate) fn escape(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// A request that cannot be built is wrong before it is sent.
pub(crate) fn unbuildable(error: impl std::fmt::Display) -> ClientError {
    ClientError::Protocol(format!("the request cannot be written: {error}"))
}

fn random_key() -> Result<String> {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).map_err(unbuildable)?;
    Ok(hex::encode(random))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::{Broken, Sending, Transport};
    use std::sync::{Arc, Mutex};
    use yingku_protocol::{ListVideos, PriceFilter};

    type Answer = std::result::Result<(u16, &'static str), Broken>;

    /// Hands out prepared answers and keeps the idempotency keys it was sent.
    #[derive(Clone, Default)]
    struct Prepared {
        answers: Arc<Mutex<Vec<Answer>>>,
        keys: Arc<Mutex<Vec<String>>>,
    }

    impl Transport for Prepared {
        fn send(&self, request: Request<Body>) -> Sending<'_> {
            let key = request.headers().get("idempotency-key");
            let key = key.and_then(|key| key.to_str().ok()).unwrap_or("").to_owned();
            self.keys.lock().unwrap().push(key);
            let answer = self.answers.lock().unwrap().remove(0);
            Box::pin(async move {
                let (status, body) = answer?;
                let pieces = futures_util::stream::iter([Ok(Bytes::from_static(body.as_bytes()))]);
                let body = Box::pin(pieces) as ByteStream;
                Ok(Response::builder().status(status).body(body).unwrap())
            })
        }
    }

    fn prepared(answers: &[Answer]) -> (Client, Prepared) {
        let transport =
            Prepared { answers: Arc::new(Mutex::new(answers.to_vec())), ..Default::default() };
        (Client::new(Box::new(transport.clone())), transport)
    }

    #[tokio::test]
    async fn a_broken_payment_is_tried_once_more_with_its_key() {
        let broken = || Err(Broken("reset".into()));
        let (client, transport) = prepared(&[broken(), Ok((200, "1"))]);
        assert_eq!(client.pay::<i64>("/x", &1).await, Ok(1));
        let keys = transport.keys.lock().unwrap().clone();
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[0], keys[1]);
        assert_eq!(keys[0].len(), 32);

        let (client, transport) = prepared(&[broken(), broken()]);
        let error = client.pay::<i64>("/x", &1).await.unwrap_err();
        assert_eq!(error, ClientError::Unreachable("reset".into()));
        assert_eq!(transport.keys.lock().unwrap().len(), 2);

        let refused =
            r#"{"type":"t","title":"t","status":402,"code":"price_changed","detail":"d"}"#;
        let (client, transport) = prepared(&[Ok((402, refused))]);
        assert_eq!(client.pay::<i64>("/x", &1).await.unwrap_err().exit_code(), 1);
        assert_eq!(transport.keys.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn answers_that_are_not_ours() {
        let answers = [(502, "<html>"), (404, "{}"), (200, "<html>"), (301, "")];
        for (status, body) in answers {
            let (client, _) = prepared(&[Ok((status, body))]);
            let error = client.get::<i64>("/x", NO_QUERY).await.unwrap_err();
            assert!(matches!(error, ClientError::Protocol(_)), "{status}: {error}");
        }
    }

    #[test]
    fn queries() {
        let query = ListVideos {
            search: Some("影 &库".into()),
            price: Some(PriceFilter::Free),
            limit: Some(5),
            ..Default::default()
        };
        let message = query_text(&query).unwrap();
        let mut parts: Vec<&str> = message.split('&').collect();
        parts.sort_unstable();
        assert_eq!(parts, ["limit=5", "price=free", "search=%E5%BD%B1%20%26%E5%BA%93"]);
        assert_eq!(query_text(NO_QUERY).unwrap(), "");
    }
}
