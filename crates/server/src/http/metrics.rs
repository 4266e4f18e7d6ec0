//! Metrics of requests, for Prometheus: one recorder a process, however many servers run in
//! it. Every label comes from a closed set (matched route, method, status class), so that
//! nothing which a stranger sends becomes a label or makes a new series.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::{Method, StatusCode};
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Duration;
use tokio::time::Instant;

const REQUESTS_TOTAL: &str = "axum_http_requests_total";
const REQUESTS_DURATION: &str = "axum_http_requests_duration_seconds";
const REQUESTS_PENDING: &str = "axum_http_requests_pending";

/// The label of every path that no route matches.
const UNMATCHED: &str = "(unmatched)";

/// Upper bounds of the duration histogram, in seconds.
const BUCKETS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// How often samples are folded into their histograms; until then each takes memory.
pub const UPKEEP_EVERY: Duration = Duration::from_secs(5);

static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Installs the recorder, unless this process has one.
pub fn install() {
    RECORDER.get_or_init(|| {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full(REQUESTS_DURATION.to_owned()), BUCKETS)
            .unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another metrics recorder is installed: /metrics stays empty");
        }
        handle
    });
}

/// Everything counted so far, in the text format of Prometheus.
pub fn render() -> String {
    RECORDER.get().map(PrometheusHandle::render).unwrap_or_default()
}

/// Folds the samples of the histograms. To be called every [`UPKEEP_EVERY`].
pub fn upkeep() {
    if let Some(handle) = RECORDER.get() {
        handle.run_upkeep();
    }
}

/// A layer function: counts and times requests by route, method and status class.
pub async fn measure(request: Request, next: Next) -> Response {
    let matched = request.extensions().get::<MatchedPath>();
    let endpoint = matched.map_or_else(|| UNMATCHED.to_owned(), |path| path.as_str().to_owned());
    let method = method_label(request.method());
    let began = Instant::now();
    let pending = Pending::begin(method, &endpoint);
    let response = next.run(request).await;
    drop(pending);
    let labels = [
        ("method", method.into()),
        ("status", class_of(response.status()).into()),
        ("endpoint", endpoint),
    ];
    counter!(REQUESTS_TOTAL, &labels).increment(1);
    histogram!(REQUESTS_DURATION, &labels).record(began.elapsed());
    response
}

/// Counts a request as pending until it is dropped, also where its connection breaks.
struct Pending(metrics::Gauge);

impl Pending {
    fn begin(method: &'static str, endpoint: &str) -> Pending {
        let labels = [("method", method.to_owned()), ("endpoint", endpoint.to_owned())];
        let gauge = gauge!(REQUESTS_PENDING, &labels);
        gauge.increment(1);
        Pending(gauge)
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

/// The methods that some route takes; any other word that a client invents is `other`.
fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

fn class_of(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}
