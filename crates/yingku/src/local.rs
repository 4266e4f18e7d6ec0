//! Administration with no server up: the server's router in this process, as the operator.

use crate::args::{DatabaseOptions, ServeOptions};
use crate::failure::Failure;
use crate::serve::configuration;
use axum::Router;
use axum::body::Body as Carried;
use futures_util::TryStreamExt;
use http::{HeaderValue, Request, Response, header};
use std::io;
use std::sync::Arc;
use tower::ServiceExt;
use yingku_client::{Body, Broken, ByteStream, Client, Sending, Transport};
use yingku_server::app::App;
use yingku_server::clock::SystemClock;
use yingku_server::config::Config;
use yingku_server::http::AsOperator;

/// A client whose calls go to the database that the options name, as the operator. It is
/// migrated first.
pub async fn client(options: &DatabaseOptions) -> Result<Client, Failure> {
    let config = configuration(&ServeOptions::default(), options)?;
    let router = yingku_server::http::router(open(options, &config).await?, config.reach);
    Ok(Client::new(Box::new(Local { router })))
}

/// The use-cases themselves, for what reads files of this machine.
pub async fn app(options: &DatabaseOptions) -> Result<Arc<App>, Failure> {
    let config = configuration(&ServeOptions::default(), options)?;
    open(options, &config).await
}

async fn open(options: &DatabaseOptions, config: &Config) -> Result<Arc<App>, Failure> {
    let app = yingku_server::serve::open(config, Arc::new(SystemClock::new())).await;
    app.map_err(|error| Failure::database(options, error))
}

/// Carries requests straight into the router.
struct Local {
    router: Router,
}

impl Transport for Local {
    fn send(&self, request: Request<Body>) -> Sending<'_> {
        let mut request = request.map(carried);
        request.extensions_mut().insert(AsOperator);
        if let Some(size) = http_body_size(&request) {
            request.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(size));
        }
        let answer = self.router.clone().oneshot(request);
        Box::pin(async move {
            let answer: Response<Carried> =
                answer.await.map_err(|never| Broken(never.to_string()))?;
            Ok(answer.map(|body| -> ByteStream {
                Box::pin(body.into_data_stream().map_err(io::Error::other))
            }))
        })
    }
}

fn carried(body: Body) -> Carried {
    match body {
        Body::Empty => Carried::empty(),
        Body::Bytes(bytes) => Carried::from(bytes),
        Body::Stream { bytes, .. } => Carried::from_stream(bytes),
    }
}

/// The size of a body that is in memory; a stream is counted as it arrives.
fn http_body_size(request: &Request<Carried>) -> Option<u64> {
    axum::body::HttpBody::size_hint(request.body()).exact()
}
